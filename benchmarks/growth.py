"""Measure what a night costs as the archive behind it grows, each stage apart.

    python -m benchmarks.growth [--archive 77000,300000,1000000] [--nights 28] [--per-night 2750] [--new 1000]
                                [--without STAGE]... [--lake DIR] [--json]

For each archive a lake is written from generated text, a commit a night; then one more night with `--new` articles is
run on it, from the articles as parsed to the commit, by the functions that the tasks call. So it shows what grows with
the archive while the articles of the last nights (`window`, `--nights` of `--per-night`) stay as many. Prints a
line for each archive, with `--json`

    {"archive": N, "window": W, "new": n, "versions": s, "boilerplate": s, "copies": s, "stories": s, "land": s,
     "total": s, "peak_mb": m}

in seconds of processor time of the process and all its threads, from opening the lake to the commit (kernels are
compiled before); `peak_mb` is the most memory that it held. Boilerplate is what `date_articles` and `cut_articles` take
within `write_versions`, with the queries that they ask; versions is the rest of it. `--without` leaves out copies or
stories, whose rows are then those that the generator knows to be true, or land; it is told as `"without"`, its seconds
are null. A required check that fails ends the program.

The text is like news where it matters to the stages: words by Zipf's law, names and rare words that recur within a
story, stories in bursts, few of them large, three in ten articles copies, outlets of all sizes with a footer each, 5 %
of the articles undated: see `benchmarks.news_plan` and `benchmarks.news_text`. The archive's own families and stories
are the generator's, not the stages': see `benchmarks.news_rows`. Two runs give the same articles.

`--lake DIR` keeps the lakes as `DIR/archive-N`, and takes one that is there as it is; the night runs on a clone, which
shares its Parquet files. Where an older version wrote one, the night finds it migrated, and with the keys of its files
kept, as the night before would have left it: that is not measured. Progress goes to standard error.
`benchmarks.growth_queries` tells which queries cost most.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.growth_lake import NEXT, Archive, say, write_archive
from benchmarks.shared_data import ROOT

STAGES = ("versions", "boilerplate", "copies", "stories", "land", "total")
SEED = 1


def main() -> None:
    """Write the lakes and print a line for each."""
    options = _read_options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.lake or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for articles in options.archive:
            archive = Archive(articles, options.per_night, SEED)
            lake = write_archive(folder, archive, options.new)
            say(f"{articles} articles: the night after")
            measured = measure_night(lake, options.new, options.without)
            sizes = {"archive": articles, "window": min(articles, options.nights * options.per_night)}
            print_line({**sizes, "new": options.new, **measured}, as_json=options.json)
            if not options.lake:
                shutil.rmtree(lake)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=_read_numbers, default=[77_000, 300_000, 1_000_000], metavar="N[,N...]")
    parser.add_argument("--nights", type=int, default=28, help="of the window; names its size, changes nothing")
    parser.add_argument("--per-night", type=int, default=2_750, help="articles of each of the archive's nights")
    parser.add_argument("--new", type=int, default=1_000, help="articles of the night that is measured")
    parser.add_argument("--without", action="append", default=[], choices=("copies", "stories", "land"))
    parser.add_argument("--lake", type=Path, help="keep the lakes below this folder, and use those that are there")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    return parser.parse_args()


def _read_numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def measure_night(lake: Path, new: int, without: list[str]) -> dict[str, Any]:
    """Run the night on a clone of the lake, in a process of its own, whose memory is therefore that of the night."""
    with clone_lake(lake) as clone:
        command = [sys.executable, "-m", "benchmarks.growth_night", clone, lake / NEXT / str(new), *without]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    read = json.loads(done.stdout)
    seconds = {stage: read["seconds"][stage] for stage in STAGES}
    rounded = {stage: None if value is None else round(value, 2) for stage, value in seconds.items()}
    left_out = {"without": sorted(without)} if without else {}
    return {**rounded, "peak_mb": read["peak_mb"], **left_out}


@contextmanager
def clone_lake(lake: Path) -> Iterator[Path]:
    """Give a clone of a lake beside it, which shares its Parquet files."""
    with tempfile.TemporaryDirectory(dir=lake.parent) as scratch:
        clone = Path(scratch) / "lake"
        shutil.copytree(lake, clone, copy_function=_link_or_copy, ignore=shutil.ignore_patterns(NEXT))
        yield clone


def _link_or_copy(source: str, target: str) -> str:
    """Link Parquet files, which are never changed, and copy all else."""
    if source.endswith(".parquet"):
        os.link(source, target)
        return target
    return shutil.copy2(source, target)


def print_line(measured: dict[str, Any], *, as_json: bool) -> None:
    """Print the figures of one archive."""
    line = json.dumps(measured) if as_json else "  ".join(f"{name} {value}" for name, value in measured.items())
    print(line, flush=True)


if __name__ == "__main__":
    main()
