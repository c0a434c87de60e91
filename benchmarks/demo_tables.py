"""The demo's tables as fingerprints: `python -m benchmarks.demo_tables LAKE` prints them as JSON, to compare two trees.

A fingerprint is the number of values and the SHA-256 of all values of one column, sorted. It covers every column of
every table but those that a clock or the version of the program decides. `tests/golden/demo_tables.json` has what the
demo gave before; a change that is meant to change rows writes it anew (`> tests/golden/demo_tables.json`) and says so.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from storyfold.lake.lake import Lake
from storyfold.schemas import TABLES

# Decided by the clock: instants of a request, and what the length of a compressed record makes of them.
CLOCK = {"seen_at", "first_seen_at", "not_after", "warc_offset", "started_at", "finished_at", "stages"}
# Decided by the program's own version, which a run's id and the names of its archives have in them.
VERSION = {"code_version", "settings_fingerprint", "run_id", "since_run", "warc_file"}


def fingerprint(values: Iterable[Any]) -> str:
    """Return the number of values and the SHA-256 of their text forms, sorted: no order of rows changes it."""
    lines = sorted(map(repr, values))
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"


def fingerprint_tables(lake: Lake) -> dict[str, dict[str, str]]:
    """Return the fingerprint of every column that is compared, by table and column."""
    found = {}
    for name in sorted(TABLES):
        table = lake.read(f'FROM "{name}"')
        left_out = CLOCK | VERSION
        found[name] = {c: fingerprint(table[c].to_pylist()) for c in table.column_names if c not in left_out}
    groups: dict[tuple[Any, str], list[str]] = defaultdict(list)
    for row in lake.read("SELECT run_date, story_id, article_id FROM story_articles").to_pylist():
        groups[row["run_date"], row["story_id"]].append(row["article_id"])
    found["story_articles"]["groups"] = fingerprint((day, sorted(names)) for (day, _), names in groups.items())
    return found


if __name__ == "__main__":
    json.dump(fingerprint_tables(Lake(Path(sys.argv[1]))), sys.stdout, indent=1)
    sys.stdout.write("\n")
