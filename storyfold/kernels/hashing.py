"""Hash bytes or characters to 64 bits in kernels, the same in every process and on every machine.

A kernel begins with `FNV_BASIS`, takes each byte or code point in by `(state ^ number) * FNV_PRIME` (FNV-1a, Fowler,
Noll and Vo; IETF draft-eastlake-fnv) and ends with `mix_hash`, since the last bytes of FNV-1a reach the high bits only.
"""

from __future__ import annotations

import numpy as np

from storyfold.kernels.compiled import compiled

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@compiled(called_by_kernels=True)
def mix_hash(value: np.uint64) -> np.uint64:
    """Mix a hash by the finaliser of SplitMix64 (Steele, Lea, Flood 2014): each bit in moves half of the bits out."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
