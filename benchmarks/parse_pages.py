"""Parse the evaluation pages and print the scorer's figures and pages a second.

    python benchmarks/parse_pages.py [--out FOLDER] [--only aeb|fundus] [--every N]

The pages lie in `../shared/data/pages` (or `$STORYFOLD_SHARED`). Their addresses are not given to the parser, as
in a run over saved files.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Page
from storyfold.settings import Limits

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared"))
SETS = ("aeb", "fundus")
SEEN_AT = datetime(2026, 11, 1, tzinfo=UTC)


def page_of(path: Path, content: bytes) -> Page:
    """The page as a source of saved files would hand it on: without address, type or character set."""
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


def main() -> None:
    """Parse both sets, write predictions, run the scorer on them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=None)
    arguments.add_argument("--only", choices=SETS, help="one of the sets")
    arguments.add_argument("--every", type=int, default=1, help="every n-th page of the gold file")
    options = arguments.parse_args()
    out = options.out or Path(tempfile.mkdtemp())
    for name in [options.only] if options.only else SETS:
        folder = SHARED / "data" / "pages" / name
        with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as gold:
            names = [Path(json.loads(line)["path"]).name for line in gold][:: options.every]
        paths = [folder / "html" / name for name in names]
        contents = [gzip.decompress(path.read_bytes()) for path in paths]
        started, cpu = time.perf_counter(), time.process_time()
        results = [parse_page(page_of(p, c), c, Limits()) for p, c in zip(paths, contents, strict=True)]
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
        fates = Counter(str(r.reason) for r in results)
        print(f"{name}: {len(paths) / cpu:.1f} pages/s of CPU, {len(paths) / seconds:.1f} by the clock; {dict(fates)}")
        scorer = [
            sys.executable,
            str(SHARED / "eval" / "score_pages.py"),
            str(folder / "gold.jsonl.gz"),
            str(predictions),
        ]
        subprocess.run(scorer, check=True)


if __name__ == "__main__":
    main()
