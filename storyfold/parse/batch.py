"""Turn one batch of pages into articles and rejects: the unit of work that an engine gives to a worker."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storyfold.identity.ids import make_record_offset
from storyfold.outcomes import Reason, Rejected, StageCounts
from storyfold.parse.page import parse_page
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.run.rejects import make_reject
from storyfold.schemas import Article, FormerId, Page, Reject
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.pages import get_seen_date
from storyfold.settings.parse import ParseSettings

STAGE: Literal["parse"] = "parse"

# C functions of time and text refuse a value with these; libraries raise OSError without a number.
_ERRNO_OF_VALUES = (None, errno.EINVAL, errno.EDOM, errno.ERANGE, errno.EOVERFLOW, errno.EILSEQ)
# What Arrow raises for a value that its column does not take.
_UNFIT = (ValueError, TypeError, OverflowError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class ParseBatch:
    """Name some pages of one part of the fetch stage, and the folder where their articles go."""

    pages: Path
    start: int
    stop: int
    out: Path


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold an article, and the ids that older versions of this program gave its page, where they are others."""

    article: Article
    former_ids: tuple[str, ...] = ()


Fate = Kept | Reject


def write_batch(batch: ParseBatch, pages: Sequence[Page], fates: Sequence[Fate], seconds: float) -> Part:
    """Write the batch's part of `articles` and `rejects`, from its pages and their fates in the same order.

    A page whose row no table takes (half of a surrogate pair, a number beyond its column) is quarantined.
    """
    try:
        return _write_rows(batch, fates, seconds)
    except _UNFIT:
        written = [_quarantine_unfit(page, fate) for page, fate in zip(pages, fates, strict=True)]
        return _write_rows(batch, written, seconds)


def _write_rows(batch: ParseBatch, fates: Sequence[Fate], seconds: float) -> Part:
    articles = [fate.article for fate in fates if isinstance(fate, Kept)]
    former = dict.fromkeys(row for fate in fates if isinstance(fate, Kept) for row in _list_former_ids(fate))
    rejects = [fate for fate in fates if isinstance(fate, Reject)]
    counts = StageCounts(STAGE, len(fates), len(articles), Counter(reject.reason for reject in rejects), seconds)
    return write_part(batch.out, {Article: articles, Reject: rejects, FormerId: [*former]}, counts)


def _list_former_ids(kept: Kept) -> list[FormerId]:
    article = kept.article
    return [FormerId(article_id=article.article_id, former_id=f, url=article.url) for f in kept.former_ids]


def _quarantine_unfit(page: Page, fate: Fate) -> Fate:
    try:
        row = fate.article if isinstance(fate, Kept) else fate
        make_arrow_table([row], type(row))
    except _UNFIT as error:
        return quarantine_page(page, describe_fault(error))
    return fate


def read_pages(batch: ParseBatch) -> list[Page]:
    """Return the batch's pages."""
    part = read_part(batch.pages)
    return read_rows([part] if part else [], Page)[batch.start : batch.stop]


def decide_fate(page: Page, read: Callable[[Page], bytes], settings: ParseSettings) -> Fate:
    """Parse a page and return its article or reject; `read` gives its bytes.

    A page on which our own code fails is quarantined: rejected with the error as its detail and its bytes where they
    are kept, for replay. Raises what `describe_fault` does.
    """
    try:
        parsed = parse_page(page, read(page), settings)
    except Rejected as rejected:
        return reject_page(page, rejected.reason, rejected.detail)
    except Exception as error:  # noqa: BLE001 (whatever our code does wrong costs this page, not the run)
        return quarantine_page(page, describe_fault(error))
    if parsed.reason is None:
        return Kept(parsed.article, parsed.former_ids)
    return reject_page(page, parsed.reason, parsed.detail, parsed.article)


def quarantine_page(page: Page, detail: str) -> Reject:
    """Return the reject of a page on which our own code failed, or whose process ended."""
    return reject_page(page, Reason.QUARANTINED, detail)


def describe_fault(error: Exception) -> str:
    """Describe our error for a quarantined page's row, in words that any table takes.

    Raises it again where it says nothing of the page: too little memory, which is for the worker process to judge
    (it knows how much the page was allowed), and trouble with a disk or file, after which the batch is tried again.
    """
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno not in _ERRNO_OF_VALUES):
        raise error
    return f"{type(error).__name__}: {error}"[:500].encode("utf-8", "backslashreplace").decode()


def reject_page(page: Page, reason: Reason, detail: str, article: Article | None = None) -> Reject:
    """Return the row in `rejects` of a page, with what parse could read of it."""
    offset = make_record_offset(page.location, page.warc_file, page.warc_offset)
    return make_reject(
        STAGE,
        reason,
        detail,
        source_id=page.source_id,
        location=page.location,
        offset=offset,
        seen_date=get_seen_date(page.seen_at),
        first_seen_at=page.seen_at,
        url=article.url if article else page.url,
        title=article.title if article else None,
        kind=article.kind if article else None,
        content_sha256=page.content_sha256,
        warc_file=page.warc_file,
        warc_offset=page.warc_offset,
    )
