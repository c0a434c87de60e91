"""Group texts from their similar pairs by average-link agglomeration.

Average link does not chain: a text joins a group only if it is near its members on the whole (Sokal and Michener
1958). A pair without a link counts as 0. Reciprocal nearest neighbours are merged as they are met (the
nearest-neighbour chain, Murtagh 1983), which gives the same groups as always merging the nearest two.

All components are grouped in one go, over lists of neighbours: a merge joins the lists of two nodes, and entries of
one neighbour are added up when a list is next read. So the time grows with the links, and for a group of many
texts with its texts times its neighbours; no square of similarities is ever made.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, Flags, Integers, Longs, LongTable, Number
from storyfold.kernels.compiled import compiled
from storyfold.stories.neighbours import Links
from storyfold.stories.term_vectors import Ints

# Pairs in one component. So many, between 7,000 to 50,000 texts, are grouped in 1 to 6 seconds, and lie in 600 MB of
# lists; the slowest found, 3,000 texts of one group that a million others are a little like, take 25 seconds.
MOST_LINKS = 25_000_000
STEP = 1.25  # how much closer texts must be, each time that a component has too many links


class Neighbours(NamedTuple):
    """The lists of nodes: the neighbours of each, and the sums of the similarities between them (no unit).

    A list lies in pieces, one of each text that the node was made of: `starts` and `lengths` say where the piece of
    text x lies in `others` and `sums`, `following` which piece comes after it in its node's list (-1: none), `last`
    which is the last one of node x.
    """

    starts: Longs
    lengths: Longs
    following: Longs
    last: Longs
    others: Integers
    sums: Doubles


class Tree(NamedTuple):
    """The nodes of a tree, each named by its smallest text, and what each is joined to: in the tree, and as a group.

    `height` is the mean similarity at which a node's two branches were joined, infinite for a single text. No two
    nodes that are `apart` are joined. `size` is how many texts of a node count in means; `languages` has one column a
    language, and how many of these are in it: pairs in one language do not count. Without columns all pairs do.
    """

    parent: Longs
    label: Longs
    size: Longs
    height: Doubles
    active: Flags
    apart: Flags
    languages: LongTable


class Scratch(NamedTuple):
    """Room to add up a list in: the sum of each node, 0 but while a list is read, and the nodes that have one."""

    total: Doubles
    touched: Longs


def label_components(links: Links, count: int, threshold: int, most_links: int = MOST_LINKS) -> Longs:
    """Return for each text the smallest one of its connected component over pairs at or above the threshold.

    No average-link group at that threshold reaches beyond its component: a mean of at least the threshold has a
    pair of at least the threshold in it. So each component is grouped by itself, with the same result. Only a
    component with more than `most_links` pairs of any similarity is broken up, by a higher threshold for its own.
    """
    root = find_roots(links.a, links.b, links.similarity >= threshold, count)
    level = float(threshold)
    while (large := (_count_inside(links.a, links.b, root) > most_links)[root]).any():
        level *= STEP
        closer = (links.similarity >= level) & large[links.a] & large[links.b]
        root = np.where(large, find_roots(links.a, links.b, closer, count), root)
    return root


def label_groups(links: Links, sure: Flags, threshold: int, wholeness: float, component: Longs) -> Longs:
    """Return for each text the smallest one of its group; -1 for what is in no `component` (which is below 0 then).

    Groups are cut out of the tree that average link makes. A node of it is a group if the mean similarity of its two
    branches reaches the threshold, if both are groups themselves, and if it is of one piece: where both branches have
    several texts, that mean must be at least `wholeness` of the mean at which the looser branch was joined. Two events
    whose reports are alike are each closer within than to each other; parts of one event are not.

    The surely dated texts (`sure`) are grouped first, by themselves. Then the others join them or each other, but
    no step may join two groups that both have a sure text: an undated text never bridges two dated groups, and
    the grouping of the dated ones does not depend on the others at all.

    Sums of whole numbers far below 2**53 are exact in doubles, in whatever order.
    """
    given = component >= 0
    label, height, none = np.arange(len(sure)), np.full(len(sure), np.inf), np.zeros(len(sure), np.bool_)
    alike = np.zeros((len(sure), 0), np.int64)
    label = group_nodes(links, label, height, component, given & sure, none, float(threshold), wholeness, alike)
    if not sure[given].all():
        label = group_nodes(links, label, height, component, given, sure, float(threshold), wholeness, alike)
    return np.where(given, label, -1)


def group_nodes(  # noqa: PLR0913, PLR0917
    links: Links,
    label: Longs,
    height: Doubles,
    component: Longs,
    taken: Flags,
    apart: Flags,
    threshold: float,
    wholeness: float,
    languages: LongTable,
) -> Longs:
    """Return the label of each text after those that are `taken` were grouped, none with `apart` texts of two nodes.

    A node is what has one label so far; its `height` is changed where it grows. `languages` is that of `Tree`.
    """
    neighbours = _list_neighbours(links.a, links.b, links.similarity, component, label, taken, apart)
    texts = np.arange(len(label))
    size = languages.sum(axis=1) if languages.shape[1] else np.bincount(label, minlength=len(label))
    tree = Tree(texts, label.copy(), size, height, taken & (label == texts), apart.copy(), languages)
    _cut_tree(tree, neighbours, threshold, wholeness)
    return _follow(tree.label)


def _follow(label: Ints) -> Ints:
    while (label[label] != label).any():
        label = label[label]
    return label


@compiled
def find_roots(a: Ints, b: Ints, strong: Flags, count: int) -> Ints:
    """Return for each of `count` texts the smallest text that strong pairs connect it to.

    Pair k is of the texts `a[k]` and `b[k]` and counts if `strong[k]`; the result has one element a text. A loop
    (union-find), because each pair changes the parents that the next one follows.
    """
    parent = np.arange(count)
    for k in range(len(a)):
        if strong[k]:
            x, y = _find_node(parent, a[k]), _find_node(parent, b[k])
            parent[max(x, y)] = min(x, y)
    for x in range(count):
        parent[x] = parent[parent[x]]  # a parent is smaller, so it is a root by now
    return parent


@compiled(called_by_kernels=True)
def _find_node(parent: Longs, x: Number) -> Number:
    """Return the node that text x is in by now; what it passes is pointed nearer to it."""
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x


@compiled
def _count_inside(a: Longs, b: Longs, root: Longs) -> Longs:
    """Return how many pairs have both texts in the component of each root; a loop, so that no pair is copied."""
    inside = np.zeros(len(root), np.int64)
    for k in range(len(a)):
        inside[root[a[k]]] += root[a[k]] == root[b[k]]
    return inside


@compiled
def _list_neighbours(
    a: Longs, b: Longs, similarity: Longs, component: Longs, node: Longs, taken: Flags, apart: Flags
) -> Neighbours:
    """List for each node those that it has a link to, within its component.

    Of pair k count the texts `a[k]` and `b[k]`, if both are `taken`, of two nodes and not both of nodes that are
    `apart`; `node` has that of each text. A loop, so that no pair is copied before it is listed.
    """
    count = len(node)
    starts = np.zeros(count + 1, np.int64)
    is_used = np.zeros(len(a), np.bool_)
    for k in range(len(a)):
        x, y = node[a[k]], node[b[k]]
        is_inside = component[a[k]] == component[b[k]] and taken[a[k]] and taken[b[k]]
        if is_inside and x != y and not (apart[x] and apart[y]):
            is_used[k] = True
            starts[x + 1] += 1
            starts[y + 1] += 1
    lengths = starts[1:].copy()
    for x in range(count):
        starts[x + 1] += starts[x]
    place = starts[:-1].copy()
    others, sums = np.empty(starts[count], np.int32), np.empty(starts[count])
    for k in range(len(a)):
        if is_used[k]:
            x, y = node[a[k]], node[b[k]]
            others[place[x]], sums[place[x]] = y, similarity[k]
            others[place[y]], sums[place[y]] = x, similarity[k]
            place[x] += 1
            place[y] += 1
    return Neighbours(starts[:-1].copy(), lengths, np.full(count, -1), np.arange(count), others, sums)


@compiled(called_by_kernels=True)
def _add_up(x: Number, tree: Tree, neighbours: Neighbours, scratch: Scratch) -> Number:
    """Add up the list of node x in `scratch` by the nodes of now, each of which may still be joined to it; count them.

    A loop, because each entry adds to another node.
    """
    starts, lengths, following, _, others, sums = neighbours
    total, touched = scratch
    found, piece = 0, x
    while piece >= 0:
        for place in range(starts[piece], starts[piece] + lengths[piece]):
            k = _find_node(tree.parent, others[place])
            if k == x or not tree.active[k] or (tree.apart[x] and tree.apart[k]):
                continue
            if total[k] == 0.0:
                touched[found] = k
                found += 1
            total[k] += sums[place]
        piece = following[piece]
    return found


@compiled(called_by_kernels=True)
def _write_back(x: Number, found: Number, neighbours: Neighbours, scratch: Scratch) -> None:
    """Write the sums of `scratch` over the list of node x, which has room for them, and clear them there.

    A loop, because the list lies in pieces.
    """
    starts, lengths, following, last, others, sums = neighbours
    total, touched = scratch
    piece, used = x, 0
    for number in range(found):
        while used == lengths[piece]:
            piece, used = following[piece], 0
        k = touched[number]
        others[starts[piece] + used], sums[starts[piece] + used] = k, total[k]
        total[k] = 0.0
        used += 1
    lengths[piece], following[piece], last[x] = used, -1, piece


@compiled(called_by_kernels=True)
def _count_pairs(x: Number, k: Number, tree: Tree) -> Number:
    """Return how many pairs of texts of nodes x and k count; a loop, as the table has no columns where all do."""
    pairs = tree.size[x] * tree.size[k]
    for language in range(tree.languages.shape[1]):
        pairs -= tree.languages[x, language] * tree.languages[k, language]
    return pairs


@compiled(called_by_kernels=True)
def _choose_nearest(x: Number, previous: Number, found: Number, tree: Tree, scratch: Scratch, threshold: float) -> int:
    """Return the node nearest to x in the mean, or -1 below the threshold; of equals `previous` or the smallest.

    `scratch` has the sums to its `found` neighbours. A loop, so that no means are allocated.
    """
    total, touched = scratch
    best, nearest = threshold, -1
    for number in range(found):
        k = touched[number]
        mean = total[k] / _count_pairs(x, k, tree)
        is_first = nearest < 0 or k == previous or (nearest != previous and k < nearest)
        if mean > best or (mean == best and is_first):
            best, nearest = mean, k
    return nearest


@compiled
def _cut_tree(tree: Tree, neighbours: Neighbours, threshold: float, wholeness: float) -> None:
    """Merge until no mean similarity reaches the threshold; point each branch of a node that is a group to the other.

    The arrays of `tree` are changed: `height` becomes the mean at which a node was joined. A node whose nearest is
    below the threshold is done: no merge of others brings any node nearer to it. A node that is no group goes on in the
    tree, so that what is nearest to both its branches joins neither. A loop, because each merge changes what is
    nearest in the next step.
    """
    active, count = tree.active, len(tree.label)
    is_group = np.ones(count, np.bool_)
    scratch = Scratch(np.zeros(count), np.empty(count, np.int64))
    chain, length, start = np.empty(count, np.int64), 0, 0
    while True:
        if length == 0:
            while start < count and not active[start]:
                start += 1
            if start == count:
                return
            chain[0], length = start, 1
        x = chain[length - 1]
        previous = chain[length - 2] if length > 1 else -1
        found = _add_up(x, tree, neighbours, scratch)
        nearest = _choose_nearest(x, previous, found, tree, scratch, threshold)
        mean = scratch.total[nearest] / _count_pairs(x, nearest, tree) if nearest >= 0 else 0.0
        _write_back(x, found, neighbours, scratch)
        if nearest < 0:
            active[x] = False
            length -= 1
        elif nearest != previous:
            chain[length] = nearest
            length += 1
        else:
            _merge_groups(min(x, nearest), max(x, nearest), mean, is_group, tree, wholeness)
            _join_nodes(min(x, nearest), max(x, nearest), tree, neighbours)
            length -= 2


@compiled(called_by_kernels=True)
def _merge_groups(low: Number, high: Number, mean: float, is_group: Flags, tree: Tree, wholeness: float) -> None:
    """Make one group of two nodes, if both are groups and it is whole; else the node that joins them is no group."""
    label, size, height = tree.label, tree.size, tree.height
    is_whole = size[low] == 1 or size[high] == 1 or mean >= wholeness * min(height[low], height[high])
    if is_group[low] and is_group[high] and is_whole:
        label[high] = low
        height[low] = mean
    else:
        is_group[low] = False


@compiled(called_by_kernels=True)
def _join_nodes(low: Number, high: Number, tree: Tree, neighbours: Neighbours) -> None:
    """Join node `high` to node `low`: its list comes after the other's, its texts count there."""
    tree.parent[high] = low
    tree.size[low] += tree.size[high]
    for language in range(tree.languages.shape[1]):
        tree.languages[low, language] += tree.languages[high, language]
    tree.active[high] = False
    tree.apart[low] |= tree.apart[high]
    neighbours.following[neighbours.last[low]] = high
    neighbours.last[low] = neighbours.last[high]
