"""Find the dates that other members of a family show to be false.

Only dates that no machine-readable claim confirms are doubted: a reprint with structured dates may well stand before
an original that its outlet has dated anew. The date of the other must be sure. Two things are contradictions: a page
that names the other as its source and is dated more than a day before it; and a page dated one or two days before the
weekday that the shared text reports in the past, where the other is of that day or the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache

from storyfold.credits.agency_outlets import credits_other, is_agency_itself
from storyfold.credits.publisher import find_original_publisher, name_article
from storyfold.dates.future_plans import PLANNED
from storyfold.dates.weigh import SURE_ALONE
from storyfold.schemas.pages import Article
from storyfold.web.publishers import find_publisher, find_serving_publisher

DAY = timedelta(days=1)
EASTMOST = timedelta(hours=14)  # tz database: there a day begins this much before the UTC day of its name
# A bare weekday in a report is of the last days before it, mostly the last two; so "on Monday" is not said on a Sunday
# or Saturday of the Monday before.
BEFORE_WEEKDAY = 2
AFTER_WEEKDAY = 1
TEXTS_KEPT = 512  # texts whose words are kept: each member of a family is compared with the others
HEAD = 1_500  # characters of a text that are searched: later on reports name what came before
YEARS_IN = 20_000  # characters of a text that are searched for years: a bound on hostile ones
WORDS_BEFORE = 3  # that must stand before the weekday in both texts, so that the sentence is the shared text's

# Of each language the weekdays from Monday, and the words that show that a sentence is about the past: "votes on
# Monday" and "stimmt am Montag ab" announce.
_WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}
_PAST = {
    "en": r"\w{2,}ed|said|told|was|were|had|stole|took|came|went|made|found|began|left|won|lost|shot|struck|gave|saw|"
    r"held|met|broke|fell|rose|died|fled|sent|brought|wrote|spoke|sank|fought|caught|led|ran|drove|flew",
    "de": r"wurden?|worden|hatten?|hat|haben|waren?|sagten?|teilten?|starben?|kam|kamen|ging|gingen|gab|fanden?",
    "fr": r"ont|a|était|étaient|avait|avaient|été",
    "es": r"ha|han|había|habían|fue|fueron|era|estaba|\w{2,}aron|\w{2,}ieron|\w{2,}ó",
    "it": r"ha|hanno|era|erano|aveva|avevano|stat[oaie]|\w{2,}ò|\w{2,}arono|\w{2,}irono",
}
_WEEKDAY = {
    language: re.compile(r"\b(?:" + "|".join(f"({name})" for name in names.split()) + r")\b", re.IGNORECASE)
    for language, names in _WEEKDAYS.items()
}
_IS_PAST = {language: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for language, words in _PAST.items()}
_YEAR = re.compile(r"(?<![\w.,/-])(?:19|20)\d\d(?![\w/-]|[.,]\d)")
_SENTENCE_END = re.compile(r"[.!?]\W|\n")
_WORD = re.compile(r"\w+")


def find_date_doubt(article: Article, other: Article) -> str | None:
    """Explain why the other article, of the same text, shows this one's date to be false; None where it does not.

    It depends on the two articles alone.
    """
    if other.date_confidence != "high" or article.date_confidence != "medium" or _is_structured(article):
        return None
    if article.published_at is None or other.published_at is None or article.published_at >= other.published_at:
        return None
    return _explain_before_source(article, other) or _explain_before_event(article, other)


def find_named_publisher(article: Article, other: Article) -> str | None:
    """Find the other's publisher, where the article names an address there as its original; else None."""
    own, target = find_serving_publisher(article), find_original_publisher(article)
    is_named = own and target and own != target and target == find_publisher(other.url or other.canonical_url)
    return target if is_named else None


def _is_structured(article: Article) -> bool:
    """Say whether a claim that is believed alone gives the article's day."""
    claims = (c for c in article.date_claims if c.value and c.where in SURE_ALONE)
    return any(c.value and article.published_at and abs(c.value - article.published_at) < DAY for c in claims)


def _explain_before_source(article: Article, other: Article) -> str | None:
    # a day for clocks, zones, and clients that an agency serves before its readers
    if _find_end(article) + DAY > _find_start(other):
        return None
    if find_named_publisher(article, other):
        why = "which it names as its original"
    elif article.agency and credits_other(article) and is_agency_itself(other, article.agency):
        why = "the agency that it credits"
    elif _credits_by_name(article, other):
        why = "which it credits"
    else:
        return None
    return f"dated more than a day before {name_article(other)} ({_format_day(_find_start(other).date())}), {why}"


def _credits_by_name(article: Article, other: Article) -> bool:
    name = (other.outlet or "").strip().casefold()
    return (
        bool(name) and name != (article.outlet or "").strip().casefold() and name in map(str.casefold, article.authors)
    )


def _explain_before_event(article: Article, other: Article) -> str | None:
    """Explain the doubt of a page that names no writer where the other does, dated before what its text reports."""
    if article.authors or article.bylines or article.agency or not other.authors:
        return None
    latest, other_day = _find_latest_day(article), _find_start(other).date()
    for back in range(AFTER_WEEKDAY + 1):
        day = other_day - timedelta(days=back)
        if 0 < (day - latest).days <= BEFORE_WEEKDAY and (name := _find_past_weekday(article, other, day.weekday())):
            shown = f"{name_article(other)} is of {_format_day(other_day)}"
            return f"dated before {name} {_format_day(day)}, of which its text tells; {shown}"
    return None


def find_later_year(article: Article, other: Article) -> int | None:
    """Find a year that both texts name in a sentence about the past, after the year of the article's date.

    Only years to which the other's date has come count: what is planned for 2030 is told of before.
    """
    if article.published_at is None or other.published_at is None:
        return None
    # of a day more, since New Year comes to some zones a day later
    year, latest = (article.published_at + DAY).year, other.published_at.year
    language = article.language or other.language or "en"
    if latest <= year or language not in _IS_PAST:
        return None
    text, other_has = article.body[:YEARS_IN], cache(other.body.__contains__)
    for start, end in _split_sentences(text):
        years = [y for y in dict.fromkeys(_YEAR.findall(text, start, end)) if year < int(y) <= latest and other_has(y)]
        if years and _IS_PAST[language].search(text, start, end) and not PLANNED.search(text, start, end):
            return int(years[0])
    return None


def _split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of a text begins and ends."""
    start = 0
    for found in _SENTENCE_END.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _find_past_weekday(article: Article, other: Article, weekday: int) -> str | None:
    """Find the weekday as the shared text names it, where that reports it as past and not as a plan."""
    language = article.language or other.language or ""
    if language not in _WEEKDAY:
        return None
    text = article.body[:HEAD]
    for found in _WEEKDAY[language].finditer(text):
        sentence = _find_sentence(text, found.start(), found.end())
        run = [*_split_words(text[: found.start()])[-WORDS_BEFORE:], found[0].casefold()]
        is_day = found.lastindex == weekday + 1
        is_past = _IS_PAST[language].search(sentence) and not PLANNED.search(sentence)
        if is_day and is_past and len(run) > WORDS_BEFORE and f" {' '.join(run)} " in _join_words(other.body):
            return found[0]
    return None


def _find_sentence(text: str, start: int, end: int) -> str:
    begins = max((found.end() for found in _SENTENCE_END.finditer(text, 0, start)), default=0)
    ends = _SENTENCE_END.search(text, end)
    return text[begins : ends.start() if ends else len(text)]


@lru_cache(TEXTS_KEPT)
def _join_words(text: str) -> str:
    """Write the words of a text in small letters, a space before and after each."""
    return f" {' '.join(_split_words(text))} "


def _split_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _is_timed(article: Article) -> bool:
    return article.published_precision in ("second", "minute")


def _find_start(article: Article) -> datetime:
    assert article.published_at is not None
    instant = article.published_at.astimezone(UTC)
    return instant if _is_timed(article) else datetime.combine(article.published_day or instant.date(), time(), UTC)


def _find_end(article: Article) -> datetime:
    return _find_start(article) if _is_timed(article) else _find_start(article) + DAY


def _find_latest_day(article: Article) -> date:
    """Find the latest day that the article's date may be, anywhere on earth."""
    return (_find_start(article) + EASTMOST).date() if _is_timed(article) else _find_start(article).date()


def find_date_doubts(articles: Iterable[tuple[Article, Article]]) -> dict[str, str]:
    """Find, in pairs of articles of one text, those whose date the second shows to be false: by id, and why.

    Where several others show it, the first by id is named.
    """
    found: dict[str, tuple[str, str]] = {}
    for article, other in articles:
        if why := find_date_doubt(article, other):
            shown = (other.article_id, why)
            found[article.article_id] = min(found.get(article.article_id, shown), shown)
    return {article_id: why for article_id, (_, why) in found.items()}


def _format_day(day: date) -> str:
    return day.isoformat()
