"""Apply pins to families: unite those that pins join, part those that pins part, and choose a head for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from storyfold.copies.edges import PARTIAL, UNIT, Edges
from storyfold.copies.families import Families
from storyfold.identity.pinned_groups import WeighedPairs, apply_pins
from storyfold.identity.pins import make_constraints
from storyfold.kernels.arrays import Longs
from storyfold.schemas.pins import Pin


def pin_families(families: Families, edges: Edges, ids: Sequence[str], pins: Collection[Pin]) -> Families:
    """Return the families after pins are applied; `ids` are those of the texts, in the founders' order.

    A text goes where its strongest edge leads, so twins of a text stay with the oldest of them, but for those that a
    pin names. The head of a new family is that of the largest family that went into it, else the text that the others
    share most with; of several the first. It is the hub of those whose own is in another family now.
    """
    constraints = make_constraints(pins, "family")
    number_of = {name: number for number, name in enumerate(ids) if name in constraints.tags}
    if not number_of:
        return families
    joining = np.flatnonzero(edges.kinds != PARTIAL)
    # by how much of the shorter text is shared, then of the longer
    weight = edges.share[joining] * (UNIT + 1) + edges.share_long[joining]
    pairs = WeighedPairs(edges.short[joining], edges.long[joining], weight)
    label = apply_pins(families.heads, number_of, pairs, constraints, by_average=False)
    touched = {int(side[number]) for number in number_of.values() for side in (families.heads, label)}
    heads, hubs, sizes = families.heads.copy(), families.hubs.copy(), np.bincount(families.heads, minlength=len(label))
    is_touched = np.isin(families.heads, sorted(touched)) | np.isin(label, sorted(touched))
    for group in np.unique(label[is_touched]).tolist():
        members = np.flatnonzero(label == group)
        heads[members] = _choose_head(members, families.heads, sizes, pairs)
        is_apart = label[hubs[members]] != group
        hubs[members[is_apart]] = heads[members[is_apart]]
    return replace(families, hubs=hubs, heads=heads)


def _choose_head(members: Longs, heads: Longs, sizes: Longs, pairs: WeighedPairs) -> int:
    """Choose the head of a family, a member; `heads` and `sizes` are those of the families before pins."""
    former = members[heads[members] == members]
    if len(former):
        return int(former[np.argmax(sizes[former])])
    is_inside = np.isin(pairs.a, members) & np.isin(pairs.b, members)
    ends = np.concatenate([pairs.a[is_inside], pairs.b[is_inside]])
    shares = np.zeros(int(members[-1]) + 1, np.int64)
    np.add.at(shares, ends, np.tile(pairs.weight[is_inside], 2))
    return int(members[np.argmax(shares[members])])
