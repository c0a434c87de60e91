"""The `[boilerplate]` table: what other pages must show for a line to be cut or a date to be set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import SHARE, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class BoilerplateSettings:
    """Hold one value of each threshold; shares are 0 to 1.

    They were set on 323 real pages with lists planted in them (`benchmarks/boilerplate.py` measures that again).
    """

    window_days: Annotated[int, Range(0, 3_650, "days")] = (
        30  # before the day of a page: whose pages count, with that day
    )

    # Repeated lines.
    # Of a page's characters that stand on no other page of its outlet, for the page to be evidence.
    own_share: Annotated[float, SHARE] = 0.5
    # Of the outlet's own pages that have the line: two may be a text and its sequel.
    line_pages: Annotated[int, Range(2, 10_000, "pages")] = 3
    # Of the outlet's pages: chance brings short lines together the oftener, the more there are.
    line_pages_share: Annotated[float, SHARE] = 0.005
    # A longer line is a paragraph: reporters carry one from report to report of one affair.
    paragraph_characters: Annotated[int, Range(1, 100_000, "characters")] = 160
    # Pages that have such a paragraph, for it to be the outlet's rather than an affair's.
    paragraph_pages: Annotated[int, Range(2, 10_000, "pages")] = 5
    # Of those pages' titles that may share a word; among more the paragraph is about one affair.
    affair_share: Annotated[float, SHARE] = 0.5

    # What is cut.
    # Of a text's characters: where more would go, the page is no article or the evidence is wrong.
    most_cut: Annotated[float, SHARE] = 0.75
    # Characters that must be left: a shorter text is no article (`storyfold.parse.page.MIN_BODY`).
    least_left: Annotated[int, Range(0, 100_000, "characters")] = 150
    # Of the lines of the shorter page that stand in the other, for the two to be one text.
    copy_share: Annotated[float, SHARE] = 0.5

    # Constant dates: pages with different headlines that must carry one. Where other claims contradict it three do, as
    # for a repeated line; where nothing else is known of the days, five: two or three reports are put out in one go on
    # any day.
    contradicted_pages: Annotated[int, Range(2, 10_000, "pages")] = 3
    uncontradicted_pages: Annotated[int, Range(2, 10_000, "pages")] = 5
    # Pages from which those of one time are no longer the parts of one report, whatever their headlines share.
    many_pages: Annotated[int, Range(2, 10_000, "pages")] = 10
    # Different days that the other claims must name: a date that is out by a day in some zone gives two.
    other_days: Annotated[int, Range(1, 365, "days")] = 3
    # Of the pages: the corrections and second editions of an honest day are fewer.
    contradicted_share: Annotated[float, SHARE] = 0.5
    # Of the outlet's pages with a date in that element: a few old pages have another template.
    site_wide_share: Annotated[float, SHARE] = 0.9
    # A monthly dates all of an issue alike, and its pages come out over the month: so long after the date, …
    issue_days: Annotated[int, Range(0, 3_650, "days")] = 35
    # … for so long must new pages have gone on carrying the date, on so many different days.
    appearing_days: Annotated[int, Range(0, 3_650, "days")] = 7
    appeared_days: Annotated[int, Range(1, 365, "days")] = 3
    # What is put out in one go is fetched in one of the next runs.
    fresh_days: Annotated[int, Range(0, 365, "days")] = 2
