"""Find the one article of a lake that is meant, by its id, the beginning of one, or its address."""

from __future__ import annotations

import duckdb

from storyfold.outcomes import StoryfoldError, WrongUse
from storyfold.report.views import read_sql
from storyfold.web.urls import make_canonical_url


class UnknownArticle(StoryfoldError):
    """Say that a lake has no article of this id or address."""


def find_article_id(connection: duckdb.DuckDBPyConnection, asked: str) -> str:
    """Return the id of the article that is meant; raises UnknownArticle, or WrongUse where several are."""
    named = connection.execute(read_sql("article/named"), {"asked": asked.lower()}).fetchall()
    found = [row for row in named if row[0] == asked.lower()] or named
    if not found:
        values = {"asked": asked, "canonical": make_canonical_url(asked) or asked}
        found = connection.execute(read_sql("article/address"), values).fetchall()
    ids = sorted({article_id for _, article_id in found})
    if not ids:
        raise UnknownArticle(f"'{asked}': no article of this lake has that id or address")
    if len(ids) > 1:
        raise WrongUse(f"'{asked}' leads to several articles: {', '.join(ids[:5])}")
    return str(ids[0])
