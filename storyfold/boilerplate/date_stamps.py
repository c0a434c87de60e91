"""Count on how many pages of an outlet the same date stands in the same element (say, a meta tag)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from storyfold.dates.weigh import WEIGHTS, explain_impossible
from storyfold.schemas.pages import DateClaim, Precision, get_seen_date
from storyfold.text.normalize import normalize_words

CHANGED = "modified-"
MOST_STAMPED_PAGES = 100  # pages with a date stamp that are compared one by one; the others are only counted


class DateStamp(NamedTuple):
    """Name one instant in one element (`DateClaim.where`) on the pages of one outlet."""

    outlet: str
    where: str
    value: datetime
    precision: Precision


class StampedPage(NamedTuple):
    """Describe a page with a date stamp; `number` is its position in this run, None for a page of an earlier one."""

    page_id: str
    title: str
    seen_at: datetime
    claims: tuple[DateClaim, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class KnownDateStamp:
    """Record how many pages of earlier runs have a date stamp, on which days they were seen, and some of the pages."""

    pages: int
    days: tuple[date, ...]
    stamped_pages: tuple[StampedPage, ...]


class KnownDateStamps(Protocol):
    """Look up the dates on pages of earlier runs."""

    def find_stamps(self, wanted: Collection[DateStamp]) -> Mapping[DateStamp, KnownDateStamp]:
        """Return those of the date stamps that pages of earlier runs have; the pages of this run do not count."""

    def count_dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:
        """Count the pages of these outlets that have a date that was read, by outlet, element and day seen."""


class NoKnownDateStamps:
    """Find nothing, as in an empty lake."""

    def find_stamps(self, wanted: Collection[DateStamp]) -> Mapping[DateStamp, KnownDateStamp]:  # noqa: ARG002
        """Return none."""
        return {}

    def count_dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:  # noqa: ARG002
        """Return none."""
        return {}


@dataclass(slots=True)
class Evidence:
    """Record what is known of one date stamp; `dated` counts pages seen on its days with any date in its element."""

    stamp: DateStamp
    pages: int
    days: tuple[date, ...]
    stamped_pages: tuple[StampedPage, ...]
    dated: int

    @property
    def titles(self) -> list[str]:
        """The different headlines of the pages compared; a page without one counts by its id."""
        return sorted({normalize_words(page.title) or page.page_id for page in self.stamped_pages})


@dataclass(slots=True)
class PagesByStamp:
    """Collect the pages of a run by the dates on them."""

    stamped_pages: list[StampedPage] = field(default_factory=list)
    outlets: list[str | None] = field(default_factory=list)

    def add(
        self, page_id: str, outlet: str | None, title: str | None, seen_at: datetime, claims: Iterable[DateClaim]
    ) -> int:
        """Add a page; return its number."""
        self.stamped_pages.append(StampedPage(page_id, title or "", seen_at, tuple(claims), len(self.stamped_pages)))
        self.outlets.append(outlet)
        return len(self.stamped_pages) - 1

    def list_stamps(self, number: int) -> Iterator[DateStamp]:
        """Yield the dates on a page that might be believed, each once."""
        page, outlet = self.stamped_pages[number], self.outlets[number]
        if outlet:
            read = (claim for claim in page.claims if claim.value and is_weighed(claim) and claim.precision != "none")
            stamps = (
                DateStamp(outlet, c.where, c.value, c.precision) for c in read if c.value and _is_possible(c, page)
            )
            yield from dict.fromkeys(stamps)

    def collect_evidence(self, known: KnownDateStamps, least: int) -> list[Evidence]:
        """Return what is known of each date stamp on at least `least` pages, of this run and earlier ones together."""
        new: dict[DateStamp, dict[str, StampedPage]] = {}
        dated: dict[tuple[str, str, date], set[str]] = {}
        for number, page in enumerate(self.stamped_pages):
            for stamp in self.list_stamps(number):
                of_stamp = new.setdefault(stamp, {})
                of_stamp[page.page_id] = min(of_stamp.get(page.page_id, page), page, key=_get_order)
                dated.setdefault((stamp.outlet, stamp.where, get_seen_date(page.seen_at)), set()).add(page.page_id)
        stored = known.find_stamps(new.keys())
        often = {s: found for s, found in new.items() if len(found) + (stored[s].pages if s in stored else 0) >= least}
        stored_counts = known.count_dated({stamp.outlet for stamp in often})
        counts = _add_counts(stored_counts, {key: len(pages) for key, pages in dated.items()})
        return [_make_evidence(s, often[s], stored.get(s), counts) for s in sorted(often)]


def is_weighed(claim: DateClaim) -> bool:
    """Say whether claims of this element are weighed, as a time of publication or of change."""
    return claim.where.removeprefix(CHANGED) in WEIGHTS


def _is_possible(claim: DateClaim, page: StampedPage) -> bool:
    return not explain_impossible(claim, page.seen_at)


def _get_order(page: StampedPage) -> tuple[datetime, str, str]:
    return page.seen_at, page.title, repr(page.claims)


Counts = Mapping[tuple[str, str], Mapping[date, int]]


def _add_counts(*counted: Mapping[tuple[str, str, date], int]) -> Counts:
    """Return the sums by outlet and element, and there by day."""
    sums: dict[tuple[str, str], dict[date, int]] = {}
    for numbers in counted:
        for (outlet, where, day), pages in numbers.items():
            days = sums.setdefault((outlet, where), {})
            days[day] = days.get(day, 0) + pages
    return sums


def _make_evidence(
    stamp: DateStamp, new: Mapping[str, StampedPage], stored: KnownDateStamp | None, dated: Counts
) -> Evidence:
    days = {get_seen_date(page.seen_at) for page in new.values()} | set(stored.days if stored else ())
    pages: Sequence[StampedPage] = sorted([*new.values(), *(stored.stamped_pages if stored else ())])[
        :MOST_STAMPED_PAGES
    ]
    in_time = dated.get((stamp.outlet, stamp.where), {}).items()
    return Evidence(
        stamp,
        len(new) + (stored.pages if stored else 0),
        tuple(sorted(days)),
        tuple(pages),
        sum(number for day, number in in_time if min(days) <= day <= max(days)),
    )
