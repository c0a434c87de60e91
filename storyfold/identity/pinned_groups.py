"""Apply pins to groups that were made without them, so that nothing moves of which no pin says anything.

The rule. Groups that pins `same` connect are united. Where a united group has two articles that a pin `different` keeps
apart, its members alone are grouped anew: first what pins hold together, then what is most alike, as long as no two
that are kept apart come together. So there are as few parts as the pins allow, and each other member goes where it is
most at home. The result depends on the groups, the links in them and the pins alone, not on any order.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from storyfold.identity.pins import Constraints, Tag
from storyfold.kernels.arrays import Longs


class WeighedPairs(NamedTuple):
    """Say how alike texts a[n] and b[n] are, by a whole number that grows with it; of other pairs nothing is known."""

    a: Longs
    b: Longs
    weight: Longs


def apply_pins(
    label: Longs, node_of: Mapping[str, int], pairs: WeighedPairs, constraints: Constraints, *, by_average: bool
) -> Longs:
    """Return the labels of texts, each the number of a text of its group, after pins are applied.

    `node_of` is the text of each pinned article that is among them. A group is parted by the mean over all pairs of two
    groups, as average link does, or by the strongest pair alone.
    """
    joined = [(node_of[a], node_of[b]) for a, b in constraints.joined if a in node_of and b in node_of]
    tags: defaultdict[int, set[Tag]] = defaultdict(set)
    for name, node in node_of.items():
        tags[node] |= constraints.tags.get(name, frozenset())
    united = _unite(label, joined)
    of_group: defaultdict[int, set[Tag]] = defaultdict(set)
    for node, own in tags.items():
        of_group[int(united[node])] |= own
    for group in sorted(of_group):
        if not _meets(of_group[group], of_group[group], constraints.barred):
            continue
        nodes = np.flatnonzero(united == group)
        parts = _Parts(nodes, tags, constraints.barred)
        for one, other in joined:
            if united[one] == group:
                parts.join(one, other)
        inside = _select_inside(pairs, united == group)
        _join_by_average(parts, inside) if by_average else _join_strongest(parts, inside)
        united[nodes] = [parts.find(node) for node in nodes.tolist()]
    return united


def _unite(label: Longs, joined: Collection[tuple[int, int]]) -> Longs:
    """Return the labels where the groups of these pairs of texts are one, with the smallest of their labels."""
    united = label.copy()
    for one, other in joined:
        first, last = sorted((int(united[one]), int(united[other])))
        if first != last:
            united[united == last] = first
    return united


def _meets(tags: Collection[Tag], others: Collection[Tag], barred: Mapping[Tag, frozenset[Tag]]) -> bool:
    return any(not barred[tag].isdisjoint(others) for tag in tags if tag in barred)


def _select_inside(pairs: WeighedPairs, is_inside: np.ndarray) -> WeighedPairs:
    chosen = is_inside[pairs.a] & is_inside[pairs.b] & (pairs.weight > 0) & (pairs.a != pairs.b)
    return WeighedPairs(pairs.a[chosen], pairs.b[chosen], pairs.weight[chosen])


@dataclass(slots=True)
class _Parts:
    """The parts of a group as they grow: each is known by its smallest text, and has its size and its tags."""

    nodes: Longs
    tags: Mapping[int, Collection[Tag]]
    barred: Mapping[Tag, frozenset[Tag]]
    first: dict[int, int] = field(init=False)
    size: dict[int, int] = field(init=False)
    held: dict[int, set[Tag]] = field(init=False)

    def __post_init__(self) -> None:
        listed = self.nodes.tolist()
        self.first, self.size = {node: node for node in listed}, dict.fromkeys(listed, 1)
        self.held = {node: set(self.tags[node]) for node in listed if node in self.tags}

    def find(self, node: int) -> int:
        """Return the smallest text of the part that a text is in."""
        while self.first[node] != node:
            self.first[node] = self.first[self.first[node]]
            node = self.first[node]
        return node

    def may_join(self, one: int, other: int) -> bool:
        """Say whether no pin keeps these two parts apart."""
        return not _meets(self.held.get(one, ()), self.held.get(other, ()), self.barred)

    def join(self, one: int, other: int) -> None:
        """Join the parts of two texts, unless a pin keeps them apart."""
        first, last = sorted((self.find(one), self.find(other)))
        if first == last or not self.may_join(first, last):
            return
        self.first[last] = first
        self.size[first] += self.size.pop(last)
        if last in self.held:
            self.held.setdefault(first, set()).update(self.held.pop(last))


def _join_strongest(parts: _Parts, pairs: WeighedPairs) -> None:
    """Join the parts that the strongest pair connects, again and again; ties go by the numbers of the texts."""
    one, other = np.minimum(pairs.a, pairs.b), np.maximum(pairs.a, pairs.b)
    for number in np.lexsort((other, one, -pairs.weight)).tolist():
        parts.join(int(one[number]), int(other[number]))


def _join_by_average(parts: _Parts, pairs: WeighedPairs) -> None:
    """Join the two parts that are most alike, by the mean over all pairs of their texts, again and again.

    A pair of which nothing is known counts as 0. Sums are whole numbers, so no order of theirs matters.
    """
    sums: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for a, b, weight in zip(pairs.a.tolist(), pairs.b.tolist(), pairs.weight.tolist(), strict=True):
        one, other = parts.find(a), parts.find(b)
        if one != other:
            sums[one][other] = sums[other][one] = sums[one].get(other, 0) + weight
    waiting = [_rank(parts, sums, one, other) for one in sums for other in sums[one] if one < other]
    heapq.heapify(waiting)
    while waiting:
        entry = heapq.heappop(waiting)
        _, one, other = entry
        if other not in sums.get(one, ()) or _rank(parts, sums, one, other) != entry:
            continue  # one of them has grown since, and stands in the heap anew
        if not parts.may_join(one, other):
            del sums[one][other], sums[other][one]
            continue
        parts.join(one, other)
        for beside, weight in sums.pop(other).items():
            del sums[beside][other]
            if beside != one:
                sums[one][beside] = sums[beside][one] = sums[one].get(beside, 0) + weight
        for beside in sums[one]:
            heapq.heappush(waiting, _rank(parts, sums, min(one, beside), max(one, beside)))


def _rank(parts: _Parts, sums: Mapping[int, Mapping[int, int]], one: int, other: int) -> tuple[float, int, int]:
    return -sums[one][other] / (parts.size[one] * parts.size[other]), one, other
