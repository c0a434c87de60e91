"""Read the `[limits]` table of sources.toml: how much of anything untrusted is taken in, and what may be set.

`nesting` cannot be set, as the parser is built for it; how hosts are requested stands in `[fetch]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import Range

MiB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How hosts are requested: the `[fetch]` table of sources.toml, and the ports that the file names."""

    allow_loopback: bool = False  # 127.0.0.0/8 and ::1 may be requested: for tests and the demo only
    delay_seconds: float = 1.0  # the least pause between two requests to a host; robots.txt may ask for more
    user_agent: str | None = None  # who sends requests, with a page or an address where a publisher can reach them
    source_delays: tuple[tuple[str, float], ...] = ()  # of sources that have a `delay_seconds` of their own, by id
    host_delays: tuple[tuple[str, float], ...] = ()  # of the hosts that the file names, where a source has its own
    named: tuple[str, ...] = ()  # `host:port` of addresses in the file, which may be requested on that port

    @property
    def has_contact(self) -> bool:
        """Whether the user agent names a page or an address of mail."""
        return self.user_agent is not None and ("@" in self.user_agent or "://" in self.user_agent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of anything untrusted is taken in; every value can change what lands, so all are fingerprinted.

    The lower ends of the ranges leave room for any real page and response; the upper ones keep a mistyped number from
    filling a machine or holding a run for days.
    """

    # One page, decoded; the largest of 323 real news pages has 3.5 MB
    page_bytes: Annotated[int, Range(64 * 1024, 256 * MiB, "bytes")] = 10 * MiB
    # One feed or list: what the sitemap protocol (sitemaps.org) allows
    list_bytes: Annotated[int, Range(64 * 1024, 1024 * MiB, "bytes")] = 50 * MiB
    nesting: int = 2_000  # depth of elements; browsers stop at 512
    redirects: Annotated[int, Range(0, 20, "redirects")] = 5  # browsers follow 20 (fetch.spec.whatwg.org, 4.4)
    connect_seconds: Annotated[float, Range(1, 120, "seconds", whole=False)] = 10.0
    # For a whole response: a slow drip passes any time-out per read
    answer_seconds: Annotated[float, Range(1, 600, "seconds", whole=False)] = 30.0
    # Of a run for the pages of one host: a sitemap can name millions
    host_seconds: Annotated[float, Range(1, 86_400, "seconds", whole=False)] = 14_400.0
    # Of processor time to parse a page; the slowest 10 MiB (`<p>a` over and over) took 9
    page_seconds: Annotated[int, Range(1, 600, "seconds")] = 30
    # To parse a page, beyond what the program takes; the same page took 1.7 GB
    page_memory: Annotated[int, Range(256 * MiB, 64 * 1024 * MiB, "bytes")] = 2048 * MiB
    # Pages in one batch: a task costs about 80 ms, a page some 10 to 40
    batch_items: Annotated[int, Range(1, 10_000, "pages")] = 200
    network: Network = Network()
