"""List the texts that have each of their heaviest terms, and add up what one has in common with others in them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Flags, Integers, Longs, LongTable, Number, UnsignedShorts
from storyfold.kernels.compiled import compiled
from storyfold.stories.term_rows import TermRows
from storyfold.stories.term_vectors import UNIT, Vectors, WeighedTerms, Weights

# What two texts have in common is at most UNIT squared, but for rounding: less than two to the power of STAMP_BITS. So
# many texts can be told apart in what is left of 63 bits.
STAMP_BITS = 41
STAMPS = 1 << 22


class Postings(NamedTuple):
    """The texts that have each term among their heaviest, in their order, with its weight in the text's view.

    `ranks` says how many texts that have the term, heavy or not, come before each.
    """

    starts: Longs
    texts: Integers
    weights: Integers
    ranks: Integers


class Search(NamedTuple):
    """Which texts look for neighbours, and among which they do.

    A text is held against those before and after it that have a term and a rank not further than `reach` from its own,
    but against all of the first `distant` ones, and those against all. Pairs count whose later text is of `day`, and of
    which one is new; and either those across languages, numbered as `languages` has them (-1: not known), or the
    others.
    """

    is_asking: Flags
    do_all_ask: bool
    is_new: Flags
    distant: int
    reach: int
    day: int
    window: int
    parts: bool
    overlap: float
    mention_overlap: float
    mention_threshold: float
    languages: Longs
    crosses: bool


class Sums(NamedTuple):
    """What a text has in common with the others: one element a text, and for `bounds` one row a term.

    What is more than the base of text i in `shared` (`find_base`) is what it has in common with each, so that nothing
    need be cleared; `near` lists those with which it has enough. For `bounds` see `_move_bounds`.
    """

    bounds: LongTable
    shared: Longs
    near: Longs


class Places(NamedTuple):
    """The places of rows: see `TermRows` and `WeighedTerms`."""

    starts: Longs
    terms: Integers
    times: UnsignedShorts
    place_of: Integers


@compiled
def keep_heaviest(starts: Longs, weights: Integers, terms: Integers, most_of: Longs, is_rare: Flags) -> Flags:
    """Mark the `most_of[n]` heaviest places of row n, of equal weights those of the smallest hash, as far as rare.

    Of weights in parts of UNIT, those above 0. A loop, because a sort of all places would take three times as long.
    """
    heavy = np.zeros(len(weights), np.bool_)
    for row in range(len(starts) - 1):
        first, count = starts[row], starts[row + 1] - starts[row]
        most, least, room = most_of[row], np.int32(0), count
        if count > most:
            least = np.partition(weights[first : first + count], count - most)[count - most]
            room = most - np.sum(weights[first : first + count] > least)
        for place in range(first, first + count):
            if weights[place] > least:
                heavy[place] = is_rare[terms[place]]
            elif weights[place] == least and room > 0 and least > 0:
                heavy[place] = is_rare[terms[place]]
                room -= 1
    return heavy


@compiled
def make_postings(starts: Longs, terms: Integers, weights: Integers, heavy: Flags, count: int) -> Postings:
    """Return the postings of each of `count` terms, of the places that are heavy; all places count in ranks.

    A loop over places twice, as a sort of them would take three times as long.
    """
    begins = np.zeros(count + 1, np.int64)
    for place in range(len(terms)):
        begins[terms[place] + 1] += heavy[place]
    for term in range(count):
        begins[term + 1] += begins[term]
    next_of, total = begins[:-1].copy(), begins[count]
    texts, kept, ranks = np.empty(total, np.int32), np.empty(total, np.int32), np.empty(total, np.int32)
    met = np.zeros(count, np.int32)
    for row in range(len(starts) - 1):
        for place in range(starts[row], starts[row + 1]):
            if heavy[place]:
                position = next_of[terms[place]]
                texts[position], kept[position], ranks[position] = row, weights[place], met[terms[place]]
                next_of[terms[place]] = position + 1
            met[terms[place]] += 1
    return Postings(begins, texts, kept, ranks)


@compiled
def have_terms(starts: Longs, terms: Integers, numbers: Longs, is_asked: Flags) -> Flags:
    """Say of each of these rows whether it has a term that is asked; a loop, which ends at the first."""
    found = np.zeros(len(numbers), np.bool_)
    for n in range(len(numbers)):
        for place in range(starts[numbers[n]], starts[numbers[n] + 1]):
            if is_asked[terms[place]]:
                found[n] = True
                break
    return found


def have_overlap(
    rows: TermRows, numbers: Longs, weighed: WeighedTerms, weights: Weights, asked: Postings, least: int
) -> Flags:
    """Say of each of these rows whether it has so much (parts of UNIT squared) in common with a text that is asked for.

    All its terms count: what its heaviest ones have in common is not more.
    """
    places = Places(rows.starts, rows.terms, rows.times, weighed.place_of)
    return _have_overlap(places, numbers, weights, asked, int(asked.texts.max(initial=0)) + 1, least)


@compiled
def _have_overlap(rows: Places, numbers: Longs, weights: Weights, asked: Postings, texts: int, least: int) -> Flags:
    """See `have_overlap`; so many texts are asked for. A loop, so that only what may be shared is weighed."""
    found, shared, most = np.zeros(len(numbers), np.bool_), np.zeros(texts, np.int64), 0
    for number in numbers:
        most = max(most, rows.starts[number + 1] - rows.starts[number])
    met = np.empty(most + 1, np.int64)
    for n in range(len(numbers)):
        count = 0
        for place in range(rows.starts[numbers[n]], rows.starts[numbers[n] + 1]):
            met[count] = place  # written over by the next where it is not asked for
            count += asked.starts[rows.terms[place] + 1] > asked.starts[rows.terms[place]]
        length = _measure_length(rows, numbers[n], weights) if count else 1.0
        for place in met[:count]:
            weight = weights.rarity[rows.place_of[place]] * weights.of_times[rows.times[place]]
            parts = np.int64(np.rint(weight / length * UNIT))
            for p in range(asked.starts[rows.terms[place]], asked.starts[rows.terms[place] + 1]):
                shared[asked.texts[p]] += parts * asked.weights[p]
                found[n] |= shared[asked.texts[p]] >= least
        for place in met[:count]:
            for p in range(asked.starts[rows.terms[place]], asked.starts[rows.terms[place] + 1]):
                shared[asked.texts[p]] = 0
    return found


@compiled(called_by_kernels=True)
def _measure_length(rows: Places, row: Number, weights: Weights) -> float:
    """Return the length of a row's vector as a text, as `weigh_numbered_rows` has it; 1 of one that weighs nothing."""
    square = 0.0
    for place in range(rows.starts[row], rows.starts[row + 1]):
        weight = weights.rarity[rows.place_of[place]] * weights.of_times[rows.times[place]]
        square += weight * weight
    return math.sqrt(square) if square > 0.0 else 1.0


@compiled(called_by_kernels=True)
def _move_bounds(term: Number, postings: Postings, search: Search, bounds: LongTable) -> Number:
    """Move the bounds of what is near a term's own posting; return the end of the first texts, near by themselves.

    `bounds` has one row a term: the first posting whose rank is near, the own one, and the first that is not near
    any more. They only go on, as texts are passed in their order. A loop, over what has come near and what has left.
    """
    ranks, stop, own = postings.ranks, postings.starts[term + 1], bounds[term, 1]
    while ranks[own] - ranks[bounds[term, 0]] > search.reach:
        bounds[term, 0] += 1
    while bounds[term, 2] < stop and ranks[bounds[term, 2]] - ranks[own] <= search.reach:
        bounds[term, 2] += 1
    far = postings.starts[term]
    while far < bounds[term, 0] and postings.texts[far] < search.distant:
        far += 1
    return far


@compiled(called_by_kernels=True)
def find_base(i: Number) -> Number:
    """Return what `shared` counts from for text i: more than what any of the STAMPS before it can have left there."""
    return np.int64(i % STAMPS) << STAMP_BITS


@compiled(called_by_kernels=True, makes_arrays=True)
def make_sums(texts: Number, postings: Postings) -> Sums:
    bounds = np.empty((len(postings.starts) - 1, 3), np.int64)
    for bound in range(3):
        bounds[:, bound] = postings.starts[:-1]
    return Sums(bounds, np.zeros(texts, np.int64), np.empty(texts, np.int64))


@compiled(called_by_kernels=True)
def pass_text(
    i: Number, rows: Vectors, heavy: Flags, postings: Postings, search: Search, least: Number, sums: Sums
) -> Number:
    """Pass over text i: where it asks, list those that have so much in common with it, and count them."""
    if i % STAMPS == 0:
        sums.shared[:] = 0
    hits = _gather_near(i, rows, heavy, postings, search, least, sums) if search.is_asking[i] else 0
    for place in range(rows.starts[i], rows.starts[i + 1]):
        sums.bounds[rows.terms[place], 1] += heavy[place]
    return hits


@compiled(called_by_kernels=True)
def _gather_near(
    i: Number, rows: Vectors, heavy: Flags, postings: Postings, search: Search, least: Number, sums: Sums
) -> Number:
    """List in `near` the texts that have at least so much in common with text i (parts of UNIT squared); count them.

    Those before it that ask themselves have looked already. A loop, because each posting adds to another text.
    """
    bounds, shared, near = sums
    base, hits = find_base(i), 0
    least += base
    for place in range(rows.starts[i], rows.starts[i + 1]):
        if not heavy[place]:
            continue
        term, weight = rows.terms[place], np.int64(rows.text[place])
        far, own = _move_bounds(term, postings, search, bounds), bounds[term, 1]
        after = postings.starts[term + 1] if i < search.distant else bounds[term, 2]
        for part in range(3):
            first = postings.starts[term] if part == 0 else bounds[term, 0] if part == 1 else own + 1
            last = far if part == 0 else own if part == 1 else after
            if part < 2 and search.do_all_ask:
                continue
            for p in range(first, last):
                j = postings.texts[p]
                if part < 2 and search.is_asking[j]:
                    continue
                before = max(shared[j], base)
                now = before + weight * postings.weights[p]
                shared[j] = now
                if now >= least and before < least:
                    near[hits] = j
                    hits += 1
    return hits
