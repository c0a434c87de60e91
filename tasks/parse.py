"""Parse pages into articles: one task a batch, its pages in worker processes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.fetch.archive import read_page
from storyfold.parse.batch import STAGE, ParseBatch, decide_fate, quarantine_page, read_pages, write_batch
from storyfold.parse.load_parser import load_parser
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, list_slices, read_part
from storyfold.settings.parse import ParseSettings
from storyfold.workers.pool import map_in_workers
from storyfold.workers.process import Allowance
from tasks.retrying import RETRIES, RETRY_SECONDS, is_worth_retrying


def plan_parse(attempt: Attempt, fetched: Sequence[Part], settings: ParseSettings, processes: int) -> list[ParseBatch]:
    """Return the batches of a run; a small run is cut finer, so that every process has work."""
    pages = sum(part.counts.kept for part in fetched)
    size = max(1, min(settings.batch_items, -(-pages // (4 * processes))))
    # the name says what is in it: a resumed run with another number of processes must not mistake one for another
    return [
        ParseBatch(folder, start, stop, attempt.stage(STAGE) / f"{folder.name}-{start:05}-{stop:05}")
        for folder, start, stop in list_slices(fetched, size)
    ]


@task(
    name="parse",
    task_run_name="parse-{batch.out.name}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
)
def parse_pages(attempt: Attempt, batch: ParseBatch, settings: ParseSettings, page_bytes: int) -> Part:
    """Parse one batch, unless it is there already; a page that hangs or takes its process down costs only itself."""
    if done := read_part(batch.out):
        return done
    started = time.monotonic()
    read = partial(read_page, archive_folder=attempt.lake.archive, page_bytes=page_bytes)
    pages = read_pages(batch)
    fates = map_in_workers(
        partial(decide_fate, read=read, settings=settings),
        pages,
        lost=quarantine_page,
        allowance=Allowance(settings.page_seconds, settings.page_memory),
        prepare=load_parser,
    )
    return write_batch(batch, pages, fates, time.monotonic() - started)
