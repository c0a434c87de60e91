"""Times as feeds and sitemaps print them (RFC 822, RFC 3339, W3C date and time), read as date claims."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from storyfold.schemas.pages import DateClaim, Precision

LONGEST = 100  # characters: no format of a date is longer, and nothing longer is worth reading
# Zone names that feeds print and the standard library does not know, in hours; where a name has several
# meanings (BST, IST, CST) the one that news feeds print it for. RFC 822's own names are read by the library.
ZONE_HOURS = {
    "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "EET": 2, "EEST": 3, "WET": 0, "WEST": 1, "MSK": 3,
    "IST": 5.5, "PKT": 5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "ACST": 9.5,
    "AWST": 8, "NZST": 12, "NZDT": 13, "SAST": 2, "EAT": 3, "WAT": 1, "CAT": 2, "BRT": -3, "ART": -3,
    "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
}  # fmt: skip
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_MONTH = re.compile(r"\d{4}(?:-\d{2})?$")
_ZONED = re.compile(r"[ \d](?:[+-]\d{2}:?\d{2}|GMT|UTC?|Z|[ECMP][SD]T)$")  # what RFC 822 knows of zones
_LAST_WORD = re.compile(r"\s([A-Z]{2,5})$")
_SHORT_FRACTION = re.compile(r"(\d{2}:\d{2}:\d{2})[.,](\d{1,9})")


def claim(where: str, words: object, zone: str | None = None) -> DateClaim | None:
    """The claim that some words make; None where there are none. A claim that cannot be read has no value.

    A time without a zone is read in `zone`; without one, as UTC with precision `day`. A date alone is its
    midnight in `zone` or UTC, with precision `day`.
    """
    text = " ".join(str(words or "").split())[:LONGEST]
    if not text:
        return None
    read = _iso(text) or _mail(text)
    if read is None:
        return DateClaim(where=where, words=text)
    local: tzinfo = ZoneInfo(zone) if zone else UTC
    precision = _precision(text, known=read.tzinfo is not None or zone is not None)
    try:
        value = (read if read.tzinfo else read.replace(tzinfo=local)).astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar
        return DateClaim(where=where, words=text)
    return DateClaim(where=where, words=text, value=value, precision=precision)


def _precision(text: str, *, known: bool) -> Precision:
    clock = _CLOCK.search(text)
    if clock is None or not known:
        return "day"
    return "second" if clock.group(1) else "minute"


def _iso(text: str) -> datetime | None:
    if _MONTH.match(text):  # a year or a month alone names no day
        return None
    text = _SHORT_FRACTION.sub(lambda found: f"{found.group(1)}.{found.group(2)[:6].ljust(6, '0')}", text)
    for written in (text, text.replace(" UTC", "+00:00").replace(" GMT", "+00:00").replace(" ", "T", 1)):
        try:
            return datetime.fromisoformat(written.replace(" +", "+").replace(" -", "-"))
        except ValueError:
            continue
    return None


def _mail(text: str) -> datetime | None:
    try:
        fields = parsedate_tz(text if _CLOCK.search(text) else f"{text} 00:00:00")
        if fields is None:
            return None
        naive = datetime(*fields[:6])  # noqa: DTZ001  the zone is added below
    except (ValueError, TypeError, IndexError, OverflowError):  # what the library raises on fields out of range
        return None
    name = _LAST_WORD.search(text)
    hours = ZONE_HOURS.get(name.group(1)) if name else None
    if hours is not None:
        return naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    offset = fields[9]
    # The library gives 0 both for UTC and for a time without a zone.
    if offset is None or not _ZONED.search(text) or abs(offset) >= 24 * 3600:
        return naive
    return naive.replace(tzinfo=timezone(timedelta(seconds=offset)))
