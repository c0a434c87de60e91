"""Read the pages of a day back from the lake as their web pages have them, to judge them anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from storyfold.boilerplate.cut_articles import restore_uncut
from storyfold.lake.lake import run_query
from storyfold.schemas import Article, Cut, PageLines
from storyfold.schemas.columns import make_rows

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A version of an article as the lake has it, its uncut text and dates as its page alone has them, and its rows."""

    article: Article
    uncut: Article
    cuts: tuple[Cut, ...]
    lines: PageLines | None

    @property
    def key(self) -> Key:
        """The article's id and the version."""
        return self.article.article_id, self.article.version


def read_stored_days(connection: duckdb.DuckDBPyConnection, since: date) -> set[date]:
    """Return the days from this one on of which the lake holds pages; on an ordinary night there is none."""
    found = run_query(connection, "SELECT DISTINCT seen_date FROM articles WHERE seen_date >= $1", [since])
    return set(found.column(0).to_pylist())


def read_stored_pages(connection: duckdb.DuckDBPyConnection, day: date) -> list[StoredPage]:
    """Return the versions that were first seen on a day."""
    return _make_pages(connection, "seen_date = $1", [day])


def read_stored_versions(connection: duckdb.DuckDBPyConnection, keys: Collection[Key]) -> list[StoredPage]:
    """Return these versions."""
    if not keys:
        return []
    names, versions = zip(*sorted(keys), strict=True)
    wanted = pa.table({"article_id": pa.array(names, pa.string()), "version": pa.array(versions, pa.int64())})
    connection.register("wanted_versions", wanted)
    return _make_pages(connection, "(article_id, version) IN (SELECT (article_id, version) FROM wanted_versions)", [])


def _make_pages(connection: duckdb.DuckDBPyConnection, where: str, values: list[object]) -> list[StoredPage]:
    """Read the pages that a condition of this module selects in each of the three tables."""
    cuts: defaultdict[Key, list[Cut]] = defaultdict(list)
    for cut in make_rows(run_query(connection, f"FROM cuts WHERE {where} ORDER BY position", values), Cut):
        cuts[cut.article_id, cut.version].append(cut)
    lines = {
        (row.article_id, row.version): row
        for row in make_rows(run_query(connection, f"FROM page_lines WHERE {where}", values), PageLines)
    }
    pages = []
    for article in make_rows(
        run_query(connection, f"FROM articles WHERE {where} ORDER BY article_id, version", values), Article
    ):
        key = (article.article_id, article.version)
        pages.append(StoredPage(article, restore_uncut(article, cuts[key]), tuple(cuts[key]), lines.get(key)))
    return pages
