"""Query the lake for what new articles are grouped with: texts, their terms and links, families and stories.

Each query reads the files alone that can have what it asks for: by the ids in them, or by their days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.lake.lake import run_query
from storyfold.lake.latest_rows import read_latest_rows
from storyfold.lake.stored_files import StoredFiles
from storyfold.schemas import Article, FamilyMember, Membership, Story, StoryLink, StoryText, TextNames, TextTerms
from storyfold.schemas.columns import get_declared_table, make_rows
from storyfold.stories.units import EPOCH, PLACE_COLUMNS, UNIT_COLUMNS

# The versions of articles: which one counts now, and when the article was first seen in any.
_VERSIONS = """
    SELECT article_id, version, seen_date, first_seen FROM (
        SELECT article_id, version, seen_date, min(first_seen_at) OVER articles AS first_seen,
            row_number() OVER (
                PARTITION BY article_id ORDER BY is_repeat IS TRUE, first_seen_at DESC, version DESC
            ) AS place
        FROM {rows} WHERE article_id IN (SELECT name FROM wanted_names)
        WINDOW articles AS (PARTITION BY article_id)
    ) WHERE place = 1
"""
_ARTICLES = """
    SELECT {columns} FROM {rows} AS articles JOIN wanted_versions USING (article_id, version, seen_date)
"""
_READ_OF_TEXTS = """
    SELECT {columns} FROM {rows} ANTI JOIN {night} USING (article_id, version) WHERE {where}
    UNION ALL BY NAME SELECT {columns} FROM {night} WHERE {where}
"""
_OF_VERSIONS = "(article_id, version) IN (SELECT (article_id, version) FROM wanted_versions) AND seen_date IN ({days})"
_CHANGED_TERMS = """
    WITH known AS (
        SELECT terms.* FROM {rows} AS terms SEMI JOIN former_versions USING (article_id, version)
    )
    SELECT night.article_id, night.version, known.seen_date AS before, night.seen_date AS after
    FROM night_terms AS night LEFT JOIN known USING (article_id, version)
    WHERE known.article_id IS NULL OR known.seen_date <> night.seen_date OR known.terms <> night.terms
    OR known.times <> night.times OR known.lead_times <> night.lead_times OR known.general <> night.general
    OR known.crossing_terms <> night.crossing_terms OR known.crossing_weights <> night.crossing_weights
    OR known.vector IS DISTINCT FROM night.vector OR known.vector_model IS DISTINCT FROM night.vector_model
"""
# Texts whose dates meet those of others. The bounds of all leave out whole files by what Parquet says of them.
_MEETING = """
    SELECT DISTINCT story_texts.* FROM {rows} AS story_texts JOIN wanted_intervals
        ON believed_from <= wanted_intervals.last AND believed_to >= wanted_intervals.first
    WHERE dated > 0 AND believed_to >= $1 AND believed_from <= $2
"""
# The links of texts, as the later ones and as the others; and those with texts seen long before or after them.
_LINKS = """
    SELECT {columns} FROM {own} WHERE article_id IN (SELECT name FROM wanted_names)
    UNION ALL
    SELECT {columns} FROM {near} WHERE of_article_id IN (SELECT name FROM wanted_names)
    AND of_seen_date >= seen_date - {window}
"""
_FAR_LINKS = """
    SELECT {columns} FROM {rows} WHERE of_seen_date < seen_date - {window}
    AND (article_id IN (SELECT name FROM wanted_names) OR of_article_id IN (SELECT name FROM wanted_names))
"""
_STRONG_LINKS = """
    SELECT article_id, of_article_id, seen_date, similarity FROM {rows}
    WHERE similarity >= $1 AND of_seen_date >= seen_date - {window} AND seen_date IN (SELECT day FROM wanted_days)
"""
# What a night has read of its own texts, by what name the queries know it.
NIGHT_TABLES: Mapping[type, str] = {TextTerms: "night_terms", TextNames: "night_names"}
LINKED = ("article_id", "of_article_id", "seen_date", "of_seen_date", "similarity")


class StoriesInLake:
    """Give the stories stage what the lake has around new articles, by names, days and dates.

    `files` are those of the lake as it is committed; without them its tables are read, as a transaction sees them.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: StoredFiles | None) -> None:
        self.connection, self.files = connection, files

    def read_places(self, article_ids: Iterable[str]) -> pa.Table:
        """Return the current places of these articles in families: `article_id` and `PLACE_COLUMNS`."""
        return self._read_latest(FamilyMember, "article_id", PLACE_COLUMNS, article_ids)

    def read_members(self, family_ids: Iterable[str]) -> pa.Table:
        """Return the current places of all members of these families."""
        wanted = set(family_ids)
        rows = self._choose(FamilyMember, keys={"family_id": wanted})
        sql = f"SELECT DISTINCT article_id FROM {rows} WHERE family_id IN (FROM wanted_names)"  # noqa: S608
        named = self._ask_names(sql, wanted)
        places = self.read_places(named["article_id"].to_pylist())
        return places.filter(pc.is_in(places["family_id"], pa.array(sorted(wanted), pa.string())))

    def read_memberships(self, article_ids: Iterable[str]) -> list[Membership]:
        """Return the current memberships of these articles."""
        columns = get_declared_table(Membership).schema.names
        rows = self._read_latest(Membership, "article_id", columns, article_ids)
        return make_rows(rows, Membership)

    def read_memberships_in(self, story_ids: Iterable[str]) -> list[Membership]:
        """Return all current memberships in these stories."""
        wanted = set(story_ids)
        rows = self._choose(Membership, keys={"story_id": wanted})
        sql = f"SELECT DISTINCT article_id FROM {rows} WHERE story_id IN (FROM wanted_names)"  # noqa: S608
        found = self.read_memberships(self._ask_names(sql, wanted)["article_id"].to_pylist())
        return [membership for membership in found if membership.story_id in wanted]

    def read_stories(self, story_ids: Iterable[str]) -> dict[str, Story]:
        """Return the rows in force of these stories by id, those of ended ones among them."""
        rows = self._read_latest(Story, "story_id", get_declared_table(Story).schema.names, story_ids)
        return {story.story_id: story for story in make_rows(rows, Story)}

    def read_versions(self, article_ids: Iterable[str]) -> pa.Table:
        """Return `article_id`, the current `version`, its `seen_date`, and the instant `first_seen`, in any version."""
        names = set(article_ids)
        return self._ask_names(_VERSIONS.format(rows=self._choose(Article, keys={"article_id": names})), names)

    def read_articles(self, versions: pa.Table) -> list[Article]:
        """Return these versions, each with the instant at which the article was first seen in any version."""
        columns = get_declared_table(Article).schema.names
        listed = ", ".join(
            "first_seen AS first_seen_at" if name == "first_seen_at" else f"articles.{name}" for name in columns
        )
        return make_rows(self._read_versions(_ARTICLES, listed, versions), Article)

    def read_dates(self, versions: pa.Table) -> pa.Table:
        """Return of these versions their language and what units are made of, but for their places in families."""
        names = ["language", *(name for name in UNIT_COLUMNS if name not in ("first_seen_at", *PLACE_COLUMNS))]
        listed = ", ".join([*(f"articles.{name}" for name in names), "first_seen AS first_seen_at"])
        return self._read_versions(_ARTICLES, listed, versions)

    def read_texts(self, article_ids: Iterable[str]) -> pa.Table:
        """Return the rows of `story_texts` of these articles; none of one that does not stand for a family."""
        names = set(article_ids)
        rows = self._choose(StoryText, keys={"article_id": names})
        return self._order_texts(self._ask_names(f"FROM {rows} WHERE article_id IN (FROM wanted_names)", names))

    def read_texts_of_days(self, days: Sequence[int]) -> pa.Table:
        """Return the texts first seen on these days, counted from 0001-01-01."""
        given = [_make_day(day) for day in days]
        rows = self._choose(StoryText, days=set(given))
        asked = f"FROM {rows} WHERE seen_date IN ({_list_marks(given)})"
        return self._order_texts(run_query(self.connection, asked, given))

    def read_meeting_texts(self, intervals: Sequence[tuple[int, int]]) -> pa.Table:
        """Return the dated texts whose dates meet one of these intervals of days, ascending; ends are inclusive."""
        columns = [
            pa.array([end - EPOCH for end in ends], pa.int32()).cast(pa.date32())
            for ends in (zip(*intervals, strict=True) if intervals else ((), ()))
        ]
        self.connection.register("wanted_intervals", pa.table(columns, names=["first", "last"]))
        ends = (intervals[0][0], intervals[-1][1]) if intervals else (1, 0)  # what no file can have is not read
        span = [_make_day(end) for end in ends]
        found = run_query(self.connection, _MEETING.format(rows=self._choose(StoryText)), span)
        self.connection.unregister("wanted_intervals")
        return self._order_texts(found)

    def read_last_day(self) -> int:
        """Return the last day of which the lake has a text, counted from 0001-01-01; 0 where it has none."""
        if self.files is not None and not self.files.is_read_itself("story_texts"):
            days = (file.day.toordinal() for file in self.files.list_files("story_texts") if file.day)
            return max(days, default=0)
        found = self.connection.execute("SELECT max(seen_date) FROM story_texts").fetchone()
        return found[0].toordinal() if found and found[0] else 0

    def find_changed_terms(self, known_versions: pa.Table) -> pa.Table:
        """Return `article_id` and `version` of the night's texts that are new or read otherwise now, with their days.

        `after` is the day on which the version was first seen, `before` that of the lake's row, null where it has none.
        `known_versions` are those of the night's versions that the lake can have.
        """
        names = set(known_versions["article_id"].to_pylist())
        versions = f"SELECT DISTINCT seen_date FROM {self._choose(Article, keys={'article_id': names})}"  # noqa: S608
        days = self._ask_names(f"{versions} WHERE article_id IN (FROM wanted_names)", names)["seen_date"].to_pylist()
        self.connection.register("former_versions", known_versions.select(["article_id", "version"]))
        found = run_query(self.connection, _CHANGED_TERMS.format(rows=self._choose(TextTerms, days=set(days))))
        self.connection.unregister("former_versions")
        return found

    def read_terms_of_days(self, days: Sequence[int]) -> pa.Table:
        """Return the terms of all versions first seen on these days, the night's among them."""
        return self._read_of_texts(TextTerms, f"seen_date IN ({_list_marks(days)})", [_make_day(day) for day in days])

    def read_terms_of(self, versions: pa.Table) -> pa.Table:
        """Return the terms of these versions, given by `article_id`, `version` and its `seen_date`."""
        return self._read_of_versions(TextTerms, versions)

    def read_names_of(self, versions: pa.Table) -> pa.Table:
        """Return the names and numbers of these versions, given likewise."""
        return self._read_of_versions(TextNames, versions)

    def read_links(self, texts: pa.Table, window: int, columns: Sequence[str]) -> pa.Table:
        """Return the links of these texts, given by `article_id` and `seen_date`; one of two of them comes twice.

        But for those with texts that were seen more than `window` days after them: see `read_far_links`.
        """
        days = pc.unique(texts["seen_date"]).to_pylist()
        later = {_make_day(day.toordinal() + more) for day in days for more in range(window + 1)}
        files = {"own": self._choose(StoryLink, days=set(days)), "near": self._choose(StoryLink, days=later)}
        sql = _LINKS.format(**files, columns=", ".join(columns), window=window)
        return self._ask_names(sql, texts["article_id"].to_pylist())

    def read_far_links(self, texts: pa.Table, window: int, columns: Sequence[str]) -> pa.Table:
        """Return the links of these texts with others that were seen more than `window` days before or after them."""
        first = min(texts["seen_date"].to_pylist(), default=date.max)
        rows = self._choose(StoryLink, span=(first, date.max))
        sql = _FAR_LINKS.format(rows=rows, columns=", ".join(columns), window=window)
        return self._ask_names(sql, texts["article_id"].to_pylist())

    def read_strong_links(self, days: Sequence[int], least: int, window: int) -> pa.Table:
        """Return the links of these days, of texts seen within the window, whose similarity is at least so large."""
        given = sorted({_make_day(day) for day in days})
        self.connection.register("wanted_days", pa.table({"day": pa.array(given, pa.date32())}))
        sql = _STRONG_LINKS.format(rows=self._choose(StoryLink, days=set(given)), window=window)
        found = run_query(self.connection, sql, [least])
        self.connection.unregister("wanted_days")
        return found

    def read_links_of_days(self, days: Collection[int]) -> pa.Table:
        """Return all links that were judged by the news of these days."""
        given = [_make_day(day) for day in sorted(days)]
        rows = self._choose(StoryLink, days=set(given))
        return run_query(self.connection, f"FROM {rows} WHERE seen_date IN ({_list_marks(given)})", given)

    def _choose(
        self,
        cls: type,
        days: Collection[date] | None = None,
        span: tuple[date, date] | None = None,
        keys: Mapping[str, Collection[str]] | None = None,
    ) -> str:
        """Write the query of a table's rows that can be of these days, of this span, or have these keys."""
        table = get_declared_table(cls)
        if self.files is None:
            return table.name
        return self.files.select(table.name, table.schema.names, self.files.choose(table.name, days, span, keys))

    def _read_of_versions(self, cls: type, versions: pa.Table) -> pa.Table:
        self.connection.register("wanted_versions", versions.select(["article_id", "version", "seen_date"]))
        days = pc.unique(versions["seen_date"]).to_pylist()
        found = self._read_of_texts(cls, _OF_VERSIONS.format(days=_list_marks(days)), days)
        self.connection.unregister("wanted_versions")
        return found

    def _read_of_texts(self, cls: type, where: str, days: Sequence[date]) -> pa.Table:
        """Read what a table has of texts, the night's own (`NIGHT_TABLES`) before the lake's of the same versions."""
        columns = ", ".join(get_declared_table(cls).schema.names)
        names = {"columns": columns, "rows": self._choose(cls, days=set(days)), "night": NIGHT_TABLES[cls]}
        return run_query(self.connection, _READ_OF_TEXTS.format(**names, where=where), [*days])

    def _read_latest(self, cls: type, key: str, columns: Sequence[str], names: Iterable[str]) -> pa.Table:
        wanted = set(names)
        return read_latest_rows(self.connection, self._choose(cls, keys={key: wanted}), key, columns, wanted)

    def _read_versions(self, query: str, columns: str, versions: pa.Table) -> pa.Table:
        self.connection.register("wanted_versions", versions)
        rows = self._choose(Article, days=set(pc.unique(versions["seen_date"]).to_pylist()))
        found = run_query(self.connection, query.format(columns=columns, rows=rows))
        self.connection.unregister("wanted_versions")
        return found

    def _ask_names(self, sql: str, names: Iterable[str], values: Sequence[Any] = ()) -> pa.Table:
        """Ask a query that knows some names as `wanted_names`."""
        self.connection.register("wanted_names", pa.table({"name": pa.array(sorted(set(names)), pa.string())}))
        found = run_query(self.connection, sql, [*values])
        self.connection.unregister("wanted_names")
        return found

    @staticmethod
    def _order_texts(texts: pa.Table) -> pa.Table:
        schema = get_declared_table(StoryText).schema
        return texts.select(schema.names).cast(schema)


def _make_day(day: int) -> date:
    return date.fromordinal(min(max(day, 1), date.max.toordinal()))


def _list_marks(values: Collection[Any]) -> str:
    """List the marks of parameters by number: a query may have the same list twice."""
    return ", ".join(f"${number + 1}" for number in range(len(values))) or "NULL"
