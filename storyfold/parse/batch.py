"""Turn one batch of pages into articles and rejects: the unit of work that an engine gives to a worker."""

from __future__ import annotations

import errno
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from storyfold.identity.ids import make_record_offset
from storyfold.outcomes import Reason, Rejected, StageCounts
from storyfold.parse.load_parser import load_parser
from storyfold.parse.page import parse_page
from storyfold.run.parts import Part, list_slices, read_slice, write_part_tables
from storyfold.run.rejects import make_reject
from storyfold.run.text_links import make_parsed_links
from storyfold.schemas import Article, FormerId, Page, ParsedLinks, Reject, TextLink
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.pages import get_seen_date
from storyfold.settings.parse import ParseSettings
from storyfold.workers.process import Allowance, Job

STAGE: Literal["parse"] = "parse"

# C functions of time and text refuse a value with these; libraries raise OSError without a number.
_ERRNO_OF_VALUES = (None, errno.EINVAL, errno.EDOM, errno.ERANGE, errno.EOVERFLOW, errno.EILSEQ)
# What Arrow raises for a value that its column does not take.
UNFIT = (ValueError, TypeError, OverflowError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class ParseBatch:
    """Name some pages of one part of the fetch stage, and the folder where their articles go."""

    pages: Path
    start: int
    stop: int
    out: Path


def plan_parse(fetched: Sequence[Part], out: Path, settings: ParseSettings, processes: int) -> list[ParseBatch]:
    """Return the batches of a run, whose parts go below `out`; a small run is cut finer: every process has work."""
    pages = sum(part.counts.kept for part in fetched)
    size = max(1, min(settings.batch_items, -(-pages // (4 * processes))))
    # the name says what is in it: a resumed run with another number of processes must not mistake one for another
    return [
        ParseBatch(folder, start, stop, out / f"{folder.name}-{start:05}-{stop:05}")
        for folder, start, stop in list_slices(fetched, size)
    ]


@dataclass(frozen=True, slots=True)
class Fate:
    """Hold the one fate of a page: kept, or rejected, with the article that could be read of it in both cases.

    Of an article that is kept, `former_ids` are those that older versions of this program gave its page, and `links`
    those in its text.
    """

    article: Article | None = None
    reject: Reject | None = None
    former_ids: tuple[str, ...] = ()
    links: tuple[TextLink, ...] = ()


def make_parse_job(
    batch: ParseBatch, read: Callable[[Page], bytes], settings: ParseSettings, embeddings: str | None = None
) -> Job[Page, Fate, Part]:
    """Make the job of parsing a batch, which answers with its part; `read` gives a page's bytes.

    `embeddings` is the folder of the model that makes the texts' vectors.
    """
    return Job(
        read=partial(read_slice, batch.pages, Page, batch.start, batch.stop),
        work=partial(decide_fate, read=read, settings=settings),
        lost=quarantine_page,
        finish=partial(write_batch, out=batch.out, started=time.monotonic(), embeddings=embeddings),
        kept_in=batch.out.with_name(f"{batch.out.name}.fates"),
        allowance=Allowance(settings.page_seconds, settings.page_memory),
        prepare=load_parser,
    )


def write_batch(
    pages: Sequence[Page], fates: Sequence[Fate], *, out: Path, started: float, embeddings: str | None = None
) -> Part:
    """Write a batch's part: `articles`, their features and links, and `rejects`; pages and fates are in one order.

    A page whose row no table takes (half of a surrogate pair, a number beyond its column) is quarantined. `started` is
    when the batch was begun, on the monotonic clock.
    """
    try:
        return _write_rows(fates, out, started, embeddings)
    except UNFIT:
        # of a page that is rejected a night writes no article
        checked = [(page, f, find_misfit([f.reject or f.article])) for page, f in zip(pages, fates, strict=True)]
        fitting = [fate if misfit is None else quarantine_page(page, misfit) for page, fate, misfit in checked]
        return _write_rows(fitting, out, started, embeddings)


def _write_rows(fates: Sequence[Fate], out: Path, started: float, embeddings: str | None) -> Part:
    from storyfold.run.text_features import make_features  # needs lists of words, which commands on files do not

    kept = [
        (fate.article, fate.former_ids, fate.links)
        for fate in fates
        if fate.article is not None and fate.reject is None
    ]
    former = dict.fromkeys(row for article, ids, _ in kept for row in _list_former_ids(article, ids))
    rejects = [fate.reject for fate in fates if fate.reject is not None]
    reasons = Counter(reject.reason for reject in rejects)
    counts = StageCounts(STAGE, len(fates), len(kept), reasons, time.monotonic() - started)
    articles = make_arrow_table([article for article, *_ in kept], Article)
    tables = {
        Article: articles,
        Reject: make_arrow_table(rejects, Reject),
        FormerId: make_arrow_table([*former], FormerId),
        ParsedLinks: make_parsed_links(articles, [links for *_, links in kept]),
        **make_features(articles, embeddings=embeddings),
    }
    return write_part_tables(out, tables, counts)


def _list_former_ids(article: Article, former_ids: Sequence[str]) -> list[FormerId]:
    return [FormerId(article_id=article.article_id, former_id=f, url=article.url) for f in former_ids]


def find_misfit(rows: Iterable[object]) -> str | None:
    """Find why no table takes one of these rows, in words; None where they fit. What is None is no row."""
    try:
        for row in rows:
            if row is not None:
                make_arrow_table([row], type(row))
    except UNFIT as error:
        return describe_fault(error)
    return None


def decide_fate(page: Page, read: Callable[[Page], bytes], settings: ParseSettings, *, fast: bool = False) -> Fate:
    """Parse a page and return its fate; `read` gives its bytes, `fast` leaves out trafilatura.

    A page on which our own code fails is quarantined: rejected with the error as its detail and its bytes where they
    are kept, for replay. Raises what `describe_fault` does.
    """
    try:
        parsed = parse_page(page, read(page), settings, fast=fast)
    except Rejected as rejected:
        return Fate(reject=reject_page(page, rejected.reason, rejected.detail))
    except Exception as error:  # noqa: BLE001 (whatever our code does wrong costs this page, not the run)
        return quarantine_page(page, describe_fault(error))
    if parsed.reason is None:
        return Fate(parsed.article, former_ids=parsed.former_ids, links=parsed.links)
    return Fate(parsed.article, reject_page(page, parsed.reason, parsed.detail, parsed.article))


def quarantine_page(page: Page, detail: str) -> Fate:
    """Return the fate of a page on which our own code failed, or whose process ended."""
    return Fate(reject=reject_page(page, Reason.QUARANTINED, detail))


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
