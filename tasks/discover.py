"""What each source has tonight: one task a source."""

from __future__ import annotations

import time

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.attempts import Attempt
from storyfold.discover.discover import discover
from storyfold.fetch.client import Client
from storyfold.parts import Part, read_part, write_part
from storyfold.schemas import Fetch, Item, Reject
from storyfold.settings import Limits, Source
from tasks.retrying import RETRIES, RETRY_SECONDS, patient, worth_retrying

STAGE = "discover"


@task(
    name="discover",
    task_run_name="discover-{source.id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def discover_source(attempt: Attempt, number: int, source: Source, limits: Limits) -> Part:
    """A part with the source's items, and a reject for each thing in it that cannot be read."""
    out = attempt.stage(STAGE) / f"{number:04}"
    if done := read_part(out):
        return done
    started = time.monotonic()
    with Client(limits) as client:
        found = discover(source, patient(client), limits, attempt.started_at)
    counts = found.counts
    counts.seconds = time.monotonic() - started
    return write_part(out, {Item: found.items, Reject: found.rejects, Fetch: found.fetches}, counts)
