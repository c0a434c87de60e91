"""What `storyfold parse` does with files: discover, read and parse in worker processes, without a lake."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from storyfold.answers import Answer
from storyfold.article_rows import KEYS, row_of
from storyfold.discover.discover import discover
from storyfold.fetch.fetch import content_of_item, page_of
from storyfold.outcomes import Reason, Rejected, WrongUse, leaves_hole
from storyfold.schemas import Item
from storyfold.settings import Limits, Source
from storyfold.warc import is_archive
from storyfold.worker_process import Allowance
from storyfold.workers import each_in_worker, usable_cores, worker_processes

log = logging.getLogger(__name__)

Row = dict[str, Any]
SOURCE = "files"
# Pages that one worker takes at a time: at 10 to 40 ms a page (docs/architecture.md) a second or two of work.
CHUNK = 50
AHEAD = 8  # chunks a process that may be done before the one whose turn it is: what bounds the memory for their rows


def find_items(paths: Sequence[Path]) -> tuple[list[Item], list[Row]]:
    """The pages in these files, folders and archives, each once, and a row for each input that cannot be read."""
    if missing := next((path for path in paths if not path.exists()), None):
        raise WrongUse(f"{missing}: no such file or folder; name pages, folders of pages, or WARC and WET archives")
    archives = [str(path.resolve()) for path in paths if path.is_dir() or is_archive(path.name)]
    pages = [str(path.resolve()) for path in paths if path.is_dir() or not is_archive(path.name)]
    source = Source(id=SOURCE, pages=tuple(pages), archives=tuple(archives))
    found = discover(source, _no_network, Limits(), datetime.now(UTC))
    folders = {str(path.resolve()) for path in paths if path.is_dir()}
    refused = [
        _refused(reject.reject_id, reject.location, reject.reason)
        for reject in found.rejects
        # a folder is looked through for pages and for archives; that it lacks one of them is no fault
        if leaves_hole("discover", Reason(reject.reason))
        and not (reject.reason == Reason.MISSING_INPUT and reject.location in folders)
    ]
    return found.items, refused


def rows_of(
    items: Sequence[Item], processes: int | None, limits: Limits | None = None, *, fast: bool = False
) -> Iterator[list[Row]]:
    """The items' rows in their order, a chunk at a time, read in worker processes; `fast` asks no second opinion.

    A page that hangs or takes its process down costs only itself: its row says so, and a line on stderr why.
    Raises OSError and WorkerFailed where the machine fails, not a page.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    count = max(1, min(processes or usable_cores(), len(chunks)))
    read = partial(_chunk, limits=limits or Limits(), now=datetime.now(UTC), fast=fast)
    # the workers end first, however this ends: then no thread waits for them
    with ThreadPoolExecutor(count) as waiting, worker_processes(count):
        ahead: deque[Future[list[Row]]] = deque()
        try:
            for chunk in chunks:
                ahead.append(waiting.submit(read, chunk))
                if len(ahead) > AHEAD * count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:  # after a stop: what has not begun never does
                future.cancel()


def _chunk(items: Sequence[Item], limits: Limits, now: datetime, *, fast: bool) -> list[Row]:
    return each_in_worker(
        partial(row_of_item, limits=limits, now=now, fast=fast),
        items,
        lost=_quarantined,
        allowance=Allowance(limits.page_seconds, limits.page_memory),
        prepare=partial(load_for_rows, fast=fast),
    )


def load_for_rows(*, fast: bool) -> None:
    """Load what `row_of_item` needs once: in the workers alone, which spares the command half of its start."""
    import storyfold.parse.batch
    import storyfold.parse.cross_page.rows  # noqa: F401 (loaded here, used there)
    from storyfold.parse.ready import load_parser

    load_parser(fast=fast)


def row_of_item(item: Item, limits: Limits, now: datetime, *, fast: bool = False) -> Row:
    """The row of one page; `now` is when a saved page was seen."""
    from storyfold.parse.batch import fault_of  # the parser is loaded in the workers alone: half the start's time
    from storyfold.parse.cross_page.rows import beside
    from storyfold.parse.page import parse_page

    try:
        content = content_of_item(item, limits)
        page = page_of(item, content, ("", 0), now)
        parsed = parse_page(page, content.data, limits, fast=fast)
        row = row_of(parsed.article, item.location, parsed.reason) | beside(parsed.article)
        orjson.dumps(row)  # half of a surrogate pair cannot be written
    except Rejected as rejected:
        return _refused(item.item_id, item.location, rejected.reason.value)
    except Exception as error:  # noqa: BLE001 (as in a night: our fault costs this page, not the rest)
        return _quarantined(item, fault_of(error))
    return row


def _quarantined(item: Item, why: str) -> Row:
    log.warning("%s: quarantined: %s", item.location, why)
    return _refused(item.item_id, item.location, Reason.QUARANTINED.value)


def _refused(row_id: str, path: str, reason: str) -> Row:
    """The row of an input that gave no article."""
    empty: Row = dict.fromkeys(KEYS)
    return empty | {"id": row_id, "path": path, "authors": [], "body": "", "kind": "error", "reason": reason}


def _no_network(url: str, limit: int) -> Answer:
    raise Rejected(Reason.BAD_URL, f"{url}: a command on files asks no server ({limit})")
