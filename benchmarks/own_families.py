"""Find families as `storyfold copies` does: see `benchmarks.copy_peers`, which starts this.

    python -m benchmarks.own_families DOCUMENTS.jsonl OUT.json [--from-file]

Timed is all from the articles in memory, texts as Python has them, to a family for each; with `--from-file` from the
file, which is read as the command reads it.
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
    documents, out = map(Path, sys.argv[1:3])
    prepare_kernels(lambda _: None, show_no_progress)
    articles = list(read_articles(documents))
    group_articles(articles[:20], CopySettings())  # what is loaded on first use
    if "--from-file" in sys.argv[3:]:
        articles.clear()
    started = time.process_time()
    found = group_articles(articles or read_articles(documents), CopySettings())
    seconds = time.process_time() - started
    families = dict(found.name_families())
    listed = [families[found.ids[number]] for number in found.given.tolist()]
    out.write_text(json.dumps({"processor_seconds": seconds, "families": listed}), encoding="utf-8")


if __name__ == "__main__":
    main()
