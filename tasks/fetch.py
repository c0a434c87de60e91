"""The bytes of every item, kept where they can be read again: batches, each with an archive file of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.attempts import Attempt
from storyfold.fetch.archive import ArchiveWriter
from storyfold.fetch.client import Client
from storyfold.fetch.fetch import Place, fetch_batch_items
from storyfold.lake import Lake
from storyfold.parts import Part, read_part, read_rows, slices, write_part
from storyfold.schemas import Fetch, Item, Page, Reject
from storyfold.settings import Limits
from tasks.retrying import RETRIES, RETRY_SECONDS, patient, worth_retrying

STAGE = "fetch"


@dataclass(frozen=True, slots=True)
class FetchBatch:
    """Some items of one part of the discover stage, where their pages go, and which bytes the lake keeps already."""

    items: Path
    start: int
    stop: int
    out: Path
    kept: Mapping[tuple[str, str], Place]


def plan_fetch(attempt: Attempt, found: Sequence[Part], limits: Limits) -> list[FetchBatch]:
    """The batches of a night: the same for the same items, so that a resumed run finds its parts."""
    batches = []
    for part in found:
        items = read_rows([part], Item)
        kept = kept_before(attempt.lake, [item.location for item in items if item.method != "archive"])
        for folder, start, stop in slices([part], limits.batch_items):
            own = {item.location for item in items[start:stop]}
            known = {key: place for key, place in kept.items() if key[0] in own}
            batches.append(FetchBatch(folder, start, stop, attempt.stage(STAGE) / f"{folder.name}-{start:06}", known))
    return batches


@task(
    name="fetch",
    task_run_name="fetch-{batch.out.name}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def fetch_items(attempt: Attempt, batch: FetchBatch, limits: Limits) -> Part:
    """One batch, unless it is there already; bytes that the lake keeps already are not kept twice."""
    if done := read_part(batch.out):
        return done
    started = time.monotonic()
    found = read_part(batch.items)
    items = read_rows([found] if found else [], Item)[batch.start : batch.stop]
    archive = f"{attempt.night}/{attempt.run_id}-{attempt.number}-{batch.out.name}.warc.gz"
    with ArchiveWriter(attempt.lake.archive, archive) as store, Client(limits) as client:
        fetched = fetch_batch_items(items, store, patient(client), limits, batch.kept, attempt.started_at)
    counts = fetched.counts
    counts.seconds = time.monotonic() - started
    return write_part(batch.out, {Page: fetched.pages, Fetch: fetched.fetches, Reject: fetched.rejects}, counts)


def kept_before(lake: Lake, locations: Sequence[str]) -> dict[tuple[str, str], Place]:
    """Where the lake keeps bytes of these places already, by location and hash; the earliest copy of each.

    An archive that somebody took away keeps nothing: its pages are kept anew.
    """
    if not locations:
        return {}
    found = lake.read(
        """
        SELECT url, content_sha256, warc_file, warc_offset FROM fetches
        WHERE warc_file IS NOT NULL AND method <> 'archive' AND url IN (SELECT unnest($1))
        QUALIFY row_number() OVER (PARTITION BY url, content_sha256 ORDER BY seen_at, warc_file, warc_offset) = 1
        """,
        [list(locations)],
    )
    there = {name for name in found.column("warc_file").unique().to_pylist() if (lake.archive / name).exists()}
    return {
        (row["url"], row["content_sha256"]): (row["warc_file"], row["warc_offset"])
        for row in found.to_pylist()
        if row["warc_file"] in there
    }
