"""Find the stories that are like one of a few wanted ones, among all that the lake has kept the terms of."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Bytes, Integers, Longs, ReadOnlyCodes, UnsignedIntegers
from storyfold.kernels.compiled import compiled
from storyfold.lake.key_sets import mark_hashes
from storyfold.schemas.stories import StoryFollows
from storyfold.stories.series import LEAST_SHARED


class Wanted(NamedTuple):
    """The wanted terms: term k is of the `stories[starts[k]:starts[k + 1]]`, with `weights`; `marks` has its bit.

    Terms are told apart by the lower halves of their hashes, ascending, as those are kept.
    """

    halves: UnsignedIntegers
    starts: Longs
    stories: Longs
    weights: Longs
    marks: Bytes


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
    """Stories that others are held against, with a table of bits in which most terms of others are not."""

    def __init__(self, rows: Collection[StoryFollows]) -> None:
        halves = np.array([term & 0xFFFF_FFFF for row in rows for term in row.terms], np.uint32)
        weights = np.array([weight for row in rows for weight in row.weights], np.int64)
        stories = np.repeat(np.arange(len(rows)), [len(row.terms) for row in rows])
        order = np.argsort(halves, kind="stable")
        distinct, first = np.unique(halves[order], return_index=True)
        begins = np.append(first, len(halves)).astype(np.int64)
        marks = mark_hashes(distinct.astype(np.uint64))
        self._wanted = Wanted(distinct, begins, stories[order], weights[order], marks)
        self._size = len(rows)

    def find_rows(self, packed: PackedTerms, least: int) -> Longs:
        """Return the numbers of the rows that share enough with a wanted one, whose product is at least so large."""
        return _find_rows(packed.terms, packed.weights, self._wanted, self._size, least)


@compiled(called_by_kernels=True)
def _is_marked(marks: Bytes, half: np.uint32) -> bool:
    """Say whether the bit of a term is set."""
    value = np.uint64(half)
    bit = marks[(value >> np.uint64(3)) & np.uint64(len(marks) - 1)] >> np.uint8(value & np.uint64(7)) & np.uint8(1)
    return bool(bit)


@compiled(called_by_kernels=True)
def _is_alike(packed: PackedTerms, begins: int, after: int, wanted: Wanted, least: int, sums: Sums) -> bool:
    """Say whether the terms at these places are like those of a wanted story; `sums` has an entry for each of these."""
    met = 0
    for place in range(begins, after):
        if not _is_marked(wanted.marks, packed.terms[place]):
            continue
        known = np.searchsorted(wanted.halves, packed.terms[place])
        if known == len(wanted.halves) or wanted.halves[known] != packed.terms[place]:
            continue
        for position in range(wanted.starts[known], wanted.starts[known + 1]):
            of = wanted.stories[position]
            if sums.shared[of] == 0:
                sums.touched[met] = of
                met += 1
            sums.shared[of] += 1
            sums.product[of] += np.int64(packed.weights[place]) * wanted.weights[position]
    enough = False
    for of in sums.touched[:met]:
        enough = enough or (sums.shared[of] >= LEAST_SHARED and sums.product[of] >= least)
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
        count = 0
        for place in range(begins, after):
            count += _is_marked(wanted.marks, packed.terms[place])
        if count >= LEAST_SHARED and _is_alike(packed, begins, after, wanted, least, sums):
            rows[found] = row
            found += 1
        begins = after
    return rows[:found].copy()
