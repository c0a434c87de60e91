"""Pages to articles: batches in worker processes, then versions over the whole night."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import partial

import pyarrow as pa
from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.attempts import Attempt
from storyfold.fetch.archive import read_page
from storyfold.lake import Lake
from storyfold.night import current_folder
from storyfold.outcomes import Reason, StageCounts
from storyfold.parse.batch import STAGE, ParseBatch, pages_of, parse_batch, reject_page
from storyfold.parse.cross_page.night import cut_night
from storyfold.parts import Part, read_part, read_rows, read_table, slices, total, write_part, write_part_tables
from storyfold.schemas import Article, Reject
from storyfold.settings import Limits
from storyfold.versions import KnownVersion, number_versions
from storyfold.workers import WorkerDied, in_own_process, in_worker
from tasks.known_pages import LakePages
from tasks.retrying import RETRIES, RETRY_SECONDS, worth_retrying


def plan_parse(attempt: Attempt, fetched: Sequence[Part], limits: Limits, processes: int) -> list[ParseBatch]:
    """The batches of a night; small nights are cut finer, so that every process has work."""
    pages = sum(part.counts.kept for part in fetched)
    size = max(1, min(limits.batch_items, -(-pages // (4 * processes))))
    # the name says what is in it: a resumed run with another number of processes must not mistake one for another
    return [
        ParseBatch(folder, start, stop, attempt.stage(STAGE) / f"{folder.name}-{start:05}-{stop:05}")
        for folder, start, stop in slices(fetched, size)
    ]


@task(
    name="parse",
    task_run_name="parse-{batch.out.name}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def parse_pages(attempt: Attempt, batch: ParseBatch, limits: Limits) -> Part:
    """One batch, unless it is there already; a page that takes its process down costs only itself."""
    if done := read_part(batch.out):
        return done
    read = partial(read_page, archive_folder=attempt.lake.archive, limits=limits)
    try:
        return in_worker(parse_batch, batch, read, limits)
    except WorkerDied:
        return _isolated(batch, read, limits)


def _isolated(batch: ParseBatch, read: partial[bytes], limits: Limits) -> Part:
    """The batch in a process of its own, halved wherever that one ends, down to the page that ends it."""
    if done := read_part(batch.out):
        return done
    try:
        return in_own_process(parse_batch, batch, read, limits)
    except WorkerDied as died:
        if batch.stop - batch.start == 1:
            reject = reject_page(pages_of(batch)[0], Reason.QUARANTINED, str(died))
            counts = StageCounts(STAGE, 1, 0, Counter({reject.reason: 1}))
            return write_part(batch.out, {Article: [], Reject: [reject]}, counts)
    middle = (batch.start + batch.stop) // 2
    halves = [
        dataclasses.replace(batch, start=start, stop=stop, out=batch.out.with_name(f"{batch.out.name}.{start}-{stop}"))
        for start, stop in ((batch.start, middle), (middle, batch.stop))
    ]
    parts = [_isolated(half, read, limits) for half in halves]
    tables: dict[type, pa.Table] = {cls: read_table(parts, cls) for cls in (Article, Reject)}
    return write_part_tables(batch.out, tables, total(STAGE, parts))


@task(name="versions", cache_policy=NO_CACHE)
def settle_versions(attempt: Attempt, parsed: Sequence[Part]) -> Part:
    """The night's articles against the lake's: a part of those that are new or changed, with their versions.

    Its counts are the parse stage's: pages in, articles kept (new or known already), pages rejected.
    """
    out = attempt.stage("versions") / "night"
    if done := read_part(out):
        return done
    known = _known_versions(attempt.lake)
    articles = read_rows(parsed, Article)
    with attempt.lake.connect() as connection:
        cut = cut_night(articles, read_rows(parsed, Reject), LakePages(connection, articles))
    numbered = number_versions(cut.articles, known)
    current = numbered.current(known)
    write_part(current_folder(attempt), {Article: current}, StageCounts("versions", len(current), len(current)))
    counts = total(STAGE, parsed)
    counts.kept -= len(numbered.repeated)
    counts.rejected[Reason.REPEATED_PAGE.value] += len(numbered.repeated)
    rows = {Article: numbered.new, Reject: numbered.repeated, **cut.rows(numbered.new)}
    return write_part(out, rows, counts)


def _known_versions(lake: Lake) -> dict[str, list[KnownVersion]]:
    known: dict[str, list[KnownVersion]] = {}
    found = lake.read("SELECT article_id, version, text_sha256, uncut_sha256, first_seen_at FROM articles ORDER BY ALL")
    for row in found.to_pylist():
        known.setdefault(row.pop("article_id"), []).append(KnownVersion(**row))
    return known
