"""Measure `storyfold stories` on files of more and more articles in the same days, and how what it costs grows.

    python -m benchmarks.story_windows [--window 10000,30000,100000,300000] [--cores N] [--keep FOLDER] [--json]

Each file has so many articles of generated news in 28 nights (`benchmarks.news_file`; three in ten are copies), so the
density of the news grows with it: a batch on an empty lake. The command runs in a process of its own on two cores:
start, reading, copies, stories, writing. Prints a line for each file: seconds by the clock and of the processor, the
most memory, the stories, B-cubed precision, recall and F1 against those that are known, and the exponent by which the
processor's seconds grow since the line before (`exponent`: 1 is as many times as there are articles; what a start
costs, of no articles, is not counted for it). `--keep` says where the files stay, a gigabyte for 400,000 articles.
Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.kept_documents import read_rows
from benchmarks.measured_process import run_measured
from benchmarks.news_file import DEFAULT_FOLDER, keep_news
from benchmarks.stories import compute_b_cubed

WINDOWS = "10000,30000,100000,300000"
CORES = 2
STARTED = 1  # article in the file that a start is measured with


def main() -> None:
    """Measure each window and print a line for it."""
    options = _read_options()
    start = measure_window(STARTED, options.keep, options.cores)["processor_seconds"]
    say(f"a start takes {start} s")
    before: dict[str, Any] | None = None
    for count in options.window:
        figures = measure_window(count, options.keep, options.cores)
        if before and figures["ended"] == before["ended"] == "done":
            more = (figures["processor_seconds"] - start) / max(before["processor_seconds"] - start, 0.01)
            figures["exponent"] = round(math.log(more) / math.log(count / before["articles"]), 2)
        before = figures
        print(json.dumps(figures) if options.json else "  ".join(f"{n} {v}" for n, v in figures.items()), flush=True)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--window", type=lambda given: list(map(int, given.split(","))), default=WINDOWS)
    parser.add_argument("--cores", type=int, default=CORES)
    parser.add_argument("--keep", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    return parser.parse_args()


def measure_window(count: int, folder: Path, cores: int) -> dict[str, Any]:
    """Run the command on so many articles, and score the stories that come out."""
    say(f"{count} articles")
    articles = keep_news(folder, count)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "stories.jsonl"
        measured = run_measured(
            [sys.executable, "-m", "flows.commands.cli", "stories", articles, "--out", out], cores=cores
        )
        figures = {
            "articles": count,
            "ended": measured.ended,
            "seconds": round(measured.seconds, 1),
            "processor_seconds": round(measured.processor_seconds, 1),
            "peak_mb": measured.peak_mb,
        }
        if measured.ended != "done":
            return figures | {"said": measured.said}
        found = {row["id"]: row["story_id"] for row in read_rows(out)}
    known = {row["id"]: row["story"] for row in read_rows(articles)}
    scores = compute_b_cubed(list(known.values()), [found[article_id] for article_id in known])
    names = ("precision", "recall", "f1")
    return (
        figures | {"stories": len(set(found.values()))} | dict(zip(names, (round(s, 4) for s in scores), strict=True))
    )


def say(line: str) -> None:
    """Show how far the work is, on standard error."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
