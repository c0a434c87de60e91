"""Read the words by which numbers are read, `numbers.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("numbers.toml")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumberWords:
    """The words of one language, by how they are written; what each table means stands in `numbers.toml`."""

    units: Mapping[str, str]
    units_before: Mapping[str, str]
    multipliers: Mapping[str, float]
    short: Mapping[str, float]
    times_before: frozenset[str]
    times_after: frozenset[str]
    time_letters: frozenset[str]
    plurals: frozenset[str]
    has_decimal_comma: bool | None


@cache
def get_number_words(language: str | None) -> NumberWords:
    """Return the words by which the numbers of a language (ISO 639-1) are read; read once in each process."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    multipliers = found["multipliers"]
    listed = {**_invert(multipliers["any"]), **_invert(multipliers.get(language or "", {}))}
    return NumberWords(
        units=_invert(found["units"]),
        units_before=_invert(found["before"]),
        multipliers={word: float(value) for word, value in listed.items()},
        short={word: float(value) for word, value in _invert(found["short"]).items()},
        times_before=frozenset(found["times"]["before"].split()),
        times_after=frozenset(found["times"]["after"].split()),
        time_letters=frozenset(found["times"]["letters"]),
        plurals=frozenset(found["plurals"].get(language or "", "").split()),
        has_decimal_comma=None if language is None else language in found["decimal_comma"].split(),
    )


def _invert(table: Mapping[str, str]) -> dict[str, str]:
    return {word.replace("_", " "): name for name, words in table.items() for word in words.split()}
