"""Decide which of two articles copied, and which member of a family wrote the text: by evidence, given in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from types import MappingProxyType
from typing import Literal

from storyfold.copies.date_doubts import find_date_doubt, find_later_year, find_named_publisher
from storyfold.credits.agency_outlets import credits_other, is_agency, is_agency_itself
from storyfold.credits.publisher import find_outlet, name_article
from storyfold.dates.zones import find_zone
from storyfold.schemas.pages import Article, get_seen_date

Sureness = Literal["high", "medium", "low", "unknown"]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNKNOWN_FIRST = "nothing tells which of the two was first"
LEAST_NAME = 6  # letters of an outlet's name before its mention in a text counts: shorter ones are common words
# Log-odds in nats from which a direction is of this confidence: right 99 times of 100, and nine times of ten.
HIGH, MEDIUM = 4.6, 2.2
LEAST_WEIGHT = 0.1  # below it the evidence is level


@dataclass(frozen=True, slots=True)
class Direction:
    """Whether the first of the two is the one that copied, how sure that is, and why."""

    first_copied: bool
    confidence: Sureness
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """Words of the longer text beyond the shorter: before, between and after what they share."""

    before: int
    between: int
    after: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one piece of evidence: whether it says that the first copied, its weight in nats, and how to tell it."""

    name: str
    first_copied: bool
    weight: float
    tell: Callable[[], str]


# What each piece adds to the log-odds, in nats. They follow from how often such a piece misleads, as far as that is
# known, and are held by `python -m benchmarks.copy_directions`: a credit or a link outweighs any date, a date outweighs
# what else there is, and the weight of a date falls with the time between the two, since reprints follow within days
# and a page dated months before its text is known elsewhere is mostly dated falsely.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "own agency": 5.5,
        "canonical link": 5.5,
        "credit as author": 5.3,
        "agency": 3.3,
        "credit in text": 4.3,
        "date doubt": 3.0,
        "later year": 3.0,
        "dates": 3.0,
        "day seen": 1.3,
        "extra text": 0.9,
        "agency credit": 0.5,
    }
)
# The part of the weight of dates that is left where they are at most so far apart; within the hour clocks differ.
DATE_GAPS = ((HOUR, 0.5), (3 * DAY, 1.0), (30 * DAY, 0.75), (365 * DAY, 0.25), (timedelta.max, 0.15))
DOUBTFUL_DATE = 0.8  # the part that is left where one of the dates is of medium confidence
NEXT_DAY = 0.4  # the part of `day seen` that is left where the days follow one another: nights reach hosts in any order


def find_direction(
    first: Article, second: Article, extra: Extra, *, first_is_longer: bool, in_words: bool = True
) -> Direction:
    """Decide which of two articles copied: all evidence is weighed, and told from the heaviest on.

    With nothing that tells, the smaller id is taken for the first, and the confidence is `unknown`. The order of
    fetching within a day is no evidence. It depends on the two articles alone. The words are left out where they are
    not asked for: to make them takes longer than to decide.
    """
    findings = list_findings(first, second, extra, first_is_longer=first_is_longer)
    return weigh_findings(findings, first, second, in_words=in_words)


def list_findings(first: Article, second: Article, extra: Extra, *, first_is_longer: bool) -> list[Finding]:
    """List the evidence for which of two articles copied, the heaviest first; see `WEIGHTS`."""
    findings = [
        finding
        for finding in (
            _find_own_agency(first, second),
            _find_canonical_link(first, second),
            _find_credit_by_name(first, second),
            _compare_dates(first, second),
            _find_agency_credit(first, second),
            None if _are_of_one_outlet(first, second) else _judge_extra(extra, first_is_longer=first_is_longer),
            _compare_days_seen(first, second),
        )
        if finding
    ]
    return sorted(findings, key=lambda finding: -finding.weight)


def sum_findings(findings: Iterable[Finding]) -> float:
    """Return the log-odds in nats that the first of the two articles copied: in hundredths, as weights are told."""
    return round(sum(finding.weight if finding.first_copied else -finding.weight for finding in findings), 2)


def weigh_findings(findings: Sequence[Finding], first: Article, second: Article, *, in_words: bool) -> Direction:
    """Return the direction that these findings of two articles give together."""
    total = sum_findings(findings)
    if abs(total) < LEAST_WEIGHT:
        return Direction(first.article_id > second.article_id, "unknown", (UNKNOWN_FIRST,) if in_words else ())
    first_copied, sure = total > 0, abs(total)
    confidence: Sureness = "high" if sure >= HIGH else "medium" if sure >= MEDIUM else "low"
    if not in_words:
        return Direction(first_copied, confidence, ())
    words = [finding.tell() for finding in findings if finding.first_copied == first_copied]
    disputed = [f"but {finding.tell()}" for finding in findings if finding.first_copied != first_copied]
    return Direction(first_copied, confidence, tuple(words + disputed))


def _find(name: str, tell: Callable[[], str], *, first_copied: bool, part: float = 1.0) -> Finding:
    return Finding(name, first_copied, round(WEIGHTS[name] * part, 2), tell)


def _find_own_agency(first: Article, second: Article) -> Finding | None:
    found = _find_credited(first, second), _find_credited(second, first)
    if found[0] and found[1]:  # two agencies that credit each other
        return None
    if agency := found[0] or found[1]:
        article = first if found[0] else second
        tell = partial("{} is the agency credited, {}".format, name_article(article), agency)
        return _find("own agency", tell, first_copied=not found[0])
    if is_agency(first) == is_agency(second) or credits_other(first) or credits_other(second):
        return None
    named = name_article(first if is_agency(first) else second)
    return _find("agency", partial("{} is a news agency".format, named), first_copied=is_agency(second))


def _find_credited(article: Article, other: Article) -> str | None:
    """Find the agency that one of the two credits, where the article stands on its page and the other does not."""
    agency = other.agency or article.agency
    is_own = agency and is_agency_itself(article, agency) and not is_agency_itself(other, agency)
    return agency if is_own else None


def _find_canonical_link(first: Article, second: Article) -> Finding | None:
    found = find_named_publisher(first, second), find_named_publisher(second, first)
    if bool(found[0]) == bool(found[1]):  # none, or each names the other
        return None
    article = first if found[0] else second
    tell = partial("{} names an address at {} as the original".format, name_article(article), found[0] or found[1])
    return _find("canonical link", tell, first_copied=bool(found[0]))


def _find_credit_by_name(first: Article, second: Article) -> Finding | None:
    for name, names in (("credit as author", _has_as_author), ("credit in text", _names_in_text)):
        found = names(first, second), names(second, first)
        if found[0] != found[1]:
            article, other = (first, second) if found[0] else (second, first)
            tell = partial("{} names {}".format, name_article(article), name_article(other))
            return _find(name, tell, first_copied=found[0])
    return None


def _has_as_author(article: Article, other: Article) -> bool:
    name = _find_other_name(article, other)
    return bool(name) and any(name.casefold() in author.casefold() for author in article.authors)


def _names_in_text(article: Article, other: Article) -> bool:
    name = _find_other_name(article, other)
    return bool(name) and name in article.body and name not in other.body


def _find_other_name(article: Article, other: Article) -> str:
    """Return the other's outlet as printed, with its capitals; nothing where it is too short, or the article's own."""
    name = (other.outlet or "").strip()  # a search without case would cost ten times more
    return "" if len(name) < LEAST_NAME or name.casefold() == (article.outlet or "").casefold().strip() else name


def _compare_dates(first: Article, second: Article) -> Finding | None:
    for article, other, copied in ((first, second, True), (second, first, False)):
        if doubt := find_date_doubt(article, other):
            return _find("date doubt", partial("{} is {}".format, name_article(article), doubt), first_copied=copied)
    spans = [get_published_span(article) for article in (first, second)]
    if spans[0] is None or spans[1] is None:
        return None
    (start, end), (other_start, other_end) = spans[0], spans[1]
    if not (end <= other_start or other_end <= start):
        return None
    first_copied = other_end <= start
    early, late = (second, first) if first_copied else (first, second)
    if year := find_later_year(early, late):
        tell = partial("{} is dated before {}, of which its text tells".format, name_article(early), year)
        return _find("later year", tell, first_copied=not first_copied)
    gap = start - other_end if first_copied else other_start - end
    part = next(part for most, part in DATE_GAPS if gap <= most)
    if not first.date_confidence == second.date_confidence == "high":
        part *= DOUBTFUL_DATE
    return _find("dates", partial(_tell_dates, early, late), first_copied=first_copied, part=part)


def get_published_span(article: Article) -> tuple[datetime, datetime] | None:
    """Return from when to when a confidently dated article was published; None for doubted dates and unknown ones."""
    if article.published_at is None or article.date_confidence not in ("high", "medium"):
        return None
    start = article.published_at.astimezone(UTC)
    if article.published_precision in ("second", "minute"):
        return start, start + MINUTE
    # the day that the page prints, where its paper's zone is known from midnight to midnight there
    day, clock = article.published_day or start.date(), find_zone(article.zone) or UTC
    start, end = (datetime.combine(d, time(), clock).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return start, end


def _find_agency_credit(first: Article, second: Article) -> Finding | None:
    credited = credits_other(first), credits_other(second)
    if credited[0] == credited[1]:
        return None
    article, other = (first, second) if credited[0] else (second, first)
    if is_agency(other) or is_agency_itself(other, article.agency or ""):
        return None  # which is `own agency`, and says the contrary
    # An article that credits an agency copied from it, not from the other; a text without the credit was stripped of it
    # or is the agency's source. Neither is sure.
    names = name_article(article), article.agency, name_article(other)
    return _find("agency credit", partial("{} credits {}, {} credits nobody".format, *names), first_copied=credited[1])


def _are_of_one_outlet(first: Article, second: Article) -> bool:
    """Say whether one paper printed both: its later text may be the longer or the shorter one."""
    outlet = find_outlet(first)
    return outlet is not None and outlet == find_outlet(second)


def _judge_extra(extra: Extra, *, first_is_longer: bool) -> Finding | None:
    total = extra.before + extra.between + extra.after
    if not total or extra.after == extra.before + extra.between:
        return None
    # News is cut from its end (the inverted pyramid); who takes a text over adds at its head or in between.
    if extra.after > extra.before + extra.between:
        tell = partial("the shorter text stops where the longer goes on for {} words".format, extra.after)
        return _find("extra text", tell, first_copied=not first_is_longer)
    tell = partial("the longer text adds {} words before and between".format, extra.before + extra.between)
    return _find("extra text", tell, first_copied=first_is_longer)


def _compare_days_seen(first: Article, second: Article) -> Finding | None:
    days = get_seen_date(first.first_seen_at), get_seen_date(second.first_seen_at)
    if days[0] == days[1]:
        return None
    early = first if days[0] < days[1] else second
    part = NEXT_DAY if abs(days[0] - days[1]) <= DAY else 1.0
    tell = partial("{} was seen first, on {}".format, name_article(early), min(days))
    return _find("day seen", tell, first_copied=early is second, part=part)


def _tell_dates(early: Article, late: Article) -> str:
    dates = _format_time(early), _format_time(late)
    return f"{name_article(early)} published {dates[0]}, before {name_article(late)} ({dates[1]})"


def _format_time(article: Article) -> str:
    if article.published_at is None:
        return "at an unknown time"
    instant = article.published_at.astimezone(UTC)
    precise = article.published_precision in ("second", "minute")
    return f"{instant:%Y-%m-%d %H:%M} UTC" if precise else (article.published_day or instant.date()).isoformat()


def rate_copy_sureness(article: Article, original: Article, extra: Extra, *, first_is_longer: bool) -> Sureness:
    """Return how sure it is that the article took the original's text and not the other way round.

    `unknown` where nothing tells, `low` where what there is tells the contrary.
    """
    found = find_direction(article, original, extra, first_is_longer=first_is_longer, in_words=False)
    return found.confidence if found.first_copied or found.confidence == "unknown" else "low"
