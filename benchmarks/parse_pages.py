"""Parse the evaluation pages and print the scorer's figures, or how fast parsing is compared with trafilatura.

    python -m benchmarks.parse_pages [--out FOLDER] [--only aeb|fundus] [--every N] [--fast]
    python -m benchmarks.parse_pages --speed [--rounds N] [--only aeb|fundus] [--every N]

Speed is of the whole of `parse_page`, text and metadata, on one core, against `trafilatura.bare_extraction` with its
metadata; the two and the fast mode take turns on all pages (not on each: what is kept of one page would help the next
reader), and each page counts with its best round. The figures of pages that the body model was fitted on are no
evidence of its quality: `benchmarks/quality.py` has those out of fold.

The pages lie in `../shared/data/pages` (or `$STORYFOLD_SHARED`). Their addresses are not given to the parser, as
in a run over saved files.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.parse import ParseSettings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared"))
SETS = ("aeb", "fundus")
SEEN_AT = datetime(2026, 11, 1, tzinfo=UTC)


def make_page(path: Path, content: bytes) -> Page:
    """Make the page as a source of saved files would: without address, type or character set."""
    return Page(
        item_id=path.name,
        source_id="benchmark",
        location=str(path),
        name=path.name,
        seen_at=SEEN_AT,
        bytes=len(content),
        content_sha256=hashlib.sha256(content).hexdigest(),
        warc_file="",
        warc_offset=0,
    )


def read_set(name: str, every: int) -> tuple[list[Path], list[bytes]]:
    """Return the paths and bytes of every n-th page of a set, in the order of its gold file."""
    folder = SHARED / "data" / "pages" / name
    with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as gold:
        names = [Path(json.loads(line)["path"]).name for line in gold][::every]
    paths = [folder / "html" / name for name in names]
    return paths, [gzip.decompress(path.read_bytes()) for path in paths]


def main() -> None:
    """Parse both sets, and score or time them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", type=Path, default=None)
    arguments.add_argument("--only", choices=SETS, help="one of the sets")
    arguments.add_argument("--every", type=int, default=1, help="every n-th page of the gold file")
    arguments.add_argument("--fast", action="store_true", help="leave out trafilatura's body")
    arguments.add_argument("--speed", action="store_true", help="time it instead")
    arguments.add_argument("--rounds", type=int, default=5, help="of timing")
    options = arguments.parse_args()
    sets = {name: read_set(name, options.every) for name in ([options.only] if options.only else SETS)}
    if options.speed:
        time_pages(
            [page for paths, contents in sets.values() for page in zip(paths, contents, strict=True)], options.rounds
        )
        return
    out = options.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    for name, (paths, contents) in sets.items():
        score_set(name, paths, contents, out, fast=options.fast)


def score_set(name: str, paths: list[Path], contents: list[bytes], out: Path, *, fast: bool) -> None:
    """Write a set's predictions, and run the scorer on them."""
    started, cpu = time.perf_counter(), time.process_time()
    results = [parse_page(make_page(p, c), c, ParseSettings(), fast=fast) for p, c in zip(paths, contents, strict=True)]
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    predictions = out / f"{name}.jsonl"
    with predictions.open("w", encoding="utf-8") as lines:
        for path, result in zip(paths, results, strict=True):
            article = result.article
            row = {
                "path": path.name,
                "title": article.title,
                "authors": article.authors,
                "published_at": article.published_at and article.published_at.isoformat(),
                "body": article.body,
                "reason": result.reason,
                "kind": article.kind,
                "extractor": article.extractor,
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    fates, extractors = Counter(str(r.reason) for r in results), Counter(r.article.extractor for r in results)
    print(f"{name}: {len(paths) / cpu:.1f} pages/s of CPU, {len(paths) / seconds:.1f} by the clock; {dict(fates)}")
    print(f"  found by {dict(extractors)}")
    gold = SHARED / "data" / "pages" / name / "gold.jsonl.gz"
    subprocess.run([sys.executable, str(SHARED / "eval" / "score_pages.py"), str(gold), str(predictions)], check=True)


def time_pages(pages: list[tuple[Path, bytes]], rounds: int) -> None:
    """Print pages and megabytes a second, the ratios to trafilatura, and the memory that parsing took."""
    readers: dict[str, Callable[[Path, bytes], object]] = {
        "trafilatura": lambda _, content: trafilatura.bare_extraction(content, with_metadata=True),
        "storyfold": lambda path, content: parse_page(make_page(path, content), content, ParseSettings()),
        "storyfold, fast": lambda path, content: parse_page(
            make_page(path, content), content, ParseSettings(), fast=True
        ),
    }
    megabytes = sum(len(content) for _, content in pages) / 1e6
    for reader in readers.values():
        reader(*pages[0])  # compiles, or loads what was compiled
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path, content in pages:
        readers["storyfold"](path, content)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    best = {name: [float("inf")] * len(pages) for name in readers}
    for _ in range(rounds):
        for name, reader in readers.items():
            for index, (path, content) in enumerate(pages):
                started = time.process_time()
                reader(path, content)
                best[name][index] = min(best[name][index], time.process_time() - started)
    print(f"{len(pages)} pages, {megabytes:.1f} MB, {rounds} rounds")
    for name, times in best.items():
        total, ratio = sum(times), sum(best["trafilatura"]) / sum(times)
        middle = statistics.median(times) * 1e3
        print(
            f"{name:<16} {len(pages) / total:7.1f} pages/s  {megabytes / total:6.1f} MB/s  median {middle:5.1f} ms  "
            f"{ratio:5.2f} x trafilatura"
        )
    print(f"peak memory {(before + grown) / 1024:.0f} MiB, of which the pages took {grown / 1024:.0f} beyond the start")


if __name__ == "__main__":
    main()
