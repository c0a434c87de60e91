"""Query the lake for what the copies stage compares new articles with: sketches, texts, copies and families."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pyarrow as pa

from storyfold.lake.lake import run_query
from storyfold.run.queries import CURRENT_ARTICLES
from storyfold.schemas import Article, Copy, FamilyMember
from storyfold.schemas.columns import make_rows


class KnownTextsInLake:
    """Give the copies stage what the lake has of every article in its current version."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def read_sketches(self) -> pa.Table:
        """Return the sketch of every current article."""
        return run_query(
            self.connection, "SELECT s.* FROM sketches s SEMI JOIN current_versions USING (article_id, version)"
        )

    def read_articles(self, article_ids: Collection[str]) -> list[Article]:
        """Return the current versions of these articles."""
        found = run_query(
            self.connection, f"{CURRENT_ARTICLES} WHERE article_id IN (SELECT unnest($1))", [sorted(article_ids)]
        )
        return make_rows(found, Article)

    def read_copies(self, article_ids: Collection[str]) -> list[Copy]:
        """Return the edges between current versions that touch these articles."""
        found = run_query(
            self.connection,
            """
            SELECT c.* FROM copies c
            JOIN current_versions a ON a.article_id = c.article_id AND a.version = c.version
            JOIN current_versions o ON o.article_id = c.of_article_id AND o.version = c.of_version
            WHERE c.article_id IN (SELECT unnest($1)) OR c.of_article_id IN (SELECT unnest($1))
            """,
            [sorted(article_ids)],
        )
        return make_rows(found, Copy)

    def read_families(self, article_ids: Collection[str]) -> list[FamilyMember]:
        """Return the current rows of these articles and of all members of their families."""
        found = run_query(
            self.connection,
            """
            SELECT f.* FROM current_families f WHERE f.family_id IN
            (SELECT family_id FROM current_families WHERE article_id IN (SELECT unnest($1)))
            """,
            [sorted(article_ids)],
        )
        return make_rows(found, FamilyMember)
