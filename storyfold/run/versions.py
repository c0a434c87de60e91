"""Number an article's versions: which of a run's articles are new, changed, unchanged, or there twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from storyfold.identity.ids import make_record_offset
from storyfold.outcomes import Reason
from storyfold.run.rejects import make_reject
from storyfold.schemas import Article, Reject


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """One version of an article that the lake holds."""

    version: int
    text_sha256: str
    first_seen_at: datetime
    uncut_sha256: str | None = None


@dataclass(slots=True)
class NumberedVersions:
    """The articles of a run: those to land, how many the lake holds already, and those that came twice."""

    new: list[Article] = field(default_factory=list)
    unchanged: int = 0
    repeated: list[Reject] = field(default_factory=list)

    def choose_current(self, known: Mapping[str, Sequence[KnownVersion]]) -> list[Article]:
        """Return the last seen new version of each article, by id, unless the lake holds a text seen later.

        An archive may bring an older text of an article: a version of it, but not what it says now. Each has the
        instant at which the article was first seen in any version: founders do not change because their text does.
        """
        newest: dict[str, Article] = {}
        first: dict[str, datetime] = {}
        for article in self.new:
            name, seen = article.article_id, article.first_seen_at
            stored = [v.first_seen_at for v in known.get(name, ())]
            first[name] = min([first.get(name, seen), seen, *stored])
            if seen >= max([newest[name].first_seen_at if name in newest else seen, *stored]):
                newest[name] = article
        return [replace(newest[name], first_seen_at=first[name]) for name in sorted(newest)]


def number_versions(parsed: Sequence[Article], known: Mapping[str, Sequence[KnownVersion]]) -> NumberedVersions:
    """Give each article its version; the result does not depend on the order of `parsed`.

    Articles of one address are taken in the order in which they were seen. A text that differs from the one
    before it is a new version, a cosmetic change (equal `text_sha256`) is none; a text that the lake holds and
    that was seen no later than its last one is not new either, however often an old archive is read again; nor is
    one of several texts that come under one address in the same run, however often that run is repeated. The same
    text at the same address, twice in one run, is kept once; the later one is a reject `repeated-page`.
    Texts are the same if they are so as they stand or as they were before lines were cut (`uncut_sha256`): what other
    pages show from run to run changes no article that has not changed itself.
    """
    numbered = NumberedVersions()
    texts: dict[str, set[str]] = {}
    for article in parsed:
        texts.setdefault(article.article_id, set()).add(article.text_sha256)
    stored = {article_id: list(versions) for article_id, versions in known.items()}
    seen_texts: set[tuple[str, str]] = set()
    for article in sorted(parsed, key=lambda a: (a.article_id, a.first_seen_at, a.content_sha256, a.location)):
        versions = stored.setdefault(article.article_id, [])
        keys = {(article.article_id, text) for text in _list_texts(article)}
        if keys & seen_texts:
            numbered.repeated.append(_reject_repeated(article))
        elif _is_stored(article, versions, alone=len(texts[article.article_id]) == 1):
            numbered.unchanged += 1
        else:
            version = max((v.version for v in versions), default=0) + 1
            versions.append(KnownVersion(version, article.text_sha256, article.first_seen_at, article.uncut_sha256))
            numbered.new.append(replace(article, version=version))
        seen_texts |= keys
    return numbered


def _is_stored(article: Article, versions: Sequence[KnownVersion], *, alone: bool) -> bool:
    if not versions:
        return False
    last = max(versions, key=lambda v: (v.first_seen_at, v.version))
    if _list_texts(last) & _list_texts(article):
        return True
    is_known = any(_list_texts(version) & _list_texts(article) for version in versions)
    return is_known and (not alone or article.first_seen_at <= last.first_seen_at)


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
