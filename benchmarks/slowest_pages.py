"""Measure how much of its allowance the slowest page takes.

    python -m benchmarks.slowest_pages

Parses every page of every set in a process that is ready as a worker is, and prints the slowest in seconds of
processor time, and what share that is of what a page may take. A core ten times slower quarantines none while that is
under a tenth.
"""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.shared_data import find_shared_folder
from storyfold.parse.load_parser import load_parser
from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.parse import ParseSettings

SHOWN = 10


def main() -> None:
    """Print the slowest pages and the share of the allowance that the slowest took."""
    settings, started = ParseSettings(), time.process_time()
    load_parser()
    print(f"ready after {time.process_time() - started:.1f} s")
    paths = sorted(path for path in (find_shared_folder() / "data" / "pages").glob("*/html/*") if path.is_file())
    taken = sorted(((time_page(path, settings), path) for path in paths), reverse=True)
    for seconds, path in taken[:SHOWN]:
        print(f"{seconds:7.3f} s  {path.stat().st_size / 1e6:5.2f} MB  {path.parent.parent.name}/{path.name}")
    total, slowest = sum(seconds for seconds, _ in taken), taken[0][0]
    print(f"{len(taken)} pages, {total / len(taken) * 1000:.1f} ms each; the slowest took {slowest:.2f} s")
    print(f"of {settings.page_seconds} s allowed: {slowest / settings.page_seconds:.1%}")


def time_page(path: Path, settings: ParseSettings) -> float:
    """Parse one saved page; return the seconds of processor time that it took."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    page = Page(
        item_id=path.name,
        source_id="files",
        name=path.name,
        location=str(path),
        seen_at=datetime(2026, 11, 1, tzinfo=UTC),
        bytes=len(content),
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )
    started = time.process_time()
    parse_page(page, content, settings)
    return time.process_time() - started


if __name__ == "__main__":
    main()
