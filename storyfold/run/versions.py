"""An article's texts over time: which of a night's articles are new, changed, unchanged, or there twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from storyfold.identity.ids import make_record_offset, make_reject_id
from storyfold.outcomes import Reason
from storyfold.schemas import Article, Reject


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """One version of an article that the lake holds."""

    version: int
    text_sha256: str
    first_seen_at: datetime
    uncut_sha256: str | None = None


@dataclass(slots=True)
class Numbered:
    """A night's articles: those to land, how many the lake holds already, and those that came twice."""

    new: list[Article] = field(default_factory=list)
    unchanged: int = 0
    repeated: list[Reject] = field(default_factory=list)

    def current(self, known: Mapping[str, Sequence[KnownVersion]]) -> list[Article]:
        """Of the new versions, the last seen of each article, unless the lake holds a text seen later; by id.

        An archive may bring an older text of an article: a version of it, but not what it says now. Each has the
        instant at which the article was first seen in any version: founders do not change because their text does.
        """
        newest: dict[str, Article] = {}
        first: dict[str, datetime] = {}
        for article in self.new:
            name, seen = article.article_id, article.first_seen_at
            held = [v.first_seen_at for v in known.get(name, ())]
            first[name] = min([first.get(name, seen), seen, *held])
            if seen >= max([newest[name].first_seen_at if name in newest else seen, *held]):
                newest[name] = article
        return [replace(newest[name], first_seen_at=first[name]) for name in sorted(newest)]


def number_versions(parsed: Sequence[Article], known: Mapping[str, Sequence[KnownVersion]]) -> Numbered:
    """Give each article its version; the result does not depend on the order of `parsed`.

    Articles of one address are taken in the order in which they were seen. A text that differs from the one
    before it is a new version, a cosmetic change (equal `text_sha256`) is none; a text that the lake holds and
    that was seen no later than its last one is not new either, however often an old archive is read again; nor is
    one of several texts that come under one address in the same night, however often that night is run. The same
    text at the same address, twice in one night, is kept once; the later one is a reject `repeated-page`.
    Texts are the same if they are so as they stand or as they were before lines were cut (`uncut_sha256`): what other
    pages show from night to night changes no article that has not changed itself.
    """
    numbered = Numbered()
    texts: dict[str, set[str]] = {}
    for article in parsed:
        texts.setdefault(article.article_id, set()).add(article.text_sha256)
    held = {article_id: list(versions) for article_id, versions in known.items()}
    met: set[tuple[str, str]] = set()
    for article in sorted(parsed, key=lambda a: (a.article_id, a.first_seen_at, a.content_sha256, a.location)):
        versions = held.setdefault(article.article_id, [])
        keys = {(article.article_id, text) for text in _texts(article)}
        if keys & met:
            numbered.repeated.append(_repeated(article))
        elif _is_held(article, versions, alone=len(texts[article.article_id]) == 1):
            numbered.unchanged += 1
        else:
            version = max((v.version for v in versions), default=0) + 1
            versions.append(KnownVersion(version, article.text_sha256, article.first_seen_at, article.uncut_sha256))
            numbered.new.append(replace(article, version=version))
        met |= keys
    return numbered


def _is_held(article: Article, versions: Sequence[KnownVersion], *, alone: bool) -> bool:
    if not versions:
        return False
    last = max(versions, key=lambda v: (v.first_seen_at, v.version))
    if _texts(last) & _texts(article):
        return True
    is_known = any(_texts(version) & _texts(article) for version in versions)
    return is_known and (not alone or article.first_seen_at <= last.first_seen_at)


def _texts(held: Article | KnownVersion) -> set[str]:
    """The text as it stands and as it stands on the page."""
    return {held.text_sha256, held.uncut_sha256 or held.text_sha256}


def _repeated(article: Article) -> Reject:
    reason = Reason.REPEATED_PAGE.value
    offset = make_record_offset(article.location, article.warc_file, article.warc_offset)
    return Reject(
        reject_id=make_reject_id("parse", article.source_id, article.location, offset, reason, article.content_sha256),
        seen_date=article.seen_date,
        stage="parse",
        source_id=article.source_id,
        reason=reason,
        detail=f"the same text as article {article.article_id} from another place",
        kind=article.kind,
        title=article.title,
        location=article.location,
        url=article.url,
        first_seen_at=article.first_seen_at,
        content_sha256=article.content_sha256,
        warc_file=article.warc_file,
        warc_offset=article.warc_offset,
    )
