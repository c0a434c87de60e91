"""The article's text on an HTML page.

A learnt model weighs each block of the page (`body_model`). Where it is unsure of its choice, trafilatura is asked
as well; where the page has under half of what its JSON-LD says the text is, that is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.body_model import WeighedPage, weigh_page
from storyfold.parse.hints import Hints
from storyfold.parse.paywall import is_truncated, without_notices
from storyfold.parse.prune import without_furniture
from storyfold.parse.scan import WORD_FROM, WORD_TO
from storyfold.parse.second_opinion import second_opinion
from storyfold.parse.trees import Model

# Taken first, articleBody scores .897 where the page scores .943: so only where the page text is under half of it.
RESCUE_SHARE = 0.5
SHORT = 250  # characters; the shortest gold body of 323 real pages has 252
KEEP = 0.5  # chance from which a block is text; .45 and .55 score the same within .002
# Below this expected F1 trafilatura is asked, which costs more than all the rest.
SURE = 0.85
SECOND_SHARE = 0.5  # the weight of trafilatura's word against the model's; from .4 to .6 no difference
REPEATED_WORDS = 8  # of a block that is left out where it stands again; refrains and subheads are shorter

_TAG = re.compile(r"<[^<>]{0,200}>")


@dataclass(frozen=True, slots=True)
class Body:
    """The text, its paragraphs apart by an empty line, and what found it."""

    text: str
    extractor: str
    truncated: bool = False


def find_body(tree: LexborHTMLParser, hints: Hints, *, fast: bool = False, model: Model | None = None) -> Body:
    """The article's text; empty where there is none. Prunes `tree`. Never raises.

    `fast` asks no second opinion; `model` is another than the package's, as the evaluation needs.
    """
    page = weigh_page(tree, hints, model)
    kept, extractor = choose_blocks(page), "blocks"
    if not fast and is_unsure(page, kept):
        kept, extractor = choose_blocks(page, second_opinion(tree, page.scan, hints.heads)), "blocks+trafilatura"
    lines, notice = without_notices(without_furniture(lines_of(page, kept), hints.heads))
    rescue = _lines(_TAG.sub(" ", hints.spoken))
    if _length(lines) < RESCUE_SHARE * _length(rescue):
        lines, extractor = rescue, "json-ld"
    text = "\n\n".join(lines)
    return Body(text, extractor if text else "", is_truncated(text, notice=notice, free=hints.free))


def choose_blocks(page: WeighedPage, second: NDArray[np.float64] | None = None) -> NDArray[np.bool_]:
    """Which blocks are text, by the model and, where given, by the share of each that a second opinion kept.

    Of blocks with the same words the first is kept: some pages hold their article once more for other screens.
    """
    chance = page.chances if second is None else (1 - SECOND_SHARE) * page.chances + SECOND_SHARE * second
    kept = chance >= KEEP
    seen: set[bytes] = set()
    for block in np.flatnonzero(kept):
        first, end = page.scan.blocks[block, WORD_FROM], page.scan.blocks[block, WORD_TO]
        words = page.scan.words[first:end].tobytes()
        if end - first >= REPEATED_WORDS and words in seen:
            kept[block] = False
        seen.add(words)
    return kept


def is_unsure(page: WeighedPage, kept: NDArray[np.bool_]) -> bool:
    """Whether the choice is probably a bad one, or too little to be an article."""
    return page.expected_f1(kept) < SURE or int(page.features[kept, 1].sum()) < SHORT


def lines_of(page: WeighedPage, kept: NDArray[np.bool_]) -> list[str]:
    """The text of the kept blocks, a line a paragraph."""
    return [line for block in np.flatnonzero(kept) for line in _lines(page.scan.block_text(int(block)))]


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]


def _length(lines: Sequence[str]) -> int:
    return sum(map(len, lines))
