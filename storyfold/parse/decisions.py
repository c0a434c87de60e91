"""Name the decisions that parsing takes on each block and line: kept as the article's text, or cut by which rule."""

from __future__ import annotations

from enum import IntEnum


class Decision(IntEnum):
    """Says whether a block or line is kept or cut, and by which rule.

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
    # Lines of an HTML page.
    HEAD = 7  # repeats a title, a credit or a section above the text
    TIME = 8  # gives a time above the text
    POINTER = 9  # leads to another article
    REQUEST = 10  # asks for consent, an address or a following
    SUBSCRIPTION = 11  # asks for a subscription
    REPLACED = 12  # JSON-LD has over twice as much text
    # Lines of a plain-text dump.
    LABEL = 13  # a heading of page furniture
    CREDIT = 14  # a picture's
    NOTICE = 15  # of consent, advertising or opinion
    COMMENTS = 16  # below a heading of readers' comments
    REMARKS = 17  # in a thread of readers' comments
    RAGGED_END = 18  # before the first sentence or after the last
    TEASER = 19  # above the page's own headline, of other articles
    OTHER_SUBJECT = 20  # a run of lines about something else
    ABOVE_TEXT = 21  # the headline that was found, and what stands above it


def is_kept(decision: Decision) -> bool:
    """Say whether a block or line with this decision is text of the article."""
    return decision < Decision.UNLIKELY
