"""Run `storyfold stories` on files that could hold it up or mislead it, and measure whether it stays within bounds.

    python -m benchmarks.bounded_stories [--case NAME]... [--seconds N] [--memory MB] [--scale SHARE] [--json]

As `benchmarks.bounded_copies`, of which this is the same for stories: each case of `benchmarks.hostile_stories` in a
process of its own on two cores, ended after 120 seconds of processor time or at 4 GB. Prints for each how it ended,
what it cost, how many stories came out, how many articles the largest has, and B-cubed precision, recall and F1 against
the stories that are known. Exits with 1 where one did not end well. Progress goes to standard error.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.bounded_cases import Bounded
from benchmarks.hostile_stories import CASES
from benchmarks.kept_documents import read_rows
from benchmarks.stories import compute_b_cubed


def compare_stories(articles: Path, out: Path) -> dict[str, Any]:
    """Count the stories that came out, and score them against those that are known."""
    found = {row["id"]: row["story_id"] for row in read_rows(out)}
    known = {row["id"]: row["story"] for row in read_rows(articles)}
    scores = compute_b_cubed(list(known.values()), [found[article_id] for article_id in known])
    sizes = Counter(found.values())
    figures = {"stories": len(sizes), "largest": max(sizes.values())}
    return figures | {name: round(value, 4) for name, value in zip(("precision", "recall", "f1"), scores, strict=True)}


STORIES = Bounded("stories", CASES, compare_stories)

if __name__ == "__main__":
    STORIES.run(__doc__)
