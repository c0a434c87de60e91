"""Rank texts by a common term: how many texts of the news that have it were seen before each, so which are near.

In a lake the ranks come from the news that pairs are judged by, and not from the texts that are compared: so a pair is
looked at or not whichever text stands for a family, and whatever else is compared.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Doubles, Flags, Integers, Longs, LongTable
from storyfold.kernels.compiled import compiled
from storyfold.lake.key_sets import hash_names
from storyfold.stories.references import Spans
from storyfold.stories.term_rows import TermRows


class Counted(NamedTuple):
    """The news of a lake: the spans and the days of all rows, and how far on in its day each compared text comes.

    `part_of_day` is 0 to 1, by a hash of the article's id: evenly spread, and the same on whatever night.
    """

    spans: Spans
    days: Longs
    part_of_day: Doubles


class Ranks(NamedTuple):
    """For each common term, its row in `before`, else -1; and how many texts with it were seen before each day.

    Column n of `before` is of the day `first_day + n`; the last one has all texts.
    """

    row_of: Longs
    before: LongTable
    first_day: int


def hash_parts_of_day(article_ids: pa.ChunkedArray) -> Doubles:
    """Return how far on in its day each article comes, 0 to 1."""
    return hash_names(article_ids).astype(np.float64) / 2.0**64


def count_ranks(rows: TermRows, counted: Counted, is_common: Flags, day: int) -> Ranks:
    """Count on which days the texts of the reference of a day, with each common term, were seen."""
    spans = counted.spans
    numbers = np.flatnonzero((spans.first <= day) & (spans.last >= day) & (np.diff(rows.starts) > 0))
    first_day = int(counted.days[numbers].min(initial=day))
    row_of = np.where(is_common, np.cumsum(is_common) - 1, -1)
    before = np.zeros((int(is_common.sum()), day - first_day + 2), np.int64)
    _count_days(rows.starts, rows.terms, numbers, counted.days - first_day + 1, row_of, before)
    return Ranks(row_of, np.cumsum(before, axis=1), first_day)


def rank_postings(starts: Longs, texts: Integers, ranks: Ranks, seen: Longs, part_of_day: Doubles) -> Integers:
    """Return the rank of each posting, `texts[starts[term]:starts[term + 1]]` of a term; 0 where few have the term.

    Of a text that was seen before all of the reference 0, too.
    """
    return _rank_postings(starts, texts, ranks.row_of, ranks.before, seen - ranks.first_day, part_of_day)


@compiled
def _count_days(
    starts: Longs, terms: Integers, numbers: Longs, column_of: Longs, row_of: Longs, before: LongTable
) -> None:
    """Add 1 for each common term of these rows, in the column of its row's day; a loop, so that no row is copied."""
    for number in numbers:
        for place in range(starts[number], starts[number + 1]):
            row = row_of[terms[place]]
            if row >= 0:
                before[row, column_of[number]] += 1


@compiled
def _rank_postings(
    starts: Longs, texts: Integers, row_of: Longs, before: LongTable, column_of: Longs, part_of_day: Doubles
) -> Integers:
    """Rank the postings of each term; a loop, because few terms have ranks at all."""
    ranks = np.zeros(len(texts), np.int32)
    for term in range(len(starts) - 1):
        row = row_of[term]
        if row < 0:
            continue
        for place in range(starts[term], starts[term + 1]):
            column = column_of[texts[place]]
            if column >= 0:
                of_day = before[row, column + 1] - before[row, column]
                ranks[place] = before[row, column] + int(part_of_day[texts[place]] * of_day)
    return ranks
