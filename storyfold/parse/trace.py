"""Declare the trace of one page: the decisions that parsing took on its text and date, for whoever explains them.

`parse_page` fills a trace where it is given one. The article's text is made of these same decisions, so that an
explanation cannot disagree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storyfold.dates.weigh import Weighing
from storyfold.parse.body.block_model import WeighedPage
from storyfold.parse.decisions import Decision
from storyfold.parse.plaintext.lines import Line

Decisions = NDArray[np.int64]  # a `Decision` for each block


class BodyLine(NamedTuple):
    """Holds a line that may be text of an HTML page: its block, None where no block has it, and what was decided."""

    text: str
    block: int | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class BodyTrace:
    """Holds what decided the text of an HTML page.

    `decisions` has one for each block. Where `lines` has lines of a block, their decisions are the later
    ones; the kept lines are the article's text, in their order.
    """

    page: WeighedPage
    decisions: Decisions
    lines: Sequence[BodyLine]


@dataclass(frozen=True, slots=True)
class DumpTrace:
    """Holds what decided the text of a plain-text dump: one decision for each line."""

    lines: Sequence[Line]
    decisions: Sequence[Decision]


@dataclass(slots=True)
class PageTrace:
    """Holds what `parse_page` decided of one page; a part stays None where the page was rejected before it."""

    body: BodyTrace | DumpTrace | None = None
    dating: Weighing | None = None
