"""Query the lake for what a run needs to know: ids, articles at an address, latest versions, runs that landed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import pyarrow as pa

from storyfold.identity.aliases import ArticleAtAddress, KnownIds, StoredArticle
from storyfold.lake.lake import Lake, run_query
from storyfold.lake.rows_in_force import ALL_RUNS, find_last_landed
from storyfold.lake.stored_files import StoredFiles
from storyfold.run.attempt import Attempt
from storyfold.run.rejects import KnownReject
from storyfold.run.versions import KnownVersion
from storyfold.schemas import Article, ArticleAlias, ArticleChange, Check, Run
from storyfold.schemas.columns import make_rows
from storyfold.web.replays import find_represented_url

_ALIASES = (
    "FROM article_aliases WHERE alias_id IN (FROM wanted_ids) OR article_id IN (FROM wanted_ids) ORDER BY alias_id"
)
# Asked of the files that have one of these. What else is asked is asked of the days of what is found: of most pages the
# lake knows nothing.
_FOUND = """
    SELECT article_id, seen_date, [text_sha256, uncut_sha256] AS texts FROM {rows}
    WHERE article_id IN (FROM wanted_ids) OR text_sha256 IN (FROM wanted_texts) OR uncut_sha256 IN (FROM wanted_texts)
"""
_VERSIONS = """
    SELECT
        article_id, version, text_sha256, uncut_sha256, first_seen_at, is_repeat, run_id, attempt, seen_date, url
    FROM articles SEMI JOIN wanted_ids ON article_id = wanted_ids.name
"""


@dataclass(frozen=True, slots=True)
class KnownPages:
    """What the lake knows of a run's pages: the ids, all versions of these articles, and the articles of each text."""

    ids: KnownIds
    versions: Mapping[str, Sequence[KnownVersion]]
    articles_of_text: Mapping[str, Collection[str]]


def read_known_pages(
    connection: duckdb.DuckDBPyConnection, files: StoredFiles, ids: Collection[str], texts: Collection[str]
) -> KnownPages:
    """Return what the lake knows of these ids, with the aliases to and from them, and of these hashes of texts."""
    _register_names(connection, "wanted_ids", ids)
    aliases = make_rows(run_query(connection, _ALIASES), ArticleAlias)
    wanted = {*ids, *(alias.article_id for alias in aliases if alias.alias_id in ids)}
    _register_names(connection, "wanted_ids", wanted)
    _register_names(connection, "wanted_texts", texts)
    articles_of_text: dict[str, set[str]] = {}
    days = set()
    found = files.choose("articles", keys={"article_id": wanted, "text_sha256": texts, "uncut_sha256": texts})
    rows = files.select("articles", ("article_id", "seen_date", "text_sha256", "uncut_sha256"), found)
    for row in run_query(connection, _FOUND.format(rows=rows)).to_pylist():
        days |= {row["seen_date"]} if row["article_id"] in wanted else set()
        for text in row["texts"]:
            articles_of_text.setdefault(text, set()).add(row["article_id"])
    versions = _read_versions(connection, wanted, days) if days else {}
    stored = {
        name: StoredArticle(min(row["first_seen_at"] for row in rows), frozenset(row["url"] for row in rows))
        for name, rows in versions.items()
    }
    known_ids = KnownIds(stored, {alias.alias_id: alias for alias in aliases})
    return KnownPages(known_ids, _make_versions(versions), articles_of_text)


def read_known_versions(
    connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]
) -> dict[str, list[KnownVersion]]:
    """Return every version that the lake has of these articles, by article id."""
    return _make_versions(_read_versions(connection, article_ids)) if article_ids else {}


def _read_versions(
    connection: duckdb.DuckDBPyConnection, ids: Collection[str], days: Collection[date] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return the versions of these articles, by article id, of all days or only of those from the first to the last."""
    _register_names(connection, "wanted_ids", ids)
    where, values = ("WHERE seen_date BETWEEN $1 AND $2", [min(days), max(days)]) if days else ("", [])
    rows = run_query(connection, f"{_VERSIONS} {where} ORDER BY ALL", values).to_pylist()
    return {name: list(same) for name, same in groupby(rows, itemgetter("article_id"))}


def _make_versions(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[KnownVersion]]:
    names = [field.name for field in fields(KnownVersion)]
    return {name: [KnownVersion(*(row[n] for n in names)) for row in same] for name, same in rows.items()}


def _register_names(connection: duckdb.DuckDBPyConnection, table: str, names: Collection[str]) -> None:
    connection.register(table, pa.table({"name": pa.array(sorted(names), pa.string())}))


# Few articles have the text of another page: only their addresses are read.
_ADDRESSED = (
    "article_id", "version", "first_seen_at", "text_sha256", "uncut_sha256", "location", "url", "canonical_url",
)  # fmt: skip
_AT_ADDRESSES = """
    WITH versions AS MATERIALIZED (
        SELECT article_id, version, first_seen_at, text_sha256, uncut_sha256,
            [location, url, canonical_url] AS addresses
        FROM {rows} SEMI JOIN wanted_ids ON article_id = wanted_ids.name
    ),
    addressed AS (
        SELECT article_id, unnest(addresses) AS address FROM versions
        UNION
        SELECT article_id, after AS address FROM article_changes WHERE what IN ('url', 'canonical_url')
    ),
    found AS (
        SELECT addressed.address, coalesce(alias.article_id, addressed.article_id) AS article_id
        FROM addressed SEMI JOIN wanted_addresses ON address = wanted_addresses.name
        LEFT JOIN article_aliases AS alias ON alias.alias_id = addressed.article_id
    )
    SELECT DISTINCT found.address, article_id, first_seen_at, texts
    FROM found JOIN (
        SELECT article_id, [text_sha256, uncut_sha256] AS texts, min(first_seen_at) OVER versions AS first_seen_at
        FROM versions
        WINDOW versions AS (PARTITION BY article_id)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY versions.first_seen_at DESC, version DESC) = 1
    ) AS latest USING (article_id)
"""


def read_articles_at(
    connection: duckdb.DuckDBPyConnection, files: StoredFiles, addresses: Collection[str], article_ids: Collection[str]
) -> dict[str, list[ArticleAtAddress]]:
    """Return those of these articles that the lake has, or once had, at these addresses; by the address as given."""
    if not addresses or not article_ids:
        return {}
    spellings = {address: {address, find_represented_url(address) or address} for address in addresses}
    _register_names(connection, "wanted_addresses", set().union(*spellings.values()))
    _register_names(connection, "wanted_ids", article_ids)
    aliases = make_rows(run_query(connection, _ALIASES), ArticleAlias)
    named = {*article_ids, *(alias.alias_id for alias in aliases)}
    _register_names(connection, "wanted_ids", named)
    rows = files.select("articles", _ADDRESSED, files.choose("articles", keys={"article_id": named}))
    found: dict[str, list[ArticleAtAddress]] = {}
    for row in run_query(connection, _AT_ADDRESSES.format(rows=rows)).to_pylist():
        texts = frozenset(text for text in row["texts"] if text)
        found.setdefault(row["address"], []).append(ArticleAtAddress(row["article_id"], row["first_seen_at"], texts))
    return {
        address: [article for spelling in same for article in found.get(spelling, ())]
        for address, same in spellings.items()
    }


# Bodies are not needed, and a page whose bytes and address are those of the latest version has not changed.
_CHANGED_SINCE = """
    WITH latest AS (
        SELECT articles.* EXCLUDE (body, links, other_titles) FROM articles SEMI JOIN new_pages USING (article_id)
        WHERE seen_date BETWEEN $first AND $last
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY first_seen_at DESC, version DESC) = 1
    )
    FROM latest WHERE article_id IN (SELECT article_id FROM article_changes) OR article_id IN (
        SELECT new_pages.article_id FROM new_pages JOIN latest USING (article_id)
        WHERE new_pages.content_sha256 <> latest.content_sha256 OR new_pages.url <> latest.url
    )
"""


def read_changed_since(
    connection: duckdb.DuckDBPyConnection, articles: Iterable[Article], days: Collection[date]
) -> tuple[dict[str, Article], dict[str, list[ArticleChange]]]:
    """Return the latest known versions of these articles, without bodies, and the changes found since; by article id.

    Only where a page now has other bytes or another address than that version, or the lake knows of changes. `days` are
    those of the rows that the lake has of these articles.
    """
    if not days:
        return {}, {}
    pages = sorted({(a.article_id, a.content_sha256, a.url or "") for a in articles})
    names = ("article_id", "content_sha256", "url")
    rows = [dict(zip(names, page, strict=True)) for page in pages]
    connection.register("new_pages", pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names])))
    changes = make_rows(
        run_query(connection, "FROM article_changes SEMI JOIN new_pages USING (article_id)"), ArticleChange
    )
    latest = run_query(connection, _CHANGED_SINCE, {"first": min(days), "last": max(days)})
    connection.unregister("new_pages")
    since: dict[str, list[ArticleChange]] = {}
    for change in changes:
        since.setdefault(change.article_id, []).append(change)
    return {article.article_id: article for article in make_rows(latest, Article)}, since


def read_known_rejects(
    connection: duckdb.DuckDBPyConnection, files: StoredFiles, reject_ids: Collection[str]
) -> dict[str, KnownReject]:
    """Return those of the rejects that the lake has, by id."""
    if not reject_ids:
        return {}
    columns = ("reject_id", "seen_date", "first_seen_at", "run_id")
    rows = files.select("rejects", columns, files.choose("rejects", keys={"reject_id": reject_ids}))
    sql = f"FROM {rows} WHERE reject_id IN (SELECT unnest($1))"
    found = run_query(connection, sql, [sorted(reject_ids)]).to_pylist()
    return {row.pop("reject_id"): KnownReject(**row) for row in found}


@dataclass(frozen=True, slots=True)
class Before:
    """What stands in the lake before an attempt lands: what the attempt itself has committed, and who landed last.

    `night` is the last that was a night: the last run of all may be one of pins.
    """

    committed: Run | None
    last: Run | None
    night: Run | None


def read_runs_before(attempt: Attempt, lake: Lake) -> Before:
    """Return the row in `runs` of this very attempt, None if it has none, and that of the run that landed last.

    All rows are read for four columns alone, and only these two whole.
    """

    def read(connection: duckdb.DuckDBPyConnection) -> Before:
        runs = run_query(connection, ALL_RUNS).to_pylist()
        keys = {(run["run_id"], run["attempt"]) for run in runs}
        found = find_last_landed(runs)
        last = _read_run(connection, found["run_id"], found["attempt"]) if found else None
        return Before(
            _read_run(connection, attempt.run_id, attempt.number) if (attempt.run_id, attempt.number) in keys else None,
            last,
            last if last is None or last.kind == "night" else _read_last_night(connection),
        )

    return lake.read_with(read)


def _read_run(connection: duckdb.DuckDBPyConnection, run_id: str, attempt: int) -> Run:
    return make_rows(run_query(connection, "FROM runs WHERE run_id = ? AND attempt = ?", [run_id, attempt]), Run)[0]


def has_other_settings(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> bool:
    """Say whether the last night that landed ran with settings of another fingerprint."""
    last = _read_last_night(connection)
    return last is not None and last.settings_fingerprint != fingerprint


def _read_last_night(connection: duckdb.DuckDBPyConnection) -> Run | None:
    last = "FROM runs WHERE kind = 'night' AND status <> 'failed' ORDER BY finished_at DESC LIMIT 1"
    return next(iter(make_rows(run_query(connection, last), Run)), None)


def read_checks(run: Run, lake: Lake) -> tuple[Check, ...]:
    """Return the checks of a run that has ended."""
    return tuple(make_rows(lake.read("FROM checks WHERE run_id = ? AND attempt = ?", [run.run_id, run.attempt]), Check))
