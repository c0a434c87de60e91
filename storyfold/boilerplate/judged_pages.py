"""Hold what a run has judged so far, day by day, beside the lake's rows: the evidence for the days that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb
import pyarrow as pa

from storyfold.schemas import Article, PageLines, Reject
from storyfold.schemas.columns import make_arrow_table

_COLUMNS = {
    "page_lines": "article_id, version, seen_date, outlet, own_share, keys",
    "articles": (
        "article_id, version, seen_date, source_id, outlet, title, other_titles, first_seen_at, date_claims, is_repeat"
    ),
    "rejects": "reject_id, seen_date, first_seen_at, title",
}
_KEYS = {"page_lines": "article_id, version", "articles": "article_id, version", "rejects": "reject_id"}
# Pages that are no articles and have a headline; one that came twice is the article that it repeats.
_TITLED = "WHERE stage = 'parse' AND kind IS DISTINCT FROM 'error' AND reason <> 'repeated-page' AND title IS NOT NULL"
_VIEWS = {"page_lines": "known_lines", "articles": "known_articles", "rejects": "known_rejects"}


class JudgedPages:
    """Keep the evidence of the pages that this run lands or judges anew, which stands for the lake's rows of its keys.

    The views `known_lines`, `known_articles` and `known_rejects` of the connection are the lake's tables with these.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._rows: dict[str, pa.Table] = {}
        for table in _VIEWS:
            self._make_view(table)

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
        self._make_view(table)

    def _make_view(self, table: str) -> None:
        columns, where = _COLUMNS[table], _TITLED if table == "rejects" else ""
        select = f"SELECT {columns} FROM {table} {where}"  # noqa: S608 (names of this module)
        if table in self._rows:
            select = f"""
                SELECT {columns} FROM {table} ANTI JOIN judged_{table} USING ({_KEYS[table]}) {where}
                UNION ALL SELECT {columns} FROM judged_{table} {where}
            """  # noqa: S608
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {_VIEWS[table]} AS {select}")
