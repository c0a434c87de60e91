"""Discover one source: everything its feeds, sitemaps, lists, folders and archives name, each thing once."""

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
from storyfold.identity.ids import make_item_id, make_reject_id
from storyfold.outcomes import Reason, StageCounts
from storyfold.schemas.pages import Fetch, Item, Reject, get_seen_date
from storyfold.settings.sources import Limits, Source
from storyfold.web.messages import SendRequest
from storyfold.web.urls import MAX_LENGTH, make_canonical_url


@dataclass(slots=True)
class Discovered:
    """What one source has tonight; `met` counts everything that was looked at, whatever became of it."""

    items: list[Item] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    met: int = 0

    @property
    def counts(self) -> StageCounts:
        """How many things were met, and what became of them."""
        return StageCounts("discover", self.met, len(self.items), Counter(r.reason for r in self.rejects))


def discover(source: Source, ask: SendRequest, limits: Limits, now: datetime) -> Discovered:
    """All that one source names, in the order of its keys and of their entries; nothing raises for bad input.

    `ask` carries questions for feeds, sitemaps and nothing else. The first of two equal things is an item, the
    later one a reject; `fetches` has one row for each question, without the run (the caller knows it).
    """
    questions = ListRequests(source.id, ask, limits, now)
    gathered = _Gathered(source, now)
    for outcome in _outcomes(source, questions, limits):
        gathered.add(outcome)
    gathered.result.fetches = questions.fetches
    return gathered.result


def _outcomes(source: Source, questions: ListRequests, limits: Limits) -> Iterator[Outcome]:
    for address in source.feeds:
        yield from find_in_feed(address, questions, source.zone)
    for address in source.sitemaps:
        yield from find_in_sitemap(address, questions, source.zone)
    for place in source.urls:
        yield from find_in_list(place, limits.list_bytes)
    for place in source.pages:
        yield from find_pages(place)
    for place in source.archives:
        yield from find_in_archives(place)


def find_pages(place: str) -> Iterator[Outcome]:
    """The page files that a path, folder or glob names."""
    for found in find_files(place, is_page):
        if isinstance(found, Refusal):
            yield found
        else:
            yield Candidate(method="file", location=str(found.path), name=found.name)


class _Gathered:
    """Outcomes turned into rows, what was met before told apart."""

    def __init__(self, source: Source, now: datetime) -> None:
        self.source = source
        self.now = now
        self.result = Discovered()
        self.seen: set[tuple[str, str, int | None]] = set()
        self.refused: Counter[tuple[str, int | None, Reason]] = Counter()

    def add(self, outcome: Outcome) -> None:
        self.result.met += 1
        if isinstance(outcome, Refusal):
            self._reject(outcome)
            return
        known_by = make_canonical_url(outcome.location) if outcome.method == "http" else outcome.location
        if known_by is None:
            self._reject(Refusal(location=outcome.location, reason=Reason.BAD_URL, detail=_what_is_wrong(outcome)))
            return
        key = (outcome.method, known_by, outcome.offset)
        if key in self.seen:
            self._reject(Refusal(location=outcome.location, reason=Reason.REPEATED_ITEM, offset=outcome.offset))
            return
        self.seen.add(key)
        self.result.items.append(self._item(outcome))

    def _item(self, found: Candidate) -> Item:
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

    def _reject(self, refused: Refusal) -> None:
        location = make_printable(refused.location)[:MAX_LENGTH]
        key = (location, refused.offset, refused.reason)
        self.refused[key] += 1
        # The same thing may be refused twice in a night, as an address found three times is: each has its row.
        again = None if self.refused[key] == 1 else str(self.refused[key])
        source_id = self.source.id
        self.result.rejects.append(
            Reject(
                reject_id=make_reject_id("discover", source_id, location, refused.offset, refused.reason, again),
                seen_date=get_seen_date(self.now),
                stage="discover",
                source_id=source_id,
                reason=refused.reason.value,
                detail=make_printable(refused.detail),
                location=location,
                url=location if make_canonical_url(location) else None,
                first_seen_at=self.now,
            )
        )


def _what_is_wrong(found: Candidate) -> str:
    return f"not an http or https address of at most 2,048 characters: {found.location[:200]!r}"
