"""Read an instant, or a day, out of words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from storyfold.dates.clocks import LEAP_SECOND, Clock, find_clock, find_clock_spans
from storyfold.dates.days import FIRST_YEAR, LAST_YEAR, NAME, NamedDay, complete_year, find_named_days
from storyfold.dates.zones import MONTH_FIRST_NAMES, MONTH_FIRST_ZONES, WIDEST_OFFSET, find_zone
from storyfold.schemas.pages import Precision

# C's ctime and JavaScript put the time of day before the year: "Feb 25 20:30:00 GMT 2023".
_TIME_FIRST = re.compile(
    rf"({NAME} \d{{1,2}}) (\d{{1,2}}:\d\d(?::\d\d)?(?: (?:[+-]\d{{4}}|[A-Z]{{1,4}}))?) (\d{{4}})(?!\d)"
)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?"
    r"(?:Z|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))",
    re.ASCII,
)
_ISO_WEEK = re.compile(r"^\s{0,3}(\d{4})-?W(\d\d)-?([1-7])(?=[T\s]|$)", re.ASCII)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
# RFC 822's day with a year of two digits; too little to be found in a text, but enough where it is all there is.
_SHORT_YEAR = re.compile(rf"((?:[^\W\d_]{{2,12}}\.?,?\s)?\d{{1,2}}\s{NAME}\.?\s)(\d\d)")
RARE_LONGEST = 50  # characters of the two forms above: 41 and 38 are the most


def read_time(words: str, zone: str | None = None) -> tuple[datetime, Precision] | None:
    """Read the instant that the words name (aware, UTC) and how exactly; None if they name no full date.

    `zone` is the IANA name of the zone in which the source prints its times. A time without a zone is read in it,
    or, where it is unknown, as UTC with precision `day`. Where a page writes 03/04/2023, the month is first if a
    US zone or a twelve-hour clock says so, the day is first if another zone does; else the month, precision `day`.
    With precision `day`, the UTC day of the instant is the day that the words name, whatever the zone. Seconds are
    whole, as no precision is finer.
    """
    epoch = _EPOCH.fullmatch(words.strip())
    if epoch:
        instant = datetime.fromtimestamp(int(epoch[1]), UTC)
        return (instant, "second") if FIRST_YEAR <= instant.year <= LAST_YEAR else None
    return _read_iso(words) or _read_words(words, zone)


def read_written_day(words: str, zone: str | None = None) -> date | None:
    """Read the day as the words write it, in whatever zone they name; None where they write none, as Unix time does.

    Of `2026-03-05T05:30+09:00` it is 5 March, though the instant is of the 4th in UTC. `zone` is that of `read_time`.
    """
    iso = _ISO.fullmatch(words)
    if iso:
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if _read_iso(words) else None
    local = _find_local(words, zone) if not _EPOCH.fullmatch(words.strip()) else None
    return local.day if local else None


def read_day(words: str, zone: str | None = None) -> date | None:
    """Read the first day that the words name, as an address does; None if they name none.

    Day and month are in the order of `read_time`.
    """
    days = find_named_days(words)
    return _choose_order(days[0], None, zone if find_zone(zone) else None)[0] if days else None


def _read_iso(words: str) -> tuple[datetime, Precision] | None:
    """Read the form that machines write, as `_read_words` would, in a tenth of the time."""
    found = _ISO.fullmatch(words)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    east = timedelta(hours=hours, minutes=minutes)
    if minutes >= 60 or east > WIDEST_OFFSET or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if second == LEAP_SECOND:
        second = 59
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # no such day or hour
        return None
    return local - (east if found["sign"] == "+" else -east), "second" if found[6] else "minute"


@dataclass(frozen=True, slots=True)
class _Local:
    """A day and a time of day as written; `is_sure` is whether anything but habit orders the day's numbers."""

    day: date
    is_sure: bool
    clock: Clock | None


def _find_local(words: str, zone: str | None) -> _Local | None:
    words = _TIME_FIRST.sub(r"\1 \3 \2", words)
    days = find_named_days(words)
    if not days:
        spelt = _spell_out(words) if len(words) <= RARE_LONGEST else words
        return _find_local(spelt, zone) if spelt != words else None
    first = days[0]
    clock = find_clock(words[first.end : days[1].start if len(days) > 1 else None]) or find_clock(words[: first.start])
    return _Local(*_choose_order(first, clock, zone if find_zone(zone) else None), clock)


def _read_words(words: str, zone: str | None) -> tuple[datetime, Precision] | None:
    found = _find_local(words, zone)
    if found is None:
        return None
    day, clock = found.day, found.clock
    if clock is None:
        return datetime.combine(day, time(), UTC), "day"
    local = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second or 0)  # noqa: DTZ001
    meant = clock.find_zone(local, find_zone(zone))
    if meant is None or not found.is_sure:  # a day is not moved by an hour that counts for little
        return local.replace(tzinfo=UTC), "day"
    return local.replace(tzinfo=meant).astimezone(UTC), "minute" if clock.second is None else "second"


def _spell_out(words: str) -> str:
    """Write in full the day of a week or the year of two digits, in words that are one date and nothing else."""
    short = _SHORT_YEAR.fullmatch(words.strip())
    return f"{short[1]}{complete_year(short[2])}" if short else _ISO_WEEK.sub(_write_week_day, words, count=1)


def _write_week_day(found: re.Match[str]) -> str:
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:  # no such week in that year
        return found[0]


def remove_times(words: str) -> str:
    """Replace every full date, and every time of day with its zone, by a line break."""
    for named in reversed(find_named_days(words)):
        words = words[: named.start] + "\n" + words[named.end :]
    for start, end in reversed(list(find_clock_spans(words))):
        words = words[:start] + "\n" + words[end:]
    return words


def _choose_order(named: NamedDay, clock: Clock | None, zone: str | None) -> tuple[date, bool]:
    """Choose the reading of an ambiguous date, and say whether anything but habit speaks for it."""
    if named.swapped is None:
        return named.day, True
    if clock and clock.short:
        return (named.day if clock.short in MONTH_FIRST_NAMES else named.swapped), True
    if zone:
        return (named.day if zone in MONTH_FIRST_ZONES else named.swapped), True
    return named.day, bool(clock and clock.twelve_hours)
