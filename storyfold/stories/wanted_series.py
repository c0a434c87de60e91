"""Find the stories that are like one of a few wanted ones, among all that the lake has kept the terms of."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Integers, Longs, Number, ReadOnlyCodes, UnsignedIntegers
from storyfold.kernels.compiled import compiled
from storyfold.schemas.stories import StoryFollows
from storyfold.stories.series import LEAST_SHARED


class Wanted(NamedTuple):
    """The wanted terms: term k is of the `stories[starts[k]:starts[k + 1]]`, with `weights`.

    Terms are told apart by the lower halves of their hashes, as those are kept. `slots` is a table of their numbers, -1
    where there is none: a term stands at the place that its low digits say, or at the next that was free.
    """

    halves: UnsignedIntegers
    starts: Longs
    stories: Longs
    weights: Longs
    slots: Integers


class PackedTerms(NamedTuple):
    """The terms of rows and their weights, each as `storyfold.lake.key_store.pack_lists` has them."""

    terms: ReadOnlyCodes
    weights: ReadOnlyCodes


class Sums(NamedTuple):
    """What a row has in common with wanted stories: how many terms, and the sum of products; 0 but for `touched`."""

    shared: Integers
    product: Longs
    touched: Longs


class WantedSeries:
    """Stories that others are held against, with a table in which their terms are found."""

    def __init__(self, rows: Collection[StoryFollows]) -> None:
        halves = np.array([term & 0xFFFF_FFFF for row in rows for term in row.terms], np.uint32)
        weights = np.array([weight for row in rows for weight in row.weights], np.int64)
        stories = np.repeat(np.arange(len(rows)), [len(row.terms) for row in rows])
        order = np.argsort(halves, kind="stable")
        distinct, first = np.unique(halves[order], return_index=True)
        begins = np.append(first, len(halves)).astype(np.int64)
        self._wanted = Wanted(distinct, begins, stories[order], weights[order], _make_slots(distinct))
        self._size = len(rows)

    def find_rows(self, packed: PackedTerms, least: int) -> Longs:
        """Return the numbers of the rows that share enough with a wanted one, whose product is at least so large."""
        return _find_rows(packed.terms, packed.weights, self._wanted, self._size, least)


@compiled
def _make_slots(halves: UnsignedIntegers) -> Integers:
    """Make the table of these terms: a quarter full at most."""
    size = 1024
    while size < 4 * len(halves):
        size *= 2
    slots = np.full(size, -1, np.int32)
    for number in range(len(halves)):
        slot = np.int64(halves[number]) & (size - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        slots[slot] = number
    return slots


@compiled(called_by_kernels=True)
def _find_term(wanted: Wanted, half: np.uint32) -> Number:
    """Return the number of a term among the wanted ones, -1 for any other."""
    last = len(wanted.slots) - 1
    slot = np.int64(half) & last
    while wanted.slots[slot] >= 0 and wanted.halves[wanted.slots[slot]] != half:
        slot = (slot + 1) & last
    return np.int64(wanted.slots[slot])


@compiled(called_by_kernels=True)
def _is_alike(packed: PackedTerms, begins: int, after: int, wanted: Wanted, least: int, sums: Sums) -> bool:
    """Say whether the terms at these places are like those of a wanted story; `sums` has an entry for each of these."""
    met, enough = 0, False
    for place in range(begins, after):
        known = _find_term(wanted, packed.terms[place])
        if known < 0 or enough:  # of many that are alike the first few say so
            continue
        for position in range(wanted.starts[known], wanted.starts[known + 1]):
            of = wanted.stories[position]
            if sums.shared[of] == 0:
                sums.touched[met] = of
                met += 1
            sums.shared[of] += 1
            sums.product[of] += np.int64(packed.weights[place]) * wanted.weights[position]
            enough = enough or (sums.shared[of] >= LEAST_SHARED and sums.product[of] >= least)
    for of in sums.touched[:met]:
        sums.shared[of], sums.product[of] = 0, 0
    return enough


@compiled
def _find_rows(terms: ReadOnlyCodes, weights: ReadOnlyCodes, wanted: Wanted, size: int, least: int) -> Longs:
    """Return the rows that are like one of the wanted stories, of which there are `size`."""
    packed = PackedTerms(terms, weights)  # made here, as one of arrays that may be written is none that may not
    stories = int(packed.terms[0])
    rows, found = np.empty(stories, np.int64), 0
    sums = Sums(np.zeros(size, np.int32), np.zeros(size, np.int64), np.empty(size, np.int64))
    begins = 1 + stories
    for row in range(stories):
        after = begins + int(packed.terms[1 + row])
        if _is_alike(packed, begins, after, wanted, least, sums):
            rows[found] = row
            found += 1
        begins = after
    return rows[:found].copy()
