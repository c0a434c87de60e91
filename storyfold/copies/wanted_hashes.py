"""Find the sketches that share enough hashes with wanted ones, among all that the lake has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Bytes, LongHashes, Longs, ReadOnlyLongHashes
from storyfold.kernels.compiled import compiled

# Bits for each wanted hash, of which one is set: one in 64 other hashes passes too. 40,000 hashes, of a night of 1,000
# articles, then take 512 KiB, which the second-level cache holds.
BITS_A_HASH = 64
LEAST_BITS, MOST_BITS = 2**16, 2**32  # the larger is half a GiB


class WantedHashes:
    """A set of hashes, and a table of bits in which most others are not."""

    def __init__(self, hashes: LongHashes) -> None:
        """Take the hashes, ascending, each once."""
        self._hashes = hashes
        bits = LEAST_BITS
        while bits < min(MOST_BITS, BITS_A_HASH * len(hashes)):
            bits *= 2
        self._marks = np.zeros(bits // 8, np.uint8)
        _mark_hashes(hashes, self._marks)

    def find_rows(self, sketches: pa.ChunkedArray, least: int) -> Longs:
        """Return the numbers of the lists of hashes that have at least so many of these, ascending."""
        first, found = 0, [np.empty(0, np.int64)]
        for chunk in sketches.chunks:
            starts, hashes = chunk.offsets.to_numpy().astype(np.int64), chunk.values.to_numpy()
            rows = _find_marked(starts, hashes, self._marks, least)
            found.append(first + rows[self._count(starts, hashes, rows) >= least])
            first += len(chunk)
        return np.concatenate(found)

    def _count(self, starts: Longs, hashes: ReadOnlyLongHashes, rows: Longs) -> Longs:
        """Count the wanted hashes of each of these lists."""
        lengths = starts[rows + 1] - starts[rows]
        row_of = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(len(row_of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        asked = hashes[starts[rows][row_of] + within]
        places = np.minimum(np.searchsorted(self._hashes, asked), max(0, len(self._hashes) - 1))
        return np.bincount(row_of[self._hashes[places] == asked], minlength=len(rows))


@compiled
def _mark_hashes(hashes: LongHashes, marks: Bytes) -> None:
    """Set the bit of each hash, that of its low digits; `marks` has a power of two of bytes, all 0."""
    mask = np.uint64(len(marks) - 1)
    for value in hashes:
        marks[(value >> np.uint64(3)) & mask] |= np.uint8(1) << np.uint8(value & np.uint64(7))


@compiled
def _find_marked(starts: Longs, hashes: ReadOnlyLongHashes, marks: Bytes, least: int) -> Longs:
    """Return the lists of which at least so many hashes have their bit set."""
    mask, rows, found = np.uint64(len(marks) - 1), np.empty(len(starts) - 1, np.int64), 0
    for row in range(len(starts) - 1):
        count = 0
        for place in range(starts[row], starts[row + 1]):
            value = hashes[place]
            count += marks[(value >> np.uint64(3)) & mask] >> np.uint8(value & np.uint64(7)) & np.uint8(1)
        if count >= least:
            rows[found] = row
            found += 1
    return rows[:found]
