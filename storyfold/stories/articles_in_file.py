"""Group the articles of one file into stories, and find which ones those that touch many mention, without a lake.

Ids and bodies are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Longs
from storyfold.output.file_articles import FileArticles
from storyfold.output.file_families import FileFamilies
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.crossing_links import find_crossing_links, have_two_languages
from storyfold.stories.crossing_rows import count_crossing_terms
from storyfold.stories.file_series import find_followed
from storyfold.stories.group_texts import label_texts
from storyfold.stories.mentions import MENTION_DAYS
from storyfold.stories.neighbours import Compared, Links, apply_times, find_links, join_links
from storyfold.stories.references import Spans, count_references
from storyfold.stories.story_ids import make_story_id
from storyfold.stories.term_rows import TermRows, count_text_terms
from storyfold.stories.text_languages import number_languages
from storyfold.stories.text_vectors import read_text_vectors
from storyfold.stories.times import Times, count_days_between
from storyfold.stories.units import DAY, PLACE_COLUMNS, UNIT_COLUMNS, Units, make_units, rank_names
from storyfold.text.digests import find_kind
from storyfold.text.embeddings import load_model
from storyfold.text.kept_terms import METHOD_LIMITS
from storyfold.text.words import Texts, join_texts, view_texts


@dataclass(frozen=True, slots=True)
class FileStories:
    """The stories of the articles of a file, in its order: the id of each article's story.

    `mentions` has the ids of the stories that a live page or a digest tells of in part, the nearest first, by its
    number; other articles have none. `follows` has the id of the earlier story that one takes up, by its own id.
    """

    story_ids: list[str]
    mentions: dict[int, list[str]]
    follows: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Grouped:
    """The terms of the articles, the group of each, and the links between units of which one touches many."""

    rows: TermRows
    group_of: Longs
    mentions: Links


@dataclass(frozen=True, slots=True)
class _Read:
    """The texts of the articles and their languages, and the order in which their rows are counted."""

    titles: Texts
    bodies: Texts
    languages: list[str | None]
    order: Longs


def name_stories(new: Sequence[Article], families: Sequence[FamilyMember], settings: StorySettings) -> dict[str, str]:
    """Return the story id of each article: as on a night that finds an empty lake, but nothing is told of a story.

    Of an article that is given twice the highest version counts; of equal versions the last.
    """
    articles = _choose_newest(new)
    if not articles:
        return {}
    table = make_unit_columns(articles, {member.article_id: member for member in families})
    units = make_units(table)
    titles, bodies = join_texts([a.title or "" for a in articles]), join_texts([a.body for a in articles])
    read = _Read(titles, bodies, [article.language for article in articles], _order_rows(units))
    named = _name_groups(_group(units, read, settings).group_of, table["article_id"], units)
    return dict(zip(table["article_id"].to_pylist(), named, strict=True))


def name_file_stories(articles: FileArticles, families: FileFamilies, settings: StorySettings) -> FileStories:
    """Name the story of each article of a file, as `name_stories` does, with those mentioned and those followed.

    No `Article` is made.
    """
    if not len(articles):
        return FileStories([], {}, {})
    columns = make_file_unit_columns(articles, families)
    units = make_units(columns)
    titles, languages = view_texts(articles.columns["title"]), articles.columns["language"].to_pylist()
    read = _Read(titles, articles.texts, languages, _order_rows(units))
    grouped = _group(units, read, settings)
    names = _name_groups(grouped.group_of, articles.columns["article_id"], units)
    followed = find_followed(grouped.rows, units, names, columns, settings)
    return FileStories(names, _list_mentions(grouped.mentions, units, names), followed)


def _order_rows(units: Units) -> Longs:
    """Return the representatives in the units' order, then the others in theirs."""
    return np.concatenate([units.representative, np.delete(np.arange(len(units.unit_of)), units.representative)])


def _group(units: Units, texts: _Read, settings: StorySettings) -> _Grouped:
    """Group the articles."""
    seen = units.seen[texts.order]
    times = Times(units.first, units.last, units.dated, seen[: len(units)], units.touches_many)
    days, spans = np.unique(times.seen), Spans(seen, seen + settings.window_days)
    rows = count_text_terms(texts.titles, texts.bodies, texts.languages, METHOD_LIMITS, texts.order)
    every = np.ones(len(units), np.bool_)
    languages = number_languages(pa.chunked_array([pa.array(texts.languages, pa.string())]))[units.representative]
    compared = Compared(rows, np.arange(len(units)), times, every, (), parts=True, counted=None, languages=languages)
    found = find_links(compared, zip(days.tolist(), count_references(rows, spans, days), strict=True), settings)
    if have_two_languages(languages):
        crossing = count_crossing_terms(texts.titles, texts.bodies, texts.languages, texts.order)
        references = zip(days.tolist(), count_references(crossing, spans, days), strict=True)
        model, of_units = load_model(settings.embeddings), texts.order[: len(units)]
        vectors = None if model is None else read_text_vectors(texts.titles, texts.bodies, of_units, model)
        crossing_links = find_crossing_links(compared._replace(rows=crossing), references, settings, vectors)
        found = join_links(found, crossing_links)
    links = found.links
    group_of = label_texts(apply_times(links, times, settings), units.dated, languages, settings)[units.unit_of]
    is_mention = units.touches_many[links.a] | units.touches_many[links.b]
    is_dated = (units.dated[links.a] > 0) & (units.dated[links.b] > 0)
    is_mention &= ~is_dated | (count_days_between(times, links.a, links.b) <= MENTION_DAYS)
    return _Grouped(rows, group_of, Links(links.a[is_mention], links.b[is_mention], links.similarity[is_mention]))


def _list_mentions(links: Links, units: Units, names: Sequence[str]) -> dict[int, list[str]]:
    """List for each article that touches many the stories that it mentions, that of the most similar text first."""
    many, other = (np.where(units.touches_many[links.a], *ends) for ends in ((links.a, links.b), (links.b, links.a)))
    found: dict[int, dict[str, None]] = {int(unit): {} for unit in np.flatnonzero(units.touches_many)}
    order = np.lexsort((other, -links.similarity, many))
    for unit, row in zip(many[order].tolist(), units.representative[other[order]].tolist(), strict=True):
        found[unit].setdefault(names[row])
    told = np.flatnonzero(units.touches_many[units.unit_of])
    return {int(number): list(found[int(units.unit_of[number])]) for number in told}


def _name_groups(group_of: Longs, names: pa.ChunkedArray, units: Units) -> list[str]:
    """Name each group after its founder, as a night does; return the name of each article's."""
    by_founding = np.lexsort((rank_names(names), units.seen))
    groups, first, number_of = np.unique(group_of[by_founding], return_index=True, return_inverse=True)
    ids = list(map(make_story_id, names.take(pa.array(by_founding[first])).to_pylist()))
    assert len(set(ids)) == len(groups)  # as long as no two of 128 bits are equal
    place = np.empty(len(group_of), np.int64)
    place[by_founding] = number_of
    return [ids[number] for number in place.tolist()]


def _choose_newest(articles: Iterable[Article]) -> list[Article]:
    """Return the articles by id, each in its highest version; of equal versions the last given one."""
    found: dict[str, Article] = {}
    for article in articles:
        known = found.get(article.article_id)
        if known is None or article.version >= known.version:
            found[article.article_id] = article
    return [found[name] for name in sorted(found)]


def make_unit_columns(articles: Sequence[Article], members: Mapping[str, FamilyMember]) -> pa.Table:
    """Make the rows that units are made of, from articles and their places in families."""
    placed = [members.get(article.article_id) for article in articles]
    words = ("article_id", "kind", "date_confidence", "date_reason", *PLACE_COLUMNS)
    columns = {
        name: pa.array(
            [getattr(row, name, None) for row in (placed if name in PLACE_COLUMNS else articles)],
            pa.string() if name in words else pa.timestamp("us", "UTC"),
        )
        for name in UNIT_COLUMNS
    }
    return pa.table(columns)


def make_file_unit_columns(articles: FileArticles, families: FileFamilies) -> pa.Table:
    """Make the rows that units are made of, from the columns of a file: a date is believed to be of its day."""
    columns = articles.columns
    ids = columns["article_id"].combine_chunks()
    ticks = columns["published_at"].cast(pa.int64()).fill_null(0).to_numpy()
    day_ends = pa.array(ticks // DAY * DAY + DAY - 1, mask=columns["published_at"].is_null().to_numpy())
    originals = pa.array(families.originals, mask=families.originals < 0)
    made = {
        "not_before": pa.nulls(len(ids), pa.timestamp("us", "UTC")),
        "not_after": day_ends.cast(pa.timestamp("us", "UTC")),
        "family_id": ids.take(pa.array(families.founders)),
        "original_article_id": ids.take(originals),
        "date_doubt": pa.array(np.full(len(ids), "doubted"), mask=~families.doubted),
        "kind": _complete_kinds(columns["kind"], columns["title"]),
    }
    return pa.table(
        {name: made.get(name, columns[name] if name in columns.column_names else None) for name in UNIT_COLUMNS}
    )


def _complete_kinds(kinds: pa.ChunkedArray, titles: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the kind of each article: what the row says, else what its title says of it, each title read once."""
    if not kinds.null_count:
        return kinds
    encoded = titles.combine_chunks().dictionary_encode()
    told = pa.array(list(map(find_kind, encoded.dictionary.to_pylist())), pa.string())
    return pc.coalesce(kinds, told.take(encoded.indices), "article")
