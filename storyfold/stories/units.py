"""Make the units that are grouped: each family of copies once, with the time at which its text was published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.dates.doubt import LABEL
from storyfold.kernels.arrays import Flags, Longs

OPEN = 10_000_000  # days; an end that is not known, beyond any date that Python can represent
EPOCH = 719_163  # 1970-01-01 in days since 0001-01-01, both counted from 1, as `date.toordinal` does
DAY = 86_400_000_000  # microseconds
SURE = pa.array(["high", "medium"])
MANY_STORIES = pa.array(["live", "digest"])  # kinds of articles that tell of several

# What is asked of each article, with its place in its family: columns of `articles` and of `families`.
PLACE_COLUMNS = ("family_id", "original_article_id", "date_doubt")
UNIT_COLUMNS = (
    "article_id", "kind", "published_at", "date_confidence", "date_reason", "not_before", "not_after", "first_seen_at",
    *PLACE_COLUMNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Units:
    """Hold one element a family, or an article without one, ordered by `first`, `last` and key.

    `representative` is the row of the article that stands for it. `first` and `last` are the believed interval in days
    since 0001-01-01, both inclusive; an unknown end is OPEN days away. `dated` is 0 where no member is confidently
    dated, 2 where the date that counts is of the highest confidence, else 1. `unit_of` is the unit of each row of the
    articles, `seen` the day on which each of those was first seen. `touches_many` marks those whose representative
    tells of several stories, by its kind.
    """

    keys: pa.Array
    representative: Longs
    first: Longs
    last: Longs
    dated: Longs
    touches_many: Flags
    unit_of: Longs
    seen: Longs

    def __len__(self) -> int:
        return len(self.representative)


@dataclass(frozen=True, slots=True)
class Believed:
    """When each article was published, as far as it is believed: see `Units`; and whether it is sure and confirmed."""

    first: Longs
    last: Longs
    is_sure: Flags
    is_confirmed: Flags


def make_units(articles: pa.Table) -> Units:
    """Make the units of whole families from rows with `UNIT_COLUMNS`; an article without a family has nulls there.

    A text is as old as its first appearance: it has the interval of its earliest confidently dated copy; else what all
    its members' intervals allow, and if those contradict each other, the earliest end counts, for no copy is older than
    the text. The family's original stands for it if given; else the member of the earliest sure date, first seen,
    smallest id.
    """
    believed = believe_dates(articles)
    seen = count_days(articles["first_seen_at"])
    names = pa.chunked_array(pc.coalesce(articles["family_id"], articles["article_id"])).combine_chunks()
    keys, of_key = _number(names)
    rank = rank_names(articles["article_id"])
    sure_first = np.where(believed.is_sure, believed.first, OPEN)
    sure_last = np.where(believed.is_sure, believed.last, OPEN)
    order = np.lexsort((sure_last, sure_first, of_key))
    begins = np.searchsorted(of_key[order], np.arange(len(keys)))
    earliest = order[begins]  # the row of the earliest sure date of each family, if it has one
    dated = believed.is_sure[earliest]
    first, last = np.full(len(keys), -OPEN), np.full(len(keys), OPEN)
    np.maximum.at(first, of_key, believed.first)
    np.minimum.at(last, of_key, believed.last)
    first = np.where(dated, believed.first[earliest], np.minimum(first, last))
    last = np.where(dated, believed.last[earliest], last)
    confirmed = np.zeros(len(keys), np.bool_)
    counts = believed.is_sure & believed.is_confirmed
    confirmed[of_key[counts & (believed.first == first[of_key]) & (believed.last == last[of_key])]] = True
    original = _mark_originals(articles, of_key)
    by = (np.where(original, 0, column) for column in (seen, sure_last, sure_first))
    chosen = np.lexsort((rank, *by, ~original, of_key))
    representative = chosen[np.searchsorted(of_key[chosen], np.arange(len(keys)))]
    place = np.lexsort((np.arange(len(keys)), last, first))  # keys are ascending
    number_of = np.empty(len(keys), np.int64)
    number_of[place] = np.arange(len(keys))
    states = dated.astype(np.int64) + (dated & confirmed)
    return Units(
        keys.take(pa.array(place)),
        representative[place],
        first[place],
        last[place],
        states[place],
        _to_flags(pc.is_in(articles["kind"], MANY_STORIES))[representative[place]],
        number_of[of_key],
        seen,
    )


def believe_dates(articles: pa.Table) -> Believed:
    """Say when each article was published; a date that its family shows to be false counts as `apply_date_doubt` says.

    A confidently dated article whose interval was not given is believed to be of its day. An interval that ends at
    midnight ends with the day before; if the two ends contradict each other, the start counts.
    """
    confidence = articles["date_confidence"]
    is_doubted = pc.and_(
        pc.is_valid(articles["date_doubt"]), pc.invert(pc.is_in(confidence, pa.array(["low", "none"])))
    )
    is_sure = pc.and_(pc.and_(pc.is_in(confidence, SURE), pc.is_valid(articles["published_at"])), pc.invert(is_doubted))
    start = pc.if_else(is_doubted, None, articles["not_before"])
    end = pc.if_else(is_doubted, articles["first_seen_at"], articles["not_after"])
    sure_day = pc.if_else(is_sure, articles["published_at"], None)
    first, is_from, _ = _read_instants(pc.coalesce(start, sure_day))
    last, is_to, is_midnight = _read_instants(pc.coalesce(end, sure_day))
    first = np.where(is_from, first, -OPEN)
    last = np.where(is_to, last - is_midnight, OPEN)
    is_confirmed = pc.and_(
        pc.equal(confidence, "high"), pc.invert(pc.or_(is_doubted, pc.equal(articles["date_reason"], LABEL)))
    )
    return Believed(first, np.maximum(first, last), _to_flags(is_sure), _to_flags(is_confirmed))


def count_days(instants: pa.ChunkedArray) -> Longs:
    """Return the UTC day of each instant, in days since 0001-01-01."""
    return _read_instants(instants)[0]


def rank_names(names: pa.ChunkedArray) -> Longs:
    """Return the place of each name among all, ascending."""
    order = pc.sort_indices(names).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _number(names: pa.Array) -> tuple[pa.Array, Longs]:
    """Return the distinct names, ascending, and the place among them of each."""
    encoded = names.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)
    place = np.empty(len(order), np.int64)
    place[order.to_numpy()] = np.arange(len(order))
    return encoded.dictionary.take(order), place[encoded.indices.to_numpy()]


def _mark_originals(articles: pa.Table, of_key: Longs) -> Flags:
    """Mark the articles that a member of their own family names as its original."""
    ids = articles["article_id"]
    named = pc.index_in(articles["original_article_id"], value_set=ids.combine_chunks())
    row = pc.fill_null(named, -1).to_numpy()
    marked = np.zeros(len(articles), np.bool_)
    is_own = (
        (row >= 0) & (of_key[np.maximum(row, 0)] == of_key) & ~pc.is_null(articles["original_article_id"]).to_numpy()
    )
    marked[row[is_own]] = True
    return marked


def _read_instants(instants: pa.ChunkedArray) -> tuple[Longs, Flags, npt.NDArray[np.bool_]]:
    """Return the UTC day of each instant, whether it is there, and whether it is a midnight."""
    ticks = pc.fill_null(pc.cast(instants, pa.timestamp("us", "UTC")).cast(pa.int64()), 0).to_numpy()
    return ticks // DAY + EPOCH, pc.is_valid(instants).to_numpy(), ticks % DAY == 0


def _to_flags(values: pa.ChunkedArray) -> Flags:
    return np.asarray(pc.fill_null(values, pa.scalar(value=False)).to_numpy(), np.bool_)
