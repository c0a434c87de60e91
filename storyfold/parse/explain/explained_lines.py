"""Which lines of a plain-text dump were kept and cut."""

from __future__ import annotations

from storyfold.parse.explain.explained_body import ExplainedBlock
from storyfold.parse.plaintext.body_lines import find_body_lines
from storyfold.parse.plaintext.clean_text import clean_text
from storyfold.parse.plaintext.lines import read_lines

SHORT = 8  # words; a line of fewer is seldom a sentence


def explain_lines(text: str) -> list[ExplainedBlock]:
    """Every line of the dump in its order, with its fate as in `parse_plaintext`."""
    lines = read_lines(clean_text(text).text)
    kept = set(find_body_lines(lines))
    first, last = min(kept, default=0), max(kept, default=0)
    return [
        ExplainedBlock(line.text, index in kept, None, _reason(index, line.words, kept=kept, first=first, last=last))
        for index, line in enumerate(lines)
    ]


def _reason(index: int, words: int, *, kept: set[int], first: int, last: int) -> str:
    if index in kept:
        return "reads as the article"
    where = "before the article" if index < first else "after the article" if index > last else "within the article"
    return f"{where}, {'short' if words < SHORT else 'apart from it'}"
