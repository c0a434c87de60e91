"""Group texts from their similar pairs by average-link agglomeration.

Average link does not chain: a text joins a group only if it is near its members on the whole (Sokal and Michener
1958). A pair without a link counts as 0. Reciprocal nearest neighbours are merged as they are met (the
nearest-neighbour chain, Murtagh 1983), which gives the same groups as always merging the nearest two, in a time
that grows with the square of a component and no faster.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import Doubles, DoubleTable, Flags, Longs
from storyfold.kernels.compiled import compiled
from storyfold.stories.neighbours import Links
from storyfold.stories.term_vectors import Ints

Group = tuple[int, ...]

LARGEST = 5_000  # texts in one component: its matrix of similarities then takes 200 MB
SEPARATE = -np.inf  # the sum between two groups that must not be joined; adding to it never changes it
STEP = 1.25  # how much closer texts must be, each time that a component is too large


class Tree(NamedTuple):
    """The nodes of a tree that are still apart: sums between them, what each is joined to, texts, and how alike.

    `height` is the mean similarity at which a node's two branches were joined, infinite for a single text.
    """

    sums: DoubleTable
    label: Longs
    size: Longs
    height: Doubles


def find_components(links: Links, count: int, threshold: int, largest: int = LARGEST) -> list[Group]:
    """Return the connected components over pairs at or above the threshold, each ascending, in order of first member.

    No average-link group at that threshold reaches beyond its component: a mean of at least the threshold has a
    pair of at least the threshold in it. So each component is grouped by itself, with the same result. Only a
    component with more than `largest` texts is broken up, by a higher threshold for the pairs in it.
    """
    root = _find_roots(links.a, links.b, links.similarity >= threshold, count)
    level = float(threshold)
    while (large := (np.bincount(root, minlength=count) > largest)[root]).any():
        level *= STEP
        closer = (links.similarity >= level) & large[links.a] & large[links.b]
        root = np.where(large, _find_roots(links.a, links.b, closer, count), root)
    order = np.argsort(root, kind="stable")
    bounds = np.flatnonzero(np.diff(root[order], prepend=-1, append=count))
    return [tuple(order[first:last].tolist()) for first, last in itertools.pairwise(bounds.tolist())]


def cluster_average_link(
    links: Links, sure: Sequence[bool], threshold: int, wholeness: float, within: Sequence[Group]
) -> list[Group]:
    """Return the groups of each of the given components, ascending, in order of first member.

    They are cut out of the tree that average link makes. A node of it is a group if the mean similarity of its two
    branches reaches the threshold, if both are groups themselves, and if it is of one piece: where both branches have
    several texts, that mean must be at least `wholeness` of the mean at which the looser branch was joined. Two events
    whose reports are alike are each closer within than to each other; parts of one event are not.

    The surely dated texts (`sure`) are grouped first, by themselves. Then the others join them or each other, but
    no step may join two groups that both have a sure text: an undated text never bridges two dated groups, and
    the grouping of the dated ones does not depend on the others at all.
    """
    component_of, position = np.full(len(sure), -1, np.int64), np.zeros(len(sure), np.int64)
    for number, component in enumerate(within):
        component_of[list(component)] = number
        position[list(component)] = np.arange(len(component))
    inside = np.flatnonzero((component_of[links.a] >= 0) & (component_of[links.a] == component_of[links.b]))
    inside = inside[np.argsort(component_of[links.a[inside]], kind="stable")]
    bounds = np.searchsorted(component_of[links.a[inside]], np.arange(len(within) + 1))
    groups: list[Group] = []
    for number, component in enumerate(within):
        if len(component) == 1:
            groups.append(component)
            continue
        part = inside[bounds[number] : bounds[number + 1]]
        sums = np.zeros((len(component), len(component)))
        a, b = position[links.a[part]], position[links.b[part]]
        sums[a, b] = sums[b, a] = links.similarity[part]
        labels = _label_groups(sums, np.array([sure[x] for x in component], np.bool_), float(threshold), wholeness)
        found: dict[int, list[int]] = {}
        for text, label in zip(component, labels.tolist(), strict=True):
            found.setdefault(label, []).append(text)
        groups.extend(tuple(members) for members in found.values())
    return sorted(groups)


def _label_groups(sums: npt.NDArray[np.float64], sure: Flags, threshold: float, wholeness: float) -> Ints:
    """Return the group of each text of one component, as its smallest member, from the similarities of its texts.

    Sums of whole numbers far below 2**53 are exact in doubles, in whatever order.
    """
    count = len(sums)
    label, height = np.arange(count), np.full(count, np.inf)
    if sure.any() and not sure.all():
        dated = np.flatnonzero(sure)
        among = Tree(sums[np.ix_(dated, dated)], np.arange(len(dated)), np.ones(len(dated), np.int64), height[dated])
        _cut_tree(among, threshold, wholeness)
        label[dated] = dated[_follow(among.label)]
        height[dated] = among.height
    firsts, group_of = np.unique(label, return_inverse=True)
    between = sums if len(firsts) == count else _add_up(sums, group_of, len(firsts))
    if len(firsts) < count or not sure.all():
        between[np.ix_(sure[firsts], sure[firsts])] = SEPARATE
    tree = Tree(between, np.arange(len(firsts)), np.bincount(group_of), height[firsts])
    _cut_tree(tree, threshold, wholeness)
    return np.asarray(firsts[_follow(tree.label)[group_of]], np.int64)


def _follow(label: Ints) -> Ints:
    while (label[label] != label).any():
        label = label[label]
    return label


@compiled
def _find_roots(a: Ints, b: Ints, strong: Flags, count: int) -> Ints:
    """Return for each of `count` texts the smallest text that strong pairs connect it to.

    Pair k is of the texts `a[k]` and `b[k]` and counts if `strong[k]`; the result has one element a text. A loop
    (union-find), because each pair changes the parents that the next one follows.
    """
    parent = np.arange(count)
    for k in range(len(a)):
        if strong[k]:
            x, y = a[k], b[k]
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            while parent[y] != y:
                parent[y] = parent[parent[y]]
                y = parent[y]
            parent[max(x, y)] = min(x, y)
    for x in range(count):
        parent[x] = parent[parent[x]]  # a parent is smaller, so it is a root by now
    return parent


@compiled(called_by_kernels=True)
def _find_nearest(x: int, previous: int, sums: DoubleTable, size: Ints, active: Flags, threshold: float) -> int:
    """Return the active group nearest to x in the mean, or -1 below the threshold; of equals `previous` or the first.

    `sums[x, k]` is the sum of the similarities (no unit) between members of groups x and k, `size[k]` the number of
    texts of group k, `active[k]` whether it may still be merged. A loop, so that no row of means is allocated.
    """
    best, nearest = threshold, -1
    if previous >= 0 and sums[x, previous] / (size[x] * size[previous]) >= threshold:
        best, nearest = sums[x, previous] / (size[x] * size[previous]), previous
    for k in range(len(active)):
        if active[k] and k != x:
            mean = sums[x, k] / (size[x] * size[k])
            if mean > best or (nearest < 0 and mean >= best):
                best, nearest = mean, k
    return nearest


@compiled
def _add_up(sums: DoubleTable, group_of: Longs, groups: int) -> DoubleTable:
    """Return the sums between groups of the texts that `sums` has; a loop over both, as `np.add.at` is slower."""
    between = np.zeros((groups, groups))
    for x in range(len(sums)):
        for y in range(len(sums)):
            between[group_of[x], group_of[y]] += sums[x, y]
    return between


@compiled
def _cut_tree(tree: Tree, threshold: float, wholeness: float) -> None:
    """Merge until no mean similarity reaches the threshold; point each branch of a node that is a group to the other.

    A node is named by its smallest member; the arrays of `tree` are changed: `height` becomes the mean at which a node
    was joined. A node whose nearest is below the threshold is done: no merge of others brings any node nearer to it. A
    node that is no group goes on in the tree, so that what is nearest to both its branches joins neither. A loop,
    because each merge changes what is nearest in the next step.
    """
    sums, label, size, height = tree
    count = len(label)
    active, is_group = np.ones(count, np.bool_), np.ones(count, np.bool_)
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
        nearest = _find_nearest(x, previous, sums, size, active, threshold)
        if nearest < 0:
            active[x] = False
            length -= 1
        elif nearest != previous:
            chain[length] = nearest
            length += 1
        else:
            low, high = min(x, nearest), max(x, nearest)
            mean = sums[low, high] / (size[low] * size[high])
            is_whole = size[low] == 1 or size[high] == 1 or mean >= wholeness * min(height[low], height[high])
            if is_group[low] and is_group[high] and is_whole:
                label[high] = low
                height[low] = mean
            else:
                is_group[low] = False
            _add_sums(low, high, sums)
            size[low] += size[high]
            active[high] = False
            length -= 2


@compiled(called_by_kernels=True)
def _add_sums(low: int, high: int, sums: DoubleTable) -> None:
    """Add the sums of group `high` to those of group `low`; what is SEPARATE from one of them is so from both.

    `sums` is the table of `_find_nearest`; row and column `low` are changed. A loop, so that nothing is allocated.
    """
    for k in range(len(sums)):
        total = sums[low, k] + sums[high, k]
        sums[low, k] = sums[k, low] = total
