"""Find which stories of a file follow an earlier one, by the functions that a night has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Flags, Longs
from storyfold.settings.stories import StorySettings
from storyfold.stories.series import find_predecessors, list_terms, make_story_terms, weigh_generally
from storyfold.stories.term_rows import TermRows
from storyfold.stories.units import DAY, Units, believe_dates


def find_followed(
    texts: TermRows, units: Units, story_ids: Sequence[str], dates: pa.Table, settings: StorySettings
) -> dict[str, str]:
    """Return which story each one follows, by id.

    `texts` are those that stand for families, one of each unit; `story_ids` has the story of each article, `dates` the
    rows that the units were made of.
    """
    names, story_of = np.unique(np.array(story_ids, np.str_), return_inverse=True)
    first, last = _find_ends(dates, story_of, len(names), believe_dates(dates).is_sure)
    is_dated = first <= last
    dated = np.flatnonzero(is_dated)
    if not len(dated) or first[dated].max() - last[dated].min() <= settings.window_days * DAY:
        return {}
    of_text = story_of[units.representative]
    numbers = np.argsort(of_text, kind="stable")
    numbers = numbers[is_dated[of_text[numbers]]]
    starts = np.searchsorted(of_text[numbers], np.append(dated, len(names)))
    vectors = weigh_generally(texts, settings, numbers)
    terms = make_story_terms(vectors, texts.vocabulary, starts, np.arange(len(numbers)))
    columns = {
        "story_id": pa.array(names[dated].tolist()),
        "first_published_at": pa.array(first[dated]).cast(pa.timestamp("us", "UTC")),
        "last_published_at": pa.array(last[dated]).cast(pa.timestamp("us", "UTC")),
        **list_terms(terms),
    }
    earlier, _ = find_predecessors(pa.table(columns), np.arange(len(dated)), settings)
    found = np.flatnonzero(earlier >= 0)
    return dict(zip(names[dated[found]].tolist(), names[dated[earlier[found]]].tolist(), strict=True))


def _find_ends(dates: pa.Table, story_of: Longs, stories: int, is_sure: Flags) -> tuple[Longs, Longs]:
    """Return the first and last sure date of each story, in microseconds since 1970; one without has the last first."""
    published = dates["published_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    ticks = pc.fill_null(published, 0).to_numpy()[is_sure]
    first, last = np.full(stories, np.iinfo(np.int64).max), np.full(stories, np.iinfo(np.int64).min)
    np.minimum.at(first, story_of[is_sure], ticks)
    np.maximum.at(last, story_of[is_sure], ticks)
    return first, last
