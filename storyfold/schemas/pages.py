"""Declare the tables from discovery to parsing: items, pages, fetches, articles, rejects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import (
    ArticleId,
    AttemptNumber,
    ContentHash,
    RunDate,
    RunId,
    SeenDate,
    SourceId,
    Version,
    WarcFile,
    WarcOffset,
)

Method = Literal["file", "archive", "http"]
Kind = Literal["article", "live", "digest", "list", "gallery", "opinion", "press-release", "error"]
Precision = Literal["second", "minute", "day", "none"]
NoticeKind = Literal["correction", "update", "note"]
Confidence = Literal["high", "medium", "low", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClaim:
    """One claim about when the article was published, modified or seen, and where it stands."""

    where: Annotated[
        str,
        "Where it stands: `json-ld`, `meta`, `time`, `byline`, `visible`, `url`, `feed`, `sitemap`, `text`, `seen`; "
        "for times of change, `modified-json-ld` and so on.",
    ]
    words: Annotated[str, "The claim as written."]
    value: Annotated[datetime | None, "The instant it was read as; null where it could not be read."] = None
    precision: Annotated[Precision, "How exactly the words name the instant."] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """One credited name."""

    name: Annotated[str, "The name as printed, without 'By', roles and times."]
    kind: Annotated[Literal["person", "agency", "staff"], "Who it names: a person, a news agency, or the desk."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice of an article about its own changes."""

    kind: Annotated[NoticeKind, "What it is: a correction, an update, or a note of the editors."]
    words: Annotated[str, "The notice as printed."]


@declare_table(
    "items", "one thing that discover found: a file, a record of an archive, or an address", key=("item_id",)
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    item_id: Annotated[str, "A hash of source, method, location and offset."]
    source_id: SourceId
    outlet: Annotated[str | None, "The source's outlet, where it names one."] = None
    language: Annotated[str | None, "The source's language, where it names one."] = None
    zone: Annotated[str | None, "The time zone in which the source prints its times, where it names one."] = None
    method: Annotated[Method, "How its bytes are obtained."]
    location: Annotated[str, "The file's path, the archive's path, or the address to request."]
    name: Annotated[str, "The file's path below its source's folder, or the address; names a page without a URL."]
    offset: Annotated[int | None, "Where the record starts in the archive, in bytes."] = None
    title: Annotated[str | None, "The title that the feed gives."] = None
    date_claims: Annotated[tuple[DateClaim, ...], "What feed or sitemap state about the page's dates."] = ()


@declare_table("pages", "one page whose bytes are kept, as fetch hands it to parse", key=("item_id",))
@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    item_id: Annotated[str, "The item it was fetched for."]
    source_id: SourceId
    outlet: Annotated[str | None, "The source's outlet, where it names one."] = None
    language: Annotated[str | None, "The source's language, where it names one."] = None
    zone: Annotated[str | None, "The time zone in which the source prints its times, where it names one."] = None
    location: Annotated[str, "The file's path, the archive's path, or the address requested."]
    name: Annotated[str, "The file's path below its source's folder, or the address; names a page without a URL."]
    url: Annotated[str | None, "The address it came from after redirects; null where nothing says so."] = None
    media_type: Annotated[str | None, "The media type that server or archive claim, in lower case."] = None
    charset: Annotated[str | None, "The character set that server or archive claim."] = None
    title: Annotated[str | None, "The title that the feed gives."] = None
    date_claims: Annotated[tuple[DateClaim, ...], "What feed, sitemap or archive state about the page's dates."] = ()
    seen_at: Annotated[datetime, "Fetch instant; WARC-Date for archives; time of import for files."]
    bytes: Annotated[int, "The size of the page's bytes."]
    content_sha256: ContentHash
    warc_file: WarcFile
    warc_offset: WarcOffset


@declare_table(
    "fetches",
    "an attempt to get a page's bytes",
    key=("run_id", "attempt", "fetch_id"),
    partition="run_date",
    sort=("source_id", "url"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    run_id: RunId
    attempt: AttemptNumber
    run_date: RunDate
    fetch_id: Annotated[str, "The item that was requested; for feeds and lists, a hash of their address."]
    source_id: SourceId
    method: Annotated[Method, "How the bytes were obtained."]
    url: Annotated[str, "What was requested: an address, or the path of a file or archive."]
    final_url: Annotated[str | None, "The address after redirects."] = None
    status: Annotated[int | None, "The HTTP status; null for files and where no response came."] = None
    reason: Annotated[str | None, "Why no page was kept: a reason slug; null where one was."] = None
    etag: Annotated[str | None, "The server's ETag, as sent."] = None
    last_modified: Annotated[str | None, "The server's Last-Modified, as sent."] = None
    media_type: Annotated[str | None, "The media type claimed, in lower case."] = None
    bytes: Annotated[int, "The size of the page's bytes; 0 where none came."] = 0
    content_sha256: Annotated[str | None, "SHA-256 of the page's bytes, in hex; null where none came."] = None
    warc_file: Annotated[str | None, "The archive with the bytes; null where none came."] = None
    warc_offset: Annotated[int | None, "Where the record starts in `warc_file`."] = None
    seen_at: Annotated[datetime, "When the response came; WARC-Date for archives; time of import for files."]


@declare_table(
    "articles",
    "a version of an article",
    key=("article_id", "version"),
    partition="seen_date",
    sort=("published_at", "article_id", "version"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    article_id: ArticleId
    version: Version = 1
    run_id: Annotated[str, "The run that landed this version."] = ""
    attempt: Annotated[int | None, "The attempt of that run; null in rows that an older version landed."] = None
    seen_date: SeenDate
    source_id: SourceId
    location: Annotated[str, "The file's path, the archive's path, or the address requested."]
    url: Annotated[
        str | None,
        "The address it came from; of a file that says nothing of that, the one that the page names as its own.",
    ] = None
    url_is_claim: Annotated[
        bool | None,
        "Whether `url` is only what the page names, and no evidence of where it stood. Null in rows of older versions, "
        "whose `url` is always where they came from.",
    ] = None
    canonical_url: Annotated[str | None, "The address that stands for the article: see `docs/architecture.md`."] = None
    original_url: Annotated[
        str | None, "The address of another publisher that the page names as its original; null where it names none."
    ] = None
    outlet: Annotated[str | None, "Who published the page, as people know it."] = None
    title: Annotated[str | None, "The headline, without kicker and site name."] = None
    other_titles: Annotated[
        tuple[str, ...] | None,
        "Other wordings of it: in its first heading, meta tags, `<title>`, feed. Lists on other pages may use them.",
    ] = None
    authors: Annotated[tuple[str, ...], "Every credited name, as printed."] = ()
    bylines: Annotated[tuple[Byline, ...], "The credited names, typed."] = ()
    agency: Annotated[str | None, "The wire's short code, such as `AP`, where the page credits one."] = None
    dateline: Annotated[str | None, "The place that the text is datelined from."] = None
    published_at: Annotated[datetime | None, "When it was published, as far as the claims show."] = None
    published_day: Annotated[
        date | None,
        "The day of `published_at` as the page prints it: in `zone` where that is known, else in the offset that the "
        "page's words have; a bare day is that day. Null in rows of older versions: `current_articles` fills it.",
    ] = None
    published_precision: Annotated[Precision, "How exactly `published_at` is known."] = "none"
    date_confidence: Annotated[Confidence, "How far `published_at` is to be believed."] = "none"
    date_reason: Annotated[str, "Why it is believed or doubted, in words."] = ""
    not_before: Annotated[datetime | None, "The believed interval's start: it cannot have been published earlier."] = (
        None
    )
    not_after: Annotated[datetime | None, "The believed interval's end: it cannot have been published later."] = None
    date_claims: Annotated[tuple[DateClaim, ...], "Every claim about its dates: where it stands, and its words."] = ()
    modified_at: Annotated[datetime | None, "When the page says that it was last changed."] = None
    zone: Annotated[str | None, "The time zone in which the source prints its times, where it names one."] = None
    language: Annotated[str | None, "The language of the text, as an ISO 639-1 code."] = None
    section: Annotated[str | None, "The outlet's section."] = None
    tags: Annotated[tuple[str, ...], "The outlet's tags or keywords."] = ()
    image: Annotated[str | None, "The lead image's address."] = None
    image_caption: Annotated[
        str | None, "What is printed beneath the lead image, or said of it for machines; null where nothing is."
    ] = None
    links: Annotated[
        tuple[str, ...], "Canonical addresses that the text links to, each once, in its order; at most 100."
    ] = ()
    notices: Annotated[tuple[Notice, ...], "Corrections, updates and editors' notes, as printed."] = ()
    body: Annotated[str, "The article's text in reading order, paragraphs apart by an empty line."] = ""
    word_count: Annotated[int, "Words in `body`; in a script without spaces two letters count as one."] = 0
    kind: Annotated[Kind, "What sort of page it is."] = "article"
    extractor: Annotated[str, "The method that found the body."] = ""
    truncated: Annotated[bool, "Whether the page shows only a beginning, as a paywall does."] = False
    first_seen_at: Annotated[datetime, "When we first saw this version; WARC-Date for archives."]
    text_sha256: Annotated[str, "SHA-256 of title and body with case, width, punctuation and white space folded."] = ""
    uncut_sha256: Annotated[str | None, "The same before lines were cut from the body; null where none were."] = None
    is_repeat: Annotated[
        bool | None,
        "True where this text, as other pages of its day show it since, is that of the version before it: that one "
        "then stands for both. Null otherwise.",
    ] = None
    content_sha256: ContentHash
    warc_file: WarcFile
    warc_offset: WarcOffset


@declare_table(
    "rejects",
    "a page that became no article, or an input that gave no pages",
    key=("reject_id",),
    partition="seen_date",
    sort=("stage", "reason", "location"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    reject_id: Annotated[str, "A hash of stage, source, location, reason and content."]
    run_id: Annotated[str, "The run that first rejected it."] = ""
    seen_date: SeenDate
    stage: Annotated[Literal["discover", "fetch", "parse"], "The stage that rejected it."]
    source_id: SourceId
    reason: Annotated[str, "The reason slug: see `docs/reasons.md`."]
    detail: Annotated[str, "What exactly was wrong."] = ""
    kind: Annotated[Kind | None, "What sort of page it is, where parse could tell."] = None
    title: Annotated[str | None, "The title, where parse found one."] = None
    location: Annotated[str, "The file's path, the archive's path, or the address requested."]
    url: Annotated[
        str | None,
        "The address it came from; of a file that says nothing of that, the one that the page names as its own.",
    ] = None
    first_seen_at: Annotated[datetime, "When we first saw it."]
    content_sha256: Annotated[str | None, "SHA-256 of the page's bytes, in hex; null where none came."] = None
    warc_file: Annotated[str | None, "The archive with the bytes; null where none came."] = None
    warc_offset: Annotated[int | None, "Where the record starts in `warc_file`."] = None


def get_seen_date(instant: datetime) -> date:
    """Return the UTC day of an aware instant: the partition that a row seen then belongs to."""
    return instant.astimezone(UTC).date()
