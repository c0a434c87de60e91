"""Compare the grouping of `storyfold stories` with other methods, on the same articles, vectors and core.

    python -m benchmarks.story_peers SET.jsonl... [--news N] [--peers-python PATH] [--without NAME]... [--json]

The methods are scikit-learn's average link and HDBSCAN, a single-pass clusterer and Leiden (`benchmarks.peer_stories`
tells how each is used), in an environment of their own, which is no part of the project:

    python -m venv PEERS
    PEERS/bin/pip install numpy scipy scikit-learn igraph leidenalg
    python -m benchmarks.story_peers SET.jsonl --peers-python PEERS/bin/python

STORYFOLD_PEERS_PYTHON names the environment's Python as well; without one only Storyfold is measured. Each is run with
several settings. Prints for each method and set B-cubed F1 with the setting that is best on that set, with the one that
is best over all sets (by the mean of F1; of Storyfold with the default), seconds of the processor from vectors to
groups, and the most memory of the process. `--news` adds so many articles of generated news, without copies.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kept_documents import write_rows
from benchmarks.measured_process import ONE_THREAD, run_measured
from benchmarks.peer_stories import SETTINGS
from benchmarks.stories import compute_b_cubed, read_rows
from benchmarks.story_candidates import make_originals
from storyfold.settings.stories import StorySettings

OWN = "storyfold"
MOST_SECONDS, MOST_MB = 900.0, 8_000
MOST_SQUARED = 10_000  # articles of which a dense square is made: 800 MB, and as much again for the work

Row = dict[str, Any]
Figures = dict[str, dict[str, float]]  # by setting: F1 and processor seconds


def main() -> None:
    """Run each method on each set, and print the table."""
    options = _read_options()
    sets = {path.name.partition(".")[0]: read_rows(path) for path in options.sets}
    if options.news:
        sets[f"news {options.news}"] = [row for night in make_originals(options.news) for row in night]
    names = [name for name in (OWN, *SETTINGS) if name not in options.without]
    if not options.peers_python:
        say("other methods are left out, as --peers-python does not say where they are (--help says how to get them)")
        names = [OWN]
    found = {name: {} for name in names}  # type: dict[str, dict[str, tuple[Figures, int]]]
    with tempfile.TemporaryDirectory() as folder:
        for title, rows in sets.items():
            articles, vectors = Path(folder) / "articles.jsonl", Path(folder) / "vectors.npz"
            write_rows(rows, articles)
            _run([sys.executable, "-m", "benchmarks.own_stories", articles, "-", "--vectors", vectors])
            for name in names:
                say(f"{title}: {name}")
                if name in ("agglomerative", "hdbscan") and len(rows) > MOST_SQUARED:
                    continue
                found[name][title] = measure(name, rows, articles, vectors, options.peers_python)
    for name in names:
        print_lines(name, found[name], as_json=options.json)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", type=Path, help="JSON-lines files with gold stories")
    parser.add_argument("--news", type=int, default=0, metavar="N")
    parser.add_argument(
        "--peers-python", type=Path, default=os.environ.get("STORYFOLD_PEERS_PYTHON"), help="the Python that has them"
    )
    parser.add_argument("--without", action="append", default=[], choices=SETTINGS)
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    return parser.parse_args()


def measure(name: str, rows: list[Row], articles: Path, vectors: Path, python: Path) -> tuple[Figures, int]:
    """Run one method on a set with each of its settings; return the figures by setting, and the most memory in MB."""
    out = articles.with_name("found.json")
    if name == OWN:
        ids = [str(row["id"]) for row in rows]
        peak_mb = _run([sys.executable, "-m", "benchmarks.own_stories", articles, out])
    else:
        ids = np.load(vectors)["ids"].tolist()
        peak_mb = _run([Path(python).absolute(), "-m", "benchmarks.peer_stories", name, vectors, out])
    story_of = {str(row["id"]): str(row["story"]) for row in rows}
    gold = [story_of[article_id] for article_id in ids]
    tried = json.loads(out.read_text(encoding="utf-8"))
    figures = {
        setting: {
            "f1": compute_b_cubed(gold, list(map(str, made["groups"])))[2],
            "seconds": made["processor_seconds"],
        }
        for setting, made in tried.items()
    }
    return figures, peak_mb


def _run(command: list[str | Path]) -> int:
    """Run a command on one core, in one thread; return its most memory. Ends the program where that fails."""
    measured = run_measured(command, cores=1, most_seconds=MOST_SECONDS, most_mb=MOST_MB, environment=ONE_THREAD)
    if measured.ended != "done":
        sys.exit(f"{' '.join(map(str, command))}: {measured.ended}\n{measured.said}")
    return measured.peak_mb


def print_lines(name: str, found: Mapping[str, tuple[Figures, int]], *, as_json: bool) -> None:
    """Print a line for each set."""
    settings = next(iter(found.values()))[0]
    common = max(settings, key=lambda setting: sum(figures[setting]["f1"] for figures, _ in found.values()))
    if name == OWN:
        common = str(StorySettings().threshold)
    for title, (figures, peak_mb) in found.items():
        best = max(figures, key=lambda setting: figures[setting]["f1"])
        line = {
            "set": title,
            "method": name,
            "best_setting": best,
            "best_f1": round(figures[best]["f1"], 4),
            "common_setting": common,
            "common_f1": round(figures[common]["f1"], 4),
            "processor_seconds": round(figures[common]["seconds"], 2),
            "peak_mb": peak_mb,
        }
        print(json.dumps(line) if as_json else "  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


def say(line: str) -> None:
    """Show how far the work is, on standard error."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
