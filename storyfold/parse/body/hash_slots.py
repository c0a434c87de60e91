"""Find the slot of a key in a hash table of open addressing, in kernels: their dictionaries are slow to fill."""

from __future__ import annotations

from storyfold.kernels.arrays import Longs, Number
from storyfold.kernels.compiled import compiled


@compiled(called_by_kernels=True)
def count_slots(keys: int) -> int:
    """Return a power of two, 1,024 at least, that leaves room for so many keys."""
    slots = 1024
    while slots < keys:
        slots *= 2
    return slots


@compiled(called_by_kernels=True)
def find_slot(keys: Longs, key: Number) -> Number:
    """Return the slot that holds the key, or the empty one (0) to put it in. `keys` are a power of two, some empty."""
    last = len(keys) - 1
    slot = (key ^ (key >> 17)) & last
    while keys[slot] not in (0, key):
        slot = (slot + 1) & last
    return slot
