"""Remember, beyond a run, the hosts that asked to be left alone for longer than it waits (Retry-After)."""

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
LONGEST_TEXT = 64  # characters of a Retry-After; an HTTP-date has 29 (RFC 9110, 5.6.7)


def read_retry_after(retry_after: str | None, now: datetime) -> float:
    """Read the seconds that a busy server asks to pause, a number or a date (RFC 9110, 10.2.3); 0 where it does not."""
    text = (retry_after or "").strip()
    if not text or len(text) > LONGEST_TEXT or not text.isascii():
        return 0.0
    longest = LONGEST_REST.total_seconds()
    if text.isdigit():
        return min(float(text), longest)
    try:
        until = parsedate_to_datetime(text)
        pause = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):  # what the parser raises for a text that is no date
        return 0.0
    return min(max(0.0, pause.total_seconds()), longest)


class RestingHosts:
    """The hosts that rest, each until when; for any number of threads.

    They stand in a file, so that the runs that come sooner leave them alone too. The clock is the computer's,
    whatever time a run was given: it is the server's hour that must pass.
    """

    def __init__(self, path: Path | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._until = _read(path, clock()) if path else {}

    def check(self, url: str) -> None:
        """Raise Rejected NO_ANSWER while the host of this address rests."""
        until = self._until.get(make_host_key(url))
        if until is not None and self._clock() < until:
            shown = until.isoformat(timespec="seconds")
            raise Rejected(Reason.NO_ANSWER, f"not asked: the host asked to be left alone until {shown} (Retry-After)")

    def begin_rest(self, url: str, seconds: float) -> None:
        """Leave the host of this address alone for so many seconds, a day at most."""
        now = self._clock()
        until = now + min(timedelta(seconds=seconds), LONGEST_REST)
        with self._lock:
            resting = {**(_read(self._path, now) if self._path else self._until), make_host_key(url): until}
            self._until = resting
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                unfinished = self._path.with_name(f"{self._path.name}.writing")
                stored = {host: moment.isoformat() for host, moment in sorted(resting.items())}
                unfinished.write_text(json.dumps(stored, indent=1), encoding="utf-8")
                unfinished.replace(self._path)


def _read(path: Path, now: datetime) -> dict[str, datetime]:
    """Read those that still rest. A damaged file has none; nor does a moment beyond a day, from a clock put back."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        read = {str(host): datetime.fromisoformat(moment) for host, moment in stored.items()}
        return {host: until for host, until in read.items() if now < until <= now + LONGEST_REST}
    except (OSError, ValueError, TypeError, AttributeError):  # missing, no JSON, no dates, dates without a zone
        return {}
