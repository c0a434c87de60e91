"""The dates of pages as evidence against each other: which instant stands in which place on how many pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from storyfold.dates.weigh import WEIGHTS, why_impossible
from storyfold.schemas.pages import DateClaim, Precision, seen_date
from storyfold.text.normalize import fold

CHANGED = "modified-"
MOST_BEARERS = 100  # pages with a stamp that are looked at one by one; the others are only counted


class Stamp(NamedTuple):
    """One instant in one place on pages of one outlet."""

    outlet: str
    where: str
    value: datetime
    precision: Precision


class Bearer(NamedTuple):
    """A page with a stamp. `number` is its place among tonight's pages, None for one of an earlier night."""

    page_id: str
    title: str
    seen_at: datetime
    claims: tuple[DateClaim, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class KnownStamp:
    """What earlier nights know of a stamp: how many pages have it, on which days they were seen, and some of them."""

    pages: int
    days: tuple[date, ...]
    bearers: tuple[Bearer, ...]


class KnownStamps(Protocol):
    """What earlier nights know of the dates on an outlet's pages."""

    def stamps(self, asked: Collection[Stamp]) -> Mapping[Stamp, KnownStamp]:
        """Those of the stamps that pages of earlier nights have; tonight's pages do not count."""

    def dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:
        """How many pages of these outlets, by place and day seen, have a date that was read."""


class NoKnownStamps:
    """An empty lake's answers."""

    def stamps(self, asked: Collection[Stamp]) -> Mapping[Stamp, KnownStamp]:  # noqa: ARG002
        """None."""
        return {}

    def dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:  # noqa: ARG002
        """None."""
        return {}


@dataclass(slots=True)
class Evidence:
    """All that is known of one stamp. `dated` is how many pages seen in its time have a date in its place."""

    stamp: Stamp
    pages: int
    days: tuple[date, ...]
    bearers: tuple[Bearer, ...]
    dated: int

    @property
    def titles(self) -> list[str]:
        """The different headlines of the pages looked at; a page without one counts by its id."""
        return sorted({fold(bearer.title) or bearer.page_id for bearer in self.bearers})


@dataclass(slots=True)
class StampedPages:
    """The pages of a night by the dates on them."""

    bearers: list[Bearer] = field(default_factory=list)
    outlets: list[str | None] = field(default_factory=list)

    def add(
        self, page_id: str, outlet: str | None, title: str | None, seen_at: datetime, claims: Iterable[DateClaim]
    ) -> int:
        """Take in a page; returns its number."""
        self.bearers.append(Bearer(page_id, title or "", seen_at, tuple(claims), len(self.bearers)))
        self.outlets.append(outlet)
        return len(self.bearers) - 1

    def stamps_of(self, number: int) -> Iterator[Stamp]:
        """The dates on a page that might be believed, each once."""
        bearer, outlet = self.bearers[number], self.outlets[number]
        if outlet:
            read = (claim for claim in bearer.claims if claim.value and counts(claim) and claim.precision != "none")
            told = (Stamp(outlet, c.where, c.value, c.precision) for c in read if c.value and _may_be(c, bearer))
            yield from dict.fromkeys(told)

    def evidence(self, known: KnownStamps, least: int) -> list[Evidence]:
        """What is known of each stamp on at least so many pages, tonight's and those of earlier nights together."""
        tonight: dict[Stamp, dict[str, Bearer]] = {}
        dated: dict[tuple[str, str, date], set[str]] = {}
        for number, bearer in enumerate(self.bearers):
            for stamp in self.stamps_of(number):
                of_stamp = tonight.setdefault(stamp, {})
                of_stamp[bearer.page_id] = min(of_stamp.get(bearer.page_id, bearer), bearer, key=_order)
                dated.setdefault((stamp.outlet, stamp.where, seen_date(bearer.seen_at)), set()).add(bearer.page_id)
        held = known.stamps(tonight.keys())
        often = {s: found for s, found in tonight.items() if len(found) + (held[s].pages if s in held else 0) >= least}
        in_lake = known.dated({stamp.outlet for stamp in often})
        counts_of = _added(in_lake, {key: len(pages) for key, pages in dated.items()})
        return [_evidence(s, often[s], held.get(s), counts_of) for s in sorted(often)]


def counts(claim: DateClaim) -> bool:
    """Whether claims of this place are weighed, as a time of publication or of change."""
    return claim.where.removeprefix(CHANGED) in WEIGHTS


def _may_be(claim: DateClaim, bearer: Bearer) -> bool:
    return not why_impossible(claim, bearer.seen_at)


def _order(bearer: Bearer) -> tuple[datetime, str, str]:
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


def _evidence(stamp: Stamp, tonight: Mapping[str, Bearer], held: KnownStamp | None, dated: Counts) -> Evidence:
    days = {seen_date(bearer.seen_at) for bearer in tonight.values()} | set(held.days if held else ())
    pages: Sequence[Bearer] = sorted([*tonight.values(), *(held.bearers if held else ())])[:MOST_BEARERS]
    in_time = dated.get((stamp.outlet, stamp.where), {}).items()
    return Evidence(
        stamp,
        len(tonight) + (held.pages if held else 0),
        tuple(sorted(days)),
        tuple(pages),
        sum(number for day, number in in_time if min(days) <= day <= max(days)),
    )
