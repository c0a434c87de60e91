"""Query the lake for what a run needs to know: ids, articles at an address, latest versions, runs that landed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb
import pyarrow as pa

from storyfold.identity.aliases import ArticleAtAddress, KnownIds, StoredArticle
from storyfold.lake.lake import Lake, run_query
from storyfold.run.attempt import Attempt
from storyfold.run.rejects import KnownReject
from storyfold.run.versions import KnownVersion
from storyfold.schemas import Article, ArticleAlias, ArticleChange, Check, Run
from storyfold.schemas.columns import make_rows
from storyfold.web.replays import find_represented_url

# The current versions, with the instant at which the article was first seen in any version: founders do not change
# because their text does.
CURRENT_ARTICLES = """
    SELECT articles.* REPLACE (first_seen.instant AS first_seen_at)
    FROM articles
    SEMI JOIN current_versions USING (article_id, version)
    JOIN (
        SELECT article_id, min(first_seen_at) AS instant FROM articles GROUP BY article_id
    ) AS first_seen USING (article_id)
"""

_ALIASES = (
    "FROM article_aliases WHERE alias_id IN (FROM wanted_ids) OR article_id IN (FROM wanted_ids) ORDER BY alias_id"
)
_KNOWN_IDS = """
    SELECT article_id, min(first_seen_at) AS first_seen_at, array_agg(DISTINCT url) AS urls FROM articles
    WHERE article_id IN (FROM wanted_ids) OR article_id IN (
        SELECT article_id FROM article_aliases WHERE alias_id IN (FROM wanted_ids)
    )
    GROUP BY article_id
"""


def read_known_ids(connection: duckdb.DuckDBPyConnection, ids: Collection[str]) -> KnownIds:
    """Return what the lake knows of these ids: the articles among them, and the aliases to and from them."""
    connection.register("wanted_ids", pa.table({"id": pa.array(sorted(ids), pa.string())}))
    aliases = make_rows(run_query(connection, _ALIASES), ArticleAlias)
    known = run_query(connection, _KNOWN_IDS).to_pylist()
    connection.unregister("wanted_ids")
    return KnownIds(
        {row["article_id"]: StoredArticle(row["first_seen_at"], frozenset(row["urls"])) for row in known},
        {alias.alias_id: alias for alias in aliases},
    )


_AT_ADDRESSES = """
    WITH addressed AS (
        SELECT article_id, unnest([location, url, canonical_url]) AS address FROM articles
        UNION
        SELECT article_id, after AS address FROM article_changes WHERE what IN ('url', 'canonical_url')
    ),
    found AS (
        SELECT addressed.address, coalesce(alias.article_id, addressed.article_id) AS article_id
        FROM addressed SEMI JOIN wanted_addresses USING (address)
        LEFT JOIN article_aliases AS alias ON alias.alias_id = addressed.article_id
    )
    SELECT DISTINCT found.address, article_id, first_seen_at, texts
    FROM found JOIN (
        SELECT article_id, [text_sha256, uncut_sha256] AS texts, min(first_seen_at) OVER versions AS first_seen_at
        FROM articles SEMI JOIN found USING (article_id)
        WINDOW versions AS (PARTITION BY article_id)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY articles.first_seen_at DESC, version DESC) = 1
    ) AS latest USING (article_id)
"""


def read_articles_at(
    connection: duckdb.DuckDBPyConnection, addresses: Collection[str]
) -> dict[str, list[ArticleAtAddress]]:
    """Return the articles that the lake has, or once had, at these addresses; by the address as given."""
    spellings = {address: {address, find_represented_url(address) or address} for address in addresses}
    wanted = sorted(set().union(*spellings.values()))
    connection.register("wanted_addresses", pa.table({"address": pa.array(wanted, pa.string())}))
    found: dict[str, list[ArticleAtAddress]] = {}
    for row in run_query(connection, _AT_ADDRESSES).to_pylist():
        texts = frozenset(text for text in row["texts"] if text)
        found.setdefault(row["address"], []).append(ArticleAtAddress(row["article_id"], row["first_seen_at"], texts))
    connection.unregister("wanted_addresses")
    return {
        address: [article for spelling in same for article in found.get(spelling, ())]
        for address, same in spellings.items()
    }


# Bodies are not needed, and a page whose bytes and address are those of the latest version has not changed.
_CHANGED_SINCE = """
    WITH latest AS (
        SELECT articles.* EXCLUDE (body, links, other_titles) FROM articles SEMI JOIN new_pages USING (article_id)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY first_seen_at DESC, version DESC) = 1
    )
    FROM latest WHERE article_id IN (SELECT article_id FROM article_changes) OR article_id IN (
        SELECT new_pages.article_id FROM new_pages JOIN latest USING (article_id)
        WHERE new_pages.content_sha256 <> latest.content_sha256 OR new_pages.url <> latest.url
    )
"""


def read_changed_since(
    connection: duckdb.DuckDBPyConnection, articles: Iterable[Article]
) -> tuple[dict[str, Article], dict[str, list[ArticleChange]]]:
    """Return the latest known versions of these articles, without bodies, and the changes found since; by article id.

    Only where a page now has other bytes or another address than that version, or the lake knows of changes.
    """
    pages = sorted({(a.article_id, a.content_sha256, a.url or "") for a in articles})
    names = ("article_id", "content_sha256", "url")
    rows = [dict(zip(names, page, strict=True)) for page in pages]
    connection.register("new_pages", pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names])))
    changes = make_rows(
        run_query(connection, "FROM article_changes SEMI JOIN new_pages USING (article_id)"), ArticleChange
    )
    latest = run_query(connection, _CHANGED_SINCE)
    connection.unregister("new_pages")
    since: dict[str, list[ArticleChange]] = {}
    for change in changes:
        since.setdefault(change.article_id, []).append(change)
    return {article.article_id: article for article in make_rows(latest, Article)}, since


_KNOWN_VERSIONS = """
    SELECT article_id, version, text_sha256, uncut_sha256, first_seen_at, is_repeat, run_id, attempt FROM articles
    WHERE article_id IN (SELECT unnest($1)) ORDER BY ALL
"""


def read_known_versions(
    connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]
) -> dict[str, list[KnownVersion]]:
    """Return every version that the lake has of these articles, by article id."""
    known: dict[str, list[KnownVersion]] = {}
    for row in run_query(connection, _KNOWN_VERSIONS, [sorted(article_ids)]).to_pylist():
        known.setdefault(row.pop("article_id"), []).append(KnownVersion(**row))
    return known


def read_known_rejects(connection: duckdb.DuckDBPyConnection, reject_ids: Collection[str]) -> dict[str, KnownReject]:
    """Return those of the rejects that the lake has, by id."""
    if not reject_ids:
        return {}
    sql = "SELECT reject_id, seen_date, first_seen_at, run_id FROM rejects WHERE reject_id IN (SELECT unnest($1))"
    found = run_query(connection, sql, [sorted(reject_ids)]).to_pylist()
    return {row.pop("reject_id"): KnownReject(**row) for row in found}


def read_committed_run(attempt: Attempt, lake: Lake) -> tuple[Run, tuple[Check, ...]] | None:
    """Return what this very attempt has committed, its row in `runs` and its checks; None if it has not."""
    key = [attempt.run_id, attempt.number]
    runs = make_rows(lake.read("FROM runs WHERE run_id = ? AND attempt = ?", key), Run)
    checks = make_rows(lake.read("FROM checks WHERE run_id = ? AND attempt = ?", key), Check)
    return (runs[0], tuple(checks)) if runs else None


def read_last_landed_run(lake: Lake) -> Run | None:
    """Return the run that landed last; None in a lake where none has."""
    found = lake.read("FROM runs WHERE status <> 'failed' ORDER BY finished_at DESC, run_id, attempt DESC LIMIT 1")
    return next(iter(make_rows(found, Run)), None)
