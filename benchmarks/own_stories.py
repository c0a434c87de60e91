"""Group articles as `storyfold stories` does, by several thresholds: see `benchmarks.story_peers`, which starts this.

    python -m benchmarks.own_stories ROWS.jsonl OUT.json [--vectors ARTICLES.npz]

Timed is all from the counted terms of the articles to a group for each: weighing, neighbours, average link. With
`--vectors` only writes what other methods are given: vectors and graph.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.stories import SEEN, make_article, read_rows
from storyfold.kernels.compiled import prepare_kernels, show_no_progress
from storyfold.settings.stories import StorySettings
from storyfold.stories.average_link import label_components, label_groups
from storyfold.stories.neighbours import SCALE, Times, find_links
from storyfold.stories.term_rows import TermRows, count_reference, count_terms
from storyfold.stories.term_vectors import UNIT, weigh_rows
from storyfold.stories.units import Unit, make_units
from storyfold.text.kept_terms import METHOD_LIMITS

THRESHOLDS = (0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.27, 0.3)


def main() -> None:
    """Read the articles, and write their groups or their vectors."""
    given, out = map(Path, sys.argv[1:3])
    prepare_kernels(lambda _: None, show_no_progress)
    articles = {str(row["id"]): make_article(row, dated=True) for row in read_rows(given)}
    units = make_units(articles, {})
    rows = count_terms([articles[unit.key] for unit in units], METHOD_LIMITS)
    if "--vectors" in sys.argv:
        write_vectors(rows, units, Path(sys.argv[-1]))
        return
    place = {unit.key: number for number, unit in enumerate(units)}
    order = [place[article_id] for article_id in articles]
    group(rows, units[:20], StorySettings())  # what is loaded on first use
    found = {}
    for threshold in THRESHOLDS:
        started = time.process_time()
        labels = group(rows, units, replace(StorySettings(), threshold=threshold))
        seconds = time.process_time() - started
        found[str(threshold)] = {"processor_seconds": seconds, "groups": labels[order].tolist()}
    out.write_text(json.dumps(found), encoding="utf-8")


def find_pairs(rows: TermRows, units: list[Unit], settings: StorySettings) -> Any:
    """Find the similar pairs of the articles, all first seen on one day."""
    times = Times(
        np.array([unit.first for unit in units], np.int64),
        np.array([unit.last for unit in units], np.int64),
        np.array([unit.sure + unit.confirmed for unit in units], np.int64),
    )
    return find_links(rows, times, np.full(len(rows), SEEN.toordinal()), settings)


def group(rows: TermRows, units: list[Unit], settings: StorySettings) -> Any:
    """Group the articles of these units."""
    rows, threshold = rows.take(np.arange(len(units))), round(settings.threshold * SCALE)
    links, sure = find_pairs(rows, units, settings), np.array([unit.sure for unit in units])
    return label_groups(links, sure, threshold, settings.wholeness, label_components(links, len(units), threshold))


def write_vectors(rows: TermRows, units: list[Unit], out: Path) -> None:
    """Write the unit vectors of both views beside each other, and the graph, in the order of the articles' days."""
    settings = StorySettings()
    vectors = weigh_rows(rows, count_reference(rows), settings)
    row_of = np.repeat(np.arange(len(rows)), np.diff(vectors.starts))
    both = np.concatenate([vectors.text, vectors.lead]) / (UNIT * np.sqrt(2.0))
    terms = np.concatenate([vectors.terms, vectors.terms + len(rows.vocabulary)])
    order = np.lexsort((terms, np.tile(row_of, 2)))
    order = order[both[order] > 0.0]
    starts = np.searchsorted(np.tile(row_of, 2)[order], np.arange(len(rows) + 1))
    links = find_pairs(rows, units, settings)
    np.savez(
        out,
        starts=starts,
        terms=terms[order],
        weights=both[order],
        a=links.a,
        b=links.b,
        similarity=links.similarity / SCALE,
        days=np.arange(len(rows)),
        ids=np.array([unit.key for unit in units]),
    )


if __name__ == "__main__":
    main()
