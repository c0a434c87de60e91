"""Compare `storyfold copies` with three libraries for near-duplicates, on the same documents and one core.

    python -m benchmarks.copy_peers [--documents N] [--seed N] [--sizes N[,N...]] [--peers-python PATH] [--json]
                                    [--without NAME]... [--keep FOLDER]

The libraries are rensa, datasketch and datatrove, in an environment of their own, which is no part of the project:

    python -m venv PEERS
    PEERS/bin/pip install rensa datasketch datatrove regex tokenizers 'xxhash<4'
    python -m benchmarks.copy_peers --peers-python PEERS/bin/python

The last three are what datatrove's steps load, and the quickest hash for datasketch. STORYFOLD_PEERS_PYTHON names the
environment's Python as well; without one only Storyfold is measured. How each library is used is told in
`benchmarks.peer_families`; each is run with three settings, and that with the best F1 is told.

`storyfold` is the command on a file: the whole process starts, reads, finds families and writes them. `storyfold from
file` is its reading and search alone, `storyfold in memory` its search, from articles in memory to families, as the
libraries are timed: these neither read nor write, nor tell who copied whom. The documents are those of
`benchmarks.copy_documents`, kept in `--keep` (below the folder of temporary files, if it is not given).

Prints for each the documents a second of processor time, the scores of pairs of one family, the adjusted Rand index,
the most memory of its process in MB, and the exponent: the slope of time over number, both logarithmic, between the
`--sizes` (a tenth, and all). Then how many times as fast as the fastest library `storyfold` is.
With `--json`, a line of JSON each. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.family_scores import PairScores, score_families
from benchmarks.kept_documents import DEFAULT_FOLDER, keep_documents, read_families, read_rows
from benchmarks.measured_process import ONE_THREAD, Measured, run_measured
from benchmarks.peer_families import SETTINGS

PEERS = tuple(SETTINGS)
COMMAND, FROM_FILE, IN_MEMORY = OWN = "storyfold", "storyfold from file", "storyfold in memory"
WARM_DOCUMENTS = 50  # to compile on
MOST_SECONDS = 3_600.0  # of one run


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found: the processor seconds that it took, the memory of its process, each document's family."""

    seconds: float
    peak_mb: int
    families: Mapping[str, Any]


Search = Callable[[Path], Found]


def main() -> None:
    """Run each on the documents and print a line for it."""
    options = _read_options()
    sizes = {*(options.sizes or [options.documents // 10]), options.documents}
    files = {size: keep_documents(options.keep, size, options.seed) for size in sorted(sizes)}
    warm_up(options.keep)
    lines = []
    for name in (*OWN, *PEERS):
        if name in options.without:
            continue
        if name in PEERS and not options.peers_python:
            say(f"{name}: left out, as --peers-python does not say where it is (--help says how to get it)")
            continue
        chosen = choose_search(name, options.peers_python, files[options.documents])
        lines.append({"name": name, **measure(name, chosen, files, options.documents)})
        print_line(lines[-1], as_json=options.json)
    print_ratio(lines, as_json=options.json)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", type=_read_numbers, default=[], metavar="N[,N...]", help="to time for the exponent")
    parser.add_argument(
        "--peers-python", type=Path, default=os.environ.get("STORYFOLD_PEERS_PYTHON"), help="the Python that has them"
    )
    parser.add_argument("--without", action="append", default=[], choices=(*OWN, *PEERS))
    parser.add_argument("--keep", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="of the documents")
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    return parser.parse_args()


def _read_numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def warm_up(keep: Path) -> None:
    """Have the kernels compiled, which is done once a machine."""
    search_by_command(keep_documents(keep, WARM_DOCUMENTS, 0))


def search_by_command(documents: Path) -> Found:
    """Run `storyfold copies` on a file; the seconds are those of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "families.jsonl"
        command = [sys.executable, "-m", "flows.commands.cli", "copies", documents, "--out", out]
        measured = _run_alone(command)
        families = {row["id"]: row["family_id"] for row in read_rows(out)}
    return Found(measured.processor_seconds, measured.peak_mb, families)


def search_from_file(documents: Path) -> Found:
    """Run the reading and the search of the command, without its start and its writing."""
    return _run_search([sys.executable, "-m", "benchmarks.own_families", documents], documents, "--from-file")


def search_in_memory(documents: Path) -> Found:
    """Run the search that the command runs, on articles in memory."""
    return _run_search([sys.executable, "-m", "benchmarks.own_families", documents], documents)


def make_peer_search(python: Path, peer: str, setting: Any) -> Search:
    """Make the search of a library with a setting."""

    def search(documents: Path) -> Found:
        given = [python.absolute(), "-m", "benchmarks.peer_families", peer, json.dumps(setting), documents]
        return _run_search(given, documents)

    return search


def _run_search(command: Sequence[str | Path], documents: Path, *more: str) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        measured = _run_alone([*command, out, *more])
        found = json.loads(out.read_text(encoding="utf-8"))
    names = (row["id"] for row in read_rows(documents))
    return Found(found["processor_seconds"], measured.peak_mb, dict(zip(names, found["families"], strict=True)))


def _run_alone(command: Sequence[str | Path]) -> Measured:
    """Run a command on one core, in one thread; ends the program where that fails."""
    measured = run_measured(command, cores=1, most_seconds=MOST_SECONDS, environment=ONE_THREAD)
    if measured.ended != "done":
        sys.exit(f"{' '.join(map(str, command))}: {measured.ended}\n{measured.said}")
    return measured


@dataclass(frozen=True, slots=True)
class Chosen:
    """A search with the setting that was chosen (None where there is no choice), and what it found of all documents."""

    search: Search
    setting: Any
    found: Found
    scores: PairScores


def choose_search(name: str, python: Path, documents: Path) -> Chosen:
    """Run a search on these documents; of a library's settings choose the one with the best F1 on them."""
    if name == COMMAND:
        return _try_search(name, search_by_command, None, documents)
    if name in OWN:
        return _try_search(name, search_in_memory if name == IN_MEMORY else search_from_file, None, documents)
    tried = [
        _try_search(f"{name} with {setting}", make_peer_search(python, name, setting), setting, documents)
        for setting in SETTINGS[name]
    ]
    return max(tried, key=lambda chosen: chosen.scores.f1)


def _try_search(name: str, search: Search, setting: Any, documents: Path) -> Chosen:
    found = search(documents)
    scores = score_families(read_families(documents), found.families)
    say(f"{name}: {found.seconds:.2f} s, " + ", ".join(f"{key} {value:.4f}" for key, value in asdict(scores).items()))
    return Chosen(search, setting, found, scores)


def measure(name: str, chosen: Chosen, files: Mapping[int, Path], documents: int) -> dict[str, Any]:
    """Describe what was found of all `documents`, and run the search on the other files, by number of documents."""
    found = chosen.found
    seconds = {len(found.families): found.seconds}
    for size, file in files.items():
        if size != documents:
            say(f"{name}: {size} documents")
            other = chosen.search(file)
            seconds[len(other.families)] = other.seconds
    return {
        "setting": chosen.setting,
        **describe(found, chosen.scores),
        "exponent": round(fit_exponent(seconds), 3),
        "seconds_by_size": dict(sorted(seconds.items())),
    }


def describe(found: Found, scores: PairScores) -> dict[str, Any]:
    """Describe what a search found, and how fast."""
    documents = len(found.families)
    return {
        "documents": documents,
        "seconds": round(found.seconds, 2),
        "per_second": round(documents / found.seconds),
        **{name: round(value, 5) for name, value in asdict(scores).items()},
        "peak_mb": found.peak_mb,
    }


def fit_exponent(seconds: Mapping[int, float]) -> float:
    """Fit the slope of time over number, both logarithmic, by least squares; NaN with a single number."""
    points = [(math.log(size), math.log(taken)) for size, taken in seconds.items()]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else math.nan


def print_line(line: dict[str, Any], *, as_json: bool) -> None:
    """Print the figures of one."""
    if as_json:
        print(json.dumps(line), flush=True)
        return
    scores = "  ".join(f"{name} {line[name]:.4f}" for name in ("precision", "recall", "f1", "rand"))
    setting = "" if line["setting"] is None else f" ({line['setting']})"
    speed = f"{line['documents']} documents in {line['seconds']} s: {line['per_second']} a second"
    print(f"{line['name']}{setting}: {speed}; {scores}; exponent {line['exponent']}; {line['peak_mb']} MB", flush=True)


def print_ratio(lines: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print how many times as fast as the fastest library each of Storyfold's searches is, where both were run."""
    speeds = {line["name"]: line["per_second"] for line in lines}
    peers = {name: speed for name, speed in speeds.items() if name in PEERS}
    if not peers:
        return
    fastest = max(peers, key=lambda name: peers[name])
    ratios = {name: round(speeds[name] / peers[fastest], 2) for name in OWN if name in speeds}
    if as_json:
        print(json.dumps({"fastest_peer": fastest, "times_as_fast": ratios}))
        return
    for name, ratio in ratios.items():
        print(f"{name}: {ratio} times as fast as {fastest}")


def say(line: str) -> None:
    """Show how far the work is, on standard error."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
