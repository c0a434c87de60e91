"""Measure how well stories of one series are told from others by their terms: what `follows_similarity` rests on.

    python -m benchmarks.story_series SET.jsonl... [--threshold T]... [--show]

Reads labelled sets as `benchmarks.stories` does. Pairs of different stories that lie as far apart as a story and the
one that it follows are to stay apart, and each story cut in two by time is to be found again: prints for each
threshold how many pairs, and what share of the stories cut in two, are alike enough. The labels are of events, not of
series: of two stories of one affair months apart they say that they differ. `--show` prints the pairs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.stories import make_article, read_rows
from benchmarks.story_sets import group_by_story
from storyfold.kernels.arrays import Longs
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.series import LEAST_SHARED, WEIGHT, StoryTerms, make_story_terms, weigh_generally
from storyfold.stories.term_rows import count_terms
from storyfold.text.kept_terms import METHOD_LIMITS


def make_terms(groups: Sequence[Sequence[Article]]) -> StoryTerms:
    """Make the terms of each group of articles."""
    rows = count_terms([article for group in groups for article in group], METHOD_LIMITS)
    starts = np.cumsum([0, *map(len, groups)])
    return make_story_terms(weigh_generally(rows, StorySettings()), rows.vocabulary, starts, np.arange(len(rows)))


def compare(terms: StoryTerms, a: Longs, b: Longs) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how alike groups a[n] and b[n] are; 0 for two that share too few terms."""
    spans = [slice(*terms.starts[n : n + 2]) for n in range(len(terms.starts) - 1)]
    held = [dict(zip(terms.hashes[s].tolist(), terms.weights[s].tolist(), strict=True)) for s in spans]
    found = np.zeros(len(a))
    for n, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        shared = held[one].keys() & held[other].keys()
        if len(shared) >= LEAST_SHARED:
            found[n] = sum(held[one][term] * held[other][term] for term in shared) / WEIGHT**2
    return found


def measure(path: Path, thresholds: Sequence[float], *, show: bool) -> None:
    """Print a line for each threshold."""
    rows, settings = read_rows(path), StorySettings()
    stories = [[make_article(row, dated=True) for row in told] for told in group_by_story(rows).values()]
    stories = [sorted(told, key=lambda a: (str(a.published_at), a.article_id)) for told in stories]
    halves = [half for told in stories if len(told) > 1 for half in (told[: len(told) // 2], told[len(told) // 2 :])]
    pairs = np.arange(0, len(halves), 2)
    again = compare(make_terms(halves), pairs, pairs + 1)
    dated = [told for told in stories if any(article.published_at for article in told)]
    days = [[article.published_at.toordinal() for article in told if article.published_at] for told in dated]
    first, last = (np.array([end(found) for found in days]) for end in (min, max))
    gap, apart = first[:, None] - last[None, :], first[:, None] - first[None, :]
    later, earlier = np.nonzero((gap > settings.window_days) & (apart <= settings.follows_days))
    others = compare(make_terms(dated), later, earlier)
    for threshold in thresholds:
        found, halved = int((others >= threshold).sum()), float((again >= threshold).mean())
        print(
            f"{path.name:24} from {threshold:.2f}: {found} of {len(others)} pairs, {halved:.3f} of {len(again)} halves"
        )
    if show:
        for n in np.argsort(-others)[: int((others >= min(thresholds)).sum())].tolist():
            print(f"{others[n]:.3f}  {dated[later[n]][0].title}  <-  {dated[earlier[n]][0].title}")


def main() -> None:
    """Measure each set that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, help="JSON-lines files with gold stories")
    parser.add_argument("--threshold", type=float, action="append", help="may be given several times")
    parser.add_argument("--show", action="store_true", help="print the pairs that are alike enough, by their titles")
    options = parser.parse_args()
    for path in options.sets:
        measure(path, options.threshold or [StorySettings().follows_similarity], show=options.show)


if __name__ == "__main__":
    main()
