"""Put in words why each block of a page was kept or cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from storyfold.parse.body import feature_columns as f
from storyfold.parse.body.body_trace import BodyDecision, BodyLine, BodyTrace
from storyfold.parse.html.block_vocabulary import ELEMENT_GROUPS, FIRST_ELEMENT_BIT, MARK_HIDDEN

NEARBY = 4  # elements upwards in which a class name or element is taken to be about the block
_CLASS_REASONS = (
    (6, "in a thread of comments"), (3, "among related articles"), (4, "among related articles"),
    (13, "by a form to subscribe or sign in"), (7, "about the author"), (12, "an advertisement"),
    (5, "by buttons to share"), (11, "in the page's navigation"), (14, "a list of topics"),
    (19, "in a dialogue or a notice of consent"), (15, "a teaser of another article"), (16, "beside the article"),
    (8, "a caption or credit of a picture"), (7, "about the author"), (21, "a note or legal text"),
)  # fmt: skip
_ELEMENT_REASONS = (
    ("nav", "in the page's navigation"), ("footer", "in a footer"), ("aside", "beside the article"),
    ("figcaption", "a caption"), ("figure", "in a figure"), ("form", "in a form"), ("header", "in a header"),
    ("button label", "a button or label"),
)  # fmt: skip
_REASONS = {
    BodyDecision.KEPT_BY_TRAFILATURA: "trafilatura, which checks where the model is unsure, kept it",
    BodyDecision.KEPT_AS_PARAGRAPH: "a paragraph, on a page where nothing else reads as the article",
    BodyDecision.KEPT_FROM_JSON_LD: "the text that the page states in its JSON-LD, of which it shows little",
    BodyDecision.REPEATED: "the same words stand before it",
    BodyDecision.CUT_BY_TRAFILATURA: "trafilatura, which checks where the model is unsure, left it out",
    BodyDecision.HEAD: "repeats the title, a credit or the section",
    BodyDecision.TIME: "gives a time, above the text",
    BodyDecision.POINTER: "points to another article",
    BodyDecision.REQUEST: "asks the reader for consent, a sign-up or a following",
    BodyDecision.SUBSCRIPTION: "asks for a subscription",
    BodyDecision.REPLACED: "the text in the page's JSON-LD, of which this is a small part, was taken instead",
}


@dataclass(frozen=True, slots=True)
class ExplainedBlock:
    """Hold one block of a page: its text, whether it is in the body, its chance from 0 to 1, and why.

    A line of a plain-text dump has no chance, as the lines are chosen together; neither has a line of no block.
    """

    text: str
    kept: bool
    chance: float | None
    reason: str


def explain_body(trace: BodyTrace) -> list[ExplainedBlock]:
    """Return every block of the page in reading order, then the text that no block has, with the decision on each.

    A block of which some lines were kept and some cut is given in parts. The reason names the block's most telling
    feature; the model itself weighs all of them together.
    """
    lines: dict[int | None, list[BodyLine]] = {}
    for line in trace.lines:
        lines.setdefault(line.block, []).append(line)
    blocks: list[ExplainedBlock] = []
    for block in range(len(trace.decisions)):
        blocks += _explain_block(trace, block, lines.get(block, ()))
    return blocks + [
        ExplainedBlock(line.text, line.decision.is_kept, None, _REASONS[line.decision]) for line in lines.get(None, ())
    ]


def _explain_block(trace: BodyTrace, block: int, lines: Sequence[BodyLine]) -> Iterator[ExplainedBlock]:
    text, row = trace.page.scan.block_text(block), trace.page.features[block]
    chance = round(float(trace.page.chances[block]), 3)
    if not lines and BodyDecision(trace.decisions[block]).is_kept:
        yield ExplainedBlock(text, kept=False, chance=chance, reason="without words")
        return
    decisions = {line.decision for line in lines} or {BodyDecision(trace.decisions[block])}
    if len(decisions) == 1:
        (decision,) = decisions
        yield ExplainedBlock(text, decision.is_kept, chance, _name_reason(decision, row))
        return
    for decision, part in groupby(lines, lambda line: line.decision):
        text = "\n".join(line.text for line in part)
        yield ExplainedBlock(text, decision.is_kept, chance, _name_reason(decision, row))


def _name_reason(decision: BodyDecision, row: NDArray[np.float32]) -> str:
    if decision is BodyDecision.KEPT:
        return _explain_kept(row)
    return _explain_unlikely(row) if decision is BodyDecision.UNLIKELY else _REASONS[decision]


def _explain_kept(row: NDArray[np.float32]) -> str:
    if row[f.STATED] > 0.5:
        return "the page's own description of its text has it"
    if row[f.STATED + 1] > 0.5:
        return "the page's summary repeats it"
    if row[f.SIMILAR + 4] > 0.5:
        return "marked up like most of the page's running text"
    return "running text among the article's" if row[f.WORDS] >= f.SENTENCE_WORDS else "short, but among the text"


def _explain_unlikely(row: NDArray[np.float32]) -> str:
    distance: Callable[[int], float] = lambda bit: float(row[f.MARKS_FROM + bit])  # noqa: E731
    if distance(MARK_HIDDEN) < f.FAR:
        return "hidden from sight"
    for element, reason in _ELEMENT_REASONS:
        if distance(FIRST_ELEMENT_BIT + ELEMENT_GROUPS.index(element)) < NEARBY:
            return reason
    if row[f.LINK_SHARE] > 0.8:
        return "nothing but links"
    for group, reason in _CLASS_REASONS:
        if distance(group) < NEARBY:
            return reason
    if row[f.STATED + 2] > 0.8:
        return "repeats the title, a credit or the section"
    return "too short for text" if row[f.WORDS] < f.SENTENCE_WORDS else "apart from the article's text"
