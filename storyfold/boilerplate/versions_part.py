"""Write a run's part of articles: parsed ones compared with the lake's, their ids resolved, cut, dated, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from storyfold.boilerplate.cut_articles import cut_articles, date_articles
from storyfold.boilerplate.queries import KnownPagesInLake
from storyfold.identity.aliases import ResolvedIds, resolve_ids, resolve_moves
from storyfold.lake.lake import Lake
from storyfold.outcomes import Reason, StageCounts
from storyfold.run.assemble import get_current_folder
from storyfold.run.attempt import Attempt
from storyfold.run.page_changes import find_changes
from storyfold.run.parts import Part, read_rows, sum_counts, write_part
from storyfold.run.queries import read_articles_at, read_changed_since, read_known_ids, read_known_versions
from storyfold.run.versions import number_versions
from storyfold.schemas import Article, ArticleAlias, ArticleChange, FormerId, Reject
from storyfold.settings.boilerplate import BoilerplateSettings


def write_versions(
    attempt: Attempt, lake: Lake, parsed: Sequence[Part], settings: BoilerplateSettings, out: Path
) -> Part:
    """Write and return a part with the articles that are new or changed, as versions without boilerplate.

    Its counts are the parse stage's: pages in, articles kept (new or known already), pages rejected.
    """
    with lake.connect() as connection:
        resolved, moved = _resolve_ids(attempt, parsed, connection)
        articles = [replace(a, article_id=resolved.ids[a.article_id]) for a in read_rows(parsed, Article)]
        known = read_known_versions(connection, {article.article_id for article in articles})
        known_pages = KnownPagesInLake(connection, articles, settings)
        dated = date_articles(articles, known_pages, settings)
        cut = cut_articles(dated, _list_headlines(parsed), known_pages, settings)
        numbered = number_versions(cut.articles, known)
        latest, since = read_changed_since(connection, cut.articles)
    changes = find_changes(cut.articles, numbered.new, latest, since, moved)
    current = numbered.choose_current(known)
    write_part(get_current_folder(attempt), {Article: current}, StageCounts("versions", len(current), len(current)))
    counts = sum_counts("parse", parsed)
    counts.kept -= len(numbered.repeated)
    counts.rejected[Reason.REPEATED_PAGE.value] += len(numbered.repeated)
    rows: dict[type, Sequence[Any]] = {Article: numbered.new, ArticleAlias: resolved.aliases, ArticleChange: changes}
    return write_part(out, {**rows, Reject: numbered.repeated, **cut.make_rows(numbered.new)}, counts)


def _list_headlines(parsed: Sequence[Part]) -> list[tuple[str, str | None]]:
    """List the ids and titles of pages that are no articles."""
    return [(reject.reject_id, reject.title) for reject in read_rows(parsed, Reject) if reject.kind != "error"]


def _resolve_ids(
    attempt: Attempt, parsed: Sequence[Part], connection: duckdb.DuckDBPyConnection
) -> tuple[ResolvedIds, set[str]]:
    """Return the id that each parsed article goes by, and the ids of those that have moved to another address."""
    articles, former = read_rows(parsed, Article), read_rows(parsed, FormerId)
    new_ids = {article.article_id for article in articles}
    known_ids = read_known_ids(connection, new_ids | {row.former_id for row in former})
    resolved = resolve_ids(new_ids, former, known_ids, attempt.run_date)
    unknown = [a for a in articles if resolved.ids[a.article_id] not in known_ids.stored]
    at_address = read_articles_at(connection, {a.location for a in unknown if a.location.startswith("http")})
    resolve_moves(resolved, unknown, at_address, attempt.run_date)
    return resolved, resolved.list_moved(known_ids)
