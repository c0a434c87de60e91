"""Decide which of two articles copied, and which member of a family wrote the text: by evidence, given in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from storyfold.copies.date_doubts import find_date_doubt, find_named_publisher
from storyfold.credits.agency_outlets import credits_other, is_agency, is_agency_itself
from storyfold.credits.publisher import find_original_publisher, name_article
from storyfold.dates.zones import find_zone
from storyfold.schemas.pages import Article, get_seen_date
from storyfold.web.publishers import find_serving_publisher

Sureness = Literal["high", "medium", "low"]
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


Finding = tuple[bool, Sureness, str]  # whether the first copied, how sure, in words


def find_direction(first: Article, second: Article, extra: Extra, *, first_is_longer: bool) -> Direction:
    """Decide which of two articles copied: the strongest evidence decides, weaker pieces that agree are named.

    Order: an agency's own page, canonical links, a credit by name, confident dates, an agency credit, who adds and
    who cuts, and last who was seen on an earlier day. The order of fetching within a day is no evidence: then the
    smaller id is taken for the first, at confidence `low`. It depends on the two articles alone.
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
    if not findings or get_seen_date(first.first_seen_at) != get_seen_date(second.first_seen_at):
        findings.append(_compare_days_seen(first, second))
    first_copied, confidence, _ = findings[0]
    disputed = [f for f in findings[1:] if f[0] != first_copied and f[1] != "low"]
    if confidence == "high" and any(f[1] == "high" for f in disputed):
        confidence = "medium"
    elif confidence == "medium" and disputed:
        confidence = "low"
    words = [words for copied, _, words in findings if copied == first_copied]
    return Direction(first_copied, confidence, tuple(words + [f"but {f[2]}" for f in disputed]))


def _find_own_agency(first: Article, second: Article) -> Finding | None:
    for article, other, copied in ((first, second, False), (second, first, True)):
        agency = other.agency or article.agency
        if agency and is_agency_itself(article, agency) and not is_agency_itself(other, agency):
            return copied, "high", f"{name_article(article)} is the agency credited, {agency}"
    if is_agency(first) == is_agency(second) or credits_other(first) or credits_other(second):
        return None
    return is_agency(second), "medium", f"{name_article(first if is_agency(first) else second)} is a news agency"


def _find_canonical_link(first: Article, second: Article) -> Finding | None:
    for article, other, copied in ((first, second, True), (second, first, False)):
        if target := find_named_publisher(article, other):
            return copied, "high", f"{name_article(article)} names an address at {target} as the original"
    return None


def _find_credit_by_name(first: Article, second: Article) -> Finding | None:
    found = [_mentions_outlet(first, second), _mentions_outlet(second, first)]
    if found[0] == found[1]:
        return None
    article, other = (first, second) if found[0] else (second, first)
    return found[0], "medium", f"{name_article(article)} names {name_article(other)}"


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
            return copied, "medium", f"{name_article(article)} is {doubt}"
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
        f"{name_article(early)} published {_format_time(early)}, before {name_article(late)} ({_format_time(late)})",
    )


def get_published_span(article: Article) -> tuple[datetime, datetime] | None:
    """Return from when to when a confidently dated article was published; None for doubted dates and unknown ones."""
    if article.published_at is None or article.date_confidence not in ("high", "medium"):
        return None
    start = article.published_at
    if article.published_precision in ("second", "minute"):
        return start.astimezone(UTC), start.astimezone(UTC) + timedelta(minutes=1)
    # the day that the page prints, where its paper's zone is known from midnight to midnight there
    day, clock = article.published_day or start.astimezone(UTC).date(), find_zone(article.zone) or UTC
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
        f"{name_article(article)} credits {article.agency}, {name_article(other)} credits nobody",
    )


def _judge_extra(extra: Extra, *, first_is_longer: bool) -> Finding | None:
    total = extra.before + extra.between + extra.after
    if not total or extra.after == extra.before + extra.between:
        return None
    # News is cut from its end (the inverted pyramid); who takes a text over adds at its head or in between.
    if extra.after > extra.before + extra.between:
        return not first_is_longer, "low", f"the shorter text stops where the longer goes on for {extra.after} words"
    return first_is_longer, "low", f"the longer text adds {extra.before + extra.between} words before and between"


def _compare_days_seen(first: Article, second: Article) -> Finding:
    days = get_seen_date(first.first_seen_at), get_seen_date(second.first_seen_at)
    if days[0] != days[1]:
        early = first if days[0] < days[1] else second
        return early is second, "low", f"{name_article(early)} was seen first, on {min(days)}"
    return first.article_id > second.article_id, "low", UNKNOWN_FIRST


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
    found = find_direction(article, original, Extra(0, 0, 0), first_is_longer=False)
    return found.confidence if found.first_copied else "low"


def choose_original(whole: Sequence[Article]) -> Article | None:
    """Choose the member that wrote the family's text, of those that have most of it; None if we have not seen it.

    The credited agency's own page; else the page that others' canonical links point to; else, where anybody credits
    an agency, only a page without the credit that is confidently dated before all that have it; else an agency's page,
    else the earliest confident date, then the day first seen, then the smallest id.
    """
    ranked = sorted(whole, key=lambda a: (get_seen_date(a.first_seen_at), a.article_id))
    agencies = sorted({a.agency for a in ranked if a.agency})
    for agency in agencies:
        if own := [a for a in ranked if is_agency_itself(a, agency) and not credits_other(a)]:
            return _choose_earliest(own)
    links = [(find_serving_publisher(a), find_original_publisher(a)) for a in ranked]
    publishers = {target for publisher, target in links if publisher and publisher != target}
    if linked := [a for a in ranked if find_serving_publisher(a) in publishers - {None}]:
        return _choose_earliest(linked)
    credited = [a for a in ranked if credits_other(a)]
    if not credited:
        return _choose_earliest([a for a in ranked if is_agency(a)] or ranked)
    spans = [span for a in credited if (span := get_published_span(a))]
    bare = [
        a for a in ranked if not credits_other(a) and (span := get_published_span(a)) and _is_before_all(span, spans)
    ]
    return _choose_earliest(bare) if bare and len(spans) == len(credited) else None


def _is_before_all(span: tuple[datetime, datetime], others: list[tuple[datetime, datetime]]) -> bool:
    return all(span[1] <= start for start, _ in others)


def _choose_earliest(ranked: Sequence[Article]) -> Article:
    """Choose the earliest confidently dated article; where spans meet, the most exactly dated; else the first as given.

    A day alone decides nothing within that day, and who was fetched some milliseconds earlier says nothing of it.
    """
    dated = [(span, rank) for rank, a in enumerate(ranked) if (span := get_published_span(a))]
    if not dated:
        return ranked[0]
    earliest_end = min(span[1] for span, _ in dated)
    meeting = [(end - start, start, rank) for (start, end), rank in dated if start < earliest_end]
    return ranked[min(meeting)[2]]
