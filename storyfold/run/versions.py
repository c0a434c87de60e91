"""Number an article's versions: which of a run's articles are new, changed, unchanged, or there twice.

The versions are a function of the pages, by the instants at which they were seen, and not of the runs that brought
them: the days are numbered one after another, and an archive that is read late finds its place among what the lake has.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Literal

from storyfold.identity.ids import make_record_offset
from storyfold.outcomes import Reason
from storyfold.run.rejects import make_reject
from storyfold.schemas import Article, Reject
from storyfold.schemas.pages import get_seen_date

Fate = Literal["new", "seen-earlier", "unchanged", "repeated"]


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """One version of an article that the lake holds, and the day of its row, which is no more than a place in it."""

    version: int
    text_sha256: str
    first_seen_at: datetime
    uncut_sha256: str | None = None
    is_repeat: bool | None = None
    run_id: str = ""
    attempt: int | None = None
    seen_date: date | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """An article with its version, and what became of it; of one that does not land, the version whose text it has.

    `former_instant` is when a text that was seen earlier had been first seen before.
    """

    article: Article
    fate: Fate
    former_instant: datetime | None = None


@dataclass(slots=True)
class NumberedVersions:
    """The articles of a run: those to land, how many the lake holds already, and those that came twice.

    `seen_earlier` are of texts that the lake holds, and were seen before it first saw them: each takes the place of
    the row that has its version.
    """

    new: list[Article] = field(default_factory=list)
    seen_earlier: list[Article] = field(default_factory=list)
    unchanged: int = 0
    repeated: list[Reject] = field(default_factory=list)

    def choose_current(self, known: Mapping[str, Sequence[KnownVersion]]) -> list[Article]:
        """Return the last seen new version of each article, by id, unless the lake holds a text seen later.

        An archive may bring an older text of an article: a version of it, but not what it says now. Each has the
        instant at which the article was first seen in any version: founders do not change because their text does.
        """
        landing = [*self.new, *self.seen_earlier]
        return choose_current(landing, known)


def find_current(versions: Sequence[KnownVersion]) -> tuple[int, datetime] | None:
    """Return the number of the version that an article has now, and when the article was first seen in any."""
    latest = max((v for v in versions if not v.is_repeat), key=_get_order, default=None)
    return (latest.version, min(v.first_seen_at for v in versions)) if latest else None


def choose_current(landing: Iterable[Article], known: Mapping[str, Sequence[KnownVersion]]) -> list[Article]:
    """Return those of the landing versions that are what their articles say now, by id, each as first seen in any."""
    landing_of: dict[str, list[Article]] = {}
    for article in landing:
        landing_of.setdefault(article.article_id, []).append(article)
    current = []
    for name, articles in sorted(landing_of.items()):
        numbers = {article.version for article in articles}
        stored = [v for v in known.get(name, ()) if v.version not in numbers]
        if now := find_current([*map(_make_known, articles), *stored]):
            current += [
                a if a.first_seen_at == now[1] else replace(a, first_seen_at=now[1])
                for a in articles
                if a.version == now[0]
            ]
    return current


def number_versions(parsed: Sequence[Article], known: Mapping[str, Sequence[KnownVersion]]) -> NumberedVersions:
    """Give each article its version; the result does not depend on the order of `parsed`: see `VersionNumbers`."""
    numbers = VersionNumbers(known)
    for _, articles in groupby(
        sorted(parsed, key=lambda a: a.first_seen_at), key=lambda a: get_seen_date(a.first_seen_at)
    ):
        numbers.number_day(list(articles))
    return numbers.found


class VersionNumbers:
    """Number the versions of a run's articles, each day's after those of the days before it.

    Articles of one address are taken in the order in which they were seen, among the versions that the lake holds. A
    text that differs from the one before it is a new version, a cosmetic change (equal `text_sha256`) is none. A text
    that the lake first saw later, with no other in between, is that version, seen earlier. None of several texts that
    come under one address on one day is new where the lake holds it. The same text at the same address, twice in one
    run, is kept once; the later one is a reject `repeated-page`.
    Texts are the same if they are so as they stand or as they were before lines were cut (`uncut_sha256`): what other
    pages show from day to day changes no article that has not changed itself.
    """

    def __init__(self, known: Mapping[str, Sequence[KnownVersion]]) -> None:
        self.found = NumberedVersions()
        self._stored: dict[str, list[KnownVersion]] = {}
        self._versions: dict[str, list[KnownVersion]] = {}
        self._seen_texts: set[tuple[str, str]] = set()
        self.add_known(known)

    def add_known(self, known: Mapping[str, Sequence[KnownVersion]]) -> None:
        """Add all versions that the lake has of further articles."""
        for name, versions in known.items():
            self._stored[name] = sorted(versions, key=_get_order)
            self._versions[name] = list(self._stored[name])

    @property
    def names(self) -> frozenset[str]:
        """The ids of the articles whose versions are known."""
        return frozenset(self._versions)

    def is_unchanged(self, article: Article) -> bool:
        """Say whether the text, as it stands on its page, is that of the version before it."""
        before, _ = self._find_neighbours(article)
        return bool(before) and bool(_list_texts(article) & _list_texts(before[-1]))

    def number_day(self, articles: Sequence[Article], stored: Sequence[Article] = ()) -> list[Numbered]:
        """Number the articles of a day; the result has their order.

        `stored` are the versions that the lake holds of this day, as they are judged now.
        """
        for article in stored:
            self.correct(article)
        texts: dict[str, set[str]] = {}
        for article in articles:
            texts.setdefault(article.article_id, set()).add(article.text_sha256)
        fates: dict[int, Numbered] = {}
        day = [*articles, *stored]
        for number in sorted(range(len(day)), key=lambda n: (*_get_page_order(day[n]), n)):
            article = day[number]
            if number < len(articles):
                fates[number] = self._number(article, alone=len(texts[article.article_id]) == 1)
            else:
                self.mark_repeat(article, article.article_id)
        return [fates[number] for number in range(len(articles))]

    def mark_repeat(self, stored: Article | KnownVersion, article_id: str) -> None:
        """Find out whether a version that the lake holds, as it is judged now, only repeats the one before it."""
        versions = self._versions[article_id]
        at = next((n for n, v in enumerate(versions) if v.version == stored.version), None)
        if at is None or versions[at].first_seen_at != stored.first_seen_at:
            return  # seen earlier on another page: its row is replaced
        before = [v for v in versions[:at] if not v.is_repeat]
        is_repeat = bool(before) and bool(_list_texts(before[-1]) & _list_texts(versions[at]))
        versions[at] = replace(versions[at], is_repeat=is_repeat or None)

    def correct(self, article: Article) -> None:
        """Take note of how the text of a version stands after all."""
        versions = self._versions.setdefault(article.article_id, [])
        versions[:] = [v for v in versions if v.version != article.version]
        versions.append(_make_known(article))
        versions.sort(key=_get_order)

    def list_stored(self, article_id: str) -> Sequence[KnownVersion]:
        """Return the versions of an article as the lake has them, in the order in which they were seen."""
        return self._stored.get(article_id, ())

    def list_versions(self, article_id: str) -> Sequence[KnownVersion]:
        """Return the versions of an article as they are now known, in the order in which they were seen."""
        return self._versions.get(article_id, ())

    def is_repeat(self, article_id: str, version: int) -> bool:
        """Say whether a version is now known only to repeat the one before it."""
        return any(v.version == version and v.is_repeat for v in self.list_versions(article_id))

    def _number(self, article: Article, *, alone: bool) -> Numbered:
        texts = _list_texts(article)
        keys = {(article.article_id, text) for text in texts}
        before, after = self._find_neighbours(article)
        same = [v for v in before if _list_texts(v) & texts]
        if same and (same[-1] is before[-1] or not alone):
            if keys & self._seen_texts:
                fate: Fate = "repeated"
                self.found.repeated.append(_reject_repeated(article))
            else:
                fate = "unchanged"
                self.found.unchanged += 1
            numbered = Numbered(_name_version(article, same[-1].version), fate)
        elif after and _list_texts(after[0]) & texts:
            stored = after[0]
            moved = replace(article, version=stored.version, run_id=stored.run_id, attempt=stored.attempt)
            self.found.seen_earlier.append(moved)
            numbered = Numbered(moved, "seen-earlier", stored.first_seen_at)
        else:
            version = max((v.version for v in self.list_versions(article.article_id)), default=0) + 1
            self.found.new.append(_name_version(article, version))
            numbered = Numbered(self.found.new[-1], "new")
        if numbered.fate in ("new", "seen-earlier"):
            self.correct(numbered.article)
        self._seen_texts |= keys
        return numbered

    def _find_neighbours(self, article: Article) -> tuple[list[KnownVersion], list[KnownVersion]]:
        """Return the versions seen before the article or with it, and those seen after it; none that repeats one."""
        versions = [v for v in self._versions.get(article.article_id, ()) if not v.is_repeat]
        at = bisect_right([v.first_seen_at for v in versions], article.first_seen_at)
        return versions[:at], versions[at:]


def _name_version(article: Article, version: int) -> Article:
    return article if article.version == version else replace(article, version=version)


def _make_known(article: Article) -> KnownVersion:
    return KnownVersion(
        article.version,
        article.text_sha256,
        article.first_seen_at,
        article.uncut_sha256,
        article.is_repeat,
        article.run_id,
        article.attempt,
        article.seen_date,
    )


def _get_order(version: KnownVersion) -> tuple[datetime, int]:
    return version.first_seen_at, version.version


def _get_page_order(article: Article) -> tuple[str, datetime, str, str]:
    return article.article_id, article.first_seen_at, article.content_sha256, article.location


def _list_texts(version: Article | KnownVersion) -> set[str]:
    """Return the hashes of the text as it stands and as it stands on the page."""
    return {version.text_sha256, version.uncut_sha256 or version.text_sha256}


def _reject_repeated(article: Article) -> Reject:
    offset = make_record_offset(article.location, article.warc_file, article.warc_offset)
    return make_reject(
        "parse",
        Reason.REPEATED_PAGE,
        f"the same text as article {article.article_id} from another place",
        source_id=article.source_id,
        location=article.location,
        offset=offset,
        seen_date=article.seen_date,
        first_seen_at=article.first_seen_at,
        url=article.url,
        title=article.title,
        kind=article.kind,
        content_sha256=article.content_sha256,
        warc_file=article.warc_file,
        warc_offset=article.warc_offset,
    )
