"""Write a run's part of articles: parsed ones compared with the lake's, their ids resolved, cut, dated, numbered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.boilerplate.cut_articles import CutArticles, cut_articles, date_articles
from storyfold.boilerplate.judge_days import DaysOfRun, Judged
from storyfold.boilerplate.judged_pages import JudgedPages
from storyfold.boilerplate.queries import KnownPagesInLake, read_headlines
from storyfold.boilerplate.stored_pages import read_stored_versions
from storyfold.identity.aliases import ResolvedIds, resolve_ids, resolve_moves
from storyfold.lake.lake import Lake
from storyfold.lake.look_ups import look_up
from storyfold.outcomes import Reason, StageCounts
from storyfold.run.assemble import get_corrected_folder, get_current_folder
from storyfold.run.attempt import Attempt
from storyfold.run.page_changes import find_changes
from storyfold.run.parts import Part, read_arrow_table, read_rows, sum_counts, write_part
from storyfold.run.queries import (
    read_articles_at,
    read_changed_since,
    read_known_pages,
    read_known_rejects,
    read_known_versions,
)
from storyfold.run.rejects import choose_first_seen
from storyfold.run.versions import VersionNumbers, choose_current, find_current
from storyfold.schemas import Article, ArticleAlias, ArticleChange, Cut, FormerId, PageLines, Reject
from storyfold.schemas.columns import make_rows
from storyfold.settings.boilerplate import BoilerplateSettings


def write_versions(
    attempt: Attempt, lake: Lake, parsed: Sequence[Part], settings: BoilerplateSettings, out: Path
) -> Part:
    """Write and return a part with the articles that are new or changed, as versions without boilerplate.

    Its counts are the parse stage's: pages in, articles kept (new or known already), pages rejected. Two more parts
    have the rows that take the place of the lake's, and every article whose text or date is another one now.
    """
    table = read_arrow_table(parsed, Article)
    with lake.connect() as connection, look_up(connection):
        resolved, moved, numbers = _resolve_ids(attempt, table, parsed, connection)
        judged = _judge_days(connection, table, resolved, numbers, read_rows(parsed, Reject), settings)
        new = [rows.article for rows in judged.new]
        days = {v.seen_date for a in judged.sightings for v in numbers.list_stored(a.article_id) if v.seen_date}
        latest, since = read_changed_since(connection, judged.sightings, days)
        changes = find_changes(judged.sightings, new, latest, since, moved)
        current = _choose_current(connection, judged, numbers)
    write_part(get_current_folder(attempt), {Article: current}, StageCounts("versions", len(current), len(current)))
    _write_corrected(attempt, judged)
    counts = sum_counts("parse", parsed)
    counts.kept -= len(numbers.found.repeated)
    counts.rejected[Reason.REPEATED_PAGE.value] += len(numbers.found.repeated)
    rows: dict[type, Sequence[Any]] = {
        Article: new,
        ArticleAlias: resolved.aliases,
        ArticleChange: changes,
        Reject: numbers.found.repeated,
        Cut: [cut for version in judged.new for cut in version.cuts],
        PageLines: [version.lines for version in judged.new],
    }
    return write_part(out, rows, counts)


def _judge_days(
    connection: duckdb.DuckDBPyConnection,
    table: pa.Table,
    resolved: ResolvedIds,
    numbers: VersionNumbers,
    rejects: Iterable[Reject],
    settings: BoilerplateSettings,
) -> Judged:
    """Judge the articles day by day: all of a day together, by what is known of it and of the days before."""
    pages = JudgedPages(connection)
    changed = _add_rejects(pages, list(rejects))

    def read_day(day: date) -> list[Article]:
        articles = make_rows(table.filter(pc.equal(table["seen_date"], pa.scalar(day))), Article)
        return [replace(a, article_id=resolved.ids[a.article_id]) for a in articles]

    def judge(day: date, articles: Sequence[Article]) -> CutArticles:
        pages.choose_days(day, settings.window_days)
        known = KnownPagesInLake(connection, day, {article.article_id for article in articles}, settings)
        dated = date_articles(articles, known, settings)
        return cut_articles(dated, read_headlines(connection, day), known, settings)

    days = set(pc.unique(table["seen_date"]).to_pylist())
    return DaysOfRun(pages, numbers, judge, changed, settings).judge(days, read_day)


def _add_rejects(pages: JudgedPages, rejects: Sequence[Reject]) -> set[date]:
    """Add the run's pages that are no articles to the evidence; return the days whose evidence that changes."""
    known = read_known_rejects(pages.connection, {reject.reject_id for reject in rejects})
    fresh = choose_first_seen(rejects, known)
    pages.add_rejects(fresh)
    days = {reject.seen_date for reject in fresh if reject.title}
    return days | {known[reject.reject_id].seen_date for reject in fresh if reject.title and reject.reject_id in known}


def _choose_current(connection: duckdb.DuckDBPyConnection, judged: Judged, numbers: VersionNumbers) -> list[Article]:
    """Return what articles say now where that, its date, or the day on which it was first seen is another one now."""
    landing = [rows.article for rows in (*judged.new, *judged.corrected.values()) if not rows.is_same]
    known = {article.article_id: numbers.list_versions(article.article_id) for article in landing}
    current = {article.article_id: article for article in choose_current(landing, known)}
    wanted = {
        name: now
        for name, versions in known.items()
        if name not in current
        and (now := find_current(versions)) is not None
        and now != find_current(numbers.list_stored(name))
    }
    for page in read_stored_versions(connection, {(name, version) for name, (version, _) in wanted.items()}):
        name = page.article.article_id
        current[name] = replace(page.article, first_seen_at=wanted[name][1])
    return [current[name] for name in sorted(current)]


def _write_corrected(attempt: Attempt, judged: Judged) -> None:
    """Write the part of the rows that take the place of the lake's: `page_lines` has a row of each version of them."""
    corrected = [judged.corrected[key] for key in sorted(judged.corrected)]
    rows: dict[type, Sequence[Any]] = {
        Article: [rows.article for rows in corrected if not rows.is_same],
        Cut: [cut for rows in corrected for cut in rows.cuts],
        PageLines: [rows.lines for rows in corrected],
    }
    write_part(get_corrected_folder(attempt), rows, StageCounts("versions", len(corrected), len(corrected)))


def _resolve_ids(
    attempt: Attempt, table: pa.Table, parsed: Sequence[Part], connection: duckdb.DuckDBPyConnection
) -> tuple[ResolvedIds, set[str], VersionNumbers]:
    """Return each parsed article's id, the ids of those that have moved to another address, and all known versions."""
    articles, former = make_rows(table.drop_columns(["body", "links"]), Article), read_rows(parsed, FormerId)
    new_ids = {article.article_id for article in articles}
    texts = {article.text_sha256 for article in articles}
    known = read_known_pages(connection, new_ids | {row.former_id for row in former}, texts)
    resolved = resolve_ids(new_ids, former, known.ids, attempt.run_date)
    unknown = [a for a in articles if resolved.ids[a.article_id] not in known.ids.stored]
    asked = [a for a in unknown if a.location.startswith("http") and a.text_sha256 in known.articles_of_text]
    same_text = {name for a in asked for name in known.articles_of_text[a.text_sha256]}
    at_address = read_articles_at(connection, {a.location for a in asked}, same_text)
    resolve_moves(resolved, unknown, at_address, attempt.run_date)
    names = set(resolved.ids.values())
    elsewhere = read_known_versions(connection, names - known.ids.stored.keys() - new_ids)
    versions = {name: rows for name, rows in known.versions.items() if name in names} | elsewhere
    return resolved, resolved.list_moved(known.ids), VersionNumbers(versions)
