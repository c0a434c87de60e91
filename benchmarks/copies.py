"""Measure speed and quality of the copies stage on generated documents.

    python -m benchmarks.copies [--documents N] [--seed N] [--known N] [--bare] [--write FOLDER]

Prints documents a second from text to families, the join of new sketches with many known ones, and pair scores of
the families found. `--write` writes gold and found families as JSON lines for another scorer.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.copy_documents import Row, make, write_documents
from benchmarks.family_scores import score_families
from storyfold.copies.candidate_pairs import find_candidates
from storyfold.copies.near_duplicates import NearDuplicates, find_near_duplicates_in_file
from storyfold.copies.sketch import BOUND, sketch_texts
from storyfold.schemas.columns import get_declared_table, make_arrow_table
from storyfold.schemas.copies import Sketch
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


def time_search(articles: list[Article]) -> tuple[NearDuplicates, float]:
    start = time.process_time()
    found = find_near_duplicates_in_file(articles, CopySettings())
    return found, time.process_time() - start


def make_known_sketches(count: int, seed: int = 0) -> pa.Table:
    """Make so many sketches of 37 hashes each, drawn at random, at 500 outlets: a lake in size, not in contents."""
    draw = np.random.default_rng(seed)
    hashes = np.sort(draw.integers(0, BOUND, (count, 37), dtype=np.uint64), axis=1)
    columns = [
        pa.array([f"known{n}" for n in range(count)]),
        pa.array(np.ones(count, np.int64)),
        pa.array([date(2026, 1, 1)] * count),
        pa.array([f"Outlet {n % 500}" for n in range(count)]),
        pa.ListArray.from_arrays(np.arange(0, 37 * count + 1, 37, dtype=np.int32), hashes.ravel()),
        pa.array(np.full(count, 300)),
    ]
    names = [column.name for column in get_declared_table(Sketch).columns]
    return pa.table(dict(zip(names, columns, strict=True))).cast(get_declared_table(Sketch).schema)


def main() -> None:
    """Generate the documents, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--known", type=int, default=100_000, help="sketches that 1,000 new ones are joined with")
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
    found = {member.article_id: member.family_id for member in result.families}
    scores = score_families({row["id"]: row["family"] for row in rows}, found)
    print(
        f"pairs: precision {scores.precision:.4f} recall {scores.recall:.4f} F1 {scores.f1:.4f}; ARI {scores.rand:.4f}"
    )
    print("edges:", dict(sorted(Counter(copy.kind for copy in result.copies).items())))
    roles = Counter(
        (row["role"], p.role) for row, p in zip(rows, _list_in_order(rows, result), strict=True) if "role" in row
    )
    print("roles (true, found):", dict(sorted(roles.items())))
    known, new = make_known_sketches(given.known), make_arrow_table(sketch_texts(articles[:1_000]), Sketch)
    start = time.process_time()
    find_candidates(new, known, CopySettings())
    print(f"1,000 new sketches joined with {given.known} known ones in {time.process_time() - start:.2f} s of one core")
    if given.write:
        write_documents(rows, given.write / "gold.jsonl.gz")
        lines = "".join(json.dumps({"id": k, "family_id": v}) + "\n" for k, v in sorted(found.items()))
        (given.write / "found.jsonl").write_text(lines)


def _list_in_order(rows: list[Row], found: NearDuplicates) -> list[object]:
    members = {member.article_id: member for member in found.families}
    return [members[row["id"]] for row in rows]


if __name__ == "__main__":
    main()
