"""Write a window of generated news into a file, whose stories and families are known; it is kept on disk.

    python -m benchmarks.news_file FILE.jsonl COUNT

The news is that of `benchmarks.news_plan` over 28 nights, the same for a count each time. Rows are as `storyfold
stories` reads them, with `story` and `family`, which the command does not read.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import news_pages, news_plan, news_text, news_words
from benchmarks.growth_lake import Archive, Newsroom
from benchmarks.kept_documents import write_rows
from benchmarks.news_rows import get_published
from benchmarks.shared_data import ROOT

Row = dict[str, Any]

NIGHTS = 28  # as many days as the window of stories has
SEED = 1
DEFAULT_FOLDER = Path(tempfile.gettempdir()) / "storyfold-benchmark-news"


def make_nights(count: int, nights: int = NIGHTS) -> Iterator[list[Row]]:
    """Make so many articles in so many nights, a list a night."""
    archive = Archive(count, -(-count // nights), SEED)
    newsroom = Newsroom(archive)
    for due in archive.nights:
        reports = newsroom.plan_night(due)
        pages = newsroom.write_news(reports).pages
        yield [
            {
                "id": report.article_id,
                "url": report.address,
                "outlet": news_words.name_outlet(report.outlet),
                "title": title,
                "body": body,
                "language": "en",
                "published_at": get_published(report).isoformat() if report.dated else None,
                "story": str(report.story),
                "family": report.original.article_id,
            }
            for report, title, body in zip(reports, pages.titles, pages.own, strict=True)
        ]


def keep_news(folder: Path, count: int) -> Path:
    """Return the file with so many articles, made unless it is there, in a process of its own that frees its memory."""
    code = [Path(module.__file__ or "") for module in (news_pages, news_plan, news_text, news_words)]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in [*code, Path(__file__)])).hexdigest()
    file = folder.absolute() / f"news-{count}-{digest[:12]}.jsonl"
    if not file.exists():
        command = [sys.executable, "-m", "benchmarks.news_file", file, str(count)]
        subprocess.run(command, cwd=ROOT, check=True)
    return file


if __name__ == "__main__":
    write_rows((row for night in make_nights(int(sys.argv[2])) for row in night), Path(sys.argv[1]))
