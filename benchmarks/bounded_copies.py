"""Run `storyfold copies` on files that could hold it up, and measure whether it stays within bounds.

    python -m benchmarks.bounded_copies [--case NAME]... [--seconds N] [--memory MB] [--scale SHARE] [--json]

Each case of `benchmarks.hostile_texts` is run in a process of its own on two cores: reading, searching, writing. One
that takes more than 120 seconds of processor time (which, unlike the clock's, are no more on a busy machine) or 4 GB is
ended and told as `too slow` or `too large`; one that ends with an error, as `failed`. Prints for each how many rows and
MB were read, how it ended, seconds by the clock and of the processor, the most memory in MB, how many families came
out, and how they agree with the families that are known. `--scale .1` takes a tenth of each case's rows. Exits with 1
where one did not end well. Progress goes to standard error.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.bounded_cases import Bounded
from benchmarks.family_scores import score_families
from benchmarks.hostile_texts import CASES
from benchmarks.kept_documents import read_rows


def compare_families(texts: Path, out: Path) -> dict[str, Any]:
    """Count the families that came out, and score them where they are known."""
    found = {row["id"]: row["family_id"] for row in read_rows(out)}
    known = {row["id"]: row["family"] for row in read_rows(texts) if "family" in row}
    scores = asdict(score_families(known, found)) if known else {}
    return {"families": len(set(found.values())), **{name: round(value, 4) for name, value in scores.items()}}


COPIES = Bounded("copies", CASES, compare_families)

if __name__ == "__main__":
    COPIES.run(__doc__)
