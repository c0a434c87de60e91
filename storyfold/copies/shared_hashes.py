"""Find which texts share which hash of their sketches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.copies.documents import Documents
from storyfold.copies.sort_hashes import sort_rows_by_hash
from storyfold.kernels.arrays import Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled


class Postings(NamedTuple):
    """Which founders have which hash: hash k is of the `texts[groups[k]:ends[k]]`, the oldest first.

    `rows` are the positions of these in the hashes of all sketches. `group_of` has the number k of each position, -1
    where no other founder has the hash.
    """

    texts: Integers
    rows: Integers
    groups: Longs
    ends: Longs
    group_of: Integers


def make_postings(documents: Documents) -> Postings:
    """Make the postings of the founders among these documents."""
    rows = np.flatnonzero(np.repeat(documents.founders == np.arange(len(documents)), np.diff(documents.starts)))
    values, order = sort_rows_by_hash(documents.hashes, rows.astype(np.int32))
    grouped, groups, group_of = _group_equal(values, order, len(documents.hashes))
    owners = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(documents.starts))
    return Postings(owners[grouped], grouped, groups[:-1], groups[1:], group_of)


@compiled
def _group_equal(values: LongHashes, rows: Integers, size: int) -> tuple[Integers, Longs, Integers]:
    """Group rows of equal values, which stand together; those that stand once are left out. See `Postings`.

    There are `size` rows in all, these and those of other texts.
    """
    kept, groups = np.empty(len(rows), np.int32), np.zeros(len(rows) // 2 + 1, np.int64)
    group_of = np.full(size, -1, np.int32)
    found, filled, first = 0, 0, 0
    for place in range(1, len(rows) + 1):
        if place < len(rows) and values[place] == values[first]:
            continue
        if place - first > 1:
            for position in range(first, place):
                group_of[rows[position]] = found
                kept[filled] = rows[position]
                filled += 1
            found += 1
            groups[found] = filled
        first = place
    return kept[:filled].copy(), groups[: found + 1].copy(), group_of
