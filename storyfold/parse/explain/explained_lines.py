"""Put in words which lines of a plain-text dump were kept and cut, and why."""

from __future__ import annotations

from storyfold.parse.explain.explained_body import ExplainedBlock
from storyfold.parse.plaintext.dump_trace import DumpDecision, DumpTrace

SHORT = 8  # words; a line of fewer is seldom a sentence
_REASONS = {
    DumpDecision.KEPT: "reads as the article",
    DumpDecision.REPEATED: "the same words stand before it",
    DumpDecision.LABEL: "a heading of the page's furniture",
    DumpDecision.CREDIT: "a caption or credit of a picture",
    DumpDecision.NOTICE: "a notice of the page",
    DumpDecision.COMMENTS: "below a heading of comments",
    DumpDecision.REMARKS: "in a thread of comments",
    DumpDecision.RAGGED_END: "before the first sentence, or after the last",
    DumpDecision.TEASER: "above the headline, a teaser of another article",
    DumpDecision.OTHER_SUBJECT: "about something else than the article",
    DumpDecision.ABOVE_TEXT: "the headline, or above it",
}


def explain_lines(trace: DumpTrace) -> list[ExplainedBlock]:
    """Return every line of the dump in its order, with the decision on it in words."""
    kept = [index for index, decision in enumerate(trace.decisions) if decision is DumpDecision.KEPT]
    first, last = min(kept, default=0), max(kept, default=0)
    blocks = []
    for index, (line, decision) in enumerate(zip(trace.lines, trace.decisions, strict=True)):
        reason = _REASONS.get(decision) or _explain_unlikely(index, line.words, first, last)
        blocks.append(ExplainedBlock(line.text, decision is DumpDecision.KEPT, None, reason))
    return blocks


def _explain_unlikely(index: int, words: int, first: int, last: int) -> str:
    where = "before the article" if index < first else "after the article" if index > last else "within the article"
    return f"{where}, {'short' if words < SHORT else 'apart from it'}"
