"""Query the lake for what the stories stage groups new articles with: articles, memberships, stories and families."""

from __future__ import annotations

import duckdb

from storyfold.lake.lake import run_query
from storyfold.run.queries import CURRENT_ARTICLES
from storyfold.schemas import Article, FamilyMember, Membership, Story
from storyfold.schemas.columns import make_rows


class KnownStoriesInLake:
    """Give the stories stage every current row of the lake, read once.

    All rows, although only articles whose believed interval meets a new one's can matter: at the sizes that
    this version is made for that is one query, and narrowing it is the stage's own next step.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def read_articles(self) -> list[Article]:
        """Return the current version of every article."""
        return make_rows(run_query(self.connection, CURRENT_ARTICLES), Article)

    def read_memberships(self) -> list[Membership]:
        """Return the current membership of every article."""
        return make_rows(run_query(self.connection, "FROM current_memberships"), Membership)

    def read_stories(self) -> list[Story]:
        """Return every current story."""
        return make_rows(run_query(self.connection, "FROM current_stories"), Story)

    def read_families(self) -> list[FamilyMember]:
        """Return the current row of every member of a family."""
        return make_rows(run_query(self.connection, "FROM current_families"), FamilyMember)
