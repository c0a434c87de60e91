"""Reading a date and a time of day out of words, in the forms that news pages print.

Nothing is ever filled in from today: what the words do not say is not known. Every pattern has bounded repeats,
so that a hostile text costs time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from storyfold.dates.vocabulary import MONTH_FIRST_NAMES, MONTH_FIRST_ZONES, MONTHS, ZONE_NAMES, fold
from storyfold.schemas.pages import Precision

FIRST_YEAR, LAST_YEAR = 1900, 2100  # news on the web cites nothing printed earlier; later is a misread number
CENTURY_TURN = 69  # POSIX strptime %y: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068
WIDEST_OFFSET = timedelta(hours=14)  # the tz database's largest offset from UTC (Pacific/Kiritimati)

_NAME = r"[^\W\d_]{3,14}"
_GAP = r"[\s.,/-]{0,3}(?:d[eio]l?\s|of\s|d[’'])?"
_PATTERNS = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"(?<!\d)(?P<y>\d{4})\s?[-/.年년]\s?(?P<m>\d{1,2})\s?[-/.月월]\s?(?P<d>\d{1,2})(?!\d)",
        r"(?<![\d.,])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=T\d|\b)",
        rf"(?<![\d:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|[ºª°])?{_GAP}(?P<name>{_NAME}){_GAP}"
        r"(?P<y>\d{4}|(?<=[-’'])\d\d)(?!\d)",
        rf"(?P<name>{_NAME})[\s.-]{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,/-]{{1,3}}(?:de\s|of\s)?(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<y>\d{{4}})[-/\s.]{{1,2}}(?P<name>{_NAME})[-/\s.]{{1,2}}(?P<d>\d{{1,2}})(?!\d)",
        r"(?<![\d/.-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y>\d{4}|\d\d)(?!\d)",
    )
)
# C's ctime and JavaScript put the time of day before the year: "Feb 25 20:30:00 GMT 2023".
_TIME_FIRST = re.compile(
    rf"({_NAME} \d{{1,2}}) (\d{{1,2}}:\d\d(?::\d\d)?(?: (?:[+-]\d{{4}}|[A-Z]{{1,4}}))?) (\d{{4}})(?!\d)"
)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?"
    r"(?:Z|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))",
    re.ASCII,
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_CLOCK = re.compile(
    r"(?<![\d:.,])(?:(?P<before>오전|오후|上午|下午|午前|午後)\s?)?(?P<h>\d{1,2})"
    r"(?:\s?[:.hH時时시]\s?(?P<m>\d\d)(?:\s?[:.分분]\s?(?P<s>\d\d)(?:[.,]\d{1,9})?)?[分분]?(?!\d)|(?=\s?[AaPp]\.?[Mm]\b))"
    r"(?:\s{0,2}(?P<half>[AaPp])\.?[Mm]\b\.?)?(?:\s?(?:Uhr|hrs|Hrs|h)\b)?"
)
_CLOCK_COMPACT = re.compile(r"^T(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?(?:\.\d{1,9})?(?!\d)")
_ZONE = re.compile(
    r"[,\s]{0,2}[(\[]?(?:(?:UTC|GMT)?\s?(?P<sign>[+\-−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?![\d:])"
    r"|(?P<short>[A-ZМСК]{1,5})\b|(?P<long>Eastern|Central|Mountain|Pacific)(?: (?:Standard|Daylight))? [Tt]ime)"
)
# Short names that stand for different offsets: India, Israel, Ireland; Atlantic, Arabia; Gulf, Georgia; Samoa …
_AMBIGUOUS = frozenset({"ist", "ast", "gst", "sst"})
_SHORT_NAMES = _AMBIGUOUS | ZONE_NAMES.keys()
_AFTERNOON = frozenset({"오후", "下午", "午後", "p"})


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A full date found in a text; `order` says how sure the order of its numbers is."""

    start: int
    end: int
    day: date
    swapped: date | None = None  # the other reading, where both orders of day and month are possible


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    second: int | None
    zone: str | int | None  # IANA name, minutes east of UTC, or None where no zone is named
    twelve_hours: bool
    short: str  # the short zone name as printed, folded; empty where there is none


def named_days(text: str) -> list[NamedDay]:
    """Every full date (with a year from 1900 to 2100) in the text, in order, none overlapping."""
    found = sorted(_all_days(text), key=lambda n: (n.start, -n.end))
    kept: list[NamedDay] = []
    for named in found:
        if not kept or named.start >= kept[-1].end:
            kept.append(named)
    return kept


def _all_days(text: str) -> Iterator[NamedDay]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            year = int(parts["y"])
            if len(parts["y"]) == 2:
                year += 1900 if year >= CENTURY_TURN else 2000
            if "a" in parts:
                first, second = int(parts["a"]), int(parts["b"])
                days = _day(year, second, first), _day(year, first, second)
                # Dots are written day first everywhere; other signs in either order.
                both = parts["sep"] != "." and days[0] != days[1] and None not in days
                day, swapped = (days[1], days[0]) if both else (days[0] or days[1], None)
            else:
                month = MONTHS.get(fold(parts["name"])) if "name" in parts else int(parts["m"])
                day, swapped = _day(year, month, int(parts["d"])), None
            if day is not None:
                yield NamedDay(match.start(), match.end(), day, swapped)


def _day(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month, day) if month and FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:  # no such day in that month
        return None


def read_time(words: str, zone: str | None = None) -> tuple[datetime, Precision] | None:
    """The instant that the words name (aware, UTC) and how exactly; None if they name no full date.

    `zone` is the IANA name of the zone in which the source prints its times. A time without a zone is read in it,
    or, where it is unknown, as UTC with precision `day`. Where a page writes 03/04/2023, the month is first if a
    US zone or a twelve-hour clock says so, the day is first if another zone does; else the month, precision `day`.
    """
    epoch = _EPOCH.fullmatch(words.strip())
    if epoch:
        instant = datetime.fromtimestamp(int(epoch[1]), UTC)
        return (instant, "second") if FIRST_YEAR <= instant.year <= LAST_YEAR else None
    return _read_iso(words) or _read_words(words, zone)


def _read_iso(words: str) -> tuple[datetime, Precision] | None:
    """The form that machines write, as `_read_words` reads it, in a tenth of the time."""
    found = _ISO.fullmatch(words)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    east = timedelta(hours=hours, minutes=minutes)
    if minutes >= 60 or east > WIDEST_OFFSET or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # no such day or hour
        return None
    return local - (east if found["sign"] == "+" else -east), "second" if found[6] else "minute"


def _read_words(words: str, zone: str | None) -> tuple[datetime, Precision] | None:
    words = _TIME_FIRST.sub(r"\1 \3 \2", words)
    days = named_days(words)
    if not days:
        return None
    first = days[0]
    clock = _clock_in(words[first.end : days[1].start if len(days) > 1 else None]) or _clock_in(words[: first.start])
    source = zone_of(zone)
    day, sure = _order(first, clock, zone if source else None)
    if clock is None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC), "day"
    naive = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second or 0)  # noqa: DTZ001
    place = _zone_for(clock, naive, source)
    exact: Precision = "minute" if clock.second is None else "second"
    return naive.replace(tzinfo=place or UTC).astimezone(UTC), exact if place and sure else "day"


def without_times(words: str) -> str:
    """The words with every full date, and every time of day with its zone, replaced by a line break."""
    for named in reversed(named_days(words)):
        words = words[: named.start] + "\n" + words[named.end :]
    for match in reversed(list(_CLOCK.finditer(words))):
        zone = _ZONE.match(words, match.end())
        known = zone and (zone["sign"] or zone["long"] or (zone["short"] or "").lower() in _SHORT_NAMES)
        words = words[: match.start()] + "\n" + words[zone.end() if zone and known else match.end() :]
    return words


def _order(named: NamedDay, clock: _Clock | None, zone: str | None) -> tuple[date, bool]:
    """The reading of an ambiguous date, and whether anything but habit speaks for it."""
    if named.swapped is None:
        return named.day, True
    if clock and clock.short:
        return (named.day if clock.short in MONTH_FIRST_NAMES else named.swapped), True
    if zone:
        return (named.day if zone in MONTH_FIRST_ZONES else named.swapped), True
    return named.day, bool(clock and clock.twelve_hours)


def _clock_in(words: str) -> _Clock | None:
    for match in [_CLOCK_COMPACT.match(words), *_CLOCK.finditer(words)]:
        if match is None:
            continue
        parts = match.groupdict()
        hour, minute = int(parts["h"]), int(parts["m"] or 0)
        second = int(parts["s"]) if parts["s"] else None
        half = (parts.get("half") or parts.get("before") or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half in _AFTERNOON else 0)
        if hour < 24 and minute < 60 and (second or 0) < 60:
            zone, short = _zone_after(words[match.end() :])
            return _Clock(hour, minute, second, zone, bool(parts.get("half")), short)
    return None


def _zone_after(words: str) -> tuple[str | int | None, str]:
    match = _ZONE.match(words)
    if match is None:
        return None, ""
    if match["sign"]:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        inside = minutes <= WIDEST_OFFSET.total_seconds() / 60
        return (minutes if match["sign"] == "+" else -minutes) if inside else None, ""
    short = (match["short"] or match["long"]).lower()
    return ZONE_NAMES.get(short), short if short in _SHORT_NAMES else ""


def _zone_for(clock: _Clock, naive: datetime, source: ZoneInfo | None) -> tzinfo | None:
    """The zone a time is meant in; None if unknown. A short name that the source's zone uses means that zone."""
    if clock.short and source and (naive.replace(tzinfo=source).tzname() or "").lower() == clock.short:
        return source
    if isinstance(clock.zone, int):
        return timezone(timedelta(minutes=clock.zone))
    if isinstance(clock.zone, str):
        return zone_of(clock.zone)
    return None if clock.short else source


@cache
def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name; None where there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, a path outside the database, a folder of it
        return None
