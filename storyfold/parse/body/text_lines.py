"""Take the lines of the chosen blocks through the rules that cut them, each line with the decision on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from storyfold.parse.body.block_model import WeighedPage
from storyfold.parse.body.body_trace import BlockDecisions, BodyDecision, BodyLine, select_kept

Judge = Callable[[Sequence[str]], Sequence[BodyDecision | None]]


def split_lines(page: WeighedPage, decisions: BlockDecisions) -> list[BodyLine]:
    """Return the text of the kept blocks, a line a paragraph, each with its block and that one's decision."""
    return [
        BodyLine(line, block, BodyDecision(decisions[block]))
        for block in np.flatnonzero(select_kept(decisions)).tolist()
        for line in split_text(page.scan.block_text(block))
    ]


def split_text(text: str) -> list[str]:
    """Return the lines of a text that are not blank, with single spaces."""
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]


def cut_lines(lines: Sequence[BodyLine], judge: Judge) -> list[BodyLine]:
    """Return the lines with what `judge` decides of the kept ones; None leaves a line as it is."""
    judged = iter(judge(list_kept(lines)))
    decisions = [next(judged) if line.decision.is_kept else None for line in lines]
    return [
        line if decision is None else line._replace(decision=decision)
        for line, decision in zip(lines, decisions, strict=True)
    ]


def list_kept(lines: Sequence[BodyLine]) -> list[str]:
    """Return the text of the lines that are kept."""
    return [line.text for line in lines if line.decision.is_kept]


def add_checked(cut: Sequence[BodyLine], checked: Sequence[str]) -> list[BodyLine]:
    """Return the lines that trafilatura found, after those that were cut."""
    return [*cut, *(BodyLine(line, None, BodyDecision.KEPT_BY_TRAFILATURA) for line in checked)]


def add_paragraphs(cut: Sequence[BodyLine], paragraphs: Sequence[BodyLine]) -> list[BodyLine]:
    """Return these paragraphs, after the lines of other blocks that were cut."""
    blocks = {line.block for line in paragraphs}
    return [*(line for line in cut if line.block not in blocks), *paragraphs]


def replace_by_json_ld(lines: Sequence[BodyLine], rescue: Sequence[str]) -> list[BodyLine]:
    """Return the lines of the JSON-LD's text as kept, after the page's own, of which none is any more."""
    replaced = cut_lines(lines, lambda kept: [BodyDecision.REPLACED] * len(kept))
    return [*replaced, *(BodyLine(line, None, BodyDecision.KEPT_FROM_JSON_LD) for line in rescue)]
