"""Measure speed and quality of the copies stage on generated documents.

    python -m benchmarks.copies [--documents N] [--seed N] [--bare] [--write FOLDER]

Prints documents a second from text to families, and pair scores of the families found. `--write` writes gold and found
families as JSON lines for another scorer.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.copy_documents import Row, make, write_documents
from benchmarks.family_scores import score_families
from storyfold.copies.articles_in_file import group_articles
from storyfold.copies.edges import EXCERPT, FULL, PARTIAL
from storyfold.copies.grouped_texts import GroupedTexts
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings


def make_article(row: Row) -> Article:
    """Make an article of a generated row; what a bare row lacks stays unknown."""
    seen = datetime.fromisoformat(row.get("first_seen_at", "2026-03-02T06:00:00+00:00")).astimezone(UTC)
    published = row.get("published_at")
    return Article(
        article_id=row["id"],
        seen_date=seen.date(),
        source_id="benchmark",
        location="",
        outlet=row.get("outlet"),
        authors=tuple(row.get("authors", ())),
        agency=row.get("agency"),
        published_at=datetime.fromisoformat(published) if published else None,
        published_precision="second" if published else "none",
        date_confidence=row.get("date_confidence", "high") if published else "none",
        body=row["body"],
        first_seen_at=seen,
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )


def time_search(articles: list[Article]) -> tuple[GroupedTexts, float]:
    """Group the articles; return the families and the seconds of processor time."""
    start = time.process_time()
    found = group_articles(articles, CopySettings())
    return found, time.process_time() - start


def main() -> None:
    """Generate the documents, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="ids and bodies only")
    parser.add_argument("--write", type=Path, help="folder for gold.jsonl.gz and found.jsonl")
    given = parser.parse_args()
    rows = make(given.documents, given.seed)
    if given.bare:
        rows = [{key: row[key] for key in ("id", "family", "body")} for row in rows]
    articles = [make_article(row) for row in rows]
    time_search([replace(a, article_id=f"warm{n}") for n, a in enumerate(articles[:50])])  # compiles
    result, seconds = time_search(articles)
    print(f"{len(articles)} documents in {seconds:.2f} s of one core: {len(articles) / seconds:.0f} a second")
    found = dict(result.name_families())
    scores = score_families({row["id"]: row["family"] for row in rows}, found)
    print(
        f"pairs: precision {scores.precision:.4f} recall {scores.recall:.4f} F1 {scores.f1:.4f}; ARI {scores.rand:.4f}"
    )
    kinds = {"full": FULL, "excerpt": EXCERPT, "partial": PARTIAL}
    print("edges:", {name: int((result.shared.edges.kinds == kind).sum()) for name, kind in kinds.items()})
    role_of = dict(zip(result.ids, result.places.roles, strict=True))
    roles = Counter((row["role"], role_of[row["id"]]) for row in rows if "role" in row)
    print("roles (true, found):", dict(sorted(roles.items())))
    if given.write:
        write_documents(rows, given.write / "gold.jsonl.gz")
        lines = "".join(json.dumps({"id": k, "family_id": v}) + "\n" for k, v in sorted(found.items()))
        (given.write / "found.jsonl").write_text(lines)


if __name__ == "__main__":
    main()
