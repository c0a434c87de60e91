"""Read a table of settings into a frozen value: which keys it may have, and which values each of them may take."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from storyfold.outcomes import WrongUse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Range:
    """The allowed values of a setting: from `least` to `most`, whole or not, in a unit."""

    least: float
    most: float
    unit: str
    whole: bool = True

    def allows(self, value: object) -> bool:
        """Return whether a value of the file may be taken. A bool is an int to Python; NaN compares with nothing."""
        kinds: tuple[type, ...] = (int,) if self.whole else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool) and self.least <= value <= self.most  # type: ignore[operator]

    def __str__(self) -> str:
        return f"{'a whole number' if self.whole else 'a number'} of {self.unit} from {self.least:,} to {self.most:,}"


SHARE = Range(0, 1, "parts of one", whole=False)


def list_ranges(cls: type) -> dict[str, Range]:
    """Return the range of each field of a settings class that has one, in the order of the fields."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: extra[0] for name, extra in found.items() if extra and isinstance(extra[0], Range)}


def read_settings(where: str, name: str, table: object, defaults: T) -> T:
    """Return `defaults` with the values that a table `[name]` sets.

    Raises WrongUse, which names the first key or value that cannot be and what is allowed; `where` is the file.
    """
    if not isinstance(table, Mapping):
        raise WrongUse(f"{where}: key '{name}' is {format_value(table)}; write a [{name}] table")
    ranges = list_ranges(type(defaults))
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in ranges:
            close = difflib.get_close_matches(key, ranges, n=1)
            guess = f"; did you mean '{close[0]}'" if close else ""
            raise WrongUse(f"{where}: [{name}]: unknown key '{key}'{guess}; allowed: {', '.join(ranges)}")
        if not ranges[key].allows(value):
            raise WrongUse(f"{where}: [{name}]: key '{key}' is {format_value(value)}; allowed: {ranges[key]}")
        values[key] = value if ranges[key].whole else float(value)
    return dataclasses.replace(defaults, **values)  # type: ignore[type-var]


def format_value(value: object) -> str:
    """Format a value of the file as an error repeats it: at most 40 characters."""
    words = repr(value)
    return words if len(words) <= 40 else words[:37] + "..."


def make_fingerprint(value: object) -> str:
    """Hash a value made of lists, dicts and scalars to 16 hex digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
