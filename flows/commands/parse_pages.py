"""Parse the pages of `storyfold parse` as a night does, in worker processes that write parts, but without a lake.

What a page of a file shows of itself is read together with it: `PageFate` says what became of it, and `articles` has
what could be read, of pages that are no articles too.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flows.commands.page_inputs import make_refused_row
from flows.commands.stdin_and_address import LoadedPage, get_item, read_content
from storyfold.fetch.fetch_batch import make_page_row, reject_item
from storyfold.outcomes import Reason, Rejected, StageCounts
from storyfold.output.article_rows import make_article_row
from storyfold.output.row_columns import Row
from storyfold.run.parts import Part, read_rows, read_slice, write_part
from storyfold.schemas import Article, Item, PageFate
from storyfold.settings.stages import Settings
from storyfold.workers.pool import count_usable_cores, open_worker_pool
from storyfold.workers.process import Allowance, Job

log = logging.getLogger(__name__)

# Pages that one worker takes at a time: at 10 to 40 ms a page (docs/architecture.md) a second or two of work.
CHUNK = 50
AHEAD = 8  # chunks a process that may wait for their turn
# A signal that comes just before a thread begins to wait without an end is seen only when that wait is over.
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Name some items of a part, the pages among them that are loaded already, by item, and where the parts go."""

    items: Path
    start: int
    stop: int
    out: Path
    loaded: Mapping[str, LoadedPage]
    settings: Settings
    now: datetime  # when a saved page was seen
    fast: bool = False


def parse_to_parts(
    pages: Sequence[Item | LoadedPage], folder: Path, processes: int | None, settings: Settings, *, fast: bool = False
) -> Generator[Part]:
    """Parse pages into parts below a folder, in their order, in worker processes; `fast` leaves out trafilatura.

    A page that hangs or takes its process down costs only itself: its fate says so, and a line on stderr says why.
    Raises OSError and WorkerFailed where the machine fails, not a page.
    """
    items = [get_item(page) for page in pages]
    now = datetime.now(UTC)
    counts = StageCounts("discover", len(items), len(items))
    listed = write_part(folder / "items", {Item: items}, counts, CHUNK, to_disk=False)
    batches = [
        FileBatch(
            items=listed.folder,
            start=start,
            stop=start + CHUNK,
            out=folder / f"{start:09}",
            loaded={p.item.item_id: p for p in pages[start : start + CHUNK] if isinstance(p, LoadedPage)},
            settings=settings,
            now=now,
            fast=fast,
        )
        for start in range(0, len(items), CHUNK)
    ]
    count = max(1, min(processes or count_usable_cores(), len(batches)))
    # the workers end first, however this ends: then no thread waits for them
    with ThreadPoolExecutor(count) as waiting, open_worker_pool(count) as workers:
        ahead: deque[Future[Part]] = deque()
        try:
            for batch in batches:
                ahead.append(waiting.submit(workers.run, make_file_job(batch)))
                if len(ahead) > AHEAD * count:
                    yield _report_quarantined(_receive(ahead.popleft()))
            while ahead:
                yield _report_quarantined(_receive(ahead.popleft()))
        finally:
            for future in ahead:  # after a stop: what has not begun never does
                future.cancel()


def _receive(future: Future[Part]) -> Part:
    """Return a part as soon as it is made; a stop is heard within a second."""
    while not wait([future], LOOK_SECONDS).done:
        pass
    return future.result()


def read_fates(parts: Iterable[Part]) -> Iterator[tuple[PageFate, Article | None]]:
    """Yield the fate of each page of these parts, in their order, and what could be read of it; a part at a time."""
    for part in parts:
        articles = iter(read_rows([part], Article))
        for fate in read_rows([part], PageFate):
            yield fate, next(articles) if fate.has_article else None


def make_public_row(fate: PageFate, article: Article | None) -> Row:
    """Make the row of a page in the file that the command writes."""
    if article is None:
        return make_refused_row(fate.item_id, fate.location, str(fate.reason))
    return make_article_row(article, fate.location, Reason(fate.reason) if fate.reason else None)


def make_file_job(batch: FileBatch) -> Job[Item, Any, Part]:
    """Make the job of reading and parsing a batch of files, which answers with its part."""
    return Job(
        read=partial(read_slice, batch.items, Item, batch.start, batch.stop),
        work=partial(_decide_fate, batch=batch),
        lost=partial(_quarantine_item, now=batch.now),
        finish=partial(_write_fates, batch=batch),
        kept_in=batch.out.with_name(f"{batch.out.name}.fates"),
        allowance=Allowance(batch.settings.parse.page_seconds, batch.settings.parse.page_memory),
        prepare=partial(_load, fast=batch.fast),
    )


def _load(*, fast: bool) -> None:
    """Load what parsing needs, once and in the workers alone: that halves a command's start."""
    import storyfold.parse.batch  # noqa: F401 (loaded here, used there)
    from storyfold.parse.load_parser import load_parser

    load_parser(fast=fast)


def _decide_fate(item: Item, batch: FileBatch) -> Any:
    """Read and parse one page; return its `Fate`."""
    from storyfold.parse.batch import Fate, decide_fate, describe_fault

    try:
        content = read_content(batch.loaded.get(item.item_id, item), batch.settings.fetch.page_bytes)
        page = make_page_row(item, content, ("", 0), batch.now)
    except Rejected as rejected:
        return Fate(reject=reject_item(item, rejected.reason, rejected.detail, batch.now))
    except Exception as error:  # noqa: BLE001 (as in a night: our fault costs this page, not the rest)
        return _quarantine_item(item, describe_fault(error), batch.now)
    fate = decide_fate(page, lambda _: content.data, batch.settings.parse, fast=batch.fast)
    if fate.article is None:
        return fate
    return replace(fate, article=replace(fate.article, source_id=""))  # files in one folder are no outlet's by that


def _quarantine_item(item: Item, why: str, now: datetime) -> Any:
    from storyfold.parse.batch import Fate

    return Fate(reject=reject_item(item, Reason.QUARANTINED, why, now))


def _write_fates(items: Sequence[Item], fates: Sequence[Any], batch: FileBatch) -> Part:
    from storyfold.parse.batch import UNFIT, find_misfit

    try:
        return _write_rows(items, fates, batch.out)
    except UNFIT:
        checked = [(i, f, find_misfit([f.article, f.reject])) for i, f in zip(items, fates, strict=True)]
        fitting = [f if misfit is None else _quarantine_item(item, misfit, batch.now) for item, f, misfit in checked]
        return _write_rows(items, fitting, batch.out)


def _write_rows(items: Sequence[Item], fates: Sequence[Any], out: Path) -> Part:
    rows = [
        PageFate(
            item_id=item.item_id,
            location=item.location,
            reason=fate.reject.reason if fate.reject else None,
            detail=fate.reject.detail if fate.reject else "",
            has_article=fate.article is not None,
        )
        for item, fate in zip(items, fates, strict=True)
    ]
    articles = [fate.article for fate in fates if fate.article is not None]
    reasons = Counter(row.reason for row in rows if row.reason is not None)
    counts = StageCounts("parse", len(rows), len(rows) - reasons.total(), reasons)
    return write_part(out, {PageFate: rows, Article: articles}, counts, to_disk=False)


def _report_quarantined(part: Part) -> Part:
    for fate in read_rows([part], PageFate):
        if fate.reason == Reason.QUARANTINED:
            log.warning("%s: quarantined: %s", fate.location, fate.detail)
    return part
