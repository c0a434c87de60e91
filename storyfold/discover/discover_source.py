"""Discover one source: list everything its feeds, sitemaps, lists, folders and archives name, each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from storyfold.discover.archives import find_in_archives
from storyfold.discover.candidates import Candidate, Outcome, Refusal, make_printable
from storyfold.discover.feeds import find_in_feed
from storyfold.discover.folders import find_files, is_page
from storyfold.discover.list_requests import ListRequests
from storyfold.discover.lists import find_in_list
from storyfold.discover.sitemaps import find_in_sitemap
from storyfold.identity.ids import make_item_id
from storyfold.outcomes import Reason, StageCounts
from storyfold.run.rejects import make_reject
from storyfold.schemas.pages import Fetch, Item, Reject, get_seen_date
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.sources import Source
from storyfold.web.messages import SendRequest
from storyfold.web.urls import MAX_LENGTH, make_canonical_url


@dataclass(slots=True)
class Discovered:
    """Items, rejects and requests of one source; `met` counts everything that was found, whatever became of it."""

    items: list[Item] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    met: int = 0

    @property
    def counts(self) -> StageCounts:
        """How many things were found, and what became of them."""
        return StageCounts("discover", self.met, len(self.items), Counter(r.reason for r in self.rejects))


def discover(source: Source, send_request: SendRequest, settings: DiscoverSettings, now: datetime) -> Discovered:
    """List all that one source names, in the order of its keys and of their entries; nothing raises for bad input.

    `send_request` is used for feeds, sitemaps and nothing else. The first of two equal things is an item, the later
    one a reject; `fetches` has one row for each request, without the run (the caller knows it).
    """
    list_requests = ListRequests(source.id, send_request, settings.list_bytes, now)
    collector = _Collector(source, now)
    for outcome in _find_outcomes(source, list_requests):
        collector.add(outcome)
    collector.result.fetches = list_requests.fetches
    return collector.result


def _find_outcomes(source: Source, list_requests: ListRequests) -> Iterator[Outcome]:
    for address in source.feeds:
        yield from find_in_feed(address, list_requests, source.zone)
    for address in source.sitemaps:
        yield from find_in_sitemap(address, list_requests, source.zone)
    for location in source.urls:
        yield from find_in_list(location, list_requests.list_bytes)
    for location in source.pages:
        yield from find_pages(location)
    for location in source.archives:
        yield from find_in_archives(location)


def find_pages(location: str) -> Iterator[Outcome]:
    """Yield the page files that a path, folder or glob names."""
    for found in find_files(location, is_page):
        if isinstance(found, Refusal):
            yield found
        else:
            yield Candidate(method="file", location=str(found.path), name=found.name)


class _Collector:
    """Turns outcomes into rows; a thing that was found before is rejected."""

    def __init__(self, source: Source, now: datetime) -> None:
        self.source = source
        self.now = now
        self.result = Discovered()
        self.seen: set[tuple[str, str, int | None]] = set()
        self.times_refused: Counter[tuple[str, int | None, Reason]] = Counter()

    def add(self, outcome: Outcome) -> None:
        self.result.met += 1
        if isinstance(outcome, Refusal):
            self._add_reject(outcome)
            return
        canonical = make_canonical_url(outcome.location) if outcome.method == "http" else outcome.location
        if canonical is None:
            self._add_reject(
                Refusal(location=outcome.location, reason=Reason.BAD_URL, detail=_describe_bad_address(outcome))
            )
            return
        key = (outcome.method, canonical, outcome.offset)
        if key in self.seen:
            self._add_reject(Refusal(location=outcome.location, reason=Reason.REPEATED_ITEM, offset=outcome.offset))
            return
        self.seen.add(key)
        self.result.items.append(self._make_item(outcome))

    def _make_item(self, found: Candidate) -> Item:
        source = self.source
        return Item(
            item_id=make_item_id(source.id, found.method, found.location, found.offset),
            source_id=source.id,
            outlet=source.outlet,
            language=source.language,
            zone=source.zone,
            method=found.method,
            location=found.location,
            name=found.name,
            offset=found.offset,
            title=found.title,
            date_claims=found.date_claims,
        )

    def _add_reject(self, refusal: Refusal) -> None:
        location = make_printable(refusal.location)[:MAX_LENGTH]
        key = (location, refusal.offset, refusal.reason)
        self.times_refused[key] += 1
        # The same thing may be refused twice in a run, as an address found three times is: each has its row.
        again = None if self.times_refused[key] == 1 else str(self.times_refused[key])
        self.result.rejects.append(
            make_reject(
                "discover",
                refusal.reason,
                make_printable(refusal.detail),
                source_id=self.source.id,
                location=location,
                offset=refusal.offset,
                repetition=again,
                seen_date=get_seen_date(self.now),
                first_seen_at=self.now,
                url=location if make_canonical_url(location) else None,
            )
        )


def _describe_bad_address(found: Candidate) -> str:
    return f"not an http or https address of at most 2,048 characters: {found.location[:200]!r}"
