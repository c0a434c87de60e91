"""Hosts that asked to be left alone for longer than a night waits (Retry-After), remembered beyond the night."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from storyfold.outcomes import Reason, Rejected
from storyfold.web.urls import make_host_key

# Seconds that a busy host is waited for; as long as robots.txt may hold a request up. One that asks for more rests.
LONGEST_WAIT = 30.0
# A host rests for a day at most, whatever it asks for: a mistaken or hostile date must not silence a source for years.
LONGEST_REST = timedelta(days=1)
LONGEST_WORDS = 64  # characters of a Retry-After; an HTTP-date has 29 (RFC 9110, 5.6.7)


def read_retry_after(retry_after: str | None, now: datetime) -> float:
    """The pause that a busy server asks for, as seconds or as a date (RFC 9110, 10.2.3); 0 where it says nothing."""
    words = (retry_after or "").strip()
    if not words or len(words) > LONGEST_WORDS or not words.isascii():
        return 0.0
    most = LONGEST_REST.total_seconds()
    if words.isdigit():
        return min(float(words), most)
    try:
        until = parsedate_to_datetime(words)
        asked = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):  # what the parser says to words that are no date
        return 0.0
    return min(max(0.0, asked.total_seconds()), most)


class RestingHosts:
    """The hosts that rest, each until when; for any number of threads.

    They are kept in a file, so that the nights that come sooner leave them alone too. The clock is the computer's,
    whatever time a night was told: it is the server's hour that must pass.
    """

    def __init__(self, kept: Path | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._kept = kept
        self._clock = clock
        self._lock = threading.Lock()
        self._until = _read(kept, clock()) if kept else {}

    def check(self, url: str) -> None:
        """Rejected NO_ANSWER while the host of this address rests."""
        until = self._until.get(make_host_key(url))
        if until is not None and self._clock() < until:
            told = until.isoformat(timespec="seconds")
            raise Rejected(Reason.NO_ANSWER, f"not asked: the host asked to be left alone until {told} (Retry-After)")

    def begin(self, url: str, seconds: float) -> None:
        """Leave the host of this address alone for so long, a day at most."""
        now = self._clock()
        until = now + min(timedelta(seconds=seconds), LONGEST_REST)
        with self._lock:
            resting = {**(_read(self._kept, now) if self._kept else self._until), make_host_key(url): until}
            self._until = resting
            if self._kept is not None:
                self._kept.parent.mkdir(parents=True, exist_ok=True)
                unfinished = self._kept.with_name(f"{self._kept.name}.writing")
                told = {host: moment.isoformat() for host, moment in sorted(resting.items())}
                unfinished.write_text(json.dumps(told, indent=1), encoding="utf-8")
                unfinished.replace(self._kept)


def _read(kept: Path, now: datetime) -> dict[str, datetime]:
    """Those that still rest. A damaged file keeps none; nor does a moment beyond a day, from a clock put back."""
    try:
        told = json.loads(kept.read_text(encoding="utf-8"))
        read = {str(host): datetime.fromisoformat(moment) for host, moment in told.items()}
        return {host: until for host, until in read.items() if now < until <= now + LONGEST_REST}
    except (OSError, ValueError, TypeError, AttributeError):  # missing, no JSON, no dates, dates without a zone
        return {}
