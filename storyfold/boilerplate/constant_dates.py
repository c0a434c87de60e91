"""Find dates that an outlet puts on all its pages, and date a page without them.

Such a date is that of the template, of the last build, of an import or of the day of the visit.

That many pages share a date is no reason for doubt: a busy day gives every report the same one. It needs a
contradiction: the pages' other claims or texts name other days, the pages went on appearing long after the date, or
the date is so exact that no two reports are written at it. A paper that puts out all its reports in one go has such a
date as well, and its day is right: so where the pages are just out and name no other day, that day stays, doubted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from storyfold.boilerplate.date_stamps import (
    CHANGED,
    DateStamp,
    Evidence,
    KnownDateStamps,
    PagesByStamp,
    StampedPage,
    is_weighed,
)
from storyfold.boilerplate.repeated_lines import is_one_affair
from storyfold.dates.days_in_text import find_later_day
from storyfold.dates.weigh import DAY, NAMES, WEIGHTS, Dating, claims_agree, explain_impossible, weigh_claims
from storyfold.schemas.pages import DateClaim, get_seen_date
from storyfold.settings.boilerplate import BoilerplateSettings

QUARTER = 15  # minutes: content systems publish at set times, and write a day as midnight of any zone of the world
TEXTS_READ = 12  # pages with a date stamp whose texts are searched for dates: seldom over a millisecond each
# Claims that can only be about the page itself: `time` elements and printed lines may be of its teasers.
_OWN = frozenset({"json-ld", "meta", "feed", "sitemap", "url"})

GetText = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Constant:
    """Record on how many pages a constant date stands, and whether they may have been put out together at it."""

    pages: int
    is_fresh: bool = False


Constants = Mapping[tuple[str, datetime], Constant]


@dataclass(frozen=True, slots=True)
class ConstantDates:
    """Hold the dates that were found constant."""

    pages: PagesByStamp
    found: Mapping[DateStamp, Constant]

    def find_on_page(self, number: int) -> Constants:
        """Return those on one page, by element (`DateClaim.where`) and instant."""
        return {(s.where, s.value): self.found[s] for s in self.pages.list_stamps(number) if s in self.found}


def find_constant_dates(
    pages: PagesByStamp, known: KnownDateStamps, get_text: GetText, settings: BoilerplateSettings
) -> ConstantDates:
    """Find the dates that an outlet puts on all its pages, so that they are no page's own time of publication.

    `get_text` gives the text of a page of this run by its number. The result does not depend on the pages' order.
    """
    days = _DaysInTexts(get_text)
    evidence = pages.collect_evidence(known, settings.contradicted_pages)
    judged = ((found.stamp, _judge_date(found, days, settings)) for found in evidence)
    return ConstantDates(pages, {stamp: constant for stamp, constant in judged if constant})


def weigh_without_constants(
    claims: Sequence[DateClaim],
    constants: Constants,
    *,
    text: str,
    agency: str | None,
    seen_at: datetime,
    republished: bool,
    zone: str | None = None,
) -> Dating:
    """Weigh a page's claims with `weigh_claims`, with the constant dates set aside; the reason says so.

    The day of a fresh one stays, at confidence `low`, where nothing else is left; it bounds only `not_after`.
    """
    left = [c for c in claims if c.value is None or (c.where, c.value) not in constants]
    dating = weigh_claims(left, text=text, agency=agency, seen_at=seen_at, republished=republished, zone=zone)
    dated = {stamp: constant for stamp, constant in constants.items() if stamp[0] in NAMES}
    if not dated:
        return dating
    fresh = {stamp: constant for stamp, constant in dated.items() if constant.is_fresh}
    if dating.published_at is None and fresh:
        left += [c for c in claims if c.value and (c.where, c.value) in fresh]
        dating = weigh_claims(left, text=text, agency=agency, seen_at=seen_at, republished=republished, zone=zone)
        if dating.published_at is not None:
            reason = f"{_describe_widest(fresh)}, which may have been put out together"
            return replace(dating, precision="day", confidence="low", not_before=None, reason=reason)
    is_undated = not any(c.value and is_weighed(c) and not c.where.startswith(CHANGED) for c in left)
    return replace(
        dating, reason=_describe_widest(dated) if is_undated else f"{dating.reason}; {_describe_widest(dated)}"
    )


def _describe_widest(constants: Constants) -> str:
    """Describe the one of these dates that stands on most pages."""
    where, value = max(constants, key=lambda stamp: (constants[stamp].pages, WEIGHTS[stamp[0]], stamp))
    pages = constants[where, value].pages
    return f"{value.date().isoformat()}, given by {NAMES[where]}, is stamped on {pages} pages of this outlet"


class _DaysInTexts:
    """Find the latest day that a page's text names as past; a text is searched once for each year of a date stamp."""

    def __init__(self, get_text: GetText) -> None:
        self._get_text = get_text
        self._latest: dict[tuple[int, int], date | None] = {}

    def find_later(self, page: StampedPage, stamp: DateStamp) -> Collection[date]:
        """Return that day if it lies after the date stamp by more than a time zone can make of it, else nothing."""
        if page.number is None:
            return ()
        key = (page.number, stamp.value.year)
        if key not in self._latest:
            stamped = DateClaim(where=stamp.where, words="", value=stamp.value, precision=stamp.precision)
            past = find_later_day(self._get_text(page.number), page.seen_at, [stamped])
            self._latest[key] = past.date() if past else None
        latest = self._latest[key]
        return {latest} if latest and latest > get_seen_date(stamp.value + DAY) else ()


def _judge_date(found: Evidence, days: _DaysInTexts, settings: BoilerplateSettings) -> Constant | None:
    titles = found.titles
    if len(titles) < settings.contradicted_pages:
        return None
    is_change = found.stamp.where.startswith(CHANGED)
    is_everywhere = found.pages >= settings.site_wide_share * found.dated
    is_site_wide = len(titles) >= settings.uncontradicted_pages and is_everywhere
    is_late = is_site_wide and _appears_long_after(found, settings)
    if not is_change and (is_late or _is_contradicted(found, days, settings)):
        return Constant(found.pages)
    is_affair = len(titles) < settings.many_pages and is_one_affair(titles, settings.affair_share)
    if not is_site_wide or not _is_timed(found.stamp.value) or is_affair:
        return None
    fresh = timedelta(days=settings.fresh_days)
    is_fresh = all(page.seen_at - found.stamp.value <= fresh for page in found.stamped_pages)
    return Constant(found.pages, is_fresh and not is_change)


def _is_timed(instant: datetime) -> bool:
    """Say whether an instant is on no quarter of an hour, so that it is neither a day nor a set time."""
    return bool(instant.second or instant.minute % QUARTER)


def _appears_long_after(found: Evidence, settings: BoilerplateSettings) -> bool:
    """Say whether new pages carried the date on several days, all long after it."""
    first, last = found.days[0], found.days[-1]
    is_late = first - get_seen_date(found.stamp.value) > timedelta(days=settings.issue_days)
    goes_on = last - first >= timedelta(days=settings.appearing_days) and len(found.days) >= settings.appeared_days
    return is_late and goes_on


def _is_contradicted(found: Evidence, days: _DaysInTexts, settings: BoilerplateSettings) -> bool:
    """Say whether half of the pages name other days for themselves, and not all the same."""
    issue = timedelta(days=settings.issue_days)
    named = [_list_other_days(page, found.stamp, issue) for page in found.stamped_pages]
    if _are_enough(named, settings):
        return True
    sample = [page for page in found.stamped_pages if page.number is not None][:TEXTS_READ]
    least = settings.contradicted_pages
    if len(sample) < least:
        return False
    first, rest = sample[:least], sample[least:]
    later = [days.find_later(page, found.stamp) for page in first]
    if not any(later):  # as on honest pages: the rest need not be read
        return False
    return _are_enough([*later, *(days.find_later(page, found.stamp) for page in rest)], settings)


def _are_enough(named: Sequence[Collection[date]], settings: BoilerplateSettings) -> bool:
    """Say whether enough pages name another day, and enough different ones; `named` has the days of each page."""
    pages = sum(bool(days) for days in named)
    days = {min(days) for days in named if days}
    least = max(settings.contradicted_pages, settings.contradicted_share * len(named))
    return pages >= least and len(days) >= settings.other_days


def _list_other_days(page: StampedPage, stamp: DateStamp, issue: timedelta) -> set[date]:
    """Return the days that a page's other claims name against the date stamp.

    Near the stamp's time they name none where another element that can only mean the page agrees with it: a weekly that
    comes out on one day also states when each report was begun. On pages seen long after it, a `time` element counts
    against such an element, if all of the page's name one day; before, it may be of a teaser on a page of a busy day.
    """
    stamped = DateClaim(where=stamp.where, words="", value=stamp.value, precision=stamp.precision)
    read = [c for c in page.claims if c.value and c.where in WEIGHTS and not explain_impossible(c, page.seen_at)]
    against = [c for c in read if not claims_agree(c, stamped)]
    days = {get_seen_date(c.value) for c in against if c.value and _may_contradict(c.where, stamp.where)}
    if page.seen_at - stamp.value <= issue:
        is_backed = any(c.where in _OWN and c.where != stamp.where and claims_agree(c, stamped) for c in read)
        return set() if is_backed else days
    times = {get_seen_date(c.value) for c in read if c.value and c.where == "time"}
    one_time = times if len(times) == 1 and any(c.where == "time" for c in against) else set()
    return days or one_time


def _may_contradict(claimed: str, stamped: str) -> bool:
    """Say whether an element is surely about its page, or surer than the date stamp's where that one is not."""
    return claimed in _OWN or (stamped not in _OWN and WEIGHTS[claimed] > WEIGHTS[stamped])
