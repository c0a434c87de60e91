"""Group the articles that report the same story, and return the rows of stories that are new or changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from storyfold.credits.listed_outlets import OutletList
from storyfold.dates.doubt import apply_date_doubt
from storyfold.identity.pinned_groups import WeighedPairs, apply_pins
from storyfold.identity.pins import Pins, make_constraints
from storyfold.kernels.arrays import Longs
from storyfold.schemas.columns import make_rows
from storyfold.schemas.pages import Article, get_seen_date
from storyfold.schemas.stories import Lineage, Membership, Story, StoryFollows
from storyfold.schemas.text_names import TextNames
from storyfold.settings.stories import StorySettings
from storyfold.stories.describe import Corpus, describe_stories
from storyfold.stories.follow_queries import FollowsInLake
from storyfold.stories.follows import describe_series, find_follows
from storyfold.stories.group_texts import label_texts
from storyfold.stories.link_texts import link_texts
from storyfold.stories.queries import StoriesInLake
from storyfold.stories.series import weigh_generally
from storyfold.stories.stored_terms import make_term_rows
from storyfold.stories.story_ids import NamedGroups, make_lineage, name_groups
from storyfold.stories.text_languages import number_languages
from storyfold.stories.texts import ChangedTexts, Night, find_changed_texts, select_named
from storyfold.stories.touched import TouchedTexts, find_touched_texts

_VERSION = ("article_id", "version", "seen_date")


@dataclass(frozen=True, slots=True)
class ClusteredStories:
    """Hold only rows that are new or changed; `run_id` is empty, so is `since_run` of an article new in its story.

    `texts` and `links` are rows of `story_texts` and `story_links`; the replaced ones are those of the lake that go.
    """

    stories: list[Story]
    memberships: list[Membership]
    lineage: list[Lineage]
    follows: list[StoryFollows]
    texts: pa.Table
    links: pa.Table
    replaced_texts: pa.Table
    replaced_links: pa.Table


def cluster_stories(
    night: Night, lake: StoriesInLake, run_date: date, settings: StorySettings, outlets: OutletList
) -> ClusteredStories:
    """Group a night's articles with the lake's, and return the rows of stories that are new or changed.

    Every article of the night is in exactly one story afterwards; a story may have one article. Only what may be
    grouped otherwise than before is grouped again; the order of the night's rows does not matter. `outlets` says which
    count as one source: of stories that are told, and of no others.
    """
    changed = find_changed_texts(night, lake)
    linked = link_texts(night, changed, lake, settings)
    touched = find_touched_texts(linked, changed, lake, settings, night.pins)
    grouped = _group_articles(touched, settings, night.pins)
    versions = _read_versions(night, (name for names in grouped for name in names), lake)
    seen = {row["article_id"]: get_seen_date(row["first_seen"]) for row in versions.to_pylist()}
    story_of = {name: membership.story_id for name, membership in touched.memberships.items()}
    named = name_groups(grouped, story_of, seen, touched.taken)
    again = _find_described_again(named, story_of, set(changed.articles["article_id"].to_pylist()))
    described = {story_id: named.groups[story_id] for story_id in again}
    corpus = _make_corpus(night, described.values(), versions, touched, lake, settings, outlets)
    told, joined = _describe(described, named.founders, corpus, run_date, settings)
    known = lake.read_stories(story.story_id for story in told)
    stories, memberships = _leave_out_known(told, joined, known, touched.memberships)
    stories.extend(_end_stories(named, run_date))
    lineage = make_lineage(named, story_of, _find_revived(told, known, settings), run_date)
    series = describe_series(told, described, corpus)
    follows = find_follows(series, named.ended, FollowsInLake(lake.connection, lake.files), run_date, settings)
    texts, gone = find_new_texts(changed)
    memberships.sort(key=lambda m: m.article_id)
    return ClusteredStories(stories, memberships, lineage, follows, texts, linked.rows, gone, linked.replaced)


def _group_articles(touched: TouchedTexts, settings: StorySettings, pins: Pins) -> list[list[str]]:
    """Return the articles of each group of texts, after pins are applied."""
    groups: dict[int, list[str]] = {}
    dated, languages = touched.texts["dated"].to_numpy(), number_languages(touched.texts["language"])
    labels = _apply_pins(label_texts(touched.links, dated, languages, settings), touched, pins)
    for label, names in zip(labels.tolist(), touched.members, strict=True):
        groups.setdefault(label, []).extend(names)
    return list(groups.values())


def _apply_pins(labels: Longs, touched: TouchedTexts, pins: Pins) -> Longs:
    constraints = make_constraints(pins.in_force, "story")
    if not constraints.tags:
        return labels
    members = enumerate(touched.members)
    text_of = {name: number for number, names in members for name in constraints.tags.keys() & set(names)}
    links = WeighedPairs(touched.links.a, touched.links.b, touched.links.similarity)
    return apply_pins(labels, text_of, links, constraints, by_average=True)


def _read_versions(night: Night, names: Iterable[str], lake: StoriesInLake) -> pa.Table:
    """Return the current version of each of these articles, its day, and when the article was first seen in any."""
    given = night.articles.select([*_VERSION, "first_seen_at"]).rename_columns([*_VERSION, "first_seen"])
    others = set(names) - set(given["article_id"].to_pylist())
    stored = lake.read_versions(others) if others else given[:0]
    return pa.concat_tables([given, stored.select(given.column_names).cast(given.schema)])


def _find_described_again(named: NamedGroups, story_of: Mapping[str, str], changed: Collection[str]) -> list[str]:
    """Return the stories with other members than before, or a changed one: of the others nothing else can be told."""
    before: dict[str, set[str]] = {}
    for name, story_id in story_of.items():
        before.setdefault(story_id, set()).add(name)
    return sorted(
        story_id
        for story_id, names in named.groups.items()
        if before.get(story_id) != set(names) or not names.isdisjoint(changed)
    )


def _make_corpus(
    night: Night,
    groups: Iterable[Collection[str]],
    versions: pa.Table,
    touched: TouchedTexts,
    lake: StoriesInLake,
    settings: StorySettings,
    outlets: OutletList,
) -> Corpus:
    """Read the articles of these groups, and their terms, weighed in general: a story depends on its articles alone."""
    names = sorted({name for group in groups for name in group})
    wanted = select_named(versions, names)
    own = select_named(night.articles, names)
    stored = wanted.join(own.select(["article_id"]), "article_id", join_type="left anti")
    articles = [*make_rows(own, Article), *(lake.read_articles(stored) if len(stored) else [])]
    places = {row["article_id"]: row for row in touched.places.to_pylist()}
    doubted = {
        a.article_id: apply_date_doubt(a, places[a.article_id]["date_doubt"] if a.article_id in places else None)
        for a in articles
    }
    terms = lake.read_terms_of(wanted)
    rows = make_term_rows(terms)
    representatives = frozenset(touched.texts["article_id"].to_pylist())
    found = make_rows(lake.read_names_of(select_named(wanted, representatives)), TextNames)
    return Corpus(
        doubted,
        {name: number for number, name in enumerate(terms["article_id"].to_pylist())},
        {name: (places[name]["family_id"] if name in places else None) or name for name in names},
        representatives,
        weigh_generally(rows, settings),
        rows.vocabulary,
        {row.article_id: row for row in found},
        outlets,
    )


def _describe(
    groups: Mapping[str, frozenset[str]],
    founders: Mapping[str, str],
    corpus: Corpus,
    run_date: date,
    settings: StorySettings,
) -> tuple[list[Story], list[Membership]]:
    """Return the rows of these stories, by id, and of their members."""
    found = [describe_stories(name, members, corpus, run_date, settings) for name, members in sorted(groups.items())]
    stories = [dataclasses.replace(story, founder_article_id=founders[story.story_id]) for story, _ in found]
    return stories, [membership for _, joined in found for membership in joined]


def _end_stories(named: NamedGroups, run_date: date) -> list[Story]:
    """Make the rows of the stories that stand no more."""
    return [
        Story(run_date=run_date, story_id=name, founder_article_id=named.founders.get(name), status="ended")
        for name in sorted(named.ended)
    ]


def _find_revived(told: Iterable[Story], known: Mapping[str, Story], settings: StorySettings) -> set[str]:
    """Return the stories that had ended before, and those whose new last article came after they were closed.

    That does not look at the night's date: so it is no question of when the article was fetched.
    """
    revived = set()
    for story in told:
        before = known.get(story.story_id)
        if before is None:
            continue
        closed, until = before.open_until, story.open_until
        is_later = closed and until and until.toordinal() - settings.closes_days > closed.toordinal()
        if before.status == "ended" or is_later:
            revived.add(story.story_id)
    return revived


def _leave_out_known(
    told: list[Story],
    joined: list[Membership],
    old_stories: Mapping[str, Story],
    old_memberships: Mapping[str, Membership],
) -> tuple[list[Story], list[Membership]]:
    """Leave out the rows that are in the lake already."""
    stories = [story for story in told if _drop_run(story) != _drop_run(old_stories.get(story.story_id))]
    memberships = []
    for membership in joined:
        old = old_memberships.get(membership.article_id)
        since = old.since_run if old and old.story_id == membership.story_id else ""
        row = dataclasses.replace(membership, since_run=since)
        if _drop_run(row) != _drop_run(old):
            memberships.append(row)
    return stories, memberships


def _drop_run(row: Story | Membership | None) -> object:
    """Return the row without the run that wrote it."""
    return dataclasses.replace(row, run_id="", attempt=1, run_date=date.min) if row else None


def find_new_texts(changed: ChangedTexts) -> tuple[pa.Table, pa.Table]:
    """Return the rows of `story_texts` to write, and those of the lake that they take the place of."""
    now, before = ([tuple(row.values()) for row in rows.to_pylist()] for rows in (changed.texts, changed.former))
    known, held = set(before), set(now)
    texts = changed.texts.filter(pa.array([row not in known for row in now], pa.bool_()))
    return texts, changed.former.filter(pa.array([row not in held for row in before], pa.bool_()))
