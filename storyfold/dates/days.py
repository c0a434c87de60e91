"""Find full dates in a text, in the forms that news pages and feeds print.

Nothing is ever filled in from today: what the words do not say is not known. Every pattern has bounded repeats,
so that a hostile text costs time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from storyfold.text.month_names import MONTHS
from storyfold.text.normalize import fold_accents

FIRST_YEAR, LAST_YEAR = 1900, 2100  # news on the web cites nothing printed earlier; later is a misread number
CENTURY_TURN = 69  # POSIX strptime %y: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068

NAME = r"[^\W\d_]{3,14}"  # of a month
_GAP = r"[\s.,/-]{0,3}(?:d[eio]l?\s|of\s|d[’'])?"
# A year of two digits stands after a sign, or before a time of day, as RFC 822 has it.
_PATTERNS = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"(?<!\d)(?P<y>\d{4})\s?[-/.年년]\s?(?P<m>\d{1,2})\s?[-/.月월]\s?(?P<d>\d{1,2})(?!\d)",
        r"(?<![\d.,])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=T\d|\b)",
        rf"(?<![\d:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|[ºª°])?{_GAP}(?P<name>{NAME}){_GAP}"
        r"(?P<y>\d{4}|(?<=[-’'])\d\d|\d\d(?=\s\d\d?:\d\d(?!\d)))(?!\d)",
        rf"(?P<name>{NAME})[\s.-]{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,/-]{{1,3}}(?:de\s|of\s)?(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<y>\d{{4}})[-/\s.]{{1,2}}(?P<name>{NAME})[-/\s.]{{1,2}}(?P<d>\d{{1,2}})(?!\d)",
        r"(?<![\d/.-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y>\d{4}|\d\d)(?!\d)",
    )
)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A full date found in a text, with where it begins and ends (characters)."""

    start: int
    end: int
    day: date
    swapped: date | None = None  # the other reading, where both orders of day and month are possible


def find_named_days(text: str) -> list[NamedDay]:
    """Find every full date (with a year from 1900 to 2100) in the text, in order, none overlapping."""
    found = sorted(_iterate_days(text), key=lambda n: (n.start, -n.end))
    kept: list[NamedDay] = []
    for named in found:
        if not kept or named.start >= kept[-1].end:
            kept.append(named)
    return kept


def _iterate_days(text: str) -> Iterator[NamedDay]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            year = complete_year(parts["y"])
            if "a" in parts:
                first, second = int(parts["a"]), int(parts["b"])
                days = _make_day(year, second, first), _make_day(year, first, second)
                # Dots are written day first everywhere; other signs in either order.
                both = parts["sep"] != "." and days[0] != days[1] and None not in days
                day, swapped = (days[1], days[0]) if both else (days[0] or days[1], None)
            else:
                month = MONTHS.get(fold_accents(parts["name"])) if "name" in parts else int(parts["m"])
                day, swapped = _make_day(year, month, int(parts["d"])), None
            if day is not None:
                yield NamedDay(match.start(), match.end(), day, swapped)


def complete_year(digits: str) -> int:
    """Return the year that four or two digits name."""
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= CENTURY_TURN else 2000)


def _make_day(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month, day) if month and FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:  # no such day in that month
        return None
