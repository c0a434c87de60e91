"""Run a command of Storyfold on files that could hold it up, and measure whether it stays within bounds.

What `benchmarks.bounded_copies` and `benchmarks.bounded_stories` have in common; they say what is run and how it is
scored.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.hostile_texts import Case
from benchmarks.kept_documents import write_rows
from benchmarks.measured_process import run_measured

MOST_SECONDS, MOST_MB, CORES = 120.0, 4_000, 2  # the bounds, as the project sets them


@dataclass(frozen=True, slots=True)
class Bounded:
    """A command and its cases by name; `compare` makes figures of the rows that it read and of those that it wrote."""

    command: str
    cases: Mapping[str, Case]
    compare: Callable[[Path, Path], dict[str, Any]]

    def run(self, description: str) -> None:
        """Measure the cases that the command line names and print a line for each; end with 1 where one ends badly."""
        options = self._read_options(description)
        is_bounded = True
        for name in options.case or self.cases:
            count = max(1, round(options.scale * self.cases[name].full))
            line = self.measure_case(name, count, options.seconds, options.memory)
            text = json.dumps(line) if options.json else "  ".join(f"{key} {value}" for key, value in line.items())
            print(text, flush=True)
            is_bounded &= line["ended"] == "done"
        sys.exit(0 if is_bounded else 1)

    def _read_options(self, description: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--case", action="append", choices=sorted(self.cases), help="this alone; once or more")
        parser.add_argument("--seconds", type=float, default=MOST_SECONDS, help="of the processor, for each case")
        parser.add_argument("--memory", type=int, default=MOST_MB, metavar="MB", help="beyond which a case is ended")
        parser.add_argument("--scale", type=float, default=1.0, help="of the rows of each case")
        parser.add_argument("--json", action="store_true", help="print lines of JSON")
        return parser.parse_args()

    def measure_case(self, name: str, count: int, most_seconds: float, most_mb: int) -> dict[str, Any]:
        """Run the command on so many rows of a case; return the figures, compared where it ended by itself."""
        with tempfile.TemporaryDirectory() as folder:
            rows, out = Path(folder) / "rows.jsonl", Path(folder) / "out.jsonl"
            _say(f"{name}: making {count} rows")
            write_rows(self.cases[name].make_rows(count), rows)
            _say(f"{name}: {self.command}")
            command = [sys.executable, "-m", "flows.commands.cli", self.command, rows, "--out", out]
            measured = run_measured(command, cores=CORES, most_processor_seconds=most_seconds, most_mb=most_mb)
            figures = {
                "case": name,
                "rows": count,
                "mb": round(rows.stat().st_size / 1e6, 1),
                "ended": measured.ended,
                "seconds": round(measured.seconds, 1),
                "processor_seconds": round(measured.processor_seconds, 1),
                "peak_mb": measured.peak_mb,
            }
            if measured.ended == "failed":
                figures["said"] = measured.said
            return figures | (self.compare(rows, out) if measured.ended == "done" else {})


def _say(line: str) -> None:
    """Show how far the work is, on standard error."""
    print(line, file=sys.stderr, flush=True)
