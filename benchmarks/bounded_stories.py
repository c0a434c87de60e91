"""Run `storyfold stories` on files that could hold it up or mislead it, and measure whether it stays within bounds.

    python -m benchmarks.bounded_stories [--case NAME]... [--seconds N] [--memory MB] [--scale SHARE] [--json]

As `benchmarks.bounded_copies`, of which this is the same for stories: each case of `benchmarks.hostile_stories` in a
process of its own on two cores, ended after 120 seconds of processor time or at 4 GB. Prints for each how it ended,
what it cost, how many stories came out, how many articles the largest has, and B-cubed precision, recall and F1 against
the stories that are known. Exits with 1 where one did not end well. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.bounded_copies import CORES, MOST_MB, MOST_SECONDS, print_line, say
from benchmarks.hostile_stories import CASES
from benchmarks.kept_documents import read_rows, write_rows
from benchmarks.measured_process import run_measured
from benchmarks.stories import compute_b_cubed


def main() -> None:
    """Measure the cases and print a line for each."""
    options = _read_options()
    is_bounded = True
    for name in options.case or CASES:
        say(f"{name}: making the articles")
        line = measure_case(name, max(1, round(options.scale * CASES[name].full)), options.seconds, options.memory)
        print_line(line, as_json=options.json)
        is_bounded &= line["ended"] == "done"
    sys.exit(0 if is_bounded else 1)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=sorted(CASES), help="this case only; may be given again")
    parser.add_argument("--seconds", type=float, default=MOST_SECONDS, help="of the processor, that a case may take")
    parser.add_argument("--memory", type=int, default=MOST_MB, metavar="MB", help="beyond which a case is ended")
    parser.add_argument("--scale", type=float, default=1.0, help="of the rows of each case")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    return parser.parse_args()


def measure_case(name: str, count: int, most_seconds: float, most_mb: int) -> dict[str, Any]:
    """Run the command on so many rows of a case; return the figures, with the stories where it ended by itself."""
    with tempfile.TemporaryDirectory() as folder:
        articles, out = Path(folder) / "articles.jsonl", Path(folder) / "stories.jsonl"
        write_rows(CASES[name].make_rows(count), articles)
        say(f"{name}: {count} rows")
        command = [sys.executable, "-m", "flows.commands.cli", "stories", articles, "--out", out]
        measured = run_measured(command, cores=CORES, most_processor_seconds=most_seconds, most_mb=most_mb)
        figures = {
            "case": name,
            "rows": count,
            "ended": measured.ended,
            "seconds": round(measured.seconds, 1),
            "processor_seconds": round(measured.processor_seconds, 1),
            "peak_mb": measured.peak_mb,
        }
        if measured.ended == "failed":
            figures["said"] = measured.said
        return figures | (compare_stories(articles, out) if measured.ended == "done" else {})


def compare_stories(articles: Path, out: Path) -> dict[str, Any]:
    """Count the stories that came out, and score them against those that are known."""
    found = {row["id"]: row["story_id"] for row in read_rows(out)}
    known = {row["id"]: row["story"] for row in read_rows(articles)}
    scores = compute_b_cubed(list(known.values()), [found[article_id] for article_id in known])
    sizes = Counter(found.values())
    figures = {"stories": len(sizes), "largest": max(sizes.values())}
    return figures | {name: round(value, 4) for name, value in zip(("precision", "recall", "f1"), scores, strict=True)}


if __name__ == "__main__":
    main()
