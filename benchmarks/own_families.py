"""Find families as `storyfold copies` does, of articles in memory: see `benchmarks.copy_peers`, which starts this.

python -m benchmarks.own_families DOCUMENTS.jsonl OUT.json
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from storyfold.copies.articles_in_file import group_articles
from storyfold.kernels.compiled import prepare_kernels, show_no_progress
from storyfold.output.article_rows import read_articles
from storyfold.settings.copies import CopySettings


def main() -> None:
    """Find the families of a file's documents; write the seconds of processor time, and each document's family."""
    documents, out = map(Path, sys.argv[1:])
    articles = read_articles(documents)
    prepare_kernels(lambda _: None, show_no_progress)
    group_articles(articles[:20], CopySettings())  # what is loaded on first use
    started = time.process_time()
    found = group_articles(articles, CopySettings())
    seconds = time.process_time() - started
    families = dict(found.name_families())
    listed = [families[article.article_id] for article in articles]
    out.write_text(json.dumps({"processor_seconds": seconds, "families": listed}), encoding="utf-8")


if __name__ == "__main__":
    main()
