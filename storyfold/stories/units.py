"""Make the units that are grouped: each family of copies once, with the time at which its text was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from storyfold.dates.doubt import LABEL
from storyfold.identity.founding import order_by_founding
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article

OPEN = 10_000_000  # days; an end that is not known, beyond any date that Python can represent
SURE = frozenset({"high", "medium"})


@dataclass(frozen=True, slots=True)
class Unit:
    """Represent one family, or one article without a family: `members` are article ids, ascending.

    `first` and `last` are the believed interval in days since 0001-01-01, both inclusive. `sure` is whether a
    member is confidently dated, `confirmed` whether the date that counts is of the highest confidence.
    """

    key: str
    representative: str
    members: tuple[str, ...]
    first: int
    last: int
    sure: bool
    confirmed: bool


def make_units(articles: Mapping[str, Article], rows: Mapping[str, FamilyMember]) -> list[Unit]:
    """Make one unit of each family, ordered by interval and key: the order of two units depends on those two alone."""
    members: dict[str, list[Article]] = defaultdict(list)
    for article_id in sorted(articles):
        row = rows.get(article_id)
        members[row.family_id if row else article_id].append(articles[article_id])
    found = [_make_unit(key, family, rows) for key, family in members.items()]
    return sorted(found, key=lambda unit: (unit.first, unit.last, unit.key))


def _make_unit(key: str, family: Sequence[Article], rows: Mapping[str, FamilyMember]) -> Unit:
    first, last, sure = _find_interval(family)
    confirmed = any(is_sure(a) and is_confirmed(a) and get_interval(a) == (first, last) for a in family)
    members = tuple(article.article_id for article in family)
    return Unit(key, _choose_representative(family, rows), members, first, last, sure, sure and confirmed)


def _choose_representative(family: Sequence[Article], rows: Mapping[str, FamilyMember]) -> str:
    """Return the family's original if given; else the member of the earliest sure date, first seen, smallest id."""
    ids = {article.article_id for article in family}
    originals = {row.original_article_id for i in ids if (row := rows.get(i)) and row.original_article_id}
    here = sorted(originals & ids)
    if here:
        return here[0]
    return min(
        family, key=lambda a: (get_interval(a)[:2] if is_sure(a) else (OPEN, OPEN), order_by_founding(a))
    ).article_id


def _find_interval(family: Sequence[Article]) -> tuple[int, int, bool]:
    """Return the interval of the text: its earliest surely dated copy's; else what all its members' intervals allow.

    A text is as old as its first appearance; if the intervals of undated copies contradict each other,
    the earliest end counts, for no copy is older than the text.
    """
    dated = [get_interval(article) for article in family if is_sure(article)]
    if dated:
        return (*min(dated), True)
    first, last = max(get_interval(a)[0] for a in family), min(get_interval(a)[1] for a in family)
    return min(first, last), last, False


def is_sure(article: Article) -> bool:
    """Say whether the article is confidently dated, so that its time may count for its copies."""
    return article.date_confidence in SURE and article.published_at is not None


def is_confirmed(article: Article) -> bool:
    """Say whether the date is of the highest confidence, and not somebody's label: often the day of a crawl."""
    return article.date_confidence == "high" and article.date_reason != LABEL


def get_interval(article: Article) -> tuple[int, int]:
    """Return the article's believed interval in days, both ends inclusive; an unknown end is OPEN days away.

    A confidently dated article whose interval was not given is believed to be of its day. An interval that ends at
    midnight ends with the day before; if the two ends contradict each other, the start counts.
    """
    start, end = article.not_before, article.not_after
    if is_sure(article):
        start, end = start or article.published_at, end or article.published_at
    first = _count_days(start) if start else -OPEN
    last = _count_days(end) - _is_midnight(end) if end else OPEN  # a count of days goes on below the first date
    return first, max(first, last)


def _count_days(instant: datetime) -> int:
    return instant.astimezone(UTC).toordinal()


def _is_midnight(instant: datetime) -> bool:
    return instant.astimezone(UTC).time() == time.min


def choose_newest(articles: Iterable[Article]) -> dict[str, Article]:
    """Return the articles by id, each in its highest version; of equal versions the last given one."""
    found: dict[str, Article] = {}
    for article in articles:
        known = found.get(article.article_id)
        if known is None or article.version >= known.version:
            found[article.article_id] = article
    return found
