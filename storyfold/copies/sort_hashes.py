"""Sort positions by the hashes that stand there: a radix sort, several times as fast as a comparing one."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Integers, LongHashes
from storyfold.kernels.compiled import compiled

BITS = 11  # of a hash for each pass: 2,048 counts stay in the first-level cache
# Over the 33 bits below the three that a sketch's bound clears; what is equal in them is compared whole: of 30 million
# hashes, those of a million articles, 50,000 pairs. A fourth pass takes longer.
PASSES = 3
SHIFT = 61 - BITS * PASSES


@compiled
def sort_rows_by_hash(hashes: LongHashes, rows: Integers) -> tuple[LongHashes, Integers]:
    """Sort these positions in `hashes` so that equal hashes stand together, each in the order given.

    The order of different hashes is of no meaning. Returns the hashes as well, in the same order.
    """
    here, there = rows.copy(), np.empty(len(rows), np.int32)
    values, moved = np.empty(len(rows), np.uint64), np.empty(len(rows), np.uint64)  # carried along: read in order
    for place in range(len(rows)):
        values[place] = hashes[rows[place]]
    for turn in range(PASSES):
        shift, mask = np.uint64(SHIFT + BITS * turn), np.uint64(2**BITS - 1)
        places = np.zeros(2**BITS + 1, np.int64)
        for value in values:
            places[((value >> shift) & mask) + np.uint64(1)] += 1
        for number in range(2**BITS):
            places[number + 1] += places[number]
        for place in range(len(here)):
            slot = (values[place] >> shift) & mask
            there[places[slot]], moved[places[slot]] = here[place], values[place]
            places[slot] += 1
        here, there = there, here
        values, moved = moved, values
    _sort_ties(values, here)
    return values, here


@compiled(called_by_kernels=True)
def _sort_ties(values: LongHashes, rows: Integers) -> None:
    """Sort what is equal in the bits of the passes but not in all, by insertion: chance brings few together."""
    shift, mask = np.uint64(SHIFT), np.uint64(2 ** (BITS * PASSES) - 1)
    for place in range(1, len(rows)):
        row, value, before = rows[place], values[place], place
        while (
            before > 0
            and values[before - 1] > value
            and (values[before - 1] >> shift) & mask == (value >> shift) & mask
        ):  # fmt: skip
            rows[before], values[before] = rows[before - 1], values[before - 1]
            before -= 1
        rows[before], values[before] = row, value
