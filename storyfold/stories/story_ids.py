"""Give each group of articles the id of its story, which follows from the group as it stands, and record each change.

A story has the id of its founder, whichever night brought which article: so nights in any order, or all at once, give
the same ids. An id leads to the story that has its founder now: `story_successors` (`report/sql/`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from storyfold.identity.ids import hash_id
from storyfold.schemas.stories import Lineage

Change = Literal["born", "continued", "merged", "split", "revived", "ended"]
Event = tuple[str, Change, str | None]  # story_id, event, other_story_id


@dataclass(frozen=True, slots=True)
class NamedGroups:
    """Hold the groups by story id, the stories that ended with the one that has their founder now, and all founders.

    A story of which no article is left has ended in none, and has no founder.
    """

    groups: dict[str, frozenset[str]]
    ended: dict[str, str | None]
    founders: dict[str, str]


def make_story_id(founder: str) -> str:
    """Make the id of the story that the article with this id founds."""
    return hash_id("story", founder)


def name_groups(
    groups: Sequence[Collection[str]], story_of: Mapping[str, str], seen: Mapping[str, date], taken: Collection[str]
) -> NamedGroups:
    """Give each group (article ids) the id of its founder: of those that were seen first the one with the smallest id.

    `story_of` has the known story of each article that had one, `seen` the day on which each was first seen, `taken`
    the ids of other stories that stand: older programs let a story keep its id when its founder had left it.
    """
    named: dict[str, frozenset[str]] = {}
    founders: dict[str, str] = {}
    for group in _order_groups(groups, seen):
        founder = next((m for m in group if make_story_id(m) not in taken and make_story_id(m) not in named), None)
        story_id = make_story_id(founder) if founder else hash_id("story", None, *group)
        named[story_id], founders[story_id] = frozenset(group), founder or group[0]
    now = {member: story_id for story_id, members in named.items() for member in members}
    ended: dict[str, str | None] = {}
    for story_id, members in _list_members(story_of).items():
        if story_id in named:
            continue
        founder = _find_founder(story_id, members & now.keys(), seen)
        ended[story_id] = now[founder] if founder else None
        if founder:
            founders[story_id] = founder
    return NamedGroups(named, ended, founders)


def make_lineage(
    named: NamedGroups, story_of: Mapping[str, str], revived: Collection[str], run_date: date
) -> list[Lineage]:
    """Make the row of each change of a story's identity; `revived` are those that had ended or closed before."""
    events = set(_list_changes(named, _list_members(story_of), story_of, revived))
    for story_id, other in named.ended.items():
        events.add((story_id, "merged" if other else "ended", other))
    ordered = sorted(events, key=lambda event: (event[0], event[1], event[2] or ""))
    return [Lineage(run_date=run_date, story_id=s, event=e, other_story_id=o) for s, e, o in ordered]


def _list_changes(
    named: NamedGroups, known: Mapping[str, set[str]], story_of: Mapping[str, str], revived: Collection[str]
) -> Iterator[Event]:
    """Yield what became of the groups that stand; what merges into one is no split from it."""
    for story_id, members in named.groups.items():
        if story_id in known:
            if known[story_id] != members:
                yield story_id, "revived" if story_id in revived else "continued", None
            continue
        yield story_id, "revived" if story_id in revived else "born", None
        for other in {story_of[member] for member in members if member in story_of}:
            if named.ended.get(other) != story_id:
                yield story_id, "split", other


def _list_members(story_of: Mapping[str, str]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for article_id, story_id in story_of.items():
        members[story_id].add(article_id)
    return members


def _find_founder(story_id: str, members: Collection[str], seen: Mapping[str, date]) -> str | None:
    """Return the member whose id the story has; if that one is gone, the first by founding order."""
    ordered = sorted(members, key=lambda m: (seen[m], m))
    return next((member for member in ordered if make_story_id(member) == story_id), next(iter(ordered), None))


def _order_groups(groups: Sequence[Collection[str]], seen: Mapping[str, date]) -> list[list[str]]:
    """Sort groups and their members by founding order, so that the first member founds a new story."""
    ordered = [sorted(group, key=lambda m: (seen[m], m)) for group in groups]
    return sorted(ordered, key=lambda group: (seen[group[0]], group[0]))
