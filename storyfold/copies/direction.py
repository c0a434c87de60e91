"""Decide which of two articles copied, and which member of a family wrote the text: by evidence, given in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Literal

from storyfold.copies.date_doubts import find_date_doubt, find_named_publisher
from storyfold.credits.agency_outlets import credits_other, is_agency, is_agency_itself
from storyfold.credits.publisher import name_article
from storyfold.dates.zones import find_zone
from storyfold.schemas.pages import Article, get_seen_date

Sureness = Literal["high", "medium", "low"]
MINUTE = timedelta(minutes=1)
UNKNOWN_FIRST = "nothing tells which of the two was first"
LEAST_NAME = 6  # letters of an outlet's name before its mention in a text counts: shorter ones are common words


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


Finding = tuple[bool, Sureness, Callable[[], str]]  # whether the first copied, how sure, and what says it in words


def find_direction(
    first: Article, second: Article, extra: Extra, *, first_is_longer: bool, in_words: bool = True
) -> Direction:
    """Decide which of two articles copied: the strongest evidence decides, weaker pieces that agree are named.

    Order: an agency's own page, canonical links, a credit by name, confident dates, an agency credit, who adds and
    who cuts, and last who was seen on an earlier day. The order of fetching within a day is no evidence: then the
    smaller id is taken for the first, at confidence `low`. It depends on the two articles alone. The words are left out
    where they are not asked for: to make them takes longer than to decide.
    """
    findings = [
        finding
        for finding in (
            _find_own_agency(first, second),
            _find_canonical_link(first, second),
            _find_credit_by_name(first, second),
            _compare_dates(first, second),
            _find_agency_credit(first, second),
            _judge_extra(extra, first_is_longer=first_is_longer),
        )
        if finding
    ]
    days = get_seen_date(first.first_seen_at), get_seen_date(second.first_seen_at)
    if not findings or days[0] != days[1]:
        findings.append(_compare_days_seen(first, second, days))
    first_copied, confidence, _ = findings[0]
    disputed = [f for f in findings[1:] if f[0] != first_copied and f[1] != "low"]
    if confidence == "high" and any(f[1] == "high" for f in disputed):
        confidence = "medium"
    elif confidence == "medium" and disputed:
        confidence = "low"
    if not in_words:
        return Direction(first_copied, confidence, ())
    words = [tell() for copied, _, tell in findings if copied == first_copied]
    return Direction(first_copied, confidence, tuple(words + [f"but {tell()}" for _, _, tell in disputed]))


def _find_own_agency(first: Article, second: Article) -> Finding | None:
    for article, other, copied in ((first, second, False), (second, first, True)):
        agency = other.agency or article.agency
        if agency and is_agency_itself(article, agency) and not is_agency_itself(other, agency):
            return copied, "high", partial("{} is the agency credited, {}".format, name_article(article), agency)
    if is_agency(first) == is_agency(second) or credits_other(first) or credits_other(second):
        return None
    return (
        is_agency(second),
        "medium",
        partial("{} is a news agency".format, name_article(first if is_agency(first) else second)),
    )


def _find_canonical_link(first: Article, second: Article) -> Finding | None:
    for article, other, copied in ((first, second, True), (second, first, False)):
        if target := find_named_publisher(article, other):
            return (
                copied,
                "high",
                partial("{} names an address at {} as the original".format, name_article(article), target),
            )
    return None


def _find_credit_by_name(first: Article, second: Article) -> Finding | None:
    found = [_mentions_outlet(first, second), _mentions_outlet(second, first)]
    if found[0] == found[1]:
        return None
    article, other = (first, second) if found[0] else (second, first)
    return found[0], "medium", partial("{} names {}".format, name_article(article), name_article(other))


def _mentions_outlet(article: Article, other: Article) -> bool:
    name = (other.outlet or "").strip()  # as printed, with its capitals: the case-blind search costs ten times more
    if len(name) < LEAST_NAME or name.casefold() == (article.outlet or "").casefold().strip():
        return False
    if any(name.casefold() in author.casefold() for author in article.authors):
        return True
    return name in article.body and name not in other.body


def _compare_dates(first: Article, second: Article) -> Finding | None:
    for article, other, copied in ((first, second, True), (second, first, False)):
        if doubt := find_date_doubt(article, other):
            return copied, "medium", partial("{} is {}".format, name_article(article), doubt)
    spans = [get_published_span(article) for article in (first, second)]
    if spans[0] is None or spans[1] is None:
        return None
    (start, end), (other_start, other_end) = spans[0], spans[1]
    if not (end <= other_start or other_end <= start):
        return None
    first_copied = other_end <= start
    early, late = (second, first) if first_copied else (first, second)
    sure: Sureness = "high" if first.date_confidence == second.date_confidence == "high" else "medium"
    return (
        first_copied,
        sure,
        partial(_tell_dates, early, late),
    )


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
    # An article that credits an agency copied from it, not from the other; a text without the credit was stripped of it
    # or is the agency's source. Neither is sure.
    return (
        not credited[0],
        "low",
        partial("{} credits {}, {} credits nobody".format, name_article(article), article.agency, name_article(other)),
    )


def _judge_extra(extra: Extra, *, first_is_longer: bool) -> Finding | None:
    total = extra.before + extra.between + extra.after
    if not total or extra.after == extra.before + extra.between:
        return None
    # News is cut from its end (the inverted pyramid); who takes a text over adds at its head or in between.
    if extra.after > extra.before + extra.between:
        tell = partial("the shorter text stops where the longer goes on for {} words".format, extra.after)
        return not first_is_longer, "low", tell
    tell = partial("the longer text adds {} words before and between".format, extra.before + extra.between)
    return first_is_longer, "low", tell


def _compare_days_seen(first: Article, second: Article, days: tuple[date, date]) -> Finding:
    if days[0] != days[1]:
        early = first if days[0] < days[1] else second
        return early is second, "low", partial("{} was seen first, on {}".format, name_article(early), min(days))
    return first.article_id > second.article_id, "low", partial(str, UNKNOWN_FIRST)


def _tell_dates(early: Article, late: Article) -> str:
    dates = _format_time(early), _format_time(late)
    return f"{name_article(early)} published {dates[0]}, before {name_article(late)} ({dates[1]})"


def _format_time(article: Article) -> str:
    if article.published_at is None:
        return "at an unknown time"
    instant = article.published_at.astimezone(UTC)
    precise = article.published_precision in ("second", "minute")
    return f"{instant:%Y-%m-%d %H:%M} UTC" if precise else (article.published_day or instant.date()).isoformat()


def rate_copy_sureness(article: Article, original: Article) -> Sureness:
    """Return how sure it is that the article took the original's text and not the other way round.

    What the articles say of themselves decides; who adds and who cuts is too weak to be more than `low`.
    """
    found = find_direction(article, original, Extra(0, 0, 0), first_is_longer=False, in_words=False)
    return found.confidence if found.first_copied else "low"
