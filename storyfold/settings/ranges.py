"""Read a table of settings into a frozen value: which keys it may have, and which values each of them may take."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import re
import typing
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from storyfold.outcomes import WrongUse

T = TypeVar("T")

MiB = 1024 * 1024


class Allowed(Protocol):
    """What a key may be set to; in words, it ends the sentence "allowed: …"."""

    def allows(self, value: Any) -> bool:
        """Return whether a value of the file may be taken."""

    def convert(self, value: Any) -> Any:
        """Return an allowed value as the settings hold it."""


@dataclass(frozen=True, slots=True)
class Range:
    """The allowed values of a number: from `least` to `most`, whole or not, in a unit."""

    least: float
    most: float
    unit: str
    whole: bool = True

    def allows(self, value: Any) -> bool:
        """Return whether a value of the file may be taken. A bool is an int to Python; NaN compares with nothing."""
        is_number = isinstance(value, int) or (isinstance(value, float) and not self.whole)
        return is_number and not isinstance(value, bool) and self.least <= value <= self.most

    def convert(self, value: Any) -> int | float:
        """Return an allowed value as the settings hold it: `1` for a share is 1.0."""
        return int(value) if self.whole else float(value)

    def __str__(self) -> str:
        return f"{'a whole number' if self.whole else 'a number'} of {self.unit} from {self.least:,} to {self.most:,}"


@dataclass(frozen=True, slots=True)
class Flag:
    """The allowed values of a switch."""

    def allows(self, value: Any) -> bool:
        """Return whether a value of the file may be taken: 1 and "yes" may not."""
        return isinstance(value, bool)

    def convert(self, value: Any) -> bool:
        """Return an allowed value as the settings hold it."""
        return bool(value)

    def __str__(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class Text:
    """The allowed values of a text: what `pattern` matches as a whole and is not blank; `words` describe it."""

    pattern: re.Pattern[str]
    words: str
    example: str

    def allows(self, value: Any) -> bool:
        """Return whether a value of the file may be taken."""
        return isinstance(value, str) and self.pattern.fullmatch(value) is not None and not value.isspace()

    def convert(self, value: Any) -> str:
        """Return an allowed value as the settings hold it: without spaces around it."""
        return str(value).strip()

    def __str__(self) -> str:
        return f'{self.words}, as "{self.example}"'


SHARE = Range(0, 1, "parts of one", whole=False)


def list_allowed(cls: type) -> dict[str, Allowed]:
    """Return what each field of a settings class may be set to, in the order of the fields; the others cannot be."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: extra[0] for name, extra in found.items() if extra and isinstance(extra[0], Range | Flag | Text)}


def read_settings(where: str, name: str, table: object, defaults: T) -> T:
    """Return `defaults` with the values that a table `[name]` sets.

    Raises WrongUse, which names the first key or value that cannot be and what is allowed; `where` is the file.
    """
    allowed = list_allowed(type(defaults))
    given = check_table(where, name, table, allowed)
    values = {key: read_value(f"{where}: [{name}]", key, value, allowed[key]) for key, value in given.items()}
    return dataclasses.replace(defaults, **values)  # type: ignore[type-var]


def check_table(where: str, name: str, table: object, keys: Collection[str]) -> Mapping[str, object]:
    """Return the table `[name]` as it is. Raises WrongUse if it is no table or has a key that is not among `keys`."""
    if not isinstance(table, Mapping):
        raise WrongUse(f"{where}: key '{name}' is {format_value(table)}; write a [{name}] table")
    check_keys(f"{where}: [{name}]", table, keys)
    return table


def check_keys(where: str, given: Collection[str], keys: Collection[str]) -> None:
    """Raise WrongUse for the first key that is given and not among `keys`: which one, what was meant, what may be."""
    if unknown := next((key for key in given if key not in keys), None):
        close = difflib.get_close_matches(unknown, keys, n=1)
        guess = f"; did you mean '{close[0]}'" if close else ""
        raise WrongUse(f"{where}: unknown key '{unknown}'{guess}; allowed: {', '.join(keys)}")


def read_value(where: str, key: str, value: object, allowed: Allowed) -> Any:
    """Return a key's value as the settings hold it. Raises WrongUse, which says what is allowed, if it cannot be."""
    if not allowed.allows(value):
        raise WrongUse(f"{where}: key '{key}' is {format_value(value)}; allowed: {allowed}")
    return allowed.convert(value)


def format_value(value: object) -> str:
    """Format a value of the file as an error repeats it: at most 40 characters."""
    words = repr(value)
    return words if len(words) <= 40 else words[:37] + "..."


def make_fingerprint(value: object) -> str:
    """Hash a value made of lists, dicts and scalars to 16 hex digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
