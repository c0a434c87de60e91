"""Run a whole night over labelled pages, and print its time, its memory, pages a second, and each stage's share.

    python -m benchmarks.nightly [--pages 323|wcxb] [--processes N] [--lake DIR] [--tree FOLDER]

Runs `storyfold nightly` as a user does, over saved files and into a lake of its own: the 323 pages of the first
evaluation set, or the 1,497 of WCXB's. "In the flow" is from the attempt's start to its commit: without the start of
Python and of Prefect's server, without the report. Memory is the most that the command and its processes held at
once, as the sum of their resident sets (shared pages count in each), looked at ten times a second. `--tree` runs
another checkout's command, for a pair of figures in the same conditions.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shared_data import ROOT, find_shared_folder
from storyfold.lake.lake import Lake

SETS = {"323": ("aeb", "fundus"), "wcxb": ("wcxb",)}
INTERVAL = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Measured:
    """The wall seconds of a command, and the most memory in MB: of all its processes, and of its first one."""

    wall: float
    memory: float
    memory_of_first: float


def main() -> None:
    """Run the night and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", choices=SETS, default="323")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--lake", type=Path, help="keep the lake here")
    parser.add_argument("--tree", type=Path, default=ROOT, help="the checkout whose command is run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lake = arguments.lake or Path(scratch) / "lake"
        sources = write_sources(Path(scratch), SETS[arguments.pages])
        measured = run_night(sources, lake, arguments.processes, arguments.tree)
        print_figures(Lake(lake), measured, arguments.processes)


def write_sources(scratch: Path, names: Sequence[str]) -> Path:
    """Write a sources.toml with the folders of these sets of pages."""
    folders = [find_shared_folder() / "data" / "pages" / name / "html" for name in names]
    sources = scratch / "sources.toml"
    sources.write_text("".join(f'[[source]]\nid = "{f.parent.name}"\npages = "{f}"\n' for f in folders))
    return sources


def run_night(sources: Path, lake: Path, processes: int, tree: Path) -> Measured:
    """Run the command of a checkout, and measure it."""
    options = ["--sources", str(sources), "--lake", str(lake), "--processes", str(processes)]
    started, most, most_of_first = time.perf_counter(), 0.0, 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "flows.commands.cli", "nightly", *options],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdout=subprocess.DEVNULL,
    ) as night:
        while night.poll() is None:
            held = [read_resident_memory(process) for process in list_processes(night.pid)]
            most, most_of_first = max(most, sum(held)), max(most_of_first, held[0])
            time.sleep(INTERVAL)
    if night.returncode:
        sys.exit(f"the night ended with {night.returncode}")
    return Measured(time.perf_counter() - started, most, most_of_first)


def list_processes(first: int) -> list[int]:
    """List a process and all that it started, and those started, and so on."""
    found = [first]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def read_resident_memory(process: int) -> float:
    """Read how much memory a process holds, in MB; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def print_figures(lake: Lake, measured: Measured, processes: int) -> None:
    """Print a line for the night and one a stage; a stage's seconds are summed over its batches."""
    (run,) = lake.read("SELECT *, epoch(finished_at - started_at) AS seconds FROM runs").to_pylist()
    pages = run["stages"][0]["kept"]
    print(f"{pages} pages, {processes} processes: {measured.wall:.1f} s with Prefect's start and the report")
    print(f"at most {measured.memory:.0f} MB in all processes, {measured.memory_of_first:.0f} in the flow's")
    print(f"in the flow {run['seconds']:.1f} s, {pages / run['seconds']:.1f} pages a second")
    work = sum(stage["seconds"] for stage in run["stages"])
    for stage in run["stages"]:
        kept = f"{stage['items_in']} in, {stage['kept']} kept, {stage['rejected']} rejected"
        print(f"  {stage['stage']:<9}{stage['seconds']:7.2f} s of work {stage['seconds'] / work:6.1%}   {kept}")


if __name__ == "__main__":
    main()
