"""Group the articles of one file into stories, without a lake; ids and bodies are enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Longs
from storyfold.output.file_articles import FileArticles
from storyfold.output.file_families import FileFamilies
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.cluster import label_texts
from storyfold.stories.neighbours import Compared, apply_times, find_links
from storyfold.stories.references import Spans, count_references
from storyfold.stories.story_ids import make_story_id
from storyfold.stories.term_rows import TermRows, count_text_terms
from storyfold.stories.times import Times
from storyfold.stories.units import DAY, PLACE_COLUMNS, UNIT_COLUMNS, Units, make_units, rank_names
from storyfold.text.kept_terms import METHOD_LIMITS
from storyfold.text.words import join_texts, view_texts


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
    order = _order_rows(units)
    rows = count_text_terms(titles, bodies, [article.language for article in articles], METHOD_LIMITS, order)
    named = _name_groups(_group(units, rows, order, settings), table["article_id"], units)
    return dict(zip(table["article_id"].to_pylist(), named, strict=True))


def name_file_stories(articles: FileArticles, families: FileFamilies, settings: StorySettings) -> list[str]:
    """Return the story id of each article of a file, in its order: as `name_stories` does, without one `Article`."""
    if not len(articles):
        return []
    units = make_units(make_file_unit_columns(articles, families))
    order = _order_rows(units)
    titles, languages = view_texts(articles.columns["title"]), articles.columns["language"].to_pylist()
    rows = count_text_terms(titles, articles.texts, languages, METHOD_LIMITS, order)
    return _name_groups(_group(units, rows, order, settings), articles.columns["article_id"], units)


def _order_rows(units: Units) -> Longs:
    """Return the representatives in the units' order, then the others in theirs."""
    return np.concatenate([units.representative, np.delete(np.arange(len(units.unit_of)), units.representative)])


def _group(units: Units, rows: TermRows, order: Longs, settings: StorySettings) -> Longs:
    """Return the group of each article; `rows` are those of the articles in this order."""
    seen = units.seen[order]
    times = Times(units.first, units.last, units.dated, seen[: len(units)])
    days = np.unique(times.seen)
    references = count_references(rows, Spans(seen, seen + settings.window_days), days)
    numbers = np.arange(len(units))
    compared = Compared(rows, numbers, times, np.ones(len(units), np.bool_), (), parts=True, counted=None)
    found = find_links(compared, zip(days.tolist(), references, strict=True), settings)
    return label_texts(apply_times(found.links, times, settings), units.dated, settings)[units.unit_of]


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
    words = ("article_id", "date_confidence", "date_reason", *PLACE_COLUMNS)
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
    }
    return pa.table(
        {name: made.get(name, columns[name] if name in columns.column_names else None) for name in UNIT_COLUMNS}
    )
