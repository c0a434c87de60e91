"""Group the articles that report the same story, and return the rows of stories that are new or changed."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from storyfold.dates.doubt import apply_date_doubt
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article, get_seen_date
from storyfold.schemas.stories import Lineage, Membership, Story
from storyfold.settings.stories import StorySettings
from storyfold.stories.average_link import Group, cluster_average_link, find_components
from storyfold.stories.describe import Corpus, describe_stories
from storyfold.stories.neighbours import SCALE, Links, Times, find_links
from storyfold.stories.story_ids import NamedGroups, name_groups
from storyfold.stories.term_rows import Reference, TermRows, count_terms
from storyfold.stories.term_vectors import weigh_rows
from storyfold.stories.units import Unit, choose_newest, make_units
from storyfold.text.kept_terms import METHOD_LIMITS


class KnownStories(Protocol):
    """Read what the lake has stored around the new articles.

    Whole stories and whole families: if one member is given, all its other members are given too.
    """

    def read_articles(self) -> list[Article]:
        """Return the current version of every article that might still join a new one; undated ones always."""

    def read_memberships(self) -> list[Membership]:
        """Return the current memberships of those articles."""

    def read_stories(self) -> list[Story]:
        """Return the current rows of all their stories, without ended ones."""

    def read_families(self) -> list[FamilyMember]:
        """Return the current rows of those articles as members of a family."""


@dataclass(frozen=True, slots=True)
class ClusteredStories:
    """Hold only rows that are new or changed; `run_id` is empty, so is `since_run` of an article new in its story."""

    stories: list[Story]
    memberships: list[Membership]
    lineage: list[Lineage]


def cluster_stories(
    new: Sequence[Article],
    families: Sequence[FamilyMember],
    known: KnownStories,
    run_date: date,
    settings: StorySettings,
) -> ClusteredStories:
    """Group this run's articles with the known ones, and return the rows of stories that are new or changed.

    Every article of `new` and `known` is in exactly one story afterwards; a story may have one article.
    A new version of a known article replaces it, a row in `families` replaces the known row. Only the components that
    a new or changed article is in are grouped again; the order of `new` does not matter.
    """
    stored = choose_newest(known.read_articles())
    old_members = {member.article_id: member for member in known.read_families()}
    members = old_members | {member.article_id: member for member in families}
    before = apply_doubts(stored, old_members)
    articles = apply_doubts(choose_newest([*stored.values(), *new]), members)
    memberships = {m.article_id: m for m in known.read_memberships() if m.article_id in articles}
    story_of = {article_id: m.story_id for article_id, m in memberships.items()}

    changed = _find_changed(before, articles, old_members, members) | (articles.keys() - story_of.keys())
    if not changed:
        return ClusteredStories([], [], [])
    changed |= _find_judged_anew(before, articles, changed, settings.window_days)
    voters = make_units(articles, members)
    rows, links = find_unit_links(articles, voters, settings)
    parts = find_components(links, len(voters), round(settings.threshold * SCALE))
    touched = _find_touched(parts, voters, story_of, changed)
    grouped = group_units(links, voters, touched, settings)
    inside = {member for component in touched for unit in component for member in voters[unit].members}
    carried = {article_id: story_id for article_id, story_id in story_of.items() if article_id in inside}
    named = name_groups(grouped, carried, articles, set(story_of.values()), run_date)
    row_of = {article_id: row for row, article_id in enumerate(_order_rows(articles, voters))}
    unit_of = {member: unit.key for unit in voters for member in unit.members}
    nothing = np.zeros(len(rows.vocabulary), np.int64)
    vectors = weigh_rows(rows, Reference(0, nothing, nothing), settings)
    corpus = Corpus(
        articles, row_of, unit_of, frozenset(unit.representative for unit in voters), vectors, rows.vocabulary
    )
    return _make_rows(named, corpus, memberships, {s.story_id: s for s in known.read_stories()}, run_date, settings)


def apply_doubts(articles: Mapping[str, Article], members: Mapping[str, FamilyMember]) -> dict[str, Article]:
    """Return the articles by id; the date of one is doubted where its family shows it to be false."""
    return {i: apply_date_doubt(a, members[i].date_doubt if i in members else None) for i, a in articles.items()}


def _find_changed(
    before: Mapping[str, Article],
    articles: Mapping[str, Article],
    old_members: Mapping[str, FamilyMember],
    members: Mapping[str, FamilyMember],
) -> set[str]:
    """Return the articles whose text, time or family changed, with all members of those families."""
    both = (old_members, members)
    changed = {i for i, article in articles.items() if i not in before or _get_input(article) != _get_input(before[i])}
    moved = {i for i, m in members.items() if i in articles and _get_family(old_members.get(i), i) != _get_family(m, i)}
    families = {_get_family(m.get(i), i)[0] for i in changed | moved for m in both}
    return changed | {i for i in articles if {_get_family(m.get(i), i)[0] for m in both} & families}


def _find_judged_anew(
    before: Mapping[str, Article], articles: Mapping[str, Article], changed: Collection[str], window: int
) -> set[str]:
    """Return the articles whose reference had or has one of the changed: seen on its days or so many days later."""
    both = (before, articles)
    seen = {_get_day(given[article_id]) for given in both for article_id in changed if article_id in given}
    days = {day + later for day in seen for later in range(window + 1)}
    return {article_id for article_id, article in articles.items() if _get_day(article) in days}


def _get_day(article: Article) -> int:
    """Return the day on which an article was first seen, in days since 0001-01-01."""
    return get_seen_date(article.first_seen_at).toordinal()


def _get_input(article: Article) -> tuple[object, ...]:
    """Return the values of an article that the stories are made from."""
    times = (article.published_at, article.date_confidence, article.not_before, article.not_after, _get_day(article))
    return (article.title, article.body, article.language, article.outlet, *times)


def _get_family(member: FamilyMember | None, article_id: str) -> tuple[str, str | None]:
    return (member.family_id, member.original_article_id) if member else (article_id, article_id)


def _make_times(voters: Sequence[Unit]) -> Times:
    return Times(
        np.array([unit.first for unit in voters], np.int64),
        np.array([unit.last for unit in voters], np.int64),
        np.array([unit.sure + unit.confirmed for unit in voters], np.int64),
    )


def _find_touched(
    parts: Sequence[Group], voters: Sequence[Unit], story_of: Mapping[str, str], changed: Iterable[str]
) -> list[Group]:
    """Return the components with a changed article, and those that share a known story with one of them."""
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


def find_unit_links(
    articles: Mapping[str, Article], voters: Sequence[Unit], settings: StorySettings
) -> tuple[TermRows, Links]:
    """Return the terms of all articles, representatives first, and the similar pairs of units."""
    ordered = _order_rows(articles, voters)
    rows = count_terms([articles[i] for i in ordered], METHOD_LIMITS)
    days = np.array([_get_day(articles[i]) for i in ordered], np.int64)
    return rows, find_links(rows, _make_times(voters), days, settings)


def _order_rows(articles: Mapping[str, Article], voters: Sequence[Unit]) -> list[str]:
    """Return the articles' ids: the units' representatives in the units' order, then the others by id."""
    ids = [unit.representative for unit in voters]
    return [*ids, *sorted(articles.keys() - set(ids))]


def group_units(
    links: Links, voters: Sequence[Unit], within: Sequence[Group], settings: StorySettings
) -> list[list[str]]:
    """Return the groups of these components, each as the articles of its units."""
    sure, threshold = [unit.sure for unit in voters], round(settings.threshold * SCALE)
    groups = cluster_average_link(links, sure, threshold, settings.wholeness, within)
    return [[member for unit in members for member in voters[unit].members] for members in groups]


def _make_rows(
    named: NamedGroups,
    corpus: Corpus,
    old_memberships: Mapping[str, Membership],
    old_stories: Mapping[str, Story],
    run_date: date,
    settings: StorySettings,
) -> ClusteredStories:
    """Return the rows of the named stories, without those that are in the lake already."""
    stories, memberships = [], []
    for story_id, members in sorted(named.groups.items()):
        story, joined = describe_stories(story_id, members, corpus, run_date, settings)
        if _drop_run(story) != _drop_run(old_stories.get(story_id)):
            stories.append(story)
        for membership in joined:
            old = old_memberships.get(membership.article_id)
            since = old.since_run if old and old.story_id == story_id else ""
            row = dataclasses.replace(membership, since_run=since)
            if _drop_run(row) != _drop_run(old):
                memberships.append(row)
    stories.extend(Story(run_date=run_date, story_id=story_id, status="ended") for story_id in sorted(named.ended))
    return ClusteredStories(stories, sorted(memberships, key=lambda m: m.article_id), named.lineage)


def _drop_run(row: Story | Membership | None) -> object:
    """Return the row without the run that wrote it."""
    return dataclasses.replace(row, run_id="", run_date=date.min) if row else None
