"""Discover what each source lists now: one task a source."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from storyfold.discover.discover_source import discover
from storyfold.fetch.archive import ArchiveWriter
from storyfold.fetch.conditional import ArchivedResponses, ConditionalRequests
from storyfold.fetch.journal import Journal
from storyfold.fetch.queries import read_last_lists
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, write_part
from storyfold.schemas import Fetch, Item, Reject, SourceNight
from storyfold.settings.sources import Source
from storyfold.settings.stages import Settings
from tasks.resources import Resources
from tasks.retrying import retried_task, retry_transient


@retried_task("discover", "discover-{source.id}")
def discover_source(attempt: Attempt, number: int, source: Source, settings: Settings, resources: Resources) -> Part:
    """Write and return a part with the source's items, and a reject for each thing in it that cannot be read."""
    out = attempt.stage("discover") / f"{number:04}"
    if done := read_part(out):
        return done
    started = time.monotonic()
    earlier = read_last_lists(resources.lake, source.id) if source.feeds or source.sitemaps else []
    archive = f"{attempt.night}/{attempt.run_id}-{attempt.number}-discover-{number:04}.warc.gz"
    with (
        resources.share_client(attempt, settings.fetch) as client,
        Journal(out.with_name(f"{out.name}.asked"), retry_transient(client)) as journal,
    ):
        with ArchiveWriter(resources.lake.archive, archive) as store:
            send = ArchivedResponses(ConditionalRequests(journal, earlier, resources.lake.archive), store)
            found = discover(source, send, settings.discover, attempt.started_at)
        counts, day = found.counts, attempt.run_date
        counts.seconds = time.monotonic() - started
        night = SourceNight(run_date=day, source_id=source.id, outlet=source.outlet, items=len(found.items))
        rows: dict[type, Sequence[Any]] = {Item: found.items, Reject: found.rejects, Fetch: found.fetches}
        part = write_part(out, {**rows, SourceNight: [night]}, counts)
        journal.discard()
        return part
