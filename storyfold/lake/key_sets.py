"""Hash keys to numbers, and ask of many whether one of a few wanted ones is among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Bytes, LongHashes, Longs, ReadOnlyBytes, ReadOnlyLongHashes
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import FNV_BASIS, FNV_PRIME, mix_hash
from storyfold.text.words import view_texts

# Bits for each wanted hash, of which one is set: one in 64 other hashes passes too. 40,000 hashes, of a night of 1,000
# articles, then take 512 KiB, which the second-level cache holds.
BITS_A_HASH = 64
LEAST_BITS, MOST_BITS = 2**16, 2**32  # the larger is half a GiB
Names: TypeAlias = Iterable[str] | pa.Array | pa.ChunkedArray


def hash_names(names: Names) -> LongHashes:
    """Hash names to 64 bits each, the same in every process; null ones are left out, and numbers stay what they are."""
    column = names if isinstance(names, pa.Array | pa.ChunkedArray) else pa.array(list(names), pa.string())
    if pa.types.is_integer(column.type):
        numbers: LongHashes = np.asarray(column.drop_null()).astype(np.uint64)
        return numbers
    texts = view_texts(column.drop_null())
    return _hash_names(texts.data, texts.starts)


def mark_hashes(hashes: LongHashes) -> Bytes:
    """Make a table of bits in which these hashes are set, and most others are not."""
    bits = LEAST_BITS
    while bits < min(MOST_BITS, BITS_A_HASH * len(hashes)):
        bits *= 2
    marks = np.zeros(bits // 8, np.uint8)
    _mark_hashes(hashes, marks)
    return marks


class KeySet:
    """A set of wanted hashes, ascending, each once."""

    def __init__(self, hashes: LongHashes) -> None:
        self._hashes = hashes
        self._marks = mark_hashes(hashes)

    def has_any(self, hashes: ReadOnlyLongHashes) -> bool:
        """Say whether one of the wanted hashes is among these."""
        return len(self._hashes) > 0 and _has_any(hashes, self._marks, self._hashes)


@compiled
def _hash_names(data: ReadOnlyBytes, starts: Longs) -> LongHashes:
    """Hash each name, the bytes `data[starts[n]:starts[n + 1]]`."""
    hashes = np.empty(len(starts) - 1, np.uint64)
    for name in range(len(starts) - 1):
        state = FNV_BASIS
        for place in range(starts[name], starts[name + 1]):
            state = (state ^ np.uint64(data[place])) * FNV_PRIME
        hashes[name] = mix_hash(state)
    return hashes


@compiled
def _mark_hashes(hashes: LongHashes, marks: Bytes) -> None:
    """Set the bit of each hash, that of its low digits; `marks` has a power of two of bytes, all 0."""
    mask = np.uint64(len(marks) - 1)
    for value in hashes:
        marks[(value >> np.uint64(3)) & mask] |= np.uint8(1) << np.uint8(value & np.uint64(7))


@compiled
def _has_any(hashes: ReadOnlyLongHashes, marks: Bytes, wanted: LongHashes) -> bool:
    """Say whether one of the hashes is among the wanted ones, which are ascending and have their bits set."""
    mask = np.uint64(len(marks) - 1)
    for value in hashes:
        if marks[(value >> np.uint64(3)) & mask] >> np.uint8(value & np.uint64(7)) & np.uint8(1):
            place = np.searchsorted(wanted, value)
            if place < len(wanted) and wanted[place] == value:
                return True
    return False
