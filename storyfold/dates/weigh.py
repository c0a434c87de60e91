"""Weigh the date claims of an article: choose when it was published, how sure that is, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from storyfold.dates.days_in_text import TEXT_READ, YEAR, find_later_day, find_latest_past_day
from storyfold.dates.read import read_written_day
from storyfold.dates.zones import find_zone
from storyfold.schemas.pages import Confidence, DateClaim, Precision

FUTURE = timedelta(days=1)  # a claim may lie this far after we saw the page: clocks and zones differ by up to 26 hours
DOUBT = timedelta(days=180)  # the project's design, "Dates": how far from the claim a text's own years may lie
DAY = timedelta(days=1)
# A page stamped with the time at which it is served differs from the fetch by its transfer and by clocks: a minute and
# a half is chosen to cover both. News read within that time of its publication is dated by its feed or sitemap.
SERVED = timedelta(seconds=90)
TICK = timedelta(microseconds=1)  # the columns' resolution: the last instant of a day is this before the next
BEFORE_UTC = timedelta(hours=14)  # a calendar day starts up to 14 hours before the UTC day of its name …
BEHIND_UTC = timedelta(hours=12)  # … and ends up to 12 hours after it (tz database: offsets from +14 to -12)

# Weight of a claim against others for another day, by where it stands. Publishers write JSON-LD and meta tags for
# machines; `time` elements also mark related articles and comments, and what is only printed may be anything.
WEIGHTS = {
    "json-ld": 3.0, "meta": 3.0, "feed": 2.0, "sitemap": 2.0, "time": 1.5, "byline": 1.0, "url": 1.0, "visible": 0.5,
}  # fmt: skip
CLAIM_ORIGINS = tuple(WEIGHTS)  # also the order in which equally exact claims are preferred
STRUCTURED = frozenset({"json-ld", "meta", "time", "feed", "sitemap"})
SURE_ALONE = frozenset({"json-ld", "meta", "feed"})
NAMES = {
    "json-ld": "JSON-LD", "meta": "a meta tag", "feed": "the feed", "sitemap": "the sitemap",
    "time": "a time element", "byline": "the byline", "url": "the address", "visible": "a visible line",
}  # fmt: skip
_FINENESS: dict[Precision, int] = {"second": 0, "minute": 1, "day": 2, "none": 3}
_WALL = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)$")
_ZERO = frozenset({"Z", "+00:00", "-00:00", "+0000", "-0000"})
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0{1,9})?)?(?![\d:])")


@dataclass(frozen=True, slots=True)
class Weighing:
    """The claims at each step of weighing, for whoever explains the result: each step's are some of those before.

    `read_as` has each claim that was looked at, as read beside the others; `later_day` is the day that the text names
    as past.
    """

    read_as: Mapping[DateClaim, DateClaim]
    later_day: datetime | None
    believed: Sequence[DateClaim]
    group: Sequence[DateClaim] = ()
    best: DateClaim | None = None


@dataclass(frozen=True, slots=True)
class Dating:
    """The result of weighing: all instants aware UTC; the interval is closed at both ends, None is unbounded.

    `published_day` is the day that the page prints; it may differ from the UTC day of the instant.
    """

    published_at: datetime | None
    published_day: date | None
    precision: Precision
    confidence: Confidence
    reason: str
    not_before: datetime | None
    not_after: datetime | None
    modified_at: datetime | None
    weighing: Weighing | None = field(default=None, compare=False, repr=False)


def weigh_claims(
    claims: Sequence[DateClaim],
    *,
    text: str,
    agency: str | None,
    seen_at: datetime,
    republished: bool = False,
    zone: str | None = None,
) -> Dating:
    """Choose one time from all claims, whatever their order, with its precision, confidence and believed interval.

    The rules are those of the project's design: claims that agree on a day outweigh one that does not, the most
    exact of them gives the time. Never believed is a date in the future, one of the very instant at which the page
    was fetched, and one more than 180 days older than a day that the text reports as past (nearer ones may be reruns
    or slips of a zone), unless the page says that it was changed since. An agency's text whose only date is a bare
    visible line, with no year in the text within 180 days of it, keeps that date at confidence `low`. The date of a
    page that names another as its original (`republished`) is when it was republished: it bounds only `not_after`.
    `zone` is the IANA name of the source's zone, of which `published_day` is a day.
    """
    named = _keep_earliest([c for c in claims if c.value is not None and c.where in WEIGHTS])
    read_as = {c: _correct_label(c, named) for c in named}
    named = [*read_as.values()]
    changed = [c for c in claims if c.where.startswith("modified") and not _is_impossible(c, seen_at)]
    modified_at = max((c.value for c in changed if c.value), default=None)
    not_after = min(seen_at, _find_day_end(modified_at)) if modified_at else seen_at
    possible = [c for c in named if not _is_impossible(c, seen_at)]
    later_day = None if modified_at or not possible else find_later_day(text, seen_at, possible)
    believed = [c for c in possible if not (later_day and c.value and c.value + DOUBT < later_day)]
    if not believed:
        reason = _explain_no_date(named, possible, later_day, seen_at)
        not_before = find_latest_past_day(text, not_after)
        weighing = Weighing(read_as, later_day, believed)
        return Dating(None, None, "none", "none", reason, not_before, not_after, modified_at, weighing)
    group = max((_find_agreeing(c, believed) for c in believed), key=_rank_agreement)
    best = min(group, key=_rank_exactness)
    published_at = best.value
    assert published_at is not None  # claims without a value were set aside above
    day = _find_printed_day(best, group, zone) or published_at.date()
    confidence, reason = _choose_confidence(group, believed, published_at, day, text, agency)
    if republished:
        confidence = "medium" if confidence == "high" else confidence
        reason += "; the page names another as its original, so this is when it was republished"
    is_midnight = _says_midnight(best)
    start = published_at if is_midnight else _find_midnight(published_at)  # of the day in the zone that it names
    end = start + DAY - TICK
    not_before = find_latest_past_day(text, end) if republished or confidence == "low" else start
    precision = "day" if is_midnight else best.precision
    weighing = Weighing(read_as, later_day, believed, group, best)
    return Dating(published_at, day, precision, confidence, reason, not_before, end, modified_at, weighing)


def _find_printed_day(best: DateClaim, group: Sequence[DateClaim], zone: str | None) -> date | None:
    """Find the day that readers of the page see beside the article.

    A bare day is itself, and so is a midnight, in whose zone it may be. Of an exact time it is the source's day, where
    the source's zone is known: that is the calendar by which the paper comes out, whatever its machines write. Else
    the day of the offset that is written; one in UTC is the machine's, and gives way to another for the same instant.
    """
    if best.value is None:
        return None
    if best.precision == "day":
        return best.value.date()
    if _says_midnight(best):
        return read_written_day(best.words, zone)
    if source := find_zone(zone):
        return best.value.astimezone(source).date()
    local = sorted(
        c.words for c in group if c.value == best.value and (w := _WALL.match(c.words)) and w[2] not in _ZERO
    )
    return read_written_day(local[0] if local else best.words)


def _keep_earliest(claims: Sequence[DateClaim]) -> list[DateClaim]:
    """Keep each claim once, the earliest 40 of each `where`: a page may carry thousands of time elements."""
    kept: dict[str, list[DateClaim]] = {}
    for claim in sorted(set(claims), key=lambda c: (c.value.timestamp() if c.value else 0.0, _rank_exactness(c))):
        kept.setdefault(claim.where, []).append(claim)
    return [claim for where in CLAIM_ORIGINS for claim in kept.get(where, [])[:40]]


def _find_midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _find_day_end(instant: datetime) -> datetime:
    return _find_midnight(instant) + DAY - TICK


def explain_impossible(claim: DateClaim, seen_at: datetime) -> str:
    """Explain why a claim that was read cannot be a time of publication; empty where it can."""
    if claim.value is None:
        return "unreadable"
    if claim.value > seen_at + FUTURE:
        return "it lies in the future"
    if claim.value.timestamp() == 0:
        return "it is the zero of Unix time, a field that nobody filled in"
    return "it is the instant of the fetch" if _is_served(claim, seen_at) else ""


def _is_impossible(claim: DateClaim, seen_at: datetime) -> bool:
    return bool(explain_impossible(claim, seen_at))


def _is_served(claim: DateClaim, seen_at: datetime) -> bool:
    """Say whether a page's own claim is the time at which it was served; feeds and sitemaps list what is just out."""
    exact = claim.precision in ("second", "minute") and claim.where not in ("feed", "sitemap")
    return exact and claim.value is not None and abs(claim.value - seen_at) <= SERVED


def _correct_label(claim: DateClaim, others: Sequence[DateClaim]) -> DateClaim:
    """Move a claim that is another's local time labelled as UTC to that one's instant (13:46Z beside 13:46-04:00)."""
    wall = _WALL.match(claim.words)
    if wall is None or wall[2] not in _ZERO:
        return claim
    for other in others:
        its = _WALL.match(other.words)
        if its and its[1] == wall[1] and its[2] not in _ZERO:
            return replace(claim, value=other.value)
    return claim


def _says_midnight(claim: DateClaim) -> bool:
    """Say whether it gives the hour as 00:00:00, which content systems write where they have only a day."""
    return claim.precision != "day" and bool(_MIDNIGHT.search(claim.words))


def _explain_no_date(
    named: Sequence[DateClaim], possible: Sequence[DateClaim], later_day: datetime | None, seen_at: datetime
) -> str:
    if not named:
        return "no date was found"
    first = min(possible or named, key=_rank_exactness)
    given = f"the date given by {NAMES[first.where]}, {_format_day(first.value)},"
    if possible:
        return f"{given} is not possible: the text names {_format_day(later_day)} as past"
    if _is_served(first, seen_at):
        return f"{given} is the instant of the fetch: the page is stamped when it is asked for"
    return f"{given} is not possible: future, or never set"


def claims_agree(a: DateClaim, b: DateClaim) -> bool:
    """Say whether two claims can name one instant: days as anywhere on earth, times within 12 hours of each other."""
    if a.value is None or b.value is None:
        return False
    if a.precision == b.precision == "day":
        return a.value.date() == b.value.date()
    if "day" in (a.precision, b.precision):
        day, time = (a.value, b.value) if a.precision == "day" else (b.value, a.value)
        return _find_midnight(day) - BEFORE_UTC <= time < _find_midnight(day) + DAY + BEHIND_UTC
    return abs(a.value - b.value) <= BEHIND_UTC


def _find_agreeing(centre: DateClaim, claims: Sequence[DateClaim]) -> list[DateClaim]:
    return [c for c in claims if claims_agree(centre, c)]


def _rank_agreement(group: Sequence[DateClaim]) -> tuple[float, float, int, str, tuple[str, ...]]:
    """Rank claims that agree: by the sum of their weights, then the earlier day, since pages are dated anew later."""
    weight = sum(WEIGHTS[where] for where in {c.where for c in group})
    best = min(group, key=_rank_exactness)
    earliest = -best.value.timestamp() if best.value else 0.0
    return weight, earliest, -_rank_exactness(best)[0], best.words, tuple(sorted(c.words for c in group))


def _rank_exactness(claim: DateClaim) -> tuple[int, bool, int, float, str]:
    """Rank a claim: smaller is more exact; of days alone, those that name an hour (in an unknown zone) come first."""
    seconds = claim.value.timestamp() if claim.value else 0.0
    fineness = _FINENESS["day" if _says_midnight(claim) else claim.precision]
    no_hour = claim.value is None or claim.value == _find_midnight(claim.value) or _says_midnight(claim)
    return fineness, no_hour, CLAIM_ORIGINS.index(claim.where), seconds, claim.words


def _choose_confidence(
    group: Sequence[DateClaim],
    believed: Sequence[DateClaim],
    chosen: datetime,
    printed: date,
    text: str,
    agency: str | None,
) -> tuple[Confidence, str]:
    wheres = sorted({c.where for c in group}, key=CLAIM_ORIGINS.index)
    structured = [where for where in wheres if where in STRUCTURED]
    others = sorted({c.where for c in believed if c not in group}, key=CLAIM_ORIGINS.index)
    names, day = " and ".join(NAMES[where] for where in wheres), printed.isoformat()
    against = f"; {NAMES[others[0]]} says otherwise" if others else ""
    if len(structured) >= 2:
        return "high", f"{names} agree on {day}{against}"
    if structured:
        sure = len(wheres) > 1 or structured[0] in SURE_ALONE
        rival = any(where in STRUCTURED for where in others)
        verb = "agree on" if len(wheres) > 1 else "alone gives"
        return "high" if sure and not rival else "medium", f"{names} {verb} {day}{against}"
    if {c.where for c in believed} == {"visible"} and agency and not _has_near_year(text, chosen):
        doubt = (
            f"the only date is a bare visible line, {day}, and no year in the text lies within {DOUBT.days} days of it"
        )
        return "low", f"agency text; {doubt}"
    verb = "agree on" if len(wheres) > 1 else "alone gives"
    return "medium", f"{names} {verb} {day}; nothing machine-readable confirms it{against}"


def _format_day(instant: datetime | None) -> str:
    return instant.date().isoformat() if instant else ""


def _has_near_year(text: str, instant: datetime) -> bool:
    """Say whether a year named in the text has a day within 180 days of the instant."""
    near = {(instant - DOUBT).year, instant.year, (instant + DOUBT).year}
    return any(int(match[0]) in near for match in YEAR.finditer(text[:TEXT_READ]))
