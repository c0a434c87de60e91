"""Pages to articles: batches in worker processes, then versions over the whole night."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.boilerplate.cut_articles import cut_articles, date_articles
from storyfold.fetch.archive import read_page
from storyfold.identity.aliases import settle_ids, settle_moves
from storyfold.lake.lake import Lake
from storyfold.outcomes import Reason, StageCounts
from storyfold.parse.batch import STAGE, ParseBatch, decide_fate, quarantine_page, read_pages, write_batch
from storyfold.parse.page_changes import find_changes
from storyfold.parse.ready import load_parser
from storyfold.run.assemble import name_current_folder
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, count_rows, list_slices, read_part, read_rows, write_part
from storyfold.run.versions import KnownVersion, number_versions
from storyfold.schemas import Article, ArticleAlias, ArticleChange, FormerId, Reject
from storyfold.settings.sources import Limits
from storyfold.workers.pool import map_in_workers
from storyfold.workers.process import Allowance
from tasks.known import read_held_at, read_known_ids, read_seen_last
from tasks.known_pages import LakePages
from tasks.retrying import RETRIES, RETRY_SECONDS, worth_retrying


def plan_parse(attempt: Attempt, fetched: Sequence[Part], limits: Limits, processes: int) -> list[ParseBatch]:
    """The batches of a night; small nights are cut finer, so that every process has work."""
    pages = sum(part.counts.kept for part in fetched)
    size = max(1, min(limits.batch_items, -(-pages // (4 * processes))))
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
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def parse_pages(attempt: Attempt, batch: ParseBatch, limits: Limits) -> Part:
    """One batch, unless it is there already; a page that hangs or takes its process down costs only itself."""
    if done := read_part(batch.out):
        return done
    started = time.monotonic()
    read = partial(read_page, archive_folder=attempt.lake.archive, limits=limits)
    pages = read_pages(batch)
    fates = map_in_workers(
        partial(decide_fate, read=read, limits=limits),
        pages,
        lost=quarantine_page,
        allowance=Allowance(limits.page_seconds, limits.page_memory),
        prepare=load_parser,
    )
    return write_batch(batch, pages, fates, time.monotonic() - started)


@task(name="versions", task_run_name="versions-{attempt.run_id}", cache_policy=NO_CACHE)
def settle_versions(attempt: Attempt, parsed: Sequence[Part]) -> Part:
    """The night's articles against the lake's: a part of those that are new or changed, with their versions.

    Its counts are the parse stage's: pages in, articles kept (new or known already), pages rejected.
    """
    out = attempt.stage("versions") / "night"
    if done := read_part(out):
        return done
    known = _known_versions(attempt.lake)
    parsed_articles, former = read_rows(parsed, Article), read_rows(parsed, FormerId)
    with attempt.lake.connect() as connection:
        tonight = {a.article_id for a in parsed_articles}
        in_lake = read_known_ids(connection, tonight | {row.former_id for row in former})
        settled = settle_ids(tonight, former, in_lake, attempt.run_date)
        strangers = [a for a in parsed_articles if settled.ids[a.article_id] not in in_lake.stored]
        at = read_held_at(connection, {a.location for a in strangers if a.location.startswith("http")})
        settle_moves(settled, strangers, at, attempt.run_date)
        articles = [replace(a, article_id=settled.ids[a.article_id]) for a in parsed_articles]
        known_pages = LakePages(connection, articles)
        dated = date_articles(articles, known_pages)
        cut = cut_articles(dated, read_rows(parsed, Reject), known_pages)
        numbered = number_versions(cut.articles, known)
        held, since = read_seen_last(connection, cut.articles)
    changes = find_changes(cut.articles, numbered.new, held, since, settled.list_moved(in_lake))
    current = numbered.choose_current(known)
    write_part(name_current_folder(attempt), {Article: current}, StageCounts("versions", len(current), len(current)))
    counts = count_rows(STAGE, parsed)
    counts.kept -= len(numbered.repeated)
    counts.rejected[Reason.REPEATED_PAGE.value] += len(numbered.repeated)
    rows: dict[type, Sequence[Any]] = {Article: numbered.new, ArticleAlias: settled.aliases, ArticleChange: changes}
    return write_part(out, {**rows, Reject: numbered.repeated, **cut.rows(numbered.new)}, counts)


def _known_versions(lake: Lake) -> dict[str, list[KnownVersion]]:
    known: dict[str, list[KnownVersion]] = {}
    found = lake.read("SELECT article_id, version, text_sha256, uncut_sha256, first_seen_at FROM articles ORDER BY ALL")
    for row in found.to_pylist():
        known.setdefault(row.pop("article_id"), []).append(KnownVersion(**row))
    return known
