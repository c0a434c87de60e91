"""The bytes of every item, kept where they can be read again: batches, each with an archive file of its own."""

from __future__ import annotations

import heapq
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.fetch.archive import ArchiveWriter
from storyfold.fetch.concurrent_hosts import group_by_host, request_concurrently
from storyfold.fetch.conditional import ConditionalRequests, EarlierResponse
from storyfold.fetch.fetch_batch import fetch_batch_items
from storyfold.fetch.journal import Journal
from storyfold.outcomes import StageCounts
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import Fetch, Item, Page, Reject
from storyfold.settings.sources import Limits
from storyfold.web.messages import ArchivePlace
from storyfold.web.urls import make_host_key
from tasks.network import get_shared_client, read_kept_before, read_last_answers
from tasks.retrying import RETRIES, RETRY_SECONDS, make_patient, worth_retrying

STAGE = "fetch"
PLAN = "fetch-plan"
# Addresses of one batch, as a multiple of a batch of files: a page of the web costs a second of waiting for its
# host's turn, so a batch needs many hosts at once.
WEB_BATCHES = 10


@dataclass(frozen=True, slots=True)
class FetchBatch:
    """A part with some items, where their pages go, and what the lake has of them already."""

    items: Path
    out: Path
    kept: Mapping[tuple[str, str], ArchivePlace]
    earlier: Mapping[str, EarlierResponse]


def plan_fetch(attempt: Attempt, found: Sequence[Part], limits: Limits) -> list[FetchBatch]:
    """The batches of a night: the same for the same items, so that a resumed run finds its parts.

    Files and records go in their order. Addresses go by host, all of a host in one batch: so no two batches wait for
    the same host, wherever they run.
    """
    batches: dict[str, list[Item]] = {}
    web: list[Item] = []
    for part in found:
        items = read_rows([part], Item)
        web += [item for item in items if item.method == "http"]
        here = [item for item in items if item.method != "http"]
        for start in range(0, len(here), limits.batch_items):
            batches[f"{part.folder.name}-{start:06}"] = here[start : start + limits.batch_items]
    batches |= _web_batches(web, limits.batch_items * WEB_BATCHES)
    locations = [item.location for items in batches.values() for item in items if item.method != "archive"]
    kept: dict[str, dict[tuple[str, str], ArchivePlace]] = {}
    for key, place in read_kept_before(attempt.lake, locations).items():
        kept.setdefault(key[0], {})[key] = place
    earlier = read_last_answers(attempt.lake, [item.location for item in web])
    return [_planned(attempt, name, items, kept, earlier) for name, items in batches.items()]


def _web_batches(items: Sequence[Item], size: int) -> dict[str, list[Item]]:
    """Hosts dealt out so that batches are about equal: the largest first, each to the batch with the least."""
    loads = [(0, number) for number in range(-(-len(items) // size))]
    batch_of: dict[str, int] = {}
    for host, urls in group_by_host([item.location for item in items]).items():
        load, number = heapq.heappop(loads)
        batch_of[host] = number
        heapq.heappush(loads, (load + len(urls), number))
    batches: dict[str, list[Item]] = {f"web-{number:04}": [] for number in sorted(set(batch_of.values()))}
    for item in items:
        batches[f"web-{batch_of[make_host_key(item.location)]:04}"].append(item)
    return batches


def _planned(
    attempt: Attempt,
    name: str,
    items: Sequence[Item],
    kept: Mapping[str, Mapping[tuple[str, str], ArchivePlace]],
    earlier: Mapping[str, EarlierResponse],
) -> FetchBatch:
    folder = attempt.stage(PLAN) / name
    if read_part(folder) is None:
        write_part(folder, {Item: items}, StageCounts(PLAN, len(items), len(items)))
    here = {item.location for item in items}
    return FetchBatch(
        items=folder,
        out=attempt.stage(STAGE) / name,
        kept={key: place for location in here for key, place in kept.get(location, {}).items()},
        earlier={location: earlier[location] for location in here if location in earlier},
    )


@task(
    name="fetch",
    task_run_name="fetch-{batch.out.name}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def fetch_items(attempt: Attempt, batch: FetchBatch, limits: Limits) -> Part:
    """One batch, unless it is there already; what a killed one had been answered is not asked for again."""
    if done := read_part(batch.out):
        return done
    started = time.monotonic()
    planned = read_part(batch.items)
    items = read_rows([planned] if planned else [], Item)
    urls = [item.location for item in items if item.method == "http"]
    archive = f"{attempt.night}/{attempt.run_id}-{attempt.number}-{batch.out.name}.warc.gz"
    with (
        get_shared_client(attempt, limits) as client,
        Journal(batch.out.with_name(f"{batch.out.name}.asked"), make_patient(client)) as journal,
    ):
        client.host_delays.add_hosts(items)
        ask = ConditionalRequests(journal, batch.earlier.get, attempt.lake.archive)
        request_concurrently(urls, limits.page_bytes, ask, journal, limits.host_seconds)
        with ArchiveWriter(attempt.lake.archive, archive) as store:
            fetched = fetch_batch_items(items, store, ask, limits, batch.kept, attempt.started_at)
        counts = fetched.counts
        counts.seconds = time.monotonic() - started
        part = write_part(batch.out, {Page: fetched.pages, Fetch: fetched.fetches, Reject: fetched.rejects}, counts)
        journal.discard()
        return part
