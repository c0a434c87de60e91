"""Articles for the copies tests, and a lake in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from storyfold.copies.near_duplicates import NearDuplicates, find_near_duplicates
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.copies import Copy, FamilyMember, Sketch
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

SEEN = datetime(2026, 3, 2, 6, tzinfo=UTC)
NIGHT = date(2026, 3, 2)


class Lake:
    """What earlier nights left, in memory: what `KnownTexts` promises, current versions only."""

    def __init__(self) -> None:
        self.current: dict[str, Article] = {}
        self.sketched: dict[str, Sketch] = {}
        self.edges: list[Copy] = []
        self.places: dict[str, FamilyMember] = {}

    def read_sketches(self) -> pa.Table:
        return make_arrow_table([self.sketched[name] for name in sorted(self.sketched)], Sketch)

    def read_articles(self, article_ids: Collection[str]) -> list[Article]:
        return [self.current[name] for name in article_ids if name in self.current]

    def read_copies(self, article_ids: Collection[str]) -> list[Copy]:
        wanted = set(article_ids)
        return [e for e in self.edges if {e.article_id, e.of_article_id} & wanted]

    def read_families(self, article_ids: Collection[str]) -> list[FamilyMember]:
        families = {self.places[name].family_id for name in article_ids if name in self.places}
        return [place for place in self.places.values() if place.family_id in families]

    def night(self, new: Sequence[Article], settings: CopySettings, run_date: date = NIGHT) -> NearDuplicates:
        """Fold the articles and keep what comes of it."""
        folded = find_near_duplicates(new, self, run_date, settings)
        for article in new:
            if article.version >= self.current.get(article.article_id, article).version:
                self.current[article.article_id] = article
        self.sketched |= {s.article_id: s for s in folded.sketches if self.current[s.article_id].version == s.version}
        self.edges = [e for e in [*self.edges, *folded.copies] if self.is_current(e)]
        self.places |= {place.article_id: place for place in folded.families}
        return folded

    def is_current(self, edge: Copy) -> bool:
        ends = (edge.article_id, edge.version), (edge.of_article_id, edge.of_version)
        return all(self.current[name].version == version for name, version in ends)


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
