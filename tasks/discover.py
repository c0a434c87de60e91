"""Discover what each source lists now: one task a source."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.discover.discover_source import discover
from storyfold.fetch.archive import ArchiveWriter
from storyfold.fetch.conditional import ArchivedResponses, ConditionalRequests
from storyfold.fetch.journal import Journal
from storyfold.fetch.queries import read_last_lists
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, write_part
from storyfold.schemas import Fetch, Item, Reject, SourceNight
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.sources import Source
from tasks.retrying import RETRIES, RETRY_SECONDS, is_worth_retrying, retry_transient
from tasks.shared_client import get_shared_client

STAGE = "discover"


@task(
    name="discover",
    task_run_name="discover-{source.id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
)
def discover_source(
    attempt: Attempt, number: int, source: Source, settings: DiscoverSettings, fetch_settings: FetchSettings
) -> Part:
    """Write and return a part with the source's items, and a reject for each thing in it that cannot be read."""
    out = attempt.stage(STAGE) / f"{number:04}"
    if done := read_part(out):
        return done
    started = time.monotonic()
    has_lists = bool(source.feeds or source.sitemaps)
    earlier = read_last_lists(attempt.lake, source.id) if has_lists else {}
    archive = f"{attempt.night}/{attempt.run_id}-{attempt.number}-discover-{number:04}.warc.gz"
    with (
        get_shared_client(attempt, fetch_settings) as client,
        Journal(out.with_name(f"{out.name}.asked"), retry_transient(client)) as journal,
    ):
        with ArchiveWriter(attempt.lake.archive, archive) as store:
            send = ArchivedResponses(ConditionalRequests(journal, earlier.get, attempt.lake.archive), store)
            found = discover(source, send, settings, attempt.started_at)
        counts = found.counts
        counts.seconds = time.monotonic() - started
        night = SourceNight(
            run_date=attempt.run_date, source_id=source.id, outlet=source.outlet, items=len(found.items)
        )
        rows: dict[type, Sequence[Any]] = {Item: found.items, Reject: found.rejects, Fetch: found.fetches}
        part = write_part(out, {**rows, SourceNight: [night]}, counts)
        journal.discard()
        return part
