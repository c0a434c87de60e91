"""Find the sketches that share enough hashes with one of the wanted ones, among all that the lake has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Bytes, Integers, LongHashes, Longs, ReadOnlyCodes, UnsignedIntegers
from storyfold.kernels.compiled import compiled
from storyfold.lake.key_sets import mark_hashes

# Steps for one sketch: one whose hashes stand in so many of the wanted lists and share enough with none of them so far
# counts as one that shares. What it shares is counted again where candidates are chosen.
MOST_STEPS = 4_096


class Wanted(NamedTuple):
    """The wanted hashes: hash k is in the `lists[starts[k]:starts[k + 1]]`; `marks` has the bit of each set."""

    halves: UnsignedIntegers  # ascending
    starts: Longs
    lists: Longs
    marks: Bytes


class WantedHashes:
    """Lists of wanted hashes, and a table of bits in which most others are not.

    Hashes are told apart by their lower halves: of 40,000 wanted ones, one in 100,000 others seems to be one.
    """

    def __init__(self, starts: Longs, hashes: LongHashes) -> None:
        """Take the hashes: list n has the `hashes[starts[n]:starts[n + 1]]`, each once."""
        halves = hashes.astype(np.uint32)
        lists = np.repeat(np.arange(len(starts) - 1, dtype=np.int64), np.diff(starts))
        order = np.argsort(halves, kind="stable")
        distinct, first = np.unique(halves[order], return_index=True)
        begins = np.append(first, len(hashes)).astype(np.int64)
        self._wanted = Wanted(distinct, begins, lists[order], mark_hashes(distinct.astype(np.uint64)))
        self._size = len(starts) - 1

    def find_rows(self, packed: ReadOnlyCodes, least: int) -> Longs:
        """Return the numbers of the sketches that share at least so many hashes with one list, ascending.

        `packed` are sketches as `storyfold.lake.key_store.pack_lists` has them.
        """
        return _find_rows(packed, self._wanted, self._size, least)


@compiled(called_by_kernels=True)
def _is_marked(marks: Bytes, half: np.uint32) -> bool:
    """Say whether the bit of a hash is set."""
    value = np.uint64(half)
    bit = marks[(value >> np.uint64(3)) & np.uint64(len(marks) - 1)] >> np.uint8(value & np.uint64(7)) & np.uint8(1)
    return bool(bit)


@compiled(called_by_kernels=True)
def _shares_enough(
    packed: ReadOnlyCodes, begins: int, after: int, wanted: Wanted, least: int, shared: Integers, touched: Longs
) -> bool:
    """Say whether one list has at least so many of the hashes `packed[begins:after]`, or that takes too many steps.

    `shared` has an entry for each list and must be all 0; `touched` has as much room.
    """
    met, steps, enough = 0, 0, False
    for place in range(begins, after):
        if enough:
            break
        if not _is_marked(wanted.marks, packed[place]):
            continue
        known = np.searchsorted(wanted.halves, packed[place])
        if known == len(wanted.halves) or wanted.halves[known] != packed[place]:
            continue
        for position in range(wanted.starts[known], wanted.starts[known + 1]):
            of = wanted.lists[position]
            if shared[of] == 0:
                touched[met] = of
                met += 1
            shared[of] += 1
            steps += 1
            enough = shared[of] >= least or steps > MOST_STEPS
            if enough:
                break
    for number in range(met):
        shared[touched[number]] = 0
    return enough


@compiled
def _find_rows(packed: ReadOnlyCodes, wanted: Wanted, size: int, least: int) -> Longs:
    """Return the sketches that share enough with one of the lists, of which there are `size`."""
    sketches = int(packed[0])
    rows, found = np.empty(sketches, np.int64), 0
    shared, touched = np.zeros(size, np.int32), np.empty(size, np.int64)
    begins = 1 + sketches
    for row in range(sketches):
        after = begins + int(packed[1 + row])
        count = 0
        for place in range(begins, after):
            count += _is_marked(wanted.marks, packed[place])
        if count >= least and _shares_enough(packed, begins, after, wanted, least, shared, touched):
            rows[found] = row
            found += 1
        begins = after
    return rows[:found].copy()
