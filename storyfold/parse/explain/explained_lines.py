"""Put in words which lines of a plain-text dump were kept and cut, and why."""

from __future__ import annotations

from storyfold.parse.explain.explained_body import ExplainedBlock
from storyfold.parse.plaintext.line_trace import LineDecision, LineTrace

SHORT = 8  # words; a line of fewer is seldom a sentence
_REASONS = {
    LineDecision.KEPT: "reads as the article",
    LineDecision.REPEATED: "the same words stand before it",
    LineDecision.LABEL: "a heading of the page's furniture",
    LineDecision.CREDIT: "a caption or credit of a picture",
    LineDecision.NOTICE: "a notice of the page",
    LineDecision.COMMENTS: "below a heading of comments",
    LineDecision.REMARKS: "in a thread of comments",
    LineDecision.RAGGED_END: "before the first sentence, or after the last",
    LineDecision.TEASER: "above the headline, a teaser of another article",
    LineDecision.OTHER_SUBJECT: "about something else than the article",
    LineDecision.ABOVE_TEXT: "the headline, or above it",
}


def explain_lines(trace: LineTrace) -> list[ExplainedBlock]:
    """Return every line of the dump in its order, with the decision on it in words."""
    kept = [index for index, decision in enumerate(trace.decisions) if decision is LineDecision.KEPT]
    first, last = min(kept, default=0), max(kept, default=0)
    blocks = []
    for index, (line, decision) in enumerate(zip(trace.lines, trace.decisions, strict=True)):
        reason = _REASONS.get(decision) or _explain_unlikely(index, line.words, first, last)
        blocks.append(ExplainedBlock(line.text, decision is LineDecision.KEPT, None, reason))
    return blocks


def _explain_unlikely(index: int, words: int, first: int, last: int) -> str:
    where = "before the article" if index < first else "after the article" if index > last else "within the article"
    return f"{where}, {'short' if words < SHORT else 'apart from it'}"
