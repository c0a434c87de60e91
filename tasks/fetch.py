"""Fetch the bytes of every item into the archive: one task a batch, each with an archive file of its own."""

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
from storyfold.fetch.queries import read_archived_pages, read_last_responses
from storyfold.outcomes import StageCounts
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import Fetch, Item, Page, Reject
from storyfold.settings.fetch import FetchSettings
from storyfold.web.messages import ArchivePlace
from storyfold.web.urls import make_host_key
from tasks.retrying import RETRIES, RETRY_SECONDS, is_worth_retrying, retry_transient
from tasks.shared_client import get_shared_client

STAGE = "fetch"
PLAN = "fetch-plan"
# Addresses of one batch, as a multiple of a batch of files: a page of the web costs a second of waiting for its
# host's turn, so a batch needs many hosts at once.
WEB_BATCHES = 10


@dataclass(frozen=True, slots=True)
class FetchBatch:
    """Some items: the part that lists them, where their pages go, and what the lake has of them already."""

    items: Path
    out: Path
    archived: Mapping[tuple[str, str], ArchivePlace]
    earlier: Mapping[str, EarlierResponse]


def plan_fetch(attempt: Attempt, found: Sequence[Part], settings: FetchSettings) -> list[FetchBatch]:
    """Return the batches of a run: the same for the same items, so that a resumed run finds its parts.

    Files and records go in their order. Addresses go by host, all of a host in one batch: so no two batches wait for
    the same host, wherever they run.
    """
    batches: dict[str, list[Item]] = {}
    web: list[Item] = []
    for part in found:
        items = read_rows([part], Item)
        web += [item for item in items if item.method == "http"]
        local = [item for item in items if item.method != "http"]
        for start in range(0, len(local), settings.batch_items):
            batches[f"{part.folder.name}-{start:06}"] = local[start : start + settings.batch_items]
    batches |= _split_by_host(web, settings.batch_items * WEB_BATCHES)
    locations = [item.location for items in batches.values() for item in items if item.method != "archive"]
    archived: dict[str, dict[tuple[str, str], ArchivePlace]] = {}
    for key, position in read_archived_pages(attempt.lake, locations).items():
        archived.setdefault(key[0], {})[key] = position
    earlier = read_last_responses(attempt.lake, [item.location for item in web])
    return [_write_plan(attempt, name, items, archived, earlier) for name, items in batches.items()]


def _split_by_host(items: Sequence[Item], size: int) -> dict[str, list[Item]]:
    """Deal out hosts so that batches are about equal: the largest first, each to the batch with the least."""
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


def _write_plan(
    attempt: Attempt,
    name: str,
    items: Sequence[Item],
    archived: Mapping[str, Mapping[tuple[str, str], ArchivePlace]],
    earlier: Mapping[str, EarlierResponse],
) -> FetchBatch:
    folder = attempt.stage(PLAN) / name
    if read_part(folder) is None:
        write_part(folder, {Item: items}, StageCounts(PLAN, len(items), len(items)))
    locations = {item.location for item in items}
    return FetchBatch(
        items=folder,
        out=attempt.stage(STAGE) / name,
        archived={key: position for at in locations for key, position in archived.get(at, {}).items()},
        earlier={location: earlier[location] for location in locations if location in earlier},
    )


@task(
    name="fetch",
    task_run_name="fetch-{batch.out.name}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
)
def fetch_items(attempt: Attempt, batch: FetchBatch, settings: FetchSettings) -> Part:
    """Fetch one batch, unless it is there already; what a killed task has received is not requested again."""
    if done := read_part(batch.out):
        return done
    started = time.monotonic()
    planned = read_part(batch.items)
    items = read_rows([planned] if planned else [], Item)
    urls = [item.location for item in items if item.method == "http"]
    archive = f"{attempt.night}/{attempt.run_id}-{attempt.number}-{batch.out.name}.warc.gz"
    with (
        get_shared_client(attempt, settings) as client,
        Journal(batch.out.with_name(f"{batch.out.name}.asked"), retry_transient(client)) as journal,
    ):
        client.host_delays.add_hosts(items)
        send = ConditionalRequests(journal, batch.earlier.get, attempt.lake.archive)
        request_concurrently(urls, settings.page_bytes, send, journal, settings.host_seconds)
        with ArchiveWriter(attempt.lake.archive, archive) as store:
            fetched = fetch_batch_items(items, store, send, settings.page_bytes, batch.archived, attempt.started_at)
        counts = fetched.counts
        counts.seconds = time.monotonic() - started
        part = write_part(batch.out, {Page: fetched.pages, Fetch: fetched.fetches, Reject: fetched.rejects}, counts)
        journal.discard()
        return part
