"""Articles for the copies tests, and a lake in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from storyfold.copies.articles_in_file import group_articles
from storyfold.copies.claims import read_claims
from storyfold.copies.near_duplicates import NearDuplicates, find_near_duplicates
from storyfold.copies.originals import NONE_SEEN, choose_originals, read_credits
from storyfold.copies.queries import KnownTextsInLake
from storyfold.identity.founding import order_by_founding
from storyfold.identity.pins import Pins
from storyfold.report import list_view_statements
from storyfold.run.text_features import sketch_articles
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_create_statement, make_rows
from storyfold.schemas.copies import Copy, FamilyMember, Sketch
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

TABLES = (Article, Sketch, Copy, FamilyMember)
SEEN = datetime(2026, 3, 2, 6, tzinfo=UTC)
NIGHT = date(2026, 3, 2)


class Lake:
    """What earlier nights left, in memory: the tables of a lake that the stage asks, and its own queries."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        for cls in TABLES:
            self.connection.execute(make_create_statement(get_declared_table(cls)))
        self.connection.execute(f"CREATE VIEW current_versions AS {list_view_statements()['current_versions']}")
        views = list_view_statements()
        self.connection.execute(
            "CREATE VIEW landed_runs AS SELECT DISTINCT run_id, attempt, DATE '2026-01-01' AS started_at, "
            "DATE '2026-01-01' + attempt::INTEGER AS finished_at FROM families"
        )
        self.connection.execute(f"CREATE VIEW current_families AS {views['current_families']}")
        self.nights = 0

    def night(
        self,
        new: Sequence[Article],
        settings: CopySettings,
        run_date: date = NIGHT,
        gone: Sequence[tuple[str, list[Any]]] = (),
        pins: Pins | None = None,
    ) -> NearDuplicates:
        """Fold the articles and keep what comes of it; the statements `gone` are run before that lands."""
        last = {article.article_id: article.version for article in sorted(new, key=lambda a: a.version)}
        is_current = pa.array([last[article.article_id] == article.version for article in new], pa.bool_())
        articles, known = make_arrow_table(new, Article), KnownTextsInLake(self.connection)
        sketches = sketch_articles(articles)
        found = find_near_duplicates(articles, sketches, is_current, known, run_date, settings, pins)
        self.nights += 1
        families = [replace(place, attempt=self.nights) for place in found.families]
        for edge in found.replaced:
            self.connection.execute(
                "DELETE FROM copies WHERE article_id = ? AND of_article_id = ?", [edge.article_id, edge.of_article_id]
            )
        for statement, key in gone:
            self.connection.execute(statement, key)
        self.insert(Article, articles)
        self.insert(Sketch, sketches)
        self.insert(Copy, make_arrow_table(found.copies, Copy))
        self.insert(FamilyMember, make_arrow_table(families, FamilyMember))
        return found

    def correct(self, article: Article, settings: CopySettings) -> NearDuplicates:
        """Fold an article that takes the place of its row, whose sketch and edges go as it lands."""
        key = [article.article_id, article.version]
        return self.night([article], settings, gone=[
            ("DELETE FROM articles WHERE article_id = ? AND version = ?", key),
            ("DELETE FROM sketches WHERE article_id = ? AND version = ?", key),
            ("DELETE FROM copies WHERE article_id = ? AND version = ?", key),
            ("DELETE FROM copies WHERE of_article_id = ? AND of_version = ?", key),
        ])  # fmt: skip

    def insert(self, cls: type, rows: pa.Table) -> None:
        self.connection.register("incoming", rows)
        self.connection.execute(f"INSERT INTO {get_declared_table(cls).name} BY NAME FROM incoming")
        self.connection.unregister("incoming")

    def read_places(self) -> list[FamilyMember]:
        return make_rows(self.connection.execute("FROM current_families").to_arrow_table(), FamilyMember)

    def read_edges(self) -> list[tuple[str, str]]:
        """The articles of each edge between current texts."""
        copies = KnownTextsInLake(self.connection).read_copies([p.article_id for p in self.read_places()])
        return [(copy.article_id, copy.of_article_id) for copy in copies]


def fold(articles: Sequence[Article], settings: CopySettings) -> NearDuplicates:
    """Fold the articles in a night of an empty lake."""
    return Lake().night(articles, settings)


def fold_file(articles: Sequence[Article], settings: CopySettings) -> list[FamilyMember]:
    """Fold the articles of a file."""
    return group_articles(articles, settings).list_members(NIGHT)


def choose_original(articles: Sequence[Article]) -> Article | None:
    """The one of these members of a family that wrote its text; all have most of it."""
    ordered = sorted(articles, key=order_by_founding)
    claims, members = read_claims(ordered), np.arange(len(ordered))
    is_whole = np.ones(len(ordered), np.bool_)
    starts = np.array([0, len(ordered)])
    (found,) = choose_originals(starts, members, is_whole, read_credits(claims, members)).tolist()
    return None if found == NONE_SEEN else ordered[found]


def make_article(article_id: str, body: str, **given: Any) -> Article:
    seen = given.pop("first_seen_at", SEEN)
    values = {"source_id": "s", "location": "", "content_sha256": "", "warc_file": "", "warc_offset": 0} | given
    return Article(article_id=article_id, body=body, first_seen_at=seen, seen_date=seen.date(), **values)


def article_of(row: dict[str, Any]) -> Article:
    """An article of a row of the generator."""
    return make_article(
        row["id"],
        row["body"],
        outlet=row["outlet"],
        agency=row.get("agency"),
        authors=tuple(row.get("authors", ())),
        published_at=datetime.fromisoformat(row["published_at"]),
        published_precision="second",
        date_confidence=row.get("date_confidence", "high"),
        first_seen_at=datetime.fromisoformat(row["first_seen_at"]),
    )


def what(places: Iterable[FamilyMember]) -> dict[str, tuple[Any, ...]]:
    """What the places say, by article."""
    return {p.article_id: (p.family_id, p.role, p.original_article_id, p.independent_source) for p in places}
