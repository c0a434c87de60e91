"""Throttle hosts: one request at a time to a host, with a pause before the next, over all threads and batches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from storyfold.web.urls import make_host_key


@dataclass(slots=True)
class _HostGate:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # of the monotonic clock


class HostThrottle:
    """The gates of all hosts that this process requests from; for any number of threads."""

    def __init__(self) -> None:
        self._gates: dict[str, _HostGate] = {}
        self._lock = threading.Lock()

    @contextmanager
    def hold_host(self, url: str, delay: float) -> Iterator[None]:
        """Hold the host of `url` for one request, once it was left alone for the delay of the one before.

        The pause is counted from the end of a request, so that a slow host gets fewer. A thread holds one host
        at a time and must not wait for another meanwhile, or two could wait for each other.
        """
        gate = self._get_gate(url)
        with gate.lock:
            if (pause := gate.free_at - time.monotonic()) > 0:
                time.sleep(pause)
            try:
                yield
            finally:
                gate.free_at = max(gate.free_at, time.monotonic() + delay)

    def pause_host(self, url: str, seconds: float) -> None:
        """Leave a host alone for so many seconds; called by the thread that holds it."""
        self._get_gate(url).free_at = time.monotonic() + seconds

    def _get_gate(self, url: str) -> _HostGate:
        with self._lock:
            return self._gates.setdefault(make_host_key(url), _HostGate())
