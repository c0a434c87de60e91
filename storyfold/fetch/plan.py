"""Cut the items of a run into batches to fetch, and write down what each is told of the lake."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyfold.fetch.concurrent_hosts import group_by_host
from storyfold.fetch.queries import read_archived_pages, read_last_responses
from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import ArchivedPage, EarlierResponse, Item
from storyfold.settings.fetch import FetchSettings
from storyfold.web.urls import make_host_key

STAGE = "fetch"
PLAN = "fetch-plan"
# Addresses of one batch, as a multiple of a batch of files: a page of the web costs a second of waiting for its
# host's turn, so a batch needs many hosts at once.
WEB_BATCHES = 10


@dataclass(frozen=True, slots=True)
class FetchBatch:
    """Name a part with some items and with what the lake has of them already, and where their pages go."""

    plan: Path
    out: Path


def plan_fetch(attempt: Attempt, lake: Lake, found: Sequence[Part], settings: FetchSettings) -> list[FetchBatch]:
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
    named = {
        FetchBatch(attempt.stage(PLAN) / name, attempt.stage(STAGE) / name): items for name, items in batches.items()
    }
    _write_plans({batch: items for batch, items in named.items() if read_part(batch.plan) is None}, lake)
    return [*named]


def _write_plans(batches: Mapping[FetchBatch, Sequence[Item]], lake: Lake) -> None:
    """Write the part of each batch: its items, and what the lake has of their locations."""
    items = [item for listed in batches.values() for item in listed]
    archived: dict[str, list[ArchivedPage]] = {}
    for page in read_archived_pages(lake, [item.location for item in items if item.method != "archive"]):
        archived.setdefault(page.location, []).append(page)
    asked = [item.location for item in items if item.method == "http"]
    earlier = {response.url: response for response in read_last_responses(lake, asked)}
    for batch, listed in batches.items():
        locations = sorted({item.location for item in listed})
        rows: dict[type, Sequence[Any]] = {
            Item: listed,
            ArchivedPage: [page for location in locations for page in archived.get(location, ())],
            EarlierResponse: [earlier[location] for location in locations if location in earlier],
        }
        write_part(batch.plan, rows, StageCounts(PLAN, len(listed), len(listed)))


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
