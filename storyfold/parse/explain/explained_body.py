"""Why each block of a page was kept or cut, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.body import feature_columns as f
from storyfold.parse.body.block_model import WeighedPage, weigh_page
from storyfold.parse.body.features import measure_shares_within
from storyfold.parse.body.find_body import KEEP, Chosen, choose_blocks, needs_opinion, split_lines
from storyfold.parse.body.hints import Hints
from storyfold.parse.body.paywall import remove_notices
from storyfold.parse.body.prune import remove_furniture
from storyfold.parse.body.trafilatura_check import extract_with_trafilatura
from storyfold.parse.html.block_vocabulary import ELEMENT_GROUPS, FIRST_ELEMENT_BIT, MARK_HIDDEN

NEARBY = 4  # elements upwards in which a class name or element is held to be about the block
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


@dataclass(frozen=True, slots=True)
class ExplainedBlock:
    """One block of a page: its text, whether it is in the body, its chance from 0 to 1, and what stands out of it.

    A line of a plain-text dump has no chance: there the lines are chosen together.
    """

    text: str
    kept: bool
    chance: float | None
    reason: str


def explain_body(tree: LexborHTMLParser, hints: Hints) -> list[ExplainedBlock]:
    """Every block of the page in reading order, with its fate as in `find_body`. Never raises.

    The reason names the block's most telling feature; the model itself weighs all of them together.
    """
    page = weigh_page(tree, hints)
    chosen = by_model = choose_blocks(page)
    if needs_opinion(page, by_model) and (asked := extract_with_trafilatura(page, hints.heads)):
        chosen = choose_blocks(page, measure_shares_within(page.scan, "\n".join(asked)))
    lines = [line for line, _ in split_lines(page, chosen)]
    left = set(remove_notices(remove_furniture(lines, hints.heads))[0])
    blocks = []
    for b in range(len(page.chances)):
        text = page.scan.block_text(b)
        kept = bool(chosen[b]) and any(" ".join(line.split()) in left for line in text.splitlines())
        reason = _reason(page, b, kept=kept, chosen=chosen, by_model=by_model)
        blocks.append(ExplainedBlock(text, kept, round(float(page.chances[b]), 3), reason))
    return blocks


def _reason(page: WeighedPage, block: int, *, kept: bool, chosen: Chosen, by_model: Chosen) -> str:
    row = page.features[block]
    if kept:
        return _why_kept(row) if by_model[block] else "trafilatura, asked where the model was unsure, kept it"
    if chosen[block]:
        return "repeats the title, a credit or a time, points to another article, or asks the reader for something"
    if by_model[block]:
        return "trafilatura, asked where the model was unsure, left it out"
    if page.chances[block] >= KEEP:
        return "the same words stand before it"
    return _why_cut(row)


def _why_kept(row: NDArray[np.float32]) -> str:
    if row[f.SAID] > 0.5:
        return "the page's own description of its text has it"
    if row[f.SAID + 1] > 0.5:
        return "the page's summary repeats it"
    if row[f.LIKES + 4] > 0.5:
        return "marked up like most of the page's running text"
    return "running text among the article's" if row[f.WORDS] >= f.SENTENCE_WORDS else "short, but among the text"


def _why_cut(row: NDArray[np.float32]) -> str:
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
    if row[f.SAID + 2] > 0.8:
        return "repeats the title or a credit"
    return "too short for text" if row[f.WORDS] < f.SENTENCE_WORDS else "apart from the article's text"
