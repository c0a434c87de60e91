"""Parse the pages of `storyfold parse` into rows, in worker processes and without a lake."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import orjson

from flows.commands.page_inputs import Row, make_refused_row
from flows.commands.stdin_and_address import LoadedPage, get_item, read_content
from storyfold.fetch.fetch_batch import make_page_row
from storyfold.outcomes import Reason, Rejected
from storyfold.output.article_rows import make_article_row
from storyfold.schemas import Item
from storyfold.settings.stages import Settings
from storyfold.workers.pool import count_usable_cores, map_in_workers, open_worker_pool
from storyfold.workers.process import Allowance

log = logging.getLogger(__name__)

# Pages that one worker takes at a time: at 10 to 40 ms a page (docs/architecture.md) a second or two of work.
CHUNK = 50
AHEAD = 8  # chunks a process that may be done before the next one to yield: this bounds the memory for their rows


def parse_to_rows(
    items: Sequence[Item | LoadedPage], processes: int | None, settings: Settings, *, fast: bool = False
) -> Iterator[list[Row]]:
    """Parse items into rows in their order, a chunk at a time, in worker processes; `fast` leaves out trafilatura.

    A page that hangs or takes its process down costs only itself: its row says so, and a line on stderr says why.
    Raises OSError and WorkerFailed where the machine fails, not a page.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    count = max(1, min(processes or count_usable_cores(), len(chunks)))
    read = partial(_parse_chunk, settings=settings, now=datetime.now(UTC), fast=fast)
    # the workers end first, however this ends: then no thread waits for them
    with ThreadPoolExecutor(count) as waiting, open_worker_pool(count):
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


def _parse_chunk(items: Sequence[Item | LoadedPage], settings: Settings, now: datetime, *, fast: bool) -> list[Row]:
    return map_in_workers(
        partial(parse_item_to_row, settings=settings, now=now, fast=fast),
        items,
        lost=_quarantine,
        allowance=Allowance(settings.parse.page_seconds, settings.parse.page_memory),
        prepare=partial(load_for_rows, fast=fast),
    )


def load_for_rows(*, fast: bool) -> None:
    """Load what `parse_item_to_row` needs, once and in the workers alone: that halves a command's start."""
    import storyfold.boilerplate.cut_rows
    import storyfold.parse.batch  # noqa: F401 (loaded here, used there)
    from storyfold.parse.load_parser import load_parser

    load_parser(fast=fast)


def parse_item_to_row(given: Item | LoadedPage, settings: Settings, now: datetime, *, fast: bool = False) -> Row:
    """Parse one page into its row; `now` is when a saved page was seen."""
    item = get_item(given)
    from storyfold.boilerplate.cut_rows import make_side_values
    from storyfold.parse.batch import describe_fault  # loaded in the workers alone: half the start's time
    from storyfold.parse.page import parse_page

    try:
        content = read_content(given, settings.fetch.page_bytes)
        page = make_page_row(item, content, ("", 0), now)
        parsed = parse_page(page, content.data, settings.parse, fast=fast)
        row = make_article_row(parsed.article, item.location, parsed.reason) | make_side_values(parsed.article)
        orjson.dumps(row)  # half of a surrogate pair cannot be written
    except Rejected as rejected:
        return make_refused_row(item.item_id, item.location, rejected.reason.value)
    except Exception as error:  # noqa: BLE001 (as in a night: our fault costs this page, not the rest)
        return _quarantine(given, describe_fault(error))
    return row


def _quarantine(given: Item | LoadedPage, why: str) -> Row:
    item = get_item(given)
    log.warning("%s: quarantined: %s", item.location, why)
    return make_refused_row(item.item_id, item.location, Reason.QUARANTINED.value)
