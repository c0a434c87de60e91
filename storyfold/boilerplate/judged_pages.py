"""Hold the evidence for a day: what the lake has of the days before it, and what the run has judged of them so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from storyfold.lake.stored_files import StoredFiles
from storyfold.schemas import Article, PageLines, Reject
from storyfold.schemas.columns import make_arrow_table

# Pages that are no articles and have a headline; one that came twice is the article that it repeats.
_IS_TITLED = """
    stage = 'parse' AND kind IS DISTINCT FROM 'error' AND reason <> 'repeated-page' AND title IS NOT NULL AS is_titled
"""
_COLUMNS = {
    "page_lines": "article_id, version, seen_date, outlet, own_share, keys",
    "articles": (
        "article_id, version, seen_date, coalesce(nullif(outlet, ''), source_id) AS outlet, title, other_titles, "
        "first_seen_at, date_claims"
    ),
    "rejects": f"reject_id, seen_date, first_seen_at, title, {_IS_TITLED}",
}
_READ = {  # of which columns of the lake that is made
    "page_lines": ("article_id", "version", "seen_date", "outlet", "own_share", "keys"),
    "articles": (
        "article_id", "version", "seen_date", "outlet", "source_id", "title", "other_titles", "first_seen_at",
        "date_claims", "is_repeat",
    ),
    "rejects": ("reject_id", "seen_date", "first_seen_at", "title", "stage", "kind", "reason"),
}  # fmt: skip
_KEYS = {"page_lines": "article_id, version", "articles": "article_id, version", "rejects": "reject_id"}
_CONDITIONS = {"articles": " AND is_repeat IS NOT TRUE"}
_COPIES = {"page_lines": "known_lines", "articles": "known_articles", "rejects": "known_rejects"}


class JudgedPages:
    """Keep the evidence of the pages that this run lands or judges anew, which stands for the lake's rows of its keys.

    The tables `known_lines`, `known_articles` and `known_rejects` of the connection are the lake's with these, of the
    days that were chosen last. They are copies: to find a table's files by their days costs more than to ask a copy.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: StoredFiles | None = None) -> None:
        self.connection, self._files = connection, files or StoredFiles(connection)
        self._rows: dict[str, pa.Table] = {}
        self._chosen: tuple[date, date] | None = None

    def choose_days(self, day: date, window_days: int) -> None:
        """Copy the evidence for a day: lines and articles of the so many days before it, rejects also of it."""
        first = day - timedelta(days=min(window_days, (day - date.min).days))  # an archive may name any day there is
        if self._chosen == (first, day):
            return
        for table in _COPIES:
            self._copy(table, first, day)
        self._chosen = first, day

    def add(self, articles: Sequence[Article], lines: Sequence[PageLines]) -> None:
        """Add versions as they are judged now, each once."""
        self._add("articles", make_arrow_table([replace(a, body="", links=()) for a in articles], Article))
        self._add("page_lines", make_arrow_table(lines, PageLines))

    def add_rejects(self, rejects: Sequence[Reject]) -> None:
        """Add rejects that the lake does not have, or that were seen before it first saw them."""
        self._add("rejects", make_arrow_table(rejects, Reject))

    def _add(self, table: str, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        known = self._rows.get(table)
        self._rows[table] = rows if known is None else pa.concat_tables([known, rows])
        self.connection.register(f"judged_{table}", self._rows[table])
        self._chosen = None

    def _copy(self, table: str, first: date, day: date) -> None:
        before = "<=" if table == "rejects" else "<"
        columns = _COLUMNS[table]
        stored = self._files.select(table, _READ[table], self._files.choose(table, span=(first, day)))
        where = f"WHERE seen_date >= $first AND seen_date {before} $day{_CONDITIONS.get(table, '')}"
        select = f"SELECT {columns} FROM {stored} {where}"  # noqa: S608 (names of this module)
        if table in self._rows:
            select = f"""
                SELECT {columns} FROM {stored} ANTI JOIN judged_{table} USING ({_KEYS[table]}) {where}
                UNION ALL SELECT {columns} FROM judged_{table} {where}
            """  # noqa: S608
        copy = f"CREATE OR REPLACE TEMP TABLE {_COPIES[table]} AS {select}"
        self.connection.execute(copy, {"first": first, "day": day})
