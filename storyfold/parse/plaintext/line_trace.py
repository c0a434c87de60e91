"""Name the decisions that make the text of a plain-text dump, and hold those of one dump for whoever explains them.

The article's text is made of these same decisions, so that an explanation cannot disagree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from storyfold.parse.plaintext.lines import Line


class LineDecision(Enum):
    """Say whether a line of a plain-text dump is kept, or by which rule it is cut; `parse/explain` has the words."""

    KEPT = auto()
    UNLIKELY = auto()  # by the model, outside of the runs that score best or within them
    REPEATED = auto()  # the same words stand before
    LABEL = auto()  # a heading of page furniture
    CREDIT = auto()  # a picture's
    NOTICE = auto()  # of consent, advertising or opinion
    COMMENTS = auto()  # below a heading of readers' comments
    REMARKS = auto()  # in a thread of readers' comments
    RAGGED_END = auto()  # before the first sentence or after the last
    TEASER = auto()  # above the page's own headline, of other articles
    OTHER_SUBJECT = auto()  # a run of lines about something else
    ABOVE_TEXT = auto()  # the headline that was found, and what stands above it


@dataclass(frozen=True, slots=True)
class LineTrace:
    """Hold what decided the text of a plain-text dump: one decision for each line."""

    lines: Sequence[Line]
    decisions: Sequence[LineDecision]
