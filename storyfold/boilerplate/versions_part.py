"""Write a run's part of articles: parsed ones compared with the lake's, their ids resolved, cut, dated, numbered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from storyfold.boilerplate.cut_articles import CutArticles, cut_articles, date_articles
from storyfold.boilerplate.judge_days import DaysOfRun, Judged, VersionRows
from storyfold.boilerplate.judged_pages import JudgedPages
from storyfold.boilerplate.parsed_pages import ParsedPages
from storyfold.boilerplate.queries import KnownPagesInLake, read_headlines
from storyfold.boilerplate.stored_pages import read_stored_versions
from storyfold.boilerplate.version_links import StoredLinks, read_stored_links, split_links
from storyfold.identity.aliases import PageToFind, ResolvedIds, resolve_ids, resolve_moves
from storyfold.lake.lake import Lake
from storyfold.lake.look_ups import look_up
from storyfold.lake.stored_files import StoredFiles
from storyfold.outcomes import Reason, StageCounts
from storyfold.run.assemble import get_corrected_folder, get_current_folder
from storyfold.run.attempt import Attempt
from storyfold.run.page_changes import find_changes
from storyfold.run.parts import Part, read_rows, sum_counts, write_part_tables
from storyfold.run.queries import (
    read_articles_at,
    read_changed_since,
    read_known_pages,
    read_known_rejects,
    read_known_versions,
)
from storyfold.run.rejects import choose_first_seen
from storyfold.run.versions import VersionNumbers, choose_current, find_current
from storyfold.schemas import Article, ArticleAlias, ArticleChange, ArticleLink, Cut, FormerId, PageLines, Reject
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.boilerplate import BoilerplateSettings


def write_versions(
    attempt: Attempt,
    lake: Lake,
    parsed: Sequence[Part],
    settings: BoilerplateSettings,
    out: Path,
    embeddings: str | None = None,
) -> Part:
    """Write and return a part with the articles that are new or changed, as versions without boilerplate.

    Its counts are the parse stage's: pages in, articles kept (new or known already), pages rejected. Two more parts
    have the rows that take the place of the lake's, and every article whose text or date is another one now.
    """
    pages = ParsedPages(parsed, embeddings)
    with lake.connect() as connection, look_up(connection):
        files = StoredFiles(connection)
        resolved, moved, numbers = _resolve_ids(attempt, pages.articles, parsed, connection, files)
        pages.ids = resolved.ids
        judged = _judge_days(connection, files, pages, numbers, read_rows(parsed, Reject), settings)
        changes = _find_changes(connection, pages, judged, numbers, moved)
        current = _choose_current(connection, judged, numbers)
        corrected = [judged.corrected[key] for key in sorted(judged.corrected)]
        stored = {v.key: v.article.seen_date for v in corrected if v.number is None}
        stored_links = read_stored_links(connection, stored)
    counts = StageCounts("versions", len(current), len(current))
    write_part_tables(get_current_folder(attempt), pages.make_tables(current), counts)
    _write_corrected(attempt, pages, corrected, stored_links)
    counts = sum_counts("parse", parsed)
    counts.kept -= len(numbers.found.repeated)
    counts.rejected[Reason.REPEATED_PAGE.value] += len(numbers.found.repeated)
    rows: dict[type, Sequence[Any]] = {
        ArticleAlias: resolved.aliases,
        ArticleChange: changes,
        Reject: numbers.found.repeated,
    }
    tables = _make_tables(pages, judged.new, {}) | {cls: make_arrow_table(given, cls) for cls, given in rows.items()}
    return write_part_tables(out, tables, counts)


def _judge_days(
    connection: duckdb.DuckDBPyConnection,
    files: StoredFiles,
    parsed: ParsedPages,
    numbers: VersionNumbers,
    rejects: Iterable[Reject],
    settings: BoilerplateSettings,
) -> Judged:
    """Judge the articles day by day: all of a day together, by what is known of it and of the days before."""
    pages = JudgedPages(connection, files)
    changed = _add_rejects(pages, files, list(rejects))

    def judge(day: date, articles: Sequence[Article]) -> CutArticles:
        pages.choose_days(day, settings.window_days)
        known = KnownPagesInLake(connection, day, {article.article_id for article in articles}, settings)
        dated = date_articles(articles, known, settings)
        return cut_articles(dated, read_headlines(connection, day), known, settings)

    return DaysOfRun(parsed, pages, numbers, judge, changed, settings).judge()


def _find_changes(
    connection: duckdb.DuckDBPyConnection,
    pages: ParsedPages,
    judged: Judged,
    numbers: VersionNumbers,
    moved: Collection[str],
) -> list[ArticleChange]:
    """Find what pages state anew: of articles that came more than once, or whose page is not as the lake knows it."""
    sightings = [article for article, _ in judged.sightings]
    days = {v.seen_date for a in sightings for v in numbers.list_stored(a.article_id) if v.seen_date}
    latest, since = read_changed_since(connection, sightings, days)
    times = Counter(article.article_id for article in sightings)
    asked = [(a, n) for a, n in judged.sightings if times[a.article_id] > 1 or a.article_id in latest]
    asked.sort(key=itemgetter(1))
    whole = pages.read_whole(np.array([n for _, n in asked], np.int64))
    cut = [
        replace(page, text_sha256=article.text_sha256, uncut_sha256=article.uncut_sha256)
        for page, (article, _) in zip(whole, asked, strict=True)
    ]
    return find_changes(cut, [rows.article for rows in judged.new], latest, since, moved)


def _add_rejects(pages: JudgedPages, files: StoredFiles, rejects: Sequence[Reject]) -> set[date]:
    """Add the run's pages that are no articles to the evidence; return the days whose evidence that changes."""
    known = read_known_rejects(pages.connection, files, {reject.reject_id for reject in rejects})
    fresh = choose_first_seen(rejects, known)
    pages.add_rejects(fresh)
    days = {reject.seen_date for reject in fresh if reject.title}
    return days | {known[reject.reject_id].seen_date for reject in fresh if reject.title and reject.reject_id in known}


def _choose_current(
    connection: duckdb.DuckDBPyConnection, judged: Judged, numbers: VersionNumbers
) -> list[tuple[Article, int | None]]:
    """Return what articles say now where that, its date, or the day on which it was first seen is another one now.

    Each comes with the number of the run's page whose text it is.
    """
    landing = [rows for rows in (*judged.new, *judged.corrected.values()) if not rows.is_same]
    number_of = {(rows.article.article_id, rows.article.version): rows.number for rows in landing}
    articles = [rows.article for rows in landing]
    known = {article.article_id: numbers.list_versions(article.article_id) for article in articles}
    current = {article.article_id: article for article in choose_current(articles, known)}
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
    return [(current[name], number_of.get((name, current[name].version))) for name in sorted(current)]


def _write_corrected(
    attempt: Attempt, pages: ParsedPages, corrected: Sequence[VersionRows], stored_links: StoredLinks
) -> None:
    """Write the part of the rows that take the place of the lake's: `page_lines` has a row of each version of them."""
    tables = _make_tables(pages, corrected, stored_links)
    write_part_tables(get_corrected_folder(attempt), tables, StageCounts("versions", len(corrected), len(corrected)))


def _make_tables(
    pages: ParsedPages, versions: Sequence[VersionRows], stored_links: StoredLinks
) -> dict[type, pa.Table]:
    """Make what lands of versions, by row class: of those that are as the lake has them no article and no features.

    `stored_links` are those in the texts of versions that are no pages of the run.
    """
    cuts = [cut for rows in versions for cut in rows.cuts]
    others = [stored_links.get(rows.key, ()) for rows in versions if rows.number is None]
    lists = pages.list_links([rows.number for rows in versions], others)
    links = split_links(lists, [rows.article for rows in versions], cuts)
    tables = pages.make_tables([(rows.article, rows.number) for rows in versions if not rows.is_same])
    addresses = links.addresses.filter(pa.array([not rows.is_same for rows in versions], pa.bool_()))
    return {
        **tables,
        Article: _set_column(tables[Article], "links", addresses),
        Cut: _set_column(make_arrow_table(cuts, Cut), "links", links.of_cuts),
        PageLines: make_arrow_table([rows.lines for rows in versions], PageLines),
        ArticleLink: links.rows,
    }


def _set_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    number = table.schema.get_field_index(name)
    return table.set_column(number, table.schema.field(number), values.cast(table.schema.field(number).type))


def _resolve_ids(
    attempt: Attempt,
    table: pa.Table,
    parsed: Sequence[Part],
    connection: duckdb.DuckDBPyConnection,
    files: StoredFiles,
) -> tuple[ResolvedIds, set[str], VersionNumbers]:
    """Return each parsed article's id, the ids of those that have moved to another address, and all known versions."""
    ids, texts, locations = (table[name].to_pylist() for name in ("article_id", "text_sha256", "location"))
    former, new_ids = read_rows(parsed, FormerId), set(ids)
    known = read_known_pages(connection, files, new_ids | {row.former_id for row in former}, set(texts))
    resolved = resolve_ids(new_ids, former, known.ids, attempt.run_date)
    asked = [
        PageToFind(*page)
        for page in zip(ids, locations, texts, strict=True)
        if resolved.ids[page[0]] not in known.ids.stored
        and page[1].startswith("http")
        and page[2] in known.articles_of_text
    ]
    same_text = {name for page in asked for name in known.articles_of_text[page.text_sha256]}
    at_address = read_articles_at(connection, files, {page.location for page in asked}, same_text)
    resolve_moves(resolved, asked, at_address, attempt.run_date)
    names = set(resolved.ids.values())
    elsewhere = read_known_versions(connection, names - known.ids.stored.keys() - new_ids)
    versions = {name: rows for name, rows in known.versions.items() if name in names} | elsewhere
    return resolved, resolved.list_moved(known.ids), VersionNumbers(versions)
