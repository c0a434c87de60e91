"""What a place says of when a page was published or changed, as read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from storyfold.dates.read import read_day, read_time
from storyfold.schemas.pages import DateClaim, Precision

WORDS_KEPT = 200  # characters of a claim that are kept and read; weekday, date, time, zone and a place take under 100


def read_claim(where: str, words: str, *, zone: str | None = None) -> DateClaim:
    """The claim as read; never raises. Unreadable words have no value and precision `none`.

    `zone` is the IANA name of the source's zone. The words are kept, cut to 200 characters. An address names a day
    at most.
    """
    kept = words.strip()[:WORDS_KEPT]
    read = _read_address(kept, zone) if where.endswith("url") else read_time(kept, zone)
    if read is None:
        return DateClaim(where=where, words=kept)
    value, precision = read
    return DateClaim(where=where, words=kept, value=value, precision=precision)


def _read_address(address: str, zone: str | None) -> tuple[datetime, Precision] | None:
    day = read_day(address, zone)
    return (datetime.combine(day, time(), UTC), "day") if day else None


def read_claims(said: Iterable[tuple[str, str | None]], zone: str | None = None) -> tuple[DateClaim, ...]:
    """The claims of these places, as feeds and lists have them: those without words make none, white space is one."""
    told = ((where, " ".join((words or "").split())) for where, words in said)
    return tuple(read_claim(where, words, zone=zone) for where, words in told if words)
