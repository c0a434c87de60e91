"""From pairs to groups: average-link agglomeration of what similar texts connect.

Average link does not chain: a text joins a group only if it is near its members on the whole (Sokal and Michener
1958). A pair without a link counts as 0. Reciprocal nearest neighbours are merged as they are met (the
nearest-neighbour chain, Murtagh 1983), which gives the same groups as always merging the nearest two, in a time
that grows with the square of a component and no faster.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import DoubleTable, Flags
from storyfold.kernels.compiled import compiled
from storyfold.stories.neighbours import Links
from storyfold.stories.term_vectors import Ints

Group = tuple[int, ...]

LARGEST = 5_000  # texts in one component: its matrix of similarities then takes 200 MB
SEPARATE = -np.inf  # the sum between two groups that must not be joined; whatever is added, it stays
STEP = 1.25  # how much closer texts must be, each time that a component is too large


def find_components(links: Links, count: int, threshold: float, largest: int = LARGEST) -> list[Group]:
    """The connected components over pairs at or above the threshold, each ascending, in order of first member.

    No average-link group at that threshold reaches beyond its component: a mean of at least the threshold has a
    pair of at least the threshold in it. So each component is grouped by itself, with the same result. Only a
    component with more than `largest` texts is broken up, by a higher threshold for the pairs in it.
    """
    root = _roots(links.a, links.b, links.similarity >= threshold, count)
    level = threshold
    while (large := (np.bincount(root, minlength=count) > largest)[root]).any():
        level *= STEP
        closer = (links.similarity >= level) & large[links.a] & large[links.b]
        root = np.where(large, _roots(links.a, links.b, closer, count), root)
    order = np.argsort(root, kind="stable")
    bounds = np.flatnonzero(np.diff(root[order], prepend=-1, append=count))
    return [tuple(order[first:last].tolist()) for first, last in itertools.pairwise(bounds.tolist())]


def cluster_average_link(links: Links, sure: Sequence[bool], threshold: float, within: Sequence[Group]) -> list[Group]:
    """Average-link groups of each of the given components, ascending, in order of first member.

    The surely dated texts (`sure`) are grouped first, by themselves. Then the others join them or each other, but
    no step may join two groups that both have a sure text: an undated text never bridges two dated groups, and
    the grouping of the dated ones does not depend on the others at all.
    """
    home, place = np.full(len(sure), -1, np.int64), np.zeros(len(sure), np.int64)
    for number, component in enumerate(within):
        home[list(component)] = number
        place[list(component)] = np.arange(len(component))
    inside = np.flatnonzero((home[links.a] >= 0) & (home[links.a] == home[links.b]))
    inside = inside[np.argsort(home[links.a[inside]], kind="stable")]
    bounds = np.searchsorted(home[links.a[inside]], np.arange(len(within) + 1))
    groups: list[Group] = []
    for number, component in enumerate(within):
        part = inside[bounds[number] : bounds[number + 1]]
        sums = np.zeros((len(component), len(component)))
        a, b = place[links.a[part]], place[links.b[part]]
        sums[a, b] = sums[b, a] = links.similarity[part]
        labels = _label(sums, np.array([sure[x] for x in component], np.bool_), threshold)
        found: dict[int, list[int]] = {}
        for text, label in zip(component, labels.tolist(), strict=True):
            found.setdefault(label, []).append(text)
        groups.extend(tuple(members) for members in found.values())
    return sorted(groups)


def _label(sums: npt.NDArray[np.float64], sure: Flags, threshold: float) -> Ints:
    """A label for each text of one component, given the similarities of its pairs; overwrites `sums`."""
    label, size = np.arange(len(sums)), np.ones(len(sums), np.int64)
    _average_link(sums, label, size, sure.copy(), threshold)
    sums[np.ix_(sure, sure)] = SEPARATE
    _average_link(sums, label, size, label == np.arange(len(sums)), threshold)
    while (label[label] != label).any():
        label = label[label]
    return label


@compiled
def _roots(a: Ints, b: Ints, strong: Flags, count: int) -> Ints:
    """For each of `count` texts the smallest text that strong pairs connect it to."""
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
def _nearest(x: int, previous: int, sums: DoubleTable, size: Ints, active: Flags, threshold: float) -> int:
    """The active group nearest to x in the mean, or -1 below the threshold; of equals `previous`, else the first."""
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
def _average_link(sums: DoubleTable, label: Ints, size: Ints, active: Flags, threshold: float) -> None:
    """Merge the active groups until no mean reaches the threshold.

    A group is known by its smallest member; `label` of the other one points to it. A group whose nearest is below
    the threshold is done: no merge of others brings any group nearer to it.
    """
    count = len(active)
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
        nearest = _nearest(x, previous, sums, size, active, threshold)
        if nearest < 0:
            active[x] = False
            length -= 1
        elif nearest != previous:
            chain[length] = nearest
            length += 1
        else:
            low, high = min(x, nearest), max(x, nearest)
            _merge(low, high, sums)
            size[low] += size[high]
            label[high], active[high] = low, False
            length -= 2


@compiled(called_by_kernels=True)
def _merge(low: int, high: int, sums: DoubleTable) -> None:
    """Add group `high` to group `low` in the sums; what is separate from one of them is separate from both."""
    for k in range(len(sums)):
        total = sums[low, k] + sums[high, k]
        sums[low, k] = sums[k, low] = total
