"""The `[fetch]` table: how hosts are requested, and how much of what they send is taken in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import Flag, MiB, Range, Text

# Of a pause: a mistyped number must not make a run of a thousand pages last for weeks.
DELAY = Range(0, 600, "seconds", whole=False)
USER_AGENT = Text(
    re.compile(r"[\x20-\x7e]{1,200}"),  # a header's line that every server takes; no control characters
    "one line of at most 200 printable ASCII characters",
    example="example-bot (+https://example.org/bot)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Hold how requests are sent and pages read; the last three values follow from the sources of a run.

    The lower ends of the ranges leave room for any real page and response; the upper ones keep a mistyped number from
    filling a machine or holding a run for days.
    """

    # 127.0.0.0/8 and ::1 may be requested: for tests and the demo only
    allow_loopback: Annotated[bool, Flag()] = False
    # The least pause between two requests to a host; robots.txt may ask for more
    delay_seconds: Annotated[float, DELAY] = 1.0
    # Who sends requests, with a page or an address where a publisher can reach them
    user_agent: Annotated[str | None, USER_AGENT] = None
    # One page, decoded; the largest of 323 real news pages has 3.5 MB
    page_bytes: Annotated[int, Range(64 * 1024, 256 * MiB, "bytes")] = 10 * MiB
    redirects: Annotated[int, Range(0, 20, "redirects")] = 5  # browsers follow 20 (fetch.spec.whatwg.org, 4.4)
    connect_seconds: Annotated[float, Range(1, 120, "seconds", whole=False)] = 10.0
    # For a whole response: a slow drip passes any time-out per read
    answer_seconds: Annotated[float, Range(1, 600, "seconds", whole=False)] = 30.0
    # Of a run for the pages of one host: a sitemap can name millions
    host_seconds: Annotated[float, Range(1, 86_400, "seconds", whole=False)] = 14_400.0
    # Pages in one batch: a task costs about 80 ms, and a page is read in a few
    batch_items: Annotated[int, Range(1, 10_000, "pages")] = 200

    source_delays: tuple[tuple[str, float], ...] = ()  # of sources that have a `delay_seconds` of their own, by id
    host_delays: tuple[tuple[str, float], ...] = ()  # of the hosts that the file names, where a source has its own
    named: tuple[str, ...] = ()  # `host:port` of addresses in the file, which may be requested on that port

    @property
    def has_contact(self) -> bool:
        """Whether the user agent names a page or an address of mail."""
        return self.user_agent is not None and ("@" in self.user_agent or "://" in self.user_agent)
