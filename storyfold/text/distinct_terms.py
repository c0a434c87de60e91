"""Count the terms of one text, each once, weigh them in general news, and choose those that are kept."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, Integers, LongHashes, Number, Tiny
from storyfold.kernels.compiled import compiled
from storyfold.text.term_weights import (
    SAMPLE_TERMS,
    Background,
    find_slot,
    weigh_by_frequency,
    weigh_by_length,
)
from storyfold.text.terms import Terms

NAT = 1_000  # parts of a nat in which a general weight is counted
# Nats that a word of eight letters weighs where no frequencies are known: the rarest word of a known language has 8.1.
LENGTH_NATS = 8
WEIGHT_BITS, COUNTS = 7, 1_024  # weights are counted by so many parts at once; the heaviest term has 112,000
SORTED_BITS = 8  # of a hash, by which terms are sorted at first: about as many slots as a text has kept terms
MOST_INSERTED = 1_000  # terms sorted by insertion: made so that all begin alike they take half a million steps, no more


class Distinct(NamedTuple):
    """Room for the terms of one text, each once, and for choosing among them.

    Of each how often it is in the text and in the lead, what it weighs in general news, and its weight in the text.
    `slots` and `numbers` are a table of them, as `find_slot` reads it; `order` has the chosen ones, `counts` is for
    sorting and zero between two texts.
    """

    slots: LongHashes
    numbers: Integers
    hashes: LongHashes
    sizes: Tiny
    times: Integers
    lead_times: Integers
    general: Integers
    weights: Doubles
    order: Integers
    room: Integers
    heavy: Doubles
    factors: Doubles
    counts: Integers


@compiled(called_by_kernels=True, makes_arrays=True)
def make_distinct(most: Number) -> Distinct:
    size = _count_slots(most)
    factors = np.zeros(COUNTS)
    for times in range(1, COUNTS):
        factors[times] = 1.0 + math.log(times)
    return Distinct(
        np.empty(size, np.uint64),
        np.empty(size, np.int32),
        np.empty(most, np.uint64),
        np.empty(most, np.int8),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.float64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.float64),
        factors,
        np.zeros(COUNTS, np.int32),
    )


@compiled(called_by_kernels=True)
def _count_slots(most: Number) -> Number:
    """Return the size of a table of which so many terms fill less than half."""
    size = 2
    while size <= 2 * most:
        size *= 2
    return size


@compiled(called_by_kernels=True)
def count_terms(
    title: Terms,
    titled: Number,
    body: Terms,
    read: Number,
    title_copies: Number,
    lead_words: Number,
    distinct: Distinct,
) -> Number:
    """Count how often each of the first terms of title and body is in the text and in the lead; return how many are."""
    slots = distinct.slots[: _count_slots(titled + read)]
    slots[:] = 0
    found = 0
    for place in range(titled):
        found = _count_term(title, place, slots, title_copies, title_copies, distinct, found)
    for place in range(read):
        found = _count_term(body, place, slots, 1, int(place < lead_words), distinct, found)
    return found


@compiled(called_by_kernels=True)
def _count_term(
    terms: Terms, place: Number, slots: LongHashes, times: Number, lead_times: Number, distinct: Distinct, found: Number
) -> Number:
    """Count one term so many times in both views; return how many different ones there are then."""
    value = np.uint64(terms.hashes[place])
    slot = find_slot(slots, value)
    if not slots[slot]:
        slots[slot], distinct.numbers[slot] = value, found
        distinct.hashes[found], distinct.sizes[found] = value, terms.sizes[place]
        distinct.times[found], distinct.lead_times[found] = times, lead_times
        return found + 1
    term = distinct.numbers[slot]
    distinct.times[term] += times
    distinct.lead_times[term] += lead_times
    return found


@compiled(called_by_kernels=True)
def weigh_in_general(distinct: Distinct, found: Number, sample: Terms, read: Number, background: Background) -> None:
    """Weigh each term in general news, in thousandths of a nat; 0 for what says nothing of an event.

    The first of so many terms `read` of the text show whether it is in the background's language.
    """
    is_own = _has_own_words(sample, read, background)
    for term in range(found):
        size = np.int64(distinct.sizes[term])
        if is_own:
            nats = weigh_by_frequency(distinct.hashes[term], size, background)
        else:
            nats = LENGTH_NATS * weigh_by_length(size)
        distinct.general[term] = math.floor(NAT * nats + 0.5)


@compiled(called_by_kernels=True, makes_arrays=True)
def choose_terms(distinct: Distinct, found: Number, most: Number) -> Number:
    """Choose which terms are kept: all of the lead, and the heaviest of the text; return how many they are.

    Of terms that weigh the same those with the smallest hashes; none that weighs nothing.
    """
    general, weights, order = distinct.general, distinct.weights, distinct.order
    for term in range(found):
        times = distinct.times[term]
        weights[term] = general[term] * (distinct.factors[times] if times < COUNTS else 1.0 + math.log(times))
    least = _find_least(distinct, found, most) if found > most else 0.0
    equal, chosen = most, 0
    for term in range(found):
        equal -= int(weights[term] > least)
        order[chosen] = term  # written over by the next where it is not chosen: no branch that is guessed wrong
        is_in_lead = general[term] > 0 and distinct.lead_times[term] > 0
        chosen += int(weights[term] > least or is_in_lead or (weights[term] == least and least > 0.0))
    _sort_by_hash(distinct, chosen)
    kept = 0
    for term in order[:chosen]:
        is_last = weights[term] == least
        is_kept = weights[term] > least or (is_last and least > 0.0 and equal > 0)
        equal -= int(is_kept and is_last)
        order[kept] = term
        kept += int(is_kept or (general[term] > 0 and distinct.lead_times[term] > 0))
    return kept


@compiled(called_by_kernels=True, makes_arrays=True)
def _find_least(distinct: Distinct, found: Number, most: Number) -> float:
    """Find the weight that as many terms reach as are wanted at most, which must be fewer than are found."""
    counts, values = distinct.counts, distinct.heavy
    for term in range(found):
        counts[_place_weight(distinct.weights[term])] += 1
    place, above = COUNTS - 1, 0
    while above + counts[place] < most:
        above += counts[place]
        place -= 1
    counts[:] = 0
    same = 0
    for term in range(found):
        if _place_weight(distinct.weights[term]) == place:
            values[same] = distinct.weights[term]
            same += 1
    values[:same].sort()
    return float(values[same - (most - above)])


@compiled(called_by_kernels=True)
def _place_weight(weight: float) -> Number:
    """Return which of the counts a weight counts in: of two the heavier never in an earlier one."""
    return min(np.int64(weight) >> WEIGHT_BITS, COUNTS - 1)


@compiled(called_by_kernels=True, makes_arrays=True)
def _sort_by_hash(distinct: Distinct, chosen: Number) -> None:
    """Sort the chosen terms by their hashes: by the first bits of these, then by insertion, for few have the same."""
    hashes, order, here = distinct.hashes, distinct.order, distinct.room
    if chosen > MOST_INSERTED:
        here[:chosen] = order[:chosen]
        ranks = np.argsort(hashes[order[:chosen]])
        for place in range(chosen):
            order[place] = here[ranks[place]]
        return
    counts = distinct.counts[: 2**SORTED_BITS + 1]
    shift = np.uint64(64 - SORTED_BITS)
    for term in order[:chosen]:
        counts[(hashes[term] >> shift) + np.uint64(1)] += 1
    for slot in range(2**SORTED_BITS):
        counts[slot + 1] += counts[slot]
    for term in order[:chosen]:
        slot = hashes[term] >> shift
        here[counts[slot]] = term
        counts[slot] += 1
    counts[:] = 0
    for place in range(chosen):
        term, before = here[place], place
        while before > 0 and hashes[order[before - 1]] > hashes[term]:
            order[before] = order[before - 1]
            before -= 1
        order[before] = term


@compiled(called_by_kernels=True)
def _has_own_words(sample: Terms, count: Number, background: Background) -> bool:
    """Say whether enough of the first of so many terms are among the commonest of the background's language."""
    read, common = min(count, SAMPLE_TERMS), 0
    for term in range(read):
        common += weigh_by_frequency(sample.hashes[term], np.int64(sample.sizes[term]), background) == 0.0
    return bool(common >= background.least_common * read)
