"""What `storyfold parse` does with files: discover, read and parse in worker processes, without a lake."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storyfold.answers import Answer
from storyfold.article_rows import KEYS, row_of
from storyfold.discover.discover import discover
from storyfold.discover.folders import is_archive
from storyfold.fetch.fetch import content_of_item, page_of
from storyfold.outcomes import Reason, Rejected, WrongUse, leaves_hole
from storyfold.parse.page import parse_page
from storyfold.schemas import Item
from storyfold.settings import Limits, Source
from storyfold.workers import WorkerDied, in_own_process, in_worker, usable_cores, worker_processes

Row = dict[str, Any]
SOURCE = "files"
# Pages that one worker takes at a time: at 10 to 40 ms a page (docs/architecture.md) a second or two of work.
CHUNK = 50


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


def rows_of(items: Sequence[Item], processes: int | None) -> Iterator[list[Row]]:
    """The items' rows in their order, a chunk at a time.

    Several chunks are read in worker processes: there a page that takes its process down costs only itself.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    count = min(processes or usable_cores(), len(chunks))
    pool = worker_processes(count) if count > 1 else contextlib.nullcontext()
    with pool, ThreadPoolExecutor(max(count, 1)) as waiting:
        yield from waiting.map(_chunk, chunks)


def _chunk(items: Sequence[Item]) -> list[Row]:
    try:
        return in_worker(parse_items, items)
    except WorkerDied:
        return [_alone(item) for item in items]


def _alone(item: Item) -> Row:
    try:
        return in_own_process(parse_items, [item])[0]
    except WorkerDied:
        return _refused(item.item_id, item.location, Reason.QUARANTINED.value)


def parse_items(items: Sequence[Item]) -> list[Row]:
    """One row for each item."""
    return [_row(item, Limits()) for item in items]


def _row(item: Item, limits: Limits) -> Row:
    try:
        content = content_of_item(item, limits)
        page = page_of(item, content, ("", 0), datetime.now(UTC))
        parsed = parse_page(page, content.data, limits)
    except Rejected as rejected:
        return _refused(item.item_id, item.location, rejected.reason.value)
    row = row_of(parsed.article, item.location, parsed.reason)
    return row | {"other_titles": parsed.article.other_titles}  # for `cut_rows`, which takes it out again


def _refused(row_id: str, path: str, reason: str) -> Row:
    """The row of an input that gave no article."""
    empty: Row = dict.fromkeys(KEYS)
    return empty | {"id": row_id, "path": path, "authors": [], "body": "", "kind": "error", "reason": reason}


def _no_network(url: str, limit: int) -> Answer:
    raise Rejected(Reason.BAD_URL, f"{url}: a command on files asks no server ({limit})")
