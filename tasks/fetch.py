"""Fetch the bytes of every item into the archive: one task a batch, each with an archive file of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from storyfold.fetch.archive import ArchiveWriter
from storyfold.fetch.concurrent_hosts import request_concurrently
from storyfold.fetch.conditional import ConditionalRequests
from storyfold.fetch.fetch_batch import fetch_batch_items
from storyfold.fetch.journal import Journal
from storyfold.fetch.plan import FetchBatch
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import ArchivedPage, EarlierResponse, Fetch, Item, Page, Reject
from storyfold.settings.stages import Settings
from tasks.resources import Resources
from tasks.retrying import retried_task, retry_transient


@retried_task("fetch", "fetch-{batch.out.name}")
def fetch_items(attempt: Attempt, batch: FetchBatch, settings: Settings, resources: Resources) -> Part:
    """Fetch one batch, unless it is there already; what a killed task has received is not requested again."""
    if done := read_part(batch.out):
        return done
    started, limits = time.monotonic(), settings.fetch
    planned = [part] if (part := read_part(batch.plan)) else []
    items = read_rows(planned, Item)
    archive, name = resources.lake.archive, f"{attempt.night}/{attempt.run_id}-{attempt.number}-{batch.out.name}"
    with (
        resources.share_client(attempt, settings.fetch) as client,
        Journal(batch.out.with_name(f"{batch.out.name}.asked"), retry_transient(client)) as journal,
    ):
        client.host_delays.add_hosts(items)
        send = ConditionalRequests(journal, read_rows(planned, EarlierResponse), archive)
        urls = [item.location for item in items if item.method == "http"]
        request_concurrently(urls, limits.page_bytes, send, journal, limits.host_seconds)
        with ArchiveWriter(archive, f"{name}.warc.gz") as store:
            archived = read_rows(planned, ArchivedPage)
            fetched = fetch_batch_items(items, store, send, limits.page_bytes, archived, attempt.started_at)
        counts = fetched.counts
        counts.seconds = time.monotonic() - started
        rows: dict[type, Sequence[Any]] = {Page: fetched.pages, Fetch: fetched.fetches, Reject: fetched.rejects}
        part = write_part(batch.out, rows, counts, slice_rows=settings.parse.batch_items)
        journal.discard()
        return part
