"""What the lake knows of lines and headlines, as the evidence from other pages asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import duckdb
import pyarrow as pa

from storyfold.lake import read
from storyfold.parse.cross_page.cut import KnownTitle
from storyfold.parse.cross_page.repeats import OWN_SHARE, SAMPLE, Ints, Keys, Repeat
from storyfold.schemas import Article

# Days around a night's pages: lists name reports of the last days, and a line that an outlet has given up a month
# ago is on no new page. So a night costs in proportion to a month, however old the lake is.
WINDOW = timedelta(days=30)

_LINES = """
    SELECT article_id, version, outlet, own_share, keys FROM page_lines
    WHERE seen_date BETWEEN $first AND $last AND article_id NOT IN (SELECT article_id FROM tonight)
"""
# The first three words of a title and of each part of it that is set off, folded as `titles.starts_of` folds them:
# all that may name a page; what does is for `Headlines` to say.
_STARTS = r"""
    list_transform(
        list_concat([title], string_split_regex(title, '[:|•·»›–—-]\s+')),
        lambda part: array_to_string(list_slice(list_filter(
            string_split_regex(lower(part), '[^\p{L}\p{N}_]+'), lambda word: word <> ''), 1, 3), ' ')
    )
"""


class LakePages:
    """The pages of the lake that were seen within a month of tonight's and are not among them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tonight: Sequence[Article]) -> None:
        self.connection = connection
        days = [article.seen_date for article in tonight]
        self.window = {"first": min(days) - WINDOW, "last": max(days) + WINDOW} if days else None
        connection.register(
            "tonight", pa.table({"article_id": pa.array(sorted({a.article_id for a in tonight}), pa.string())})
        )

    def pages(self) -> Mapping[str, int]:
        """How many articles of each outlet there are."""
        counted = self._read(f"SELECT outlet, count(DISTINCT article_id) AS n FROM ({_LINES}) GROUP BY outlet")  # noqa: S608
        return {row["outlet"]: row["n"] for row in counted}

    def repeats(self, outlets: Sequence[str], outlet_of: Ints, keys: Keys) -> Mapping[tuple[str, int], Repeat]:
        """Those of the lines that articles of the same outlet have."""
        names = pa.DictionaryArray.from_arrays(pa.array(outlet_of, mask=outlet_of < 0), pa.array(outlets, pa.string()))
        self.connection.register("asked", pa.table({"outlet": names, "key": pa.array(keys)}))
        found = self._read(
            f"""
            WITH uses AS (
                SELECT
                    outlet, key, article_id, coalesce(max_by(title, version), '') AS title,
                    max(own_share) >= {OWN_SHARE} AS is_own
                FROM (SELECT * EXCLUDE (keys), unnest(keys) AS key FROM ({_LINES}))
                SEMI JOIN asked USING (outlet, key)
                JOIN articles USING (article_id, version)
                GROUP BY outlet, key, article_id
            )
            SELECT
                outlet, key, count(*) AS pages, count_if(is_own) AS evidence,
                list_slice(list({{'id': article_id, 'title': title}} ORDER BY article_id) FILTER (is_own), 1, {SAMPLE})
                    AS samples
            FROM uses GROUP BY outlet, key
            """  # noqa: S608 (numbers and queries of this module)
        )
        return {
            (row["outlet"], row["key"]): Repeat(
                row["pages"], row["evidence"], tuple((page["id"], page["title"]) for page in row["samples"] or ())
            )
            for row in found
        }

    def titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:
        """The articles and rejected pages that one of these may name."""
        if not starts:
            return ()
        self.connection.register("named", pa.table({"start": pa.array(sorted(starts), pa.string())}))
        found = self._read(
            f"""
            WITH titles AS (
                SELECT article_id AS page_id, version, unnest(list_append(coalesce(other_titles, []), title)) AS title
                FROM articles
                WHERE seen_date BETWEEN $first AND $last
                UNION ALL
                SELECT reject_id, 0, title FROM rejects
                WHERE seen_date BETWEEN $first AND $last AND kind <> 'error'
            ), found AS (
                SELECT DISTINCT page_id, version, title
                FROM (SELECT *, unnest({_STARTS}) AS start FROM titles WHERE title IS NOT NULL)
                SEMI JOIN named USING (start)
            )
            SELECT page_id, title, keys
            FROM found LEFT JOIN page_lines ON page_id = article_id AND found.version = page_lines.version
            ORDER BY page_id, found.version
            """  # noqa: S608
        )
        return (KnownTitle(row["page_id"], row["title"], tuple(row["keys"] or ())) for row in found)

    def _read(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query; none where tonight has no pages."""
        return read(self.connection, sql, self.window).to_pylist() if self.window else []
