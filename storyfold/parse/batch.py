"""One batch of pages to articles and rejects: the unit of work that an engine places somewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storyfold.identity import record_offset, reject_id
from storyfold.outcomes import Reason, Rejected, StageCounts
from storyfold.parse.page import Parsed, parse_page
from storyfold.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import Article, Page, Reject
from storyfold.schemas.pages import seen_date
from storyfold.settings import Limits

STAGE: Literal["parse"] = "parse"


@dataclass(frozen=True, slots=True)
class ParseBatch:
    """Some pages of one part of the fetch stage, and where their articles go."""

    pages: Path
    start: int
    stop: int
    out: Path


def parse_batch(batch: ParseBatch, read: Callable[[Page], bytes], limits: Limits) -> Part:
    """Parse the batch's pages into a part of `articles` and `rejects`.

    `read` gives a page's bytes. A page on which our own code fails is quarantined: rejected with the error as
    its detail and its bytes where they are kept, for replay.
    """
    started = time.monotonic()
    counts = StageCounts(STAGE)
    articles: list[Article] = []
    rejects: list[Reject] = []
    for page in pages_of(batch):
        counts.items_in += 1
        fate = _fate(page, read, limits)
        if isinstance(fate, Article):
            counts.kept += 1
            articles.append(fate)
        else:
            counts.rejected[fate.reason] += 1
            rejects.append(fate)
    counts.seconds = time.monotonic() - started
    return write_part(batch.out, {Article: articles, Reject: rejects}, counts)


def pages_of(batch: ParseBatch) -> list[Page]:
    """The batch's pages."""
    part = read_part(batch.pages)
    return read_rows([part] if part else [], Page)[batch.start : batch.stop]


def _fate(page: Page, read: Callable[[Page], bytes], limits: Limits) -> Article | Reject:
    try:
        parsed: Parsed = parse_page(page, read(page), limits)
    except Rejected as rejected:
        return reject_page(page, rejected.reason, rejected.detail)
    except (MemoryError, OSError):
        raise  # the machine's trouble, not the page's: the batch fails and is tried again
    except Exception as error:  # noqa: BLE001 (whatever our code does wrong costs this page, not the night)
        return reject_page(page, Reason.QUARANTINED, f"{type(error).__name__}: {error}"[:500])
    if parsed.reason is None:
        return parsed.article
    return reject_page(page, parsed.reason, parsed.detail, parsed.article)


def reject_page(page: Page, reason: Reason, detail: str, article: Article | None = None) -> Reject:
    """The row in `rejects` of a page, with what parse could tell of it."""
    offset = record_offset(page.location, page.warc_file, page.warc_offset)
    return Reject(
        reject_id=reject_id(STAGE, page.source_id, page.location, offset, reason.value, page.content_sha256),
        seen_date=seen_date(page.seen_at),
        stage=STAGE,
        source_id=page.source_id,
        reason=reason.value,
        detail=detail,
        kind=article.kind if article else None,
        title=article.title if article else None,
        location=page.location,
        url=page.url,
        first_seen_at=page.seen_at,
        content_sha256=page.content_sha256,
        warc_file=page.warc_file,
        warc_offset=page.warc_offset,
    )
