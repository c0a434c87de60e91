"""Compare stories that lie apart in time: find of each the last earlier one of the same series.

A story is compared by its heaviest terms, weighed in general, in the mean of its texts. The product of two such means
is the mean similarity of their pairs, which is what average link goes by. It depends on the two stories alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Integers, LongHashes, Longs, LongTable, Number, UnsignedShorts
from storyfold.kernels.compiled import compiled
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_rows import Reference, TermRows, number_hashes
from storyfold.stories.term_vectors import UNIT, Vectors, list_weighed_terms, weigh_numbered_rows, weigh_terms
from storyfold.stories.units import DAY, rank_names

# Terms of a story that are kept. With 32, three more in 100 halves of stories are found again where as many pairs of
# others are taken for one (`python -m benchmarks.story_series`), for a third more room.
SERIES_TERMS = 24
# Of these two must share so many: 97 of 100 halves of stories that are alike enough do, and 1 in 250 pairs of others.
LEAST_SHARED = 7
# Of the rarest terms that are looked at so many must be shared before a story is compared, and as many more are looked
# at: of 15,578 stories 1 takes .56 s, 2 .18, 3 and 4 .13, 5 .14.
COUNTED = 3
WEIGHT = 65_535  # a weight is in parts of this
SCORE_DIGITS = 4  # as scores of members have
# Stories that are looked at for one story, by its terms that fewest have first. Of a million articles a story meets
# some thousands; 50,000 that are all alike would be met by each other. Where it is reached, what is found depends on
# what else is looked at.
MOST_MET = 100_000


class StoryTerms(NamedTuple):
    """The terms of stories, heaviest first: those of story n are at the places `starts[n]` to `starts[n + 1]`."""

    starts: Longs
    hashes: LongHashes
    weights: UnsignedShorts


class Series(NamedTuple):
    """Stories by when they began, then id; `first` and `last` are in microseconds since 1970, `rank` the place of ids.

    Story n has the terms at the places `starts[n]` to `starts[n + 1]`, each the number of a term and its weight.
    """

    first: Longs
    last: Longs
    rank: Longs
    starts: Longs
    terms: Integers
    weights: UnsignedShorts


class Found(NamedTuple):
    """For each story that is asked for the one that it follows, -1 where there is none, and the sum of products."""

    earlier: Longs
    product: Longs


def weigh_generally(rows: TermRows, settings: StorySettings, numbers: Longs | None = None) -> Vectors:
    """Return the vectors of texts, of these or of all, by how rare terms are in general: they depend on each alone."""
    nothing = np.zeros(len(rows.vocabulary), np.int64)
    chosen = np.arange(len(rows)) if numbers is None else numbers
    weighed = list_weighed_terms(rows)
    weights = weigh_terms(rows, weighed, Reference(0, nothing, nothing), settings)
    return weigh_numbered_rows(rows, chosen, weighed, weights, settings)


def make_story_terms(vectors: Vectors, vocabulary: LongHashes, starts: Longs, rows: Longs) -> StoryTerms:
    """Make the terms of stories of their texts: story n has the `rows[starts[n]:starts[n + 1]]` of the vectors."""
    begins, terms, weights = _choose_terms(vectors, starts, rows, len(vocabulary))
    return StoryTerms(begins, vocabulary[terms], weights)


def link_stories(stories: pa.Table, asked: Longs, settings: StorySettings) -> pa.Table:
    """Return the rows that are asked for, with the columns of `story_follows` that say what each story follows.

    `stories` are as `find_predecessors` takes them. The days between are whole ones; the likeness is rounded.
    """
    earlier, product = find_predecessors(stories, asked, settings)
    none = earlier < 0
    rows, others = stories.take(pa.array(asked)), stories.take(pa.array(np.where(none, 0, earlier)))
    gap = _read_ticks(rows["first_published_at"]) - _read_ticks(others["last_published_at"])
    similarity = np.round(np.minimum(product / WEIGHT**2, 1.0), SCORE_DIGITS)
    found = {
        "follows_story_id": pc.if_else(pa.array(none), None, others["story_id"]),
        "similarity": pa.array(similarity, mask=none),
        "gap_days": pa.array(gap // DAY, mask=none),
        "kind": pc.if_else(pa.array(none), None, "same series"),
    }
    return pa.table({**dict(zip(rows.column_names, rows.columns, strict=True)), **found})


def list_terms(terms: StoryTerms) -> dict[str, pa.Array]:
    """Return the columns `terms` and `weights` of `story_follows`."""
    offsets = pa.array(terms.starts.astype(np.int32))
    lists = (pa.ListArray.from_arrays(offsets, pa.array(column)) for column in (terms.hashes, terms.weights))
    return dict(zip(("terms", "weights"), lists, strict=True))


def find_least_product(settings: StorySettings) -> int:
    """Return the least sum of products of the weights of two stories, one of which follows the other."""
    return math.ceil(settings.follows_similarity * WEIGHT**2)


def find_predecessors(stories: pa.Table, asked: Longs, settings: StorySettings) -> tuple[Longs, Longs]:
    """Return for each story that is asked for the row of the one that it follows, or -1, and how alike they are.

    `stories` need `story_id`, both dates, `terms` and `weights` of `story_follows`; the likeness is in parts of WEIGHT
    squared. Of several the one that was told last counts, of those the more alike, then the smaller id.
    """
    order = np.lexsort((rank_names(stories["story_id"]), _read_ticks(stories["first_published_at"])))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    series = _make_series(stories.take(pa.array(order)))
    begins, met = _list_stories(series)
    found = Found(np.full(len(asked), -1), np.zeros(len(asked), np.int64))
    span = (settings.window_days * DAY, settings.follows_days * DAY)
    _find_predecessors(series, begins, met, place[asked], span[0], span[1], find_least_product(settings), found)
    none = found.earlier < 0
    return np.where(none, -1, order[np.where(none, 0, found.earlier)]), found.product


def _make_series(stories: pa.Table) -> Series:
    lists = stories["terms"].combine_chunks()
    starts = lists.offsets.to_numpy().astype(np.int64)
    _, terms = number_hashes(np.array(lists.values.to_numpy()[starts[0] : starts[-1]]))
    weights = np.array(stories["weights"].combine_chunks().flatten())
    first, last = (_read_ticks(stories[name]) for name in ("first_published_at", "last_published_at"))
    return Series(first, last, rank_names(stories["story_id"]), starts - starts[0], terms, weights)


def _read_ticks(instants: pa.ChunkedArray) -> Longs:
    return np.array(instants.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy())


def _list_stories(series: Series) -> tuple[Longs, Longs]:
    """List the places of each term, by story: those of term t are at `begins[t]` to `begins[t + 1]`."""
    order = np.argsort(series.terms, kind="stable")
    size = int(series.terms.max(initial=-1)) + 1
    return np.searchsorted(series.terms[order], np.arange(size + 1)), order


@compiled
def _choose_terms(
    vectors: Vectors, starts: Longs, rows: Longs, vocabulary: int
) -> tuple[Longs, Integers, UnsignedShorts]:
    """Choose the heaviest terms of each story, of equal ones the smaller number; a term that weighs nothing is none."""
    stories = len(starts) - 1
    begins = np.zeros(stories + 1, np.int64)
    terms, weights = np.empty(stories * SERIES_TERMS, np.int32), np.empty(stories * SERIES_TERMS, np.uint16)
    summed, met = np.zeros(vocabulary, np.int64), np.empty(vocabulary, np.int32)
    best = np.empty(SERIES_TERMS, np.int32)
    for story in range(stories):
        count = 0
        for number in rows[starts[story] : starts[story + 1]]:
            for place in range(vectors.starts[number], vectors.starts[number + 1]):
                weight, term = np.int64(vectors.text[place]) + vectors.lead[place], vectors.terms[place]
                if weight > 0:
                    if summed[term] == 0:
                        met[count] = term
                        count += 1
                    summed[term] += weight
        size = _keep_heaviest(summed, met[:count], best)
        most = 2.0 * UNIT * (starts[story + 1] - starts[story])
        kept = begins[story]
        for term in best[:size]:
            weight = np.rint(summed[term] / most * WEIGHT)
            if weight > 0:
                terms[kept], weights[kept] = term, weight
                kept += 1
        begins[story + 1] = kept
        for term in met[:count]:
            summed[term] = 0
    return begins, terms[: begins[-1]].copy(), weights[: begins[-1]].copy()


@compiled(called_by_kernels=True)
def _keep_heaviest(summed: Longs, met: Integers, best: Integers) -> Number:
    """Write the heaviest of these terms in order; return how many they are."""
    size = 0
    for term in met:
        at = size
        while at > 0 and (
            summed[best[at - 1]] < summed[term] or (summed[best[at - 1]] == summed[term] and best[at - 1] > term)
        ):
            if at < len(best):
                best[at] = best[at - 1]
            at -= 1
        if at < len(best):
            best[at] = term
            size = min(size + 1, len(best))
    return size


@compiled(called_by_kernels=True)
def _find_first(first: Longs, met: Longs, story_of: Longs, begin: Number, end: Number, since: Number) -> Number:
    """Return the first of these places whose story began at an instant or later."""
    while begin < end:
        middle = (begin + end) // 2
        if first[story_of[met[middle]]] < since:
            begin = middle + 1
        else:
            end = middle
    return begin


@compiled(called_by_kernels=True)
def _is_better(series: Series, one: Number, product: Number, other: Number, others: Number) -> bool:
    """Say whether a story is rather followed than another, each with how alike it is; than -1 each one is."""
    if other < 0 or series.last[one] != series.last[other]:
        return bool(other < 0 or series.last[one] > series.last[other])
    return bool(product > others or (product == others and series.rank[one] < series.rank[other]))


@compiled(called_by_kernels=True, makes_arrays=True)
def _list_candidates(met: Longs, story_of: Longs, spans: LongTable, shared: Integers, candidates: Longs) -> Number:
    """List the stories that may share LEAST_SHARED of a story's terms, each once; return how many these are.

    Its term n has the places `spans[0, n]` to `spans[1, n]` of `met`. Stories that share so many of all its terms share
    all but as many of its rarest as there are others. `shared` counts those of each story, and is 0 again afterwards.
    """
    terms, count, looked, taken = spans.shape[1], 0, 0, 0
    rarest = np.argsort(spans[1] - spans[0], kind="mergesort")
    for n in rarest[: max(terms - LEAST_SHARED + COUNTED, 0)]:
        looked += spans[1][n] - spans[0][n]
        if looked > MOST_MET:
            break
        taken += 1
        for at in range(spans[0][n], spans[1][n]):
            other = story_of[met[at]]
            candidates[count] = other  # written over by the next where it is met already
            count += shared[other] == 0
            shared[other] += 1
    least, kept = LEAST_SHARED - (terms - taken), 0
    for number in range(count):
        other = candidates[number]
        if shared[other] >= least:
            candidates[kept] = other
            kept += 1
        shared[other] = 0
    return kept


@compiled(called_by_kernels=True)
def _compute_product(series: Series, other: Number, weight_of: Longs) -> Number:
    """Return the sum of products of a story's weights with those that `weight_of` has of each term; 0 of too few."""
    shared, product = 0, np.int64(0)
    for place in range(series.starts[other], series.starts[other + 1]):
        weight = weight_of[series.terms[place]]
        shared += weight > 0
        product += weight * series.weights[place]
    return product if shared >= LEAST_SHARED else np.int64(0)


@compiled
def _find_predecessors(
    series: Series, begins: Longs, met: Longs, asked: Longs, window: int, look_back: int, least: int, found: Found
) -> None:
    """Write the story that each of these follows: see `find_predecessors`."""
    first, starts, terms = series.first, series.starts, series.terms
    story_of, weight_of = np.empty(len(terms), np.int64), np.zeros(len(begins), np.int64)
    for story in range(len(first)):
        story_of[starts[story] : starts[story + 1]] = story
    shared, candidates = np.zeros(len(first), np.int32), np.empty(len(first) + 1, np.int64)
    for number in range(len(asked)):
        story = asked[number]
        spans = np.empty((2, starts[story + 1] - starts[story]), np.int64)
        for n in range(spans.shape[1]):
            term = terms[starts[story] + n]
            weight_of[term] = series.weights[starts[story] + n]
            spans[0][n] = _find_first(first, met, story_of, begins[term], begins[term + 1], first[story] - look_back)
            spans[1][n] = _find_first(first, met, story_of, spans[0][n], begins[term + 1], first[story] - window)
        for other in candidates[: _list_candidates(met, story_of, spans, shared, candidates)]:
            product = _compute_product(series, other, weight_of)
            is_earlier = series.last[other] < first[story] - window
            best, most = found.earlier[number], found.product[number]
            if product >= least and is_earlier and _is_better(series, other, product, best, most):
                found.earlier[number], found.product[number] = other, product
        weight_of[terms[starts[story] : starts[story + 1]]] = 0
