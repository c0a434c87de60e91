"""Find the two articles that `storyfold why` is asked about, and join what the stages say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from flows.commands.cut_pages import cut_articles
from flows.commands.page_inputs import PageInputs
from flows.commands.parse_pages import parse_to_parts
from flows.commands.scratch_folder import make_scratch_folder
from storyfold.copies.articles_in_file import group_articles
from storyfold.copies.explain_pair import Compared, compare_two, explain_copies, make_two_documents
from storyfold.copies.near_duplicates import JOINING
from storyfold.copies.queries import KnownTextsInLake
from storyfold.copies.repeated_in_lake import RepeatedInLake
from storyfold.copies.sketch_rows import make_documents_of_sketches
from storyfold.credits.publisher import find_outlet
from storyfold.kernels.arrays import Flags
from storyfold.lake.stored_files import StoredFiles
from storyfold.outcomes import StoryfoldError, WrongUse
from storyfold.output.pair_reasons import CopyReasons, JudgedBy, PairArticle, PairReasons, Side, StoryReasons
from storyfold.report.find_article import find_article_id
from storyfold.report.pin_lines import describe_pin, describe_verdict, read_pins_of
from storyfold.run.queries import has_other_settings
from storyfold.schemas import Sketch
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.copies import Copy, FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings
from storyfold.settings.stages import Settings
from storyfold.stories.explain_in_lake import explain_stories_in_lake, explain_stories_of_two, list_common_names
from storyfold.stories.queries import NIGHT_TABLES, StoriesInLake

SIDES: tuple[Side, Side] = ("A", "B")
MOST_PINS = 20  # that are told of two stories; storyfold pins has all
OTHER_SETTINGS = (
    "the lake's last night ran with other settings than these, or as another version: --settings names a file of them"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the two as it was asked for; `notes` are what its page is, where it is no article."""

    side: Side
    words: str
    article: Article
    notes: tuple[str, ...] = ()


class Places(NamedTuple):
    """The rows of families, and stories with their headlines, of the two articles by their ids."""

    families: Mapping[str, FamilyMember]
    stories: Mapping[str, tuple[str, str | None]]


def read_files(asked: Sequence[tuple[Side, str]], settings: Settings) -> list[Asked]:
    """Read saved pages as `storyfold parse` does, those given cut by what they show of each other."""
    found = PageInputs(tuple(words for _, words in asked), settings).find_pages()
    if len(found.items) != len(asked):
        told = found.refused[0]["reason"] if found.refused else f"{len(found.items)} pages"
        raise StoryfoldError(f"{', '.join(words for _, words in asked)}: each must be one page, here: {told}")
    with make_scratch_folder() as folder:
        parts = list(parse_to_parts(found.items, folder, 1, settings))
        read = {fate.location: (fate, article) for fate, article, _ in cut_articles(parts, settings.boilerplate)}
    files = []
    for side, words in asked:
        fate, article = read[str(Path(words).resolve())]
        if article is None:
            raise StoryfoldError(f"{words}: gave no text: {fate.reason}{f', {fate.detail}' if fate.detail else ''}")
        notes = (f"{side} is no article by its page: {fate.reason}; its best body is compared",) if fate.reason else ()
        files.append(Asked(side, words, article, notes))
    return files


def read_lake_articles(connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple[Side, str]]) -> list[Asked]:
    """Read the articles of a lake that are meant, in their current versions."""
    ids = {side: find_article_id(connection, words) for side, words in asked}
    articles = {a.article_id: a for a in KnownTextsInLake(connection).read_articles(sorted(set(ids.values())))}
    for side, words in asked:
        if ids[side] not in articles:
            raise StoryfoldError(f"why: the lake has no text of '{words}' (article {ids[side]}): see storyfold check")
    return [Asked(side, words, articles[ids[side]]) for side, words in asked]


def explain_two(first: Asked, second: Asked, settings: Settings) -> PairReasons:
    """Explain two articles by themselves, as `storyfold copies` and `storyfold stories` do of a file of both."""
    two = [first, second]
    if first.article.article_id == second.article.article_id:
        two[1] = replace(second, article=replace(second.article, article_id=f"{second.article.article_id}-B"))
    articles = [one.article for one in two]
    ids = pa.array([a.article_id for a in articles], pa.string())
    days = pa.array([a.first_seen_at.astimezone(UTC).date() for a in articles], pa.date32())
    outlets = pa.array([find_outlet(a) for a in articles], pa.string())
    documents = make_two_documents(ids, days, outlets, [a.body for a in articles])
    is_repeated = np.zeros(len(documents.hashes), np.bool_)
    compared = compare_two(articles, documents, is_repeated, settings.copies)
    copies = explain_copies(articles[0], compared, is_repeated, settings.copies, None, in_lake=False)
    members = group_articles(articles, settings.copies).list_members(datetime.now(UTC).date())
    stories, named = explain_stories_of_two(articles, members, settings.stories)
    places = {member.article_id: member for member in members}
    notes = [note for one in two for note in one.notes]
    found = Places(places, {name: (story_id, None) for name, story_id in named.items()})
    common = list_common_names(articles, None)
    return _make_reasons(two, "the two alone", copies, stories, found, common, notes, settings)


def explain_in_lake(connection: duckdb.DuckDBPyConnection, two: tuple[Asked, Asked], settings: Settings) -> PairReasons:
    """Explain two articles of a lake: what it has decided of them, and by what."""
    articles = [one.article for one in two]
    ids = [article.article_id for article in articles]
    known = KnownTextsInLake(connection)
    edges, places = known.read_copies(ids), {place.article_id: place for place in known.read_families(ids)}
    stored = next((edge for edge in edges if {edge.article_id, edge.of_article_id} == set(ids)), None)
    founders = [] if stored else _find_founders(edges, ids, known)  # the lake keeps rows of those alone
    compared, is_repeated = _compare_in_lake(articles, known, settings.copies)
    copies = explain_copies(articles[0], compared, is_repeated, settings.copies, stored, in_lake=not founders)
    if stored is None:
        copies = replace(copies, joined_by=_find_joining(edges, places, ids))
    lake = StoriesInLake(connection, StoredFiles(connection))
    for cls, name in NIGHT_TABLES.items():
        connection.register(name, get_declared_table(cls).schema.empty_table())
    joined = {membership.article_id: membership for membership in lake.read_memberships(ids)}
    stories = explain_stories_in_lake(articles, [joined.get(name) for name in ids], lake, settings.stories)
    headlines = {i: s.headline for i, s in lake.read_stories({m.story_id for m in joined.values()}).items()}
    found = Places(places, {name: (m.story_id, headlines.get(m.story_id)) for name, m in joined.items()})
    notes = [
        f"{name} has the words of {of}, which stands for it: the lake has no row of this pair" for name, of in founders
    ]
    pins = read_pins_of(connection, {m.story_id for m in joined.values()})
    notes += [describe_pin(pin) for pin in pins[:MOST_PINS]]
    if (copies.differences or stories.differences) and has_other_settings(connection, settings.fingerprint):
        notes.append(OTHER_SETTINGS)
    common = list_common_names(articles, lake)
    made = _make_reasons(two, "lake", copies, stories, found, common, notes, settings)
    return replace(made, pinned=describe_verdict(pins, ids))


def _compare_in_lake(
    articles: Sequence[Article], known: KnownTextsInLake, settings: CopySettings
) -> tuple[Compared, Flags]:
    """Compare two articles of a lake, and say which hashes of their sketches are boilerplate there."""
    ids = [article.article_id for article in articles]
    sketches = known.read_sketches(ids)
    if lacking := sorted(set(ids) - set(sketches["article_id"].to_pylist())):
        raise StoryfoldError(f"why: the lake has no sketch of article {', '.join(lacking)}: see storyfold check")
    empty = get_declared_table(Sketch).schema.empty_table()
    with known.show_new(empty, empty):
        documents = make_documents_of_sketches(sketches, np.ones(2, np.bool_))
        is_repeated = RepeatedInLake(documents, known, settings).find(int(documents.days.max()))
    return compare_two(articles, documents, is_repeated, settings), is_repeated


def _make_reasons(
    two: Sequence[Asked],
    judged_by: JudgedBy,
    copies: CopyReasons,
    stories: StoryReasons,
    places: Places,
    common: tuple[tuple[str, ...], tuple[str, ...]],
    notes: Sequence[str],
    settings: Settings,
) -> PairReasons:
    """Join what was found of two articles; `common` are the names and the numbers that both have."""
    ids = [one.article.article_id for one in two]
    a, b = (
        make_pair_article(one, places.families.get(name), *places.stories.get(name, (None, None)))
        for one, name in zip(two, ids, strict=True)
    )
    used = {"copies": asdict(settings.copies), "stories": asdict(settings.stories)}
    return PairReasons(
        a=a, b=b, judged_by=judged_by, copies=copies, stories=stories, names=common[0], numbers=common[1],
        notes=tuple(notes), settings=used,
    )  # fmt: skip


def _find_founders(edges: Sequence[Copy], ids: Sequence[str], known: KnownTextsInLake) -> list[tuple[str, str]]:
    """Find which of the two have the words of an older text, and of which: that one is compared in their place."""
    names = sorted({name for edge in edges for name in (edge.article_id, edge.of_article_id)} | set(ids))
    rows = {row["article_id"]: row for row in known.read_sketches(names).to_pylist()}
    found = []
    for name in filter(rows.__contains__, ids):
        own = rows[name]
        same = [
            (row["seen_date"], other)
            for other, row in rows.items()
            if (row["text_hash"], row["words"]) == (own["text_hash"], own["words"]) and other not in ids
        ]
        if same and min(same) < (own["seen_date"], name):
            found.append((name, min(same)[1]))
    return found


def _find_joining(edges: Sequence[Copy], places: dict[str, FamilyMember], ids: Sequence[str]) -> tuple[str, ...]:
    """Find the texts that both are joined with, where they are of one family and no edge of the lake joins them."""
    families = [places[name].family_id if name in places else name for name in ids]
    if families[0] != families[1]:
        return ()
    partners: list[set[str]] = [set(), set()]
    for edge in edges:
        if edge.kind in JOINING:
            for number, name in enumerate(ids):
                if name in {edge.article_id, edge.of_article_id}:
                    partners[number] |= {edge.article_id, edge.of_article_id} - {name}
    return tuple(sorted(partners[0] & partners[1]))


def make_pair_article(
    asked: Asked, place: FamilyMember | None, story_id: str | None, headline: str | None
) -> PairArticle:
    """Make what is told of one of the two, with its place in its family and its story."""
    article = asked.article
    told: dict[str, Any] = {
        name: getattr(article, name)
        for name in PairArticle.__dataclass_fields__
        if name in Article.__dataclass_fields__ and name not in {"outlet"}
    }
    if place is not None:
        told |= {name: value for name, value in asdict(place).items() if name in PairArticle.__dataclass_fields__}
    return PairArticle(
        **told,
        side=asked.side,
        asked=asked.words,
        outlet=find_outlet(article),
        story_id=story_id,
        story_headline=headline,
    )


def check_two(two: tuple[Asked, Asked]) -> None:
    """Raise WrongUse where both are one and the same."""
    if two[0].article.article_id == two[1].article.article_id:
        raise WrongUse(f"why: '{two[0].words}' and '{two[1].words}' are the same article; name two")
