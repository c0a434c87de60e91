"""Measure the stories stage on labelled sets.

    python -m benchmarks.stories SET.jsonl... [--threshold T] [--out FILE] [--vectors]

Reads JSON lines (`id`, `story`, `title`, `body`, `published_at`, `outlet`), groups them at the default settings
and prints B-cubed precision, recall and F1; `--out` writes `id, story_id` for other scorers. `--vectors` prints how
many articles, and characters of text, become vectors of terms in a second of processor time, and nothing else.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.cluster import NoKnownStories, cluster_stories
from storyfold.stories.term_vectors import make_vectors

SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a JSON-lines file, gzipped or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def make_article(row: dict[str, Any], *, dated: bool) -> Article:
    """Make an article whose day is believed, as the sets give their dates at midnight; undated where they give none."""
    published = datetime.fromisoformat(row["published_at"]).replace(tzinfo=UTC) if row.get("published_at") else None
    day = published.replace(hour=0, minute=0, second=0, microsecond=0) if published and dated else None
    return Article(
        article_id=str(row["id"]),
        seen_date=SEEN.date(),
        source_id="benchmark",
        location=str(row["id"]),
        outlet=row.get("outlet"),
        title=row.get("title"),
        body=row["body"],
        published_at=day,
        published_precision="day" if day else "none",
        date_confidence="high" if day else "none",
        not_before=day,
        not_after=day + timedelta(days=1) - timedelta(microseconds=1) if day else None,
        first_seen_at=SEEN,
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )


def compute_b_cubed(gold: Sequence[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Compute B-cubed precision, recall and F1 of one grouping against another (Bagga and Baldwin 1998)."""
    both, of_gold, of_found = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(k * k / of_found[f] for (_, f), k in both.items()) / len(gold)
    recall = sum(k * k / of_gold[g] for (g, _), k in both.items()) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def measure(path: Path, settings: StorySettings, out: Path | None) -> None:
    """Print one line with dates and one without; write the grouping with dates to `out`."""
    rows = read_rows(path)
    for dated in (True, False):
        articles = [make_article(row, dated=dated) for row in rows]
        start = time.perf_counter()
        clustered = cluster_stories(articles, [], NoKnownStories(), date(2026, 1, 1), settings)
        seconds = time.perf_counter() - start
        story_of = {m.article_id: m.story_id for m in clustered.memberships}
        p, r, f = compute_b_cubed([str(row["story"]) for row in rows], [story_of[str(row["id"])] for row in rows])
        kind = "dated" if dated else "undated"
        print(f"{path.name:24} {kind:8} articles {len(rows)}  P {p:.4f}  R {r:.4f}  F1 {f:.4f}  {seconds:.1f} s")
        if out and dated:
            lines = (json.dumps({"id": row["id"], "story_id": story_of[str(row["id"])]}) for row in rows)
            out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure_vectors(path: Path, settings: StorySettings) -> None:
    """Print one line with the speed of making vectors; the first ones load the words of the languages."""
    articles = [make_article(row, dated=True) for row in read_rows(path)]
    make_vectors(articles[:20], settings)
    start = time.process_time()
    make_vectors(articles, settings)
    seconds = time.process_time() - start
    characters = sum(len(a.title or "") + len(a.body) for a in articles)
    print(f"{path.name:24} {len(articles) / seconds:,.0f} articles, {characters / seconds:,.0f} characters a second")


def main() -> None:
    """Measure each set that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, help="JSON-lines files with gold stories")
    parser.add_argument("--threshold", type=float, default=StorySettings().threshold)
    parser.add_argument("--out", type=Path, help="write the grouping with dates here")
    parser.add_argument("--vectors", action="store_true", help="measure the speed of making vectors")
    options = parser.parse_args()
    for path in options.sets:
        if options.vectors:
            measure_vectors(path, StorySettings())
            continue
        measure(path, StorySettings(threshold=options.threshold), options.out)


if __name__ == "__main__":
    main()
