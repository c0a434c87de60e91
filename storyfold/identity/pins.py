"""Hold the pins in force, and say what they ask for: which articles go together, and which may not.

A pin `same` as family holds for stories, too, and a pin `different` as story for families, since a family is told as
one story.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from storyfold.identity.ids import hash_id
from storyfold.identity.joined_names import find_root
from storyfold.schemas.pins import Level, Pin

Tag = tuple[Level, str]  # what pins hold together at a level, by the smallest id in it


@dataclass(frozen=True, slots=True)
class Pins:
    """Hold the pins in force, and the articles of those that were set or removed since the groups were made."""

    in_force: tuple[Pin, ...] = ()
    touched: frozenset[str] = frozenset()

    def find_partners(self, names: Collection[str], level: Level) -> set[str]:
        """Return the articles that pins hold together with some of these, over any number of pins, themselves too."""
        held = _name_held(self.in_force, level)
        wanted = {held[name] for name in names if name in held}
        return {name for name, first in held.items() if first in wanted}


@dataclass(frozen=True, slots=True)
class Constraints:
    """Say what pins ask of groups at one level: the pairs that go together, and the tags that no group has both of.

    `tags` are those of each pinned article, `barred` has for each tag those it may not be with.
    """

    joined: tuple[tuple[str, str], ...]
    tags: Mapping[str, frozenset[Tag]]
    barred: Mapping[Tag, frozenset[Tag]]


def make_pin_id(article_id: str, of_article_id: str, level: Level) -> str:
    """Make the id of a pin of two articles, in whichever order they are given."""
    return hash_id("pin", level, *sorted((article_id, of_article_id)))


def make_constraints(pins: Collection[Pin], level: Level) -> Constraints:
    """Make what these pins ask of groups at a level.

    What a pin keeps apart is kept apart with all that other pins hold together with either: else a family could join
    by its texts what the stories of its members must not.
    """
    levels: tuple[Level, ...] = ("story",) if level == "story" else ("family", "story")
    tags: defaultdict[str, set[Tag]] = defaultdict(set)
    barred: defaultdict[Tag, set[Tag]] = defaultdict(set)
    for one in levels:
        held = _name_held(pins, one)
        for name, first in held.items():
            tags[name].add((one, first))
        for pin in (pin for pin in pins if pin.verdict == "different" and pin.level == one):
            ends: list[Tag] = [(one, held[name]) for name in (pin.article_id, pin.of_article_id)]
            barred[ends[0]].add(ends[1])
            barred[ends[1]].add(ends[0])
    return Constraints(
        tuple(sorted((pin.article_id, pin.of_article_id) for pin in pins if _holds_together(pin, level))),
        {name: frozenset(found) for name, found in tags.items()},
        {tag: frozenset(others) for tag, others in barred.items()},
    )


def find_contradiction(pins: Sequence[Pin]) -> list[Pin]:
    """Find pins that cannot hold at once: one `different` and those `same` that lead from its one article to its other.

    Empty where there are none.
    """
    for pin in sorted(pins, key=lambda pin: pin.pin_id):
        if pin.verdict == "different" and (way := _find_way(pin, pins)):
            return [pin, *way]
    return []


def _holds_together(pin: Pin, level: Level) -> bool:
    return pin.verdict == "same" and (level == "story" or pin.level == "family")


def _name_held(pins: Iterable[Pin], level: Level) -> dict[str, str]:
    """Return for each pinned article the smallest id of those that pins hold together with it at a level."""
    first: dict[str, str] = {}
    for pin in pins:
        one, other = find_root(pin.article_id, first), find_root(pin.of_article_id, first)
        if _holds_together(pin, level):
            first[max(one, other)] = min(one, other)
    return {name: find_root(name, first) for name in first}


def _find_way(parted: Pin, pins: Iterable[Pin]) -> list[Pin]:
    """Find the fewest pins that hold the two articles of a pin together at its level; none where nothing does."""
    beside: defaultdict[str, list[tuple[str, Pin]]] = defaultdict(list)
    for pin in pins:
        if _holds_together(pin, parted.level):
            beside[pin.article_id].append((pin.of_article_id, pin))
            beside[pin.of_article_id].append((pin.article_id, pin))
    ways: dict[str, list[Pin]] = {parted.article_id: []}
    waiting = deque([parted.article_id])
    while waiting:
        name = waiting.popleft()
        for other, pin in beside[name]:
            if other not in ways:
                ways[other] = [*ways[name], pin]
                waiting.append(other)
    return ways.get(parted.of_article_id, [])
