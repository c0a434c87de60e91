"""Group texts into families by their verified edges: stars around a hub, so that no chain or round-up joins texts.

The rule.

1. Identical texts are one: their oldest, the founder, stands for all that an edge joins with one of them.
2. A text made of parts that do not overlap, each of them found in another text, is a round-up. It stays joined only
   with texts that have .70 of its words, so it joins no two of its parts.
3. Hubs are chosen greedily: the text with most family edges (of identical ones each counts), then the one most like its
   neighbours (the sum of the smaller shares), then in the founder's order. No two hubs share an edge.
4. Every other text joins the hub that covers it most.
5. Families of an agency's report and of its write-through are one, around a hub that is chosen likewise: the hubs are
   such a pair, or half of one family's texts, two at least, are with the other's hub.

So each member shares, with its hub, at least .70 of the shorter text, and each hub .50 with the head of its family. The
result depends on the set of texts and edges alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyfold.copies.edges import PARTIAL, UNIT, WRITE_THROUGH, Edges
from storyfold.copies.round_ups import find_round_ups
from storyfold.kernels.arrays import Flags, Longs
from storyfold.kernels.compiled import compiled
from storyfold.settings.copies import CopySettings

LIKENESS = UNIT // 100  # likeness counts in hundredths: less is chance


@dataclass(frozen=True, slots=True)
class Families:
    """The hub of each text, the head of its family, and the text that stands for it among identical ones.

    A head is the hub that the others of a report with write-throughs are joined with; else the hub is the head.
    """

    hubs: Longs
    heads: Longs
    nodes: Longs


def group_families(
    founders: Longs, ranks: Longs, edges: Edges, find_copier: Callable[[int], bool | None], settings: CopySettings
) -> Families:
    """Group texts so that each is in exactly one family, by the rule above.

    `founders` has the oldest of the texts identical to each, `ranks` their place in the founders' order. `find_copier`
    says of an edge whether its shorter text copied, None where that is not better than a guess.
    Weaker edges join nothing and still show of what parts a text is made.
    """
    goes_on = edges.kinds == WRITE_THROUGH
    joins = (edges.kinds != PARTIAL) & ~goes_on
    is_twin = founders[edges.short] == founders[edges.long]
    nodes = np.arange(len(founders))
    twins = np.concatenate([edges.short[is_twin & joins], edges.long[is_twin & joins]])
    nodes[twins] = founders[twins]
    between = ~is_twin
    is_round_up = find_round_ups(len(founders), edges, np.flatnonzero(between & ~goes_on), find_copier)
    least = round(settings.family_share * UNIT)
    between &= joins & (~is_round_up[edges.short] | (edges.share >= least))
    between &= ~is_round_up[edges.long] | (edges.share_long >= least)
    short, long, share, share_long = (
        column[between] for column in (edges.short, edges.long, edges.share, edges.share_long)
    )
    hubs = _choose_hubs(nodes, ranks, short, long, share, share_long, is_round_up)[nodes]
    # What a later version has of the earlier one, and a brief of it, are no two parts: the brief is of its own family
    is_round_up |= find_round_ups(
        len(founders), edges, np.flatnonzero(hubs[edges.short] != hubs[edges.long]), find_copier
    )
    goes_on &= ~is_round_up[edges.short] & ~is_round_up[edges.long]
    one, other = _pair_versions(edges.short[goes_on], edges.long[goes_on], hubs, nodes)
    level = np.full(len(one), UNIT)
    heads = _choose_hubs(hubs, ranks, one, other, level, level, is_round_up)
    return Families(hubs, heads[hubs], nodes)


def _pair_versions(short: Longs, long: Longs, hubs: Longs, nodes: Longs) -> tuple[Longs, Longs]:
    """Pair the hubs that are an agency's report and its write-through, by the pairs of texts that are.

    The hubs are themselves such a pair, or half of one's texts, two at least, are with the other hub: hubs may be cut.
    """
    size = len(hubs)
    text, hub = np.concatenate([short, long]), np.concatenate([long, short])
    with_hub = (hubs[hub] == hub) & (hubs[text] != hub)
    text, hub = text[with_hub], hub[with_hub]
    keys, counts = np.unique(hubs[text] * size + hub, return_counts=True)
    texts = np.bincount(hubs[nodes == np.arange(size)], minlength=size)
    found = [keys[(counts > 1) & (2 * counts >= texts[keys // size])], (text * size + hub)[hubs[text] == text]]
    one, other = np.divmod(np.unique(np.concatenate(found)), size)
    pairs = np.unique(np.minimum(one, other) * size + np.maximum(one, other))
    return pairs // size, pairs % size


def _choose_hubs(
    nodes: Longs, ranks: Longs, short: Longs, long: Longs, of_short: Longs, of_long: Longs, is_round_up: Flags
) -> Longs:
    """Choose the hub of each text by pairs and their shares; `nodes` has the text that each is counted with."""
    sizes = np.bincount(nodes, minlength=len(nodes))
    one, other = np.concatenate([short, long]), np.concatenate([long, short])
    share, smaller = np.concatenate([of_short, of_long]), np.tile(np.minimum(of_short, of_long), 2)
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
