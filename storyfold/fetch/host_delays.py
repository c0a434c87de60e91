"""Look up the least pause between two requests to a host, as sources.toml sets it."""

from __future__ import annotations

from collections.abc import Iterable

from storyfold.schemas.pages import Item
from storyfold.settings.fetch import FetchSettings
from storyfold.web.urls import make_host_key


class HostDelays:
    """The pauses of all hosts of a run; for any number of threads.

    A source's own `delay_seconds` holds for the hosts that it names and for those of its pages. Where several
    sources have a host, the longest of theirs does.
    """

    def __init__(self, settings: FetchSettings) -> None:
        self._default = settings.delay_seconds
        self._of_source = dict(settings.source_delays)
        self._of_host = dict(settings.host_delays)

    def get_delay(self, url: str) -> float:
        """Return the pause after a request to this address, in seconds; robots.txt may ask for more."""
        return self._of_host.get(make_host_key(url), self._default)

    def add_hosts(self, items: Iterable[Item]) -> None:
        """Add the hosts of these items; to be done before any of them is requested."""
        if not self._of_source:
            return
        for item in items:
            if item.method == "http":
                host, delay = make_host_key(item.location), self._of_source.get(item.source_id, self._default)
                self._of_host[host] = max(self._of_host.get(host, delay), delay)
