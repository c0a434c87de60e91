"""Hold the texts that are compared as arrays, the oldest first; identical ones are known by their founder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled
from storyfold.text.sketch import Sketched

Ids = NDArray[np.str_] | NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Documents:
    """Texts in the order of the day on which they were seen, then of article id; all arrays have one entry a text.

    The sketch of text n is `hashes[starts[n]:starts[n + 1]]`, ascending. `outlets` numbers the outlets, -1 where it
    is unknown. `founders` has the oldest text with the same words, itself where there is none. `judged` marks those
    whose pairs with older texts are wanted.
    """

    ids: pa.Array
    days: Integers  # since 1970-01-01
    outlets: Integers
    outlet_names: pa.Array  # by number
    starts: Longs
    hashes: LongHashes
    words: Longs
    founders: Longs
    judged: Flags

    def __len__(self) -> int:
        return len(self.days)


def order_documents(ids: pa.Array, days: pa.Array) -> Longs:
    """Return the numbers of the texts in the order of their days, then of their ids."""
    table = pa.table({"day": days, "id": ids})
    order: Longs = pc.sort_indices(table, sort_keys=[("day", "ascending"), ("id", "ascending")]).to_numpy()
    return order.astype(np.int64)


def make_documents(ids: pa.Array, days: pa.Array, outlets: pa.Array, sketched: Sketched, judged: Flags) -> Documents:
    """Make documents of columns that are in the order of `order_documents`; `outlets` are names, null where unknown."""
    encoded = outlets.dictionary_encode()
    numbers: Integers = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    starts, hashes = sketched.starts, sketched.hashes
    return Documents(
        ids=ids,
        days=days.cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.int32),
        outlets=numbers,
        outlet_names=encoded.dictionary,
        starts=starts,
        hashes=hashes,
        words=sketched.words,
        founders=_find_founders(sketched.text_hash, sketched.words, starts, hashes),
        judged=judged,
    )


def _find_founders(text_hash: LongHashes, words: Longs, starts: Longs, hashes: LongHashes) -> Longs:
    """Find for each text the oldest one with the same words."""
    order = np.lexsort((words, text_hash))  # stable: of equal ones the oldest is first
    return _link_founders(order, text_hash, words, starts, hashes)


@compiled
def _link_founders(order: Longs, text_hash: LongHashes, words: Longs, starts: Longs, hashes: LongHashes) -> Longs:
    """Link each text to the first of its run of equal ones in `order`; the sketches must be equal too.

    A hash of 64 bits may be made to collide by who wants a page to pass for another; a sketch as well is too much work.
    """
    founders = np.arange(len(order))
    first = 0
    for place in range(len(order)):
        this, founder = order[place], order[first]
        if text_hash[this] != text_hash[founder] or words[this] != words[founder]:
            first = place
            continue
        size = starts[this + 1] - starts[this]
        is_same = size == starts[founder + 1] - starts[founder]
        for offset in range(size if is_same else 0):
            is_same = is_same and hashes[starts[this] + offset] == hashes[starts[founder] + offset]
        if is_same:
            founders[this] = founder
    return founders
