"""Measure the stories stage on labelled sets.

    python -m benchmarks.stories SET.jsonl... [--threshold T] [--replicate N] [--out FILE] [--terms]
    python -m benchmarks.stories --table g5w1h.jsonl allsides.jsonl

Reads JSON lines (`id`, `story`, `title`, `body`, `published_at`, `outlet`), groups them at the default settings
and prints B-cubed precision, recall and F1; `--out` writes `id, story_id` for other scorers. `--replicate` reads each
set several times over in other words, `--table` prints a row for each set that `story_sets.py` makes of the two.
`--terms` prints of how many articles, and characters of text, terms are counted in a second, and nothing else.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.story_sets import choose_confused, choose_stories, cut_bodies, replicate
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import name_stories
from storyfold.stories.term_rows import count_terms
from storyfold.text.kept_terms import METHOD_LIMITS

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
        kind=row.get("kind") or "article",
        published_at=day,
        published_precision="day" if day else "none",
        date_confidence="medium" if day else "none",
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


def group(rows: Sequence[dict[str, Any]], settings: StorySettings, *, dated: bool) -> list[str]:
    """Return the story of each row."""
    articles = [make_article(row, dated=dated) for row in rows]
    story_of = name_stories(articles, [], settings)
    return [story_of[str(row["id"])] for row in rows]


def measure(name: str, rows: Sequence[dict[str, Any]], settings: StorySettings, out: Path | None, kinds: str) -> None:
    """Print a line for each kind (`dated`, `undated`); write the grouping with dates to `out`."""
    for kind in kinds.split():
        start = time.perf_counter()
        found = group(rows, settings, dated=kind == "dated")
        seconds = time.perf_counter() - start
        p, r, f = compute_b_cubed([str(row["story"]) for row in rows], found)
        print(f"{name:24} {kind:8} articles {len(rows)}  P {p:.4f}  R {r:.4f}  F1 {f:.4f}  {seconds:.1f} s", flush=True)
        if out and kind == "dated":
            lines = (json.dumps({"id": row["id"], "story_id": s}) for row, s in zip(rows, found, strict=True))
            out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_table(events: list[dict[str, Any]], stories: list[dict[str, Any]]) -> dict[str, tuple[Any, str]]:
    """Make the sets of the table: rows, and whether they are grouped with their dates, from many reports and from few.

    Several of the smallest, as each is of ten stories.
    """
    table: dict[str, tuple[Any, str]] = {"many": (events, "dated undated"), "few": (stories, "dated undated")}
    table |= {f"small {seed}": (choose_stories(stories, 100, seed, size=3), "undated") for seed in range(3)}
    table |= {f"tiny {seed}": (choose_stories(events, 10, seed), "undated") for seed in range(5)}
    table["conf"] = choose_confused(stories, lambda row: make_article(row, dated=False)), "undated"
    table["short"] = cut_bodies(stories), "dated undated"
    return table


def measure_terms(path: Path) -> None:
    """Print one line with the speed of counting terms; the first ones load the words of the languages."""
    articles = [make_article(row, dated=True) for row in read_rows(path)]
    count_terms(articles[:20], METHOD_LIMITS)
    start = time.process_time()
    count_terms(articles, METHOD_LIMITS)
    seconds = time.process_time() - start
    characters = sum(len(a.title or "") + len(a.body) for a in articles)
    print(f"{path.name:24} {len(articles) / seconds:,.0f} articles, {characters / seconds:,.0f} characters a second")


def main() -> None:
    """Measure each set that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, help="JSON-lines files with gold stories")
    parser.add_argument("--threshold", type=float, default=StorySettings().threshold)
    parser.add_argument(
        "--replicate", type=int, default=1, metavar="N", help="read each set N times over, in other words"
    )
    parser.add_argument("--out", type=Path, help="write the grouping with dates here")
    parser.add_argument("--table", action="store_true", help="measure the sets made of these two")
    parser.add_argument("--terms", action="store_true", help="measure the speed of counting terms")
    options = parser.parse_args()
    settings = StorySettings(threshold=options.threshold)
    if options.table:
        for name, (rows, kinds) in make_table(*(read_rows(path) for path in options.sets)).items():
            measure(name, rows, settings, None, kinds)
        return
    for path in options.sets:
        if options.terms:
            measure_terms(path)
            continue
        rows = read_rows(path)
        if options.replicate > 1:
            rows = replicate(rows, options.replicate)
        measure(path.name, rows, settings, options.out, "dated undated" if options.replicate == 1 else "dated")


if __name__ == "__main__":
    main()
