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
from storyfold.stories.articles_in_file import make_unit_columns
from storyfold.stories.average_link import label_components, label_groups
from storyfold.stories.neighbours import SCALE, Compared, Links, apply_times, find_links
from storyfold.stories.references import count_all
from storyfold.stories.term_rows import TermRows, count_terms
from storyfold.stories.term_vectors import UNIT, weigh_rows
from storyfold.stories.times import Times
from storyfold.stories.units import Units, make_units
from storyfold.text.kept_terms import METHOD_LIMITS

THRESHOLDS = (0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.27, 0.3)


def main() -> None:
    """Read the articles, and write their groups or their vectors."""
    given, out = map(Path, sys.argv[1:3])
    prepare_kernels(lambda _: None, show_no_progress)
    articles = [make_article(row, dated=True) for row in read_rows(given)]
    units = make_units(make_unit_columns(articles, {}))
    rows = count_terms([articles[row] for row in units.representative.tolist()], METHOD_LIMITS)
    if "--vectors" in sys.argv:
        write_vectors(rows, units, Path(sys.argv[-1]))
        return
    order = units.unit_of
    group(rows, units, StorySettings())  # what is loaded on first use
    found = {}
    for threshold in THRESHOLDS:
        started = time.process_time()
        labels = group(rows, units, replace(StorySettings(), threshold=threshold))
        seconds = time.process_time() - started
        found[str(threshold)] = {"processor_seconds": seconds, "groups": labels[order].tolist()}
    out.write_text(json.dumps(found), encoding="utf-8")


def find_pairs(rows: TermRows, units: Units, settings: StorySettings) -> Links:
    """Find the similar pairs of the articles, all first seen on one day."""
    seen = np.full(len(rows), SEEN.toordinal())
    times = Times(units.first, units.last, units.dated, seen, units.touches_many)
    compared = Compared(
        rows,
        np.arange(len(rows)),
        times,
        np.ones(len(rows), np.bool_),
        (),
        parts=True,
        counted=None,
        languages=np.full(len(rows), -1),
    )
    found = find_links(compared, [(SEEN.toordinal(), count_all(rows))], settings)
    return apply_times(found.links, times, settings)


def group(rows: TermRows, units: Units, settings: StorySettings) -> Any:
    """Group the articles of these units."""
    links, threshold = find_pairs(rows, units, settings), round(settings.threshold * SCALE)
    parts = label_components(links, len(units), threshold)
    return label_groups(links, units.dated > 0, threshold, settings.wholeness, parts)


def write_vectors(rows: TermRows, units: Units, out: Path) -> None:
    """Write the unit vectors of both views beside each other, and the graph, in the order of the articles' days."""
    settings = StorySettings()
    vectors = weigh_rows(rows, count_all(rows), settings)
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
        ids=np.array(units.keys.to_pylist()),
    )


if __name__ == "__main__":
    main()
