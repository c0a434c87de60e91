"""Read date claims: what one element, feed or address says of when a page was published or changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from storyfold.dates.read import read_day, read_time
from storyfold.schemas.pages import DateClaim, Precision

WORDS_KEPT = 200  # characters of a claim that are kept and read; weekday, date, time, zone and a place take under 100


def read_claim(where: str, words: str, *, zone: str | None = None) -> DateClaim:
    """Read one date claim; never raises. Unreadable words have no value and precision `none`.

    `where` names what makes the claim: an element of the page, the feed, the address. `zone` is the IANA name of the
    source's zone. The words are kept, cut to 200 characters. An address names a day at most.
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


def read_claims(words_of: Iterable[tuple[str, str | None]], zone: str | None = None) -> tuple[DateClaim, ...]:
    """Read the claims of pairs of `where` and words, as feeds and lists have them; empty words make no claim."""
    single_spaced = ((where, " ".join((words or "").split())) for where, words in words_of)
    return tuple(read_claim(where, words, zone=zone) for where, words in single_spaced if words)
