"""Make the units that are grouped of a file's articles, from columns: what `units.py` makes of articles one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.dates.doubt import LABEL
from storyfold.kernels.arrays import Flags, Integers, Longs
from storyfold.output.file_articles import FileArticles
from storyfold.output.file_families import FileFamilies
from storyfold.stories.units import OPEN

EPOCH = 719_163  # days from 0001-01-01, which is day 1, to 1970-01-01
DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class FileUnits:
    """One unit a family, in the order of `make_units`; articles are numbers of the file's order.

    `representatives`, `first`, `last`, `sure` and `confirmed` have an entry a unit, with the meaning that `Unit` has.
    Of each article `unit_of` has its unit, `founding` its place in the order of founders, `by_id` in that of the ids,
    `seen` the day on which it was first seen (days since 0001-01-01).
    """

    representatives: Longs
    first: Longs
    last: Longs
    sure: Flags
    confirmed: Flags
    unit_of: Longs
    founding: Longs
    by_id: Longs
    seen: Longs


@dataclass(frozen=True, slots=True)
class _Dates:
    """What articles say of their day: see `get_interval` and `is_confirmed` of `units.py`."""

    first: Longs
    last: Longs
    sure: Flags
    confirmed: Flags


def make_file_units(articles: FileArticles, families: FileFamilies) -> FileUnits:
    """Make one unit of each family, ordered by interval and key."""
    columns, founders = articles.columns, families.founders
    dates, by_id = _read_dates(columns, families.doubted), _rank(pc.sort_indices(columns["article_id"]))
    seen = _count_days(_read_ticks(columns["first_seen_at"]))
    founding = _rank(np.lexsort((by_id, seen)))
    # The members of each family beside one another: those of sure dates first, the earliest before others
    order = np.lexsort((founding, np.where(dates.sure, dates.first, OPEN), founders))
    starts = np.flatnonzero(np.diff(founders[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    sure = dates.sure[order[starts]]
    last = np.minimum.reduceat(dates.last[order], starts) if len(order) else starts
    first = np.minimum(np.maximum.reduceat(dates.first[order], starts), last) if len(order) else starts
    first, last = (np.where(sure, dates.first[order[starts]], end) for end in (first, last))
    is_of_day = dates.sure & dates.confirmed
    is_of_day[order] &= dates.first[order] == np.repeat(first, sizes)
    confirmed = np.logical_or.reduceat(is_of_day[order], starts) if len(order) else sure
    representatives = _choose_representatives(families, order, starts, by_id)
    keys = by_id[founders[order[starts]]]
    by_time = np.lexsort((keys, last, first))
    unit_of = np.empty(len(order), np.int64)
    unit_of[order] = np.repeat(_rank(by_time), sizes)
    return FileUnits(
        representatives[by_time],
        first[by_time],
        last[by_time],
        sure[by_time],
        confirmed[by_time],
        unit_of,
        founding,
        by_id,
        seen,
    )


def _choose_representatives(families: FileFamilies, order: Longs, starts: Longs, by_id: Longs) -> Longs:
    """Choose the family's original where it is a member, of several the one of the smallest id; else the first."""
    originals = families.originals[order]
    is_member = (originals >= 0) & (families.founders[originals] == families.founders[order])
    none = len(order)
    ranks = np.where(is_member, by_id[originals], none)
    smallest = np.minimum.reduceat(ranks, starts) if len(order) else starts
    rows = np.argsort(by_id)
    chosen: Longs = np.where(smallest < none, rows[np.minimum(smallest, none - 1)], order[starts])
    return chosen


def _read_dates(columns: pa.Table, doubted: Flags) -> _Dates:
    """Read the days as `FileArticles` gives their articles; a doubted date says no more than when it was seen."""
    confidence = columns["date_confidence"]
    is_sure = pc.is_in(confidence, pa.array(["high", "medium"], pa.string())).to_numpy()
    day = _count_days(pc.fill_null(columns["published_at"].cast(pa.int64()), 0).to_numpy())
    is_dated = pc.is_valid(columns["published_at"]).to_numpy()
    seen = _read_ticks(columns["first_seen_at"])
    doubtful = doubted & is_sure
    sure = is_sure & ~doubted
    last = np.where(is_dated, day, OPEN)
    last = np.where(doubtful, _count_days(seen - 1), last)  # what ends at midnight ends with the day before
    confirmed = pc.and_(pc.equal(confidence, "high"), pc.not_equal(columns["date_reason"], LABEL)).to_numpy()
    return _Dates(np.where(sure, day, -OPEN), last, sure, confirmed)


def _read_ticks(times: pa.ChunkedArray) -> Longs:
    """Read instants as microseconds since 1970."""
    ticks: Longs = times.cast(pa.int64()).to_numpy()
    return ticks


def _count_days(ticks: Longs) -> Longs:
    return ticks // DAY + EPOCH


def _rank(order: Longs | Integers | pa.Array) -> Longs:
    """Return the place of each number in an order of all."""
    places = np.empty(len(order), np.int64)
    places[np.asarray(order)] = np.arange(len(order))
    return places
