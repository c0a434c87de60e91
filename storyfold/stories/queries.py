"""Query the lake for what the stories stage groups new articles with: articles, memberships, stories and families."""

from __future__ import annotations

import duckdb

from storyfold.lake.lake import read
from storyfold.run.queries import CURRENT_ARTICLES
from storyfold.schemas import Article, FamilyPlace, Membership, Story
from storyfold.schemas.columns import read_rows_of_table


class KnownStoriesInLake:
    """Give the stories stage every current row of the lake, read once.

    All rows, although only articles whose believed interval meets a new one's can matter: at the sizes that
    this version is made for that is one query, and narrowing it is the stage's own next step.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def articles(self) -> list[Article]:
        """Return the current version of every article."""
        return read_rows_of_table(read(self.connection, CURRENT_ARTICLES), Article)

    def memberships(self) -> list[Membership]:
        """Return the current membership of every article."""
        return read_rows_of_table(read(self.connection, "FROM current_memberships"), Membership)

    def stories(self) -> list[Story]:
        """Return every current story."""
        return read_rows_of_table(read(self.connection, "FROM current_stories"), Story)

    def families(self) -> list[FamilyPlace]:
        """Return the current row of every member of a family."""
        return read_rows_of_table(read(self.connection, "FROM current_families"), FamilyPlace)
