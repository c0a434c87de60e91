"""List the texts that have each of their heaviest terms, and add up what one has in common with others in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Flags, Integers, Longs, LongTable, Number
from storyfold.kernels.compiled import compiled
from storyfold.stories.term_vectors import Vectors


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
    which one is new.
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


@compiled(called_by_kernels=True)
def _move_bounds(term: Number, postings: Postings, search: Search, bounds: LongTable) -> Number:
    """Move the bounds of what is near a term's own posting; return the end of the first texts, near by themselves.

    `bounds` has one column a term: the first posting whose rank is near, the own one, and the first that is not near
    any more. They only go on, as texts are passed in their order. A loop, over what has come near and what has left.
    """
    ranks, stop, own = postings.ranks, postings.starts[term + 1], bounds[1, term]
    while ranks[own] - ranks[bounds[0, term]] > search.reach:
        bounds[0, term] += 1
    while bounds[2, term] < stop and ranks[bounds[2, term]] - ranks[own] <= search.reach:
        bounds[2, term] += 1
    far = postings.starts[term]
    while far < bounds[0, term] and postings.texts[far] < search.distant:
        far += 1
    return far


@compiled(called_by_kernels=True)
def gather_shared(
    i: Number,
    rows: Vectors,
    heavy: Flags,
    postings: Postings,
    bounds: LongTable,
    search: Search,
    shared: Longs,
    touched: Longs,
) -> Number:
    """Add up in `shared` what text i has in common with others; return how many of them `touched` lists.

    Those before it that ask themselves have looked already. `shared` (parts of UNIT squared) and `touched` have one
    element a text; for `bounds` see `_move_bounds`. A loop, because each posting adds to another text.
    """
    hits = 0
    for place in range(rows.starts[i], rows.starts[i + 1]):
        if not heavy[place]:
            continue
        term, weight = rows.terms[place], np.int64(rows.text[place])
        far, own = _move_bounds(term, postings, search, bounds), bounds[1, term]
        after = postings.starts[term + 1] if i < search.distant else bounds[2, term]
        for part in range(3):
            first = postings.starts[term] if part == 0 else bounds[0, term] if part == 1 else own + 1
            last = far if part == 0 else own if part == 1 else after
            if part < 2 and search.do_all_ask:
                continue
            for p in range(first, last):
                j = postings.texts[p]
                if part < 2 and search.is_asking[j]:
                    continue
                if shared[j] == 0:
                    touched[hits] = j
                    hits += 1
                shared[j] += weight * postings.weights[p]
    return hits
