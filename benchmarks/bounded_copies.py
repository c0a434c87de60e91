"""Run `storyfold copies` on files that could hold it up, and measure whether it stays within bounds.

    python -m benchmarks.bounded_copies [--case NAME]... [--seconds N] [--memory MB] [--scale SHARE] [--json]

Each case of `benchmarks.hostile_texts` is run in a process of its own on two cores: reading, searching, writing. One
that takes more than 120 seconds of processor time (which, unlike the clock's, are no more on a busy machine) or 4 GB is
ended and told as `too slow` or `too large`; one that ends with an error, as `failed`. Prints for each how many rows and
MB were read, how it ended, seconds by the clock and of the processor, the most memory in MB, how many families came
out, and how they agree with the families that are known. `--scale .1` takes a tenth of each case's rows. Exits with 1
where one did not end well. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.family_scores import score_families
from benchmarks.hostile_texts import CASES
from benchmarks.kept_documents import read_rows, write_rows
from benchmarks.measured_process import run_measured

MOST_SECONDS, MOST_MB, CORES = 120.0, 4_000, 2  # the bounds, as the project sets them


def main() -> None:
    """Measure the cases and print a line for each."""
    options = _read_options()
    is_bounded = True
    for name in options.case or CASES:
        say(f"{name}: making the texts")
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
    """Run the command on so many rows of a case; return the figures, with the families where it ended by itself."""
    with tempfile.TemporaryDirectory() as folder:
        texts, out = Path(folder) / "texts.jsonl", Path(folder) / "families.jsonl"
        write_rows(CASES[name].make_rows(count), texts)
        say(f"{name}: {count} rows")
        command = [sys.executable, "-m", "flows.commands.cli", "copies", texts, "--out", out]
        measured = run_measured(command, cores=CORES, most_processor_seconds=most_seconds, most_mb=most_mb)
        figures = {
            "case": name,
            "rows": count,
            "mb": round(texts.stat().st_size / 1e6, 1),
            "ended": measured.ended,
            "seconds": round(measured.seconds, 1),
            "processor_seconds": round(measured.processor_seconds, 1),
            "peak_mb": measured.peak_mb,
        }
        if measured.ended == "failed":
            figures["said"] = measured.said
        return figures | (compare_families(texts, out) if measured.ended == "done" else {})


def compare_families(texts: Path, out: Path) -> dict[str, Any]:
    """Count the families that came out, and score them where they are known."""
    found = {row["id"]: row["family_id"] for row in read_rows(out)}
    known = {row["id"]: row["family"] for row in read_rows(texts) if "family" in row}
    scores = asdict(score_families(known, found)) if known else {}
    return {"families": len(set(found.values())), **{name: round(value, 4) for name, value in scores.items()}}


def print_line(line: dict[str, Any], *, as_json: bool) -> None:
    """Print the figures of one case."""
    print(json.dumps(line) if as_json else "  ".join(f"{name} {value}" for name, value in line.items()), flush=True)


def say(line: str) -> None:
    """Show how far the work is, on standard error."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
