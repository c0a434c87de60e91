"""Which articles tell the same story: the stage as a whole, from articles to the rows that changed."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from storyfold.dates.doubt import apply_date_doubt
from storyfold.schemas.copies import FamilyPlace
from storyfold.schemas.pages import Article
from storyfold.schemas.stories import Lineage, Membership, Story
from storyfold.stories.average_link import Group, cluster_average_link, find_components
from storyfold.stories.describe import Corpus, describe_stories
from storyfold.stories.neighbours import Times, find_links
from storyfold.stories.settings import StorySettings
from storyfold.stories.story_ids import Named, name_groups
from storyfold.stories.term_vectors import make_vectors
from storyfold.stories.units import Unit, choose_newest, make_units


class KnownStories(Protocol):
    """What the lake already holds around the new articles.

    Whole stories and whole families: where one member is given, all its other members are given too.
    """

    def articles(self) -> list[Article]:
        """Current versions of every article that might still meet a new one; undated ones always."""

    def memberships(self) -> list[Membership]:
        """The current memberships of those articles."""

    def stories(self) -> list[Story]:
        """The current rows of all their stories, without ended ones."""

    def families(self) -> list[FamilyPlace]:
        """The current family places of those articles."""


class NoKnownStories:
    """The known stories of an empty lake."""

    def articles(self) -> list[Article]:
        return []

    def memberships(self) -> list[Membership]:
        return []

    def stories(self) -> list[Story]:
        return []

    def families(self) -> list[FamilyPlace]:
        return []


@dataclass(frozen=True, slots=True)
class ClusteredStories:
    """Only rows that are new or changed. `run_id` is empty, `since_run` too for an article new in its story."""

    stories: list[Story]
    memberships: list[Membership]
    lineage: list[Lineage]


DEFAULTS = StorySettings()


def cluster_stories(
    new: Sequence[Article],
    families: Sequence[FamilyPlace],
    known: KnownStories,
    run_date: date,
    settings: StorySettings = DEFAULTS,
) -> ClusteredStories:
    """Group this run's articles with the known ones, and give the rows of stories that are new or changed.

    Every article of `new` and `known` is in exactly one story afterwards; a story may have one article.
    A new version of a known article replaces it, a place in `families` replaces the known place. Only what a new
    or changed article touches is grouped again; the order of `new` does not matter.
    """
    held = choose_newest(known.articles())
    old_places = {place.article_id: place for place in known.families()}
    places = old_places | {place.article_id: place for place in families}
    before, articles = _doubted(held, old_places), _doubted(choose_newest([*held.values(), *new]), places)
    memberships = {m.article_id: m for m in known.memberships() if m.article_id in articles}
    story_of = {article_id: m.story_id for article_id, m in memberships.items()}

    changed = _changed(before, articles, old_places, places) | (articles.keys() - story_of.keys())
    if not changed:
        return ClusteredStories([], [], [])
    voters = make_units(articles, places)
    ids = [unit.representative for unit in voters]
    others = sorted(articles.keys() - set(ids))
    matrix = make_vectors([articles[i] for i in [*ids, *others]], settings)
    links = find_links(matrix, _times(voters), settings)
    touched = _touched(find_components(links, len(voters), settings.threshold), voters, story_of, changed)
    grouped = cluster_average_link(links, [unit.sure for unit in voters], settings.threshold, touched)
    inside = {member for component in touched for unit in component for member in voters[unit].members}
    carried = {article_id: story_id for article_id, story_id in story_of.items() if article_id in inside}
    named = name_groups(_as_articles(grouped, voters), carried, articles, set(story_of.values()), run_date)
    row_of = {article_id: row for row, article_id in enumerate([*ids, *others])}
    unit_of = {member: unit.key for unit in voters for member in unit.members}
    corpus = Corpus(articles, row_of, unit_of, frozenset(ids), matrix)
    return _rows(named, corpus, memberships, {s.story_id: s for s in known.stories()}, run_date, settings)


def _doubted(articles: Mapping[str, Article], places: Mapping[str, FamilyPlace]) -> dict[str, Article]:
    """The articles, those doubted whose dates their families show to be false."""
    return {i: apply_date_doubt(a, places[i].date_doubt if i in places else None) for i, a in articles.items()}


def _changed(
    before: Mapping[str, Article],
    articles: Mapping[str, Article],
    old_places: Mapping[str, FamilyPlace],
    places: Mapping[str, FamilyPlace],
) -> set[str]:
    """The articles whose text, time or family are not what they were, with all members of those families."""
    changed = {i for i, article in articles.items() if i not in before or _content(article) != _content(before[i])}
    moved = {i for i, place in places.items() if i in articles and _family(old_places.get(i), i) != _family(place, i)}
    families = {_family(p.get(i), i)[0] for i in changed | moved for p in (old_places, places)}
    return changed | {i for i in articles if {_family(p.get(i), i)[0] for p in (old_places, places)} & families}


def _content(article: Article) -> tuple[object, ...]:
    """What of an article the stories are made from."""
    times = (article.published_at, article.date_confidence, article.not_before, article.not_after)
    return (article.title, article.body, article.language, article.outlet, *times)


def _family(place: FamilyPlace | None, article_id: str) -> tuple[str, str | None]:
    return (place.family_id, place.original_article_id) if place else (article_id, article_id)


def _times(voters: Sequence[Unit]) -> Times:
    return Times(
        np.array([unit.first for unit in voters], np.int64),
        np.array([unit.last for unit in voters], np.int64),
        np.array([unit.sure for unit in voters], np.int64),
    )


def _touched(
    parts: Sequence[Group], voters: Sequence[Unit], story_of: Mapping[str, str], changed: Iterable[str]
) -> list[Group]:
    """The components with a changed article, and those that share a known story with one of them."""
    part_of = {member: number for number, part in enumerate(parts) for unit in part for member in voters[unit].members}
    parts_of_story: dict[str, set[int]] = defaultdict(set)
    stories_of_part: dict[int, set[str]] = defaultdict(set)
    for article_id, story_id in story_of.items():
        parts_of_story[story_id].add(part_of[article_id])
        stories_of_part[part_of[article_id]].add(story_id)
    waiting = [part_of[article_id] for article_id in changed]
    touched: set[int] = set()
    while waiting:
        if (number := waiting.pop()) not in touched:
            touched.add(number)
            waiting.extend(n for story_id in stories_of_part[number] for n in parts_of_story[story_id])
    return [parts[number] for number in sorted(touched)]


def _as_articles(groups: Iterable[Group], voters: Sequence[Unit]) -> list[list[str]]:
    return [[member for unit in members for member in voters[unit].members] for members in groups]


def _rows(
    named: Named,
    corpus: Corpus,
    old_memberships: Mapping[str, Membership],
    old_stories: Mapping[str, Story],
    run_date: date,
    settings: StorySettings,
) -> ClusteredStories:
    """The rows of the named stories, without those that say what the lake already says."""
    stories, memberships = [], []
    for story_id, members in sorted(named.groups.items()):
        story, joined = describe_stories(story_id, members, corpus, run_date, settings)
        if _said(story) != _said(old_stories.get(story_id)):
            stories.append(story)
        for membership in joined:
            old = old_memberships.get(membership.article_id)
            since = old.since_run if old and old.story_id == story_id else ""
            row = dataclasses.replace(membership, since_run=since)
            if _said(row) != _said(old):
                memberships.append(row)
    stories.extend(Story(run_date=run_date, story_id=story_id, status="ended") for story_id in sorted(named.ended))
    return ClusteredStories(stories, sorted(memberships, key=lambda m: m.article_id), named.lineage)


def _said(row: Story | Membership | None) -> object:
    """The row without the run that wrote it."""
    return dataclasses.replace(row, run_id="", run_date=date.min) if row else None
