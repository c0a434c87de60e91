"""Read the `[limits]` table of sources.toml: how much of anything untrusted is taken in, and what may be set.

`nesting` cannot be set, as the parser is built for it; how hosts are requested stands in `[fetch]`.
"""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyfold.outcomes import WrongUse
from storyfold.settings.sources import Limits, MiB, format_value


@dataclass(frozen=True, slots=True)
class Range:
    """The allowed values of a limit: from `least` to `most`, whole or not, in a unit."""

    least: int
    most: int
    unit: str
    whole: bool = True

    def allows(self, value: object) -> bool:
        """Return whether a value of the file may be taken. A bool is an int to Python; NaN compares with nothing."""
        kinds: tuple[type, ...] = (int,) if self.whole else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool) and self.least <= value <= self.most  # type: ignore[operator]

    def __str__(self) -> str:
        return f"{'a whole number' if self.whole else 'a number'} of {self.unit} from {self.least:,} to {self.most:,}"


# The lower ends leave room for any real page and response; the upper ones keep a mistyped number from filling a machine
# or holding a run for days.
RANGES = {
    "page_bytes": Range(64 * 1024, 256 * MiB, "bytes"),
    "list_bytes": Range(64 * 1024, 1024 * MiB, "bytes"),
    "redirects": Range(0, 20, "redirects"),  # browsers follow 20 (fetch.spec.whatwg.org, 4.4)
    "connect_seconds": Range(1, 120, "seconds", whole=False),
    "answer_seconds": Range(1, 600, "seconds", whole=False),
    "host_seconds": Range(1, 86_400, "seconds", whole=False),
    "page_seconds": Range(1, 600, "seconds"),
    "page_memory": Range(256 * MiB, 64 * 1024 * MiB, "bytes"),
    "batch_items": Range(1, 10_000, "pages"),
}


def read_limits(path: Path, table: object) -> Limits:
    """Read the limits, with those that the file sets; WrongUse names the first that cannot be, and what is allowed."""
    if not isinstance(table, dict):
        raise WrongUse(f"{path}: key 'limits' is {format_value(table)}; write a [limits] table")
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in RANGES:
            close = difflib.get_close_matches(name, RANGES, n=1)
            guess = f"; did you mean '{close[0]}'" if close else ""
            raise WrongUse(f"{path}: [limits]: unknown key '{name}'{guess}; allowed: {', '.join(RANGES)}")
        if not RANGES[name].allows(value):
            raise WrongUse(f"{path}: [limits]: key '{name}' is {format_value(value)}; allowed: {RANGES[name]}")
        values[name] = value if RANGES[name].whole else float(value)
    return dataclasses.replace(Limits(), **values)
