"""Name the decisions that make the text of an HTML page, and hold those of one page for whoever explains them.

The article's text is made of these same decisions, so that an explanation cannot disagree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storyfold.parse.body.block_model import WeighedPage


class BodyDecision(IntEnum):
    """Say whether a block or line of an HTML page is kept or cut, and by which rule.

    Those before `UNLIKELY` are kept. They are small numbers, so that an array has one for each block; `parse/explain`
    puts them in words.
    """

    KEPT = 0
    KEPT_BY_TRAFILATURA = 1
    KEPT_AS_PARAGRAPH = 2  # long enough for running text, on a page where nothing else is found
    KEPT_FROM_JSON_LD = 3
    UNLIKELY = 4  # by the model
    REPEATED = 5  # the same words stand before
    CUT_BY_TRAFILATURA = 6
    HEAD = 7  # repeats a title, a credit or a section above the text
    TIME = 8  # gives a time above the text
    POINTER = 9  # leads to another article
    REQUEST = 10  # asks for consent, an address or a following
    SUBSCRIPTION = 11  # asks for a subscription
    REPLACED = 12  # JSON-LD has over twice as much text

    @property
    def is_kept(self) -> bool:
        """Whether such a block or line is text of the article."""
        return self < BodyDecision.UNLIKELY


BlockDecisions = NDArray[np.int64]  # a `BodyDecision` for each block


def select_kept(decisions: BlockDecisions) -> NDArray[np.bool_]:
    """Return which blocks are kept."""
    return decisions < BodyDecision.UNLIKELY


class BodyLine(NamedTuple):
    """Hold a line that may be text of an HTML page: its block, None where no block has it, and what was decided."""

    text: str
    block: int | None
    decision: BodyDecision


@dataclass(frozen=True, slots=True)
class BodyTrace:
    """Hold what decided the text of an HTML page.

    `decisions` has one for each block. Where `lines` has lines of a block, their decisions are the later ones; the
    kept lines are the article's text, in their order.
    """

    page: WeighedPage
    decisions: BlockDecisions
    lines: Sequence[BodyLine]
