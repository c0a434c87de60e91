"""Give each group of articles the id of its story, carried from run to run, and record each change of identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from storyfold.identity.ids import hash_id
from storyfold.schemas.stories import Lineage

Change = Literal["born", "continued", "merged", "split"]
Event = tuple[str, Change, str | None]  # story_id, event, other_story_id


@dataclass(frozen=True, slots=True)
class NamedGroups:
    """Hold the groups by story id, the stories that ended, and every change of identity."""

    groups: dict[str, frozenset[str]]
    ended: dict[str, str]  # a story that was merged away, and the one it ended in
    lineage: list[Lineage]


def make_story_id(founder: str) -> str:
    """Make the id of the story that the article with this id founds."""
    return hash_id("story", founder)


def name_groups(
    groups: Sequence[Collection[str]],
    story_of: Mapping[str, str],
    seen: Mapping[str, date],
    taken: Collection[str],
    run_date: date,
) -> NamedGroups:
    """Give each group (article ids) the id of the story it continues, or a new one.

    `story_of` has the known story of each article that had one, `seen` the day on which each was first seen. A known
    story goes on where its founder is. Where several are in one group, the one with the older founder survives and the
    others end in it; a part that left its founder is born as a story of its own, split from the old one.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for article_id, story_id in story_of.items():
        if article_id in seen:
            known[story_id].add(article_id)
    founders = {story_id: _find_founder(story_id, members, seen) for story_id, members in known.items()}
    by_founder: dict[str, list[str]] = defaultdict(list)
    for story_id in sorted(founders, key=lambda s: ((seen[founders[s]], founders[s]), s)):
        by_founder[founders[story_id]].append(story_id)

    named: dict[str, frozenset[str]] = {}
    ended: dict[str, str] = {}
    events: set[Event] = set()
    for group in _order_groups(groups, seen):
        continued = [story_id for member in group for story_id in by_founder.get(member, ())]
        if continued:
            story_id, *others = continued
            ended.update(dict.fromkeys(others, story_id))
            events.update((other, "merged", story_id) for other in others)
            if known[story_id] != set(group):
                events.add((story_id, "continued", None))
        else:
            story_id = _choose_new_id(group, (taken, named))
            events.add((story_id, "born", None))
            events.update((story_id, "split", story_of[member]) for member in group if member in story_of)
        named[story_id] = frozenset(group)
    return NamedGroups(named, ended, _make_lineage(events, run_date))


def _find_founder(story_id: str, members: Collection[str], seen: Mapping[str, date]) -> str:
    """Return the member whose id the story has; if that one is gone, the first by founding order."""
    ordered = sorted(members, key=lambda m: (seen[m], m))
    return next((member for member in ordered if make_story_id(member) == story_id), ordered[0])


def _order_groups(groups: Sequence[Collection[str]], seen: Mapping[str, date]) -> list[list[str]]:
    """Sort groups and their members by founding order, so that the first member founds a new story."""
    ordered = [sorted(group, key=lambda m: (seen[m], m)) for group in groups]
    return sorted(ordered, key=lambda group: (seen[group[0]], group[0]))


def _choose_new_id(group: Sequence[str], taken: Sequence[Collection[str]]) -> str:
    """Return the story id of the first member whose id no other story has."""
    for member in group:
        story_id = make_story_id(member)
        if not any(story_id in ids for ids in taken):
            return story_id
    return hash_id("story", *group)


def _make_lineage(events: Collection[Event], run_date: date) -> list[Lineage]:
    ordered = sorted(events, key=lambda event: (event[0], event[1], event[2] or ""))
    return [Lineage(run_date=run_date, story_id=s, event=e, other_story_id=o) for s, e, o in ordered]
