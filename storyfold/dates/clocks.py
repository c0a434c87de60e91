"""Find times of day in words, with the zone that stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from storyfold.dates.zones import WIDEST_OFFSET, ZONE_NAMES, choose_zone

_CLOCK = re.compile(
    r"(?<![\d:.,])(?:(?P<before>오전|오후|上午|下午|午前|午後)\s?)?(?P<h>\d{1,2})"
    r"(?:\s?[:.hH時时시]\s?(?P<m>\d\d)(?:\s?[:.分분]\s?(?P<s>\d\d)(?:[.,]\d{1,9})?)?[分분]?(?!\d)|(?=\s?[AaPp]\.?[Mm]\b))"
    r"(?:\s{0,2}(?P<half>[AaPp])\.?[Mm]\b\.?)?(?:\s?(?:Uhr|hrs|Hrs|h)\b)?"
)
# ISO 8601 without colons, or with the hour alone.
_COMPACT = re.compile(r"^T(?P<h>\d\d)(?:(?P<m>\d\d)(?P<s>\d\d)?(?:[.,]\d{1,9})?(?!\d)|(?=Z|[+-]\d\d|$))")
_ZONE = re.compile(
    r"[,\s]{0,2}[(\[]?(?:(?:UTC|GMT)?\s?(?P<sign>[+\-−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?![\d:])"
    r"|(?P<short>[A-ZМСК]{1,5}|(?<=\d)z)\b"
    r"|(?P<long>Eastern|Central|Mountain|Pacific)(?: (?:Standard|Daylight))? [Tt]ime)"
)
_AFTERNOON = frozenset({"오후", "下午", "午後", "p"})
LEAP_SECOND = 60  # RFC 3339 and RFC 822 allow it; Python's instants have none, so it is the second before


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `east` is its offset in minutes; `short` its short zone name, folded, empty where it has none."""

    hour: int
    minute: int
    second: int | None
    east: int | None
    twelve_hours: bool
    short: str

    def find_zone(self, local: datetime, source: ZoneInfo | None) -> tzinfo | None:
        """Find the zone in which it is meant; None if unknown. Where no zone is named, the source's."""
        if self.east is not None:
            return timezone(timedelta(minutes=self.east))
        return choose_zone(self.short, local, source) if self.short else source


def find_clock(words: str) -> Clock | None:
    """Find the first time of day in the words; None if they have none."""
    for match in [_COMPACT.match(words), *_CLOCK.finditer(words)]:
        if match is None:
            continue
        parts = match.groupdict()
        hour, minute = int(parts["h"]), int(parts["m"] or 0)
        second = int(parts["s"]) if parts["s"] else None
        half = (parts.get("half") or parts.get("before") or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half in _AFTERNOON else 0)
        if hour < 24 and minute < 60 and (second or 0) <= LEAP_SECOND:
            east, short = _read_zone(words, match.end())
            return Clock(hour, minute, second and min(second, 59), east, bool(parts.get("half")), short)
    return None


def find_clock_spans(words: str) -> Iterator[tuple[int, int]]:
    """Find where each time of day begins and ends, its zone included."""
    for match in _CLOCK.finditer(words):
        zone = _ZONE.match(words, match.end())
        known = zone and (zone["sign"] or zone["long"] or zone["short"].lower() in ZONE_NAMES)
        yield match.start(), zone.end() if zone and known else match.end()


def _read_zone(words: str, position: int) -> tuple[int | None, str]:
    match = _ZONE.match(words, position)
    if match is None:
        return None, ""
    if match["sign"]:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        inside = minutes <= WIDEST_OFFSET.total_seconds() / 60
        return (minutes if match["sign"] == "+" else -minutes) if inside else None, ""
    short = (match["short"] or match["long"]).lower()
    return None, short if short in ZONE_NAMES else ""
