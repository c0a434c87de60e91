"""Make the rows that `storyfold copies` writes: each article with its family and role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from storyfold.copies.edges import UNIT
from storyfold.copies.grouped_texts import GroupedTexts
from storyfold.copies.originals import NONE_SEEN
from storyfold.kernels.arrays import Longs


def make_family_rows(grouped: GroupedTexts) -> Iterator[dict[str, Any]]:
    """Make `id, family_id, role, original_id, share` of each article, in the order in which they were given.

    `share` is how much of its words stand in the original (0 to 1); where that is unseen, in the member of the
    family that it shares most with.
    """
    places, ids = grouped.places, grouped.ids
    originals, founders = places.originals.tolist(), places.founders.tolist()
    shares = _find_shares(grouped).tolist()
    for number in grouped.given.tolist():
        original = originals[number]
        yield {
            "id": ids[number],
            "family_id": ids[founders[number]],
            "role": places.roles[number],
            "original_id": None if original == NONE_SEEN else ids[original],
            "share": shares[number] / UNIT,
        }


def _find_shares(grouped: GroupedTexts) -> Longs:
    """Find the share of each text that stands in its original, else the most of it that stands in one of its family."""
    places, edges, nodes = grouped.places, grouped.shared.edges, grouped.shared.families.nodes
    numbers = np.arange(len(nodes))
    most, of_original = np.zeros(len(nodes), np.int64), np.full(len(nodes), NONE_SEEN)
    originals = np.where(places.originals == NONE_SEEN, NONE_SEEN, nodes[places.originals])
    sides = (edges.short, edges.long, edges.share), (edges.long, edges.short, edges.share_long)
    for one, other, share in sides:
        same = places.founders[one] == places.founders[other]
        np.maximum.at(most, one[same], share[same])
        meets = originals[one] == other
        of_original[one[meets]] = share[meets]
    is_same = (originals == nodes) | (places.originals == numbers)
    found = np.where(of_original[nodes] == NONE_SEEN, most[nodes], of_original[nodes])
    return np.where(is_same, UNIT, found)
