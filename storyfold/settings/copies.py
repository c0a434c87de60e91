"""The `[copies]` table: the thresholds of the copies stage; every one can change what lands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import SHARE, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySettings:
    """What counts as a copy; shares are 0 to 1.

    "Measured": on 16,239 generated documents of 18 kinds and on real wire copies, November 2026, before this was
    written. `benchmarks/copies.py` measures on generated documents again.
    """

    # Candidates: which pairs of sketches are worth an alignment.
    least_shared: Annotated[int, Range(1, 1_000, "hashes")] = 4  # shared hashes, measured up to 100,000 documents
    least_containment: Annotated[float, SHARE] = 0.25  # of the smaller sketch, measured with it
    same_outlet_containment: Annotated[float, SHARE] = 0.60  # an outlet's own pages share columns and forms; measured
    # Older ones that are held against one text, the oldest that share enough; 40 lost widely printed wire stories, 400
    # did not
    most_documents: Annotated[int, Range(1, 100_000, "documents")] = 400
    # Older partners of one text, the best, then the oldest: a family needs one hub, not n**2
    most_candidates: Annotated[int, Range(1, 10_000, "articles")] = 64
    # An outlet's boilerplate: a shingle that this many of its own articles have.
    # Measured: this filter matters more than the engine
    boilerplate_articles: Annotated[int, Range(2, 10**6, "articles")] = 5
    boilerplate_share: Annotated[float, SHARE] = 0.01  # of the outlet's texts, measured with it
    # Before the day of the later of two texts, that day included: whose texts show what is boilerplate. As for lines.
    boilerplate_days: Annotated[int, Range(0, 3_650, "days")] = 30
    # Families: what of the shorter text, quotations and boilerplate set aside, stands in the other.
    # At .30 same-event reports chain into one (ARI .20); at .70 ARI is .97
    family_share: Annotated[float, SHARE] = 0.70
    # An agency's report and its later version: more than half of the shorter is the other's. Two reports of one agency
    # with .40 of background in common stay apart: `benchmarks/copy_quality.py`
    write_through_share: Annotated[float, SHARE] = 0.50
    write_through_hours: Annotated[int, Range(0, 10_000, "hours")] = 48  # between their printings: two days of news
    mostly: Annotated[float, SHARE] = 0.50  # "both are mostly the other": more than half, as the words say
    least_words: Annotated[int, Range(1, 10_000, "words")] = 20  # aligned words; under it lie paywall and cookie lines
    partial_share: Annotated[float, SHARE] = 0.10  # of the shorter text; weaker reuse is a phrase and gets no row
    # Of the shorter text, in runs of a dozen unchanged words: a form filled in anew breaks in every line. With edits
    # of one word in p spread by chance it is (12 p + 1)(1 - p)**12: .62 at one word in ten, .26 at one in five.
    steady_share: Annotated[float, SHARE] = 0.35
    steady_share_same_outlet: Annotated[float, SHARE] = 0.50
