"""Run a whole night over the evaluation pages, and print wall time, pages a second, and each stage's share.

    python -m benchmarks.nightly [--processes N] [--lake DIR]

Runs `storyfold nightly` as a user does, over the 323 pages as saved files and into a lake of its own. "In the flow"
is from the attempt's start to its commit: without the start of Python and of Prefect's server, without the report.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.shared_data import find_shared_folder
from storyfold.lake.lake import Lake


def main() -> None:
    """Run the night and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--lake", type=Path, help="keep the lake here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lake = arguments.lake or Path(scratch) / "lake"
        wall = run_night(Path(scratch), lake, arguments.processes)
        print_figures(Lake(lake), wall, arguments.processes)


def run_night(scratch: Path, lake: Path, processes: int) -> float:
    """Run the command; return its wall seconds."""
    folders = [find_shared_folder() / "data" / "pages" / name / "html" for name in ("aeb", "fundus")]
    sources = scratch / "sources.toml"
    sources.write_text("".join(f'[[source]]\nid = "{f.parent.name}"\npages = "{f}"\n' for f in folders))
    options = ["--sources", str(sources), "--lake", str(lake), "--processes", str(processes)]
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", "nightly", *options], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def print_figures(lake: Lake, wall: float, processes: int) -> None:
    """Print a line for the night and one a stage; a stage's seconds are summed over its batches."""
    (run,) = lake.read("SELECT *, epoch(finished_at - started_at) AS seconds FROM runs").to_pylist()
    pages = run["stages"][0]["kept"]
    print(f"{pages} pages, {processes} processes: {wall:.1f} s with Prefect's start and the report")
    print(f"in the flow {run['seconds']:.1f} s, {pages / run['seconds']:.1f} pages a second")
    work = sum(stage["seconds"] for stage in run["stages"])
    for stage in run["stages"]:
        kept = f"{stage['items_in']} in, {stage['kept']} kept, {stage['rejected']} rejected"
        print(f"  {stage['stage']:<9}{stage['seconds']:7.2f} s of work {stage['seconds'] / work:6.1%}   {kept}")


if __name__ == "__main__":
    main()
