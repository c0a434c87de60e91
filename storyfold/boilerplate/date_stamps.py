"""The dates of pages as evidence against each other: which instant stands in which place on how many pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from storyfold.dates.weigh import WEIGHTS, explain_impossible
from storyfold.schemas.pages import DateClaim, Precision, get_seen_date
from storyfold.text.normalize import normalize_words

CHANGED = "modified-"
MOST_BEARERS = 100  # pages with a stamp that are looked at one by one; the others are only counted


class DateStamp(NamedTuple):
    """One instant in one place on pages of one outlet."""

    outlet: str
    where: str
    value: datetime
    precision: Precision


class StampedPage(NamedTuple):
    """A page with a stamp. `number` is its place among tonight's pages, None for one of an earlier night."""

    page_id: str
    title: str
    seen_at: datetime
    claims: tuple[DateClaim, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class KnownDateStamp:
    """What earlier nights know of a stamp: how many pages have it, on which days they were seen, and some of them."""

    pages: int
    days: tuple[date, ...]
    bearers: tuple[StampedPage, ...]


class KnownDateStamps(Protocol):
    """What earlier nights know of the dates on an outlet's pages."""

    def stamps(self, asked: Collection[DateStamp]) -> Mapping[DateStamp, KnownDateStamp]:
        """Those of the stamps that pages of earlier nights have; tonight's pages do not count."""

    def dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:
        """How many pages of these outlets, by place and day seen, have a date that was read."""


class NoKnownDateStamps:
    """An empty lake's answers."""

    def stamps(self, asked: Collection[DateStamp]) -> Mapping[DateStamp, KnownDateStamp]:  # noqa: ARG002
        """None."""
        return {}

    def dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:  # noqa: ARG002
        """None."""
        return {}


@dataclass(slots=True)
class Evidence:
    """All that is known of one stamp. `dated` is how many pages seen in its time have a date in its place."""

    stamp: DateStamp
    pages: int
    days: tuple[date, ...]
    bearers: tuple[StampedPage, ...]
    dated: int

    @property
    def titles(self) -> list[str]:
        """The different headlines of the pages looked at; a page without one counts by its id."""
        return sorted({normalize_words(bearer.title) or bearer.page_id for bearer in self.bearers})


@dataclass(slots=True)
class PagesByStamp:
    """The pages of a night by the dates on them."""

    bearers: list[StampedPage] = field(default_factory=list)
    outlets: list[str | None] = field(default_factory=list)

    def add(
        self, page_id: str, outlet: str | None, title: str | None, seen_at: datetime, claims: Iterable[DateClaim]
    ) -> int:
        """Take in a page; returns its number."""
        self.bearers.append(StampedPage(page_id, title or "", seen_at, tuple(claims), len(self.bearers)))
        self.outlets.append(outlet)
        return len(self.bearers) - 1

    def stamps_of(self, number: int) -> Iterator[DateStamp]:
        """The dates on a page that might be believed, each once."""
        bearer, outlet = self.bearers[number], self.outlets[number]
        if outlet:
            read = (claim for claim in bearer.claims if claim.value and is_weighed(claim) and claim.precision != "none")
            told = (DateStamp(outlet, c.where, c.value, c.precision) for c in read if c.value and _may_be(c, bearer))
            yield from dict.fromkeys(told)

    def evidence(self, known: KnownDateStamps, least: int) -> list[Evidence]:
        """What is known of each stamp on at least so many pages, tonight's and those of earlier nights together."""
        tonight: dict[DateStamp, dict[str, StampedPage]] = {}
        dated: dict[tuple[str, str, date], set[str]] = {}
        for number, bearer in enumerate(self.bearers):
            for stamp in self.stamps_of(number):
                of_stamp = tonight.setdefault(stamp, {})
                of_stamp[bearer.page_id] = min(of_stamp.get(bearer.page_id, bearer), bearer, key=_order)
                dated.setdefault((stamp.outlet, stamp.where, get_seen_date(bearer.seen_at)), set()).add(bearer.page_id)
        held = known.stamps(tonight.keys())
        often = {s: found for s, found in tonight.items() if len(found) + (held[s].pages if s in held else 0) >= least}
        in_lake = known.dated({stamp.outlet for stamp in often})
        counts_of = _added(in_lake, {key: len(pages) for key, pages in dated.items()})
        return [_evidence(s, often[s], held.get(s), counts_of) for s in sorted(often)]


def is_weighed(claim: DateClaim) -> bool:
    """Whether claims of this place are weighed, as a time of publication or of change."""
    return claim.where.removeprefix(CHANGED) in WEIGHTS


def _may_be(claim: DateClaim, bearer: StampedPage) -> bool:
    return not explain_impossible(claim, bearer.seen_at)


def _order(bearer: StampedPage) -> tuple[datetime, str, str]:
    return bearer.seen_at, bearer.title, repr(bearer.claims)


Counts = Mapping[tuple[str, str], Mapping[date, int]]


def _added(*counted: Mapping[tuple[str, str, date], int]) -> Counts:
    """The sums by outlet and place, and there by day."""
    sums: dict[tuple[str, str], dict[date, int]] = {}
    for numbers in counted:
        for (outlet, where, day), pages in numbers.items():
            days = sums.setdefault((outlet, where), {})
            days[day] = days.get(day, 0) + pages
    return sums


def _evidence(
    stamp: DateStamp, tonight: Mapping[str, StampedPage], held: KnownDateStamp | None, dated: Counts
) -> Evidence:
    days = {get_seen_date(bearer.seen_at) for bearer in tonight.values()} | set(held.days if held else ())
    pages: Sequence[StampedPage] = sorted([*tonight.values(), *(held.bearers if held else ())])[:MOST_BEARERS]
    in_time = dated.get((stamp.outlet, stamp.where), {}).items()
    return Evidence(
        stamp,
        len(tonight) + (held.pages if held else 0),
        tuple(sorted(days)),
        tuple(pages),
        sum(number for day, number in in_time if min(days) <= day <= max(days)),
    )
