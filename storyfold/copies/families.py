"""Group texts into families by their verified edges: stars around a hub, so that no chain or round-up joins texts.

The rule.

1. Identical texts are one: their oldest, the founder, stands for all that an edge joins with one of them.
2. A text made of parts that do not overlap, each of them found in another text, is a round-up. It stays joined only
   with texts that have .70 of its words, so it joins no two of its parts.
3. Hubs are chosen greedily: the text with most family edges (of identical ones each counts), then the one most like its
   neighbours (the sum of the smaller shares), then in the founder's order. No two hubs share an edge.
4. Every other text joins the hub that covers it most.

So each member shares, with its hub, at least .70 of the shorter text. The result depends on the set of texts and edges
alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyfold.copies.edges import PARTIAL, UNIT, Edges
from storyfold.copies.round_ups import find_round_ups
from storyfold.kernels.arrays import Flags, Longs
from storyfold.kernels.compiled import compiled
from storyfold.settings.copies import CopySettings

LIKENESS = UNIT // 100  # likeness counts in hundredths: less is chance


@dataclass(frozen=True, slots=True)
class Families:
    """The hub of each text, and the text that stands for it where it is one of several identical ones."""

    hubs: Longs
    nodes: Longs


def group_families(
    founders: Longs, ranks: Longs, edges: Edges, find_copier: Callable[[int], bool | None], settings: CopySettings
) -> Families:
    """Group texts so that each is in exactly one family, by the rule above.

    `founders` has the oldest of the texts identical to each, `ranks` their place in the founders' order. `find_copier`
    says of an edge whether its shorter text copied, None where that is not better than a guess.
    Weaker edges join nothing and still show of what parts a text is made.
    """
    joins = edges.kinds != PARTIAL
    is_twin = founders[edges.short] == founders[edges.long]
    nodes = np.arange(len(founders))
    twins = np.concatenate([edges.short[is_twin & joins], edges.long[is_twin & joins]])
    nodes[twins] = founders[twins]
    between = ~is_twin
    is_round_up = find_round_ups(len(founders), edges, np.flatnonzero(between), find_copier)
    least = round(settings.family_share * UNIT)
    between &= joins & (~is_round_up[edges.short] | (edges.share >= least))
    between &= ~is_round_up[edges.long] | (edges.share_long >= least)
    hubs = _choose_hubs(nodes, ranks, edges, np.flatnonzero(between), is_round_up)
    return Families(hubs[nodes], nodes)


def _choose_hubs(nodes: Longs, ranks: Longs, edges: Edges, chosen: Longs, is_round_up: Flags) -> Longs:
    sizes = np.bincount(nodes, minlength=len(nodes))
    one = np.concatenate([edges.short[chosen], edges.long[chosen]])
    other = np.concatenate([edges.long[chosen], edges.short[chosen]])
    share = np.concatenate([edges.share[chosen], edges.share_long[chosen]])
    smaller = np.tile(np.minimum(edges.share[chosen], edges.share_long[chosen]), 2)
    degrees, likeness = np.maximum(sizes - 1, 0), np.maximum(sizes - 1, 0) * UNIT
    np.add.at(degrees, one, sizes[other])
    np.add.at(likeness, one, sizes[other] * smaller)
    likeness = (2 * likeness + LIKENESS) // (2 * LIKENESS)
    order = np.lexsort((ranks, -likeness, -degrees, is_round_up))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    by_text = np.lexsort((places[other], -share, one))  # of each text: what covers it most first
    starts = np.searchsorted(one[by_text], np.arange(len(nodes) + 1))
    return _join_hubs(order, starts.astype(np.int64), other[by_text])


@compiled
def _join_hubs(order: Longs, starts: Longs, others: Longs) -> Longs:
    """Choose hubs in `order`, and join every other text to the first of its neighbours that is one.

    The neighbours of text n are `others[starts[n]:starts[n + 1]]`.
    """
    hubs = np.full(len(order), -1, np.int64)
    for text in order:
        meets = False
        for place in range(starts[text], starts[text + 1]):
            meets = meets or hubs[others[place]] == others[place]
        if not meets:
            hubs[text] = text
    for text in order:
        for place in range(starts[text], starts[text + 1]):
            if hubs[text] < 0 and hubs[others[place]] == others[place]:
                hubs[text] = others[place]
    return hubs
