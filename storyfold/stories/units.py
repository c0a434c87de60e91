"""What votes in the grouping: families, each once, with the time that its text is believed to be of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storyfold.schemas.copies import FamilyPlace
from storyfold.schemas.pages import Article

OPEN = 10_000_000  # days; stands for an end that is not known, beyond any date that Python knows
SURE = frozenset({"high", "medium"})
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Unit:
    """One family, or one article without a family: `members` are article ids, ascending.

    `first` and `last` are the believed interval in days since 0001-01-01, both inclusive. `sure` is whether a
    member is confidently dated.
    """

    key: str
    representative: str
    members: tuple[str, ...]
    first: int
    last: int
    sure: bool


def make_units(articles: Mapping[str, Article], places: Mapping[str, FamilyPlace]) -> list[Unit]:
    """One unit a family, ordered by interval and then key: the order of two units depends on those two alone."""
    members: dict[str, list[Article]] = defaultdict(list)
    for article_id in sorted(articles):
        place = places.get(article_id)
        members[place.family_id if place else article_id].append(articles[article_id])
    found = [_unit(key, family, places) for key, family in members.items()]
    return sorted(found, key=lambda unit: (unit.first, unit.last, unit.key))


def _unit(key: str, family: Sequence[Article], places: Mapping[str, FamilyPlace]) -> Unit:
    first, last, sure = _interval(family)
    return Unit(key, _representative(family, places), tuple(a.article_id for a in family), first, last, sure)


def _representative(family: Sequence[Article], places: Mapping[str, FamilyPlace]) -> str:
    """The family's original where it is here; else the member of the earliest sure date, first seen, smallest id."""
    ids = {article.article_id for article in family}
    originals = {place.original_article_id for i in ids if (place := places.get(i)) and place.original_article_id}
    here = sorted(originals & ids)
    if here:
        return here[0]
    return min(
        family, key=lambda a: (get_interval(a)[:2] if is_sure(a) else (OPEN, OPEN), order_by_founding(a))
    ).article_id


def _interval(family: Sequence[Article]) -> tuple[int, int, bool]:
    """The time of the text: that of its earliest surely dated copy; else what all its members' intervals allow.

    A text is as old as its first appearance; where the intervals of undated copies contradict each other,
    the earliest end stands, for no copy is older than the text.
    """
    dated = [get_interval(article) for article in family if is_sure(article)]
    if dated:
        return (*min(dated), True)
    first, last = max(get_interval(a)[0] for a in family), min(get_interval(a)[1] for a in family)
    return min(first, last), last, False


def is_sure(article: Article) -> bool:
    """Whether the article is confidently dated, so that its time may speak for others."""
    return article.date_confidence in SURE and article.published_at is not None


def get_interval(article: Article) -> tuple[int, int]:
    """The article's believed interval in days, both ends inclusive; an unknown end is OPEN days away.

    A confidently dated article whose interval was not given is believed to be of its day. An interval that ends at
    midnight ends with the day before; where the two ends contradict each other, the start stands.
    """
    start, end = article.not_before, article.not_after
    if is_sure(article):
        start, end = start or article.published_at, end or article.published_at
    last = _day(end - _INSTANT) if end else OPEN
    first = _day(start) if start else -OPEN
    return first, max(first, last)


def _day(instant: datetime) -> int:
    return instant.astimezone(UTC).toordinal()


def order_by_founding(article: Article) -> tuple[datetime, str]:
    """Who comes first when a story's founder is sought: first seen, then the smaller id."""
    return article.first_seen_at, article.article_id


def choose_newest(articles: Iterable[Article]) -> dict[str, Article]:
    """The articles by id, each in its highest version; of equal versions the last given one."""
    found: dict[str, Article] = {}
    for article in articles:
        held = found.get(article.article_id)
        if held is None or article.version >= held.version:
            found[article.article_id] = article
    return found
