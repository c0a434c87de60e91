"""What the lake holds already, as the copies and stories stages ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb
import pyarrow as pa

from storyfold.identity.aliases import AtAddress, Held, KnownIds
from storyfold.lake.lake import read
from storyfold.schemas import Article, ArticleAlias, ArticleChange, Copy, FamilyPlace, Membership, Story
from storyfold.schemas.columns import read_rows_of_table
from storyfold.web.replays import find_represented_url

# The text that stands, with the instant at which the article was first seen in any version: founders do not change
# because their text does.
CURRENT_TEXTS = """
    SELECT articles.* REPLACE (first_seen.instant AS first_seen_at)
    FROM articles
    SEMI JOIN current_versions USING (article_id, version)
    JOIN (
        SELECT article_id, min(first_seen_at) AS instant FROM articles GROUP BY article_id
    ) AS first_seen USING (article_id)
"""


_ALIASES = "FROM article_aliases WHERE alias_id IN (FROM asked_ids) OR article_id IN (FROM asked_ids) ORDER BY alias_id"
_HELD = """
    SELECT article_id, min(first_seen_at) AS first_seen_at, array_agg(DISTINCT url) AS urls FROM articles
    WHERE article_id IN (FROM asked_ids) OR article_id IN (
        SELECT article_id FROM article_aliases WHERE alias_id IN (FROM asked_ids)
    )
    GROUP BY article_id
"""


def read_known_ids(connection: duckdb.DuckDBPyConnection, asked: Collection[str]) -> KnownIds:
    """What the lake knows of these ids: the articles among them, and the aliases to and from them."""
    connection.register("asked_ids", pa.table({"id": pa.array(sorted(asked), pa.string())}))
    aliases = read_rows_of_table(read(connection, _ALIASES), ArticleAlias)
    held = read(connection, _HELD).to_pylist()
    connection.unregister("asked_ids")
    return KnownIds(
        {row["article_id"]: Held(row["first_seen_at"], frozenset(row["urls"])) for row in held},
        {alias.alias_id: alias for alias in aliases},
    )


_AT = """
    WITH addressed AS (
        SELECT article_id, unnest([location, url, canonical_url]) AS address FROM articles
        UNION
        SELECT article_id, after AS address FROM article_changes WHERE what IN ('url', 'canonical_url')
    ),
    found AS (
        SELECT addressed.address, coalesce(alias.article_id, addressed.article_id) AS article_id
        FROM addressed SEMI JOIN asked_addresses USING (address)
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


def read_held_at(connection: duckdb.DuckDBPyConnection, locations: Collection[str]) -> dict[str, list[AtAddress]]:
    """The articles that the lake has, or once had, at these addresses; by the address as given."""
    spelled = {place: {place, find_represented_url(place) or place} for place in locations}
    asked = sorted(set().union(*spelled.values()))
    connection.register("asked_addresses", pa.table({"address": pa.array(asked, pa.string())}))
    found: dict[str, list[AtAddress]] = {}
    for row in read(connection, _AT).to_pylist():
        texts = frozenset(text for text in row["texts"] if text)
        found.setdefault(row["address"], []).append(AtAddress(row["article_id"], row["first_seen_at"], texts))
    connection.unregister("asked_addresses")
    return {place: [held for address in same for held in found.get(address, ())] for place, same in spelled.items()}


# Bodies are not needed, and a page whose bytes and address are those of the last version has not changed.
_SEEN_LAST = """
    WITH latest AS (
        SELECT articles.* EXCLUDE (body, links, other_titles) FROM articles SEMI JOIN tonight USING (article_id)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY first_seen_at DESC, version DESC) = 1
    )
    FROM latest WHERE article_id IN (SELECT article_id FROM article_changes) OR article_id IN (
        SELECT tonight.article_id FROM tonight JOIN latest USING (article_id)
        WHERE tonight.content_sha256 <> latest.content_sha256 OR tonight.url <> latest.url
    )
"""


def read_seen_last(
    connection: duckdb.DuckDBPyConnection, tonight: Iterable[Article]
) -> tuple[dict[str, Article], dict[str, list[ArticleChange]]]:
    """The current versions of tonight's articles, without bodies, and the changes that were found since; by id.

    Only where a page tonight has other bytes or another address than that version, or the lake knows of changes.
    """
    pages = sorted({(a.article_id, a.content_sha256, a.url or "") for a in tonight})
    names = ("article_id", "content_sha256", "url")
    told = [dict(zip(names, page, strict=True)) for page in pages]
    connection.register("tonight", pa.Table.from_pylist(told, pa.schema([(name, pa.string()) for name in names])))
    changes = read_rows_of_table(
        read(connection, "FROM article_changes SEMI JOIN tonight USING (article_id)"), ArticleChange
    )
    held = read(connection, _SEEN_LAST)
    connection.unregister("tonight")
    since: dict[str, list[ArticleChange]] = {}
    for change in changes:
        since.setdefault(change.article_id, []).append(change)
    return {article.article_id: article for article in read_rows_of_table(held, Article)}, since


class LakeTexts:
    """What the copies stage asks of the lake: the current version of everything."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def sketches(self) -> pa.Table:
        """Every current article's sketch."""
        return read(
            self.connection, "SELECT s.* FROM sketches s SEMI JOIN current_versions USING (article_id, version)"
        )

    def articles(self, article_ids: Collection[str]) -> list[Article]:
        """The current versions of these articles."""
        found = read(self.connection, f"{CURRENT_TEXTS} WHERE article_id IN (SELECT unnest($1))", [sorted(article_ids)])
        return read_rows_of_table(found, Article)

    def copies(self, article_ids: Collection[str]) -> list[Copy]:
        """The edges between current versions that touch these articles."""
        found = read(
            self.connection,
            """
            SELECT c.* FROM copies c
            JOIN current_versions a ON a.article_id = c.article_id AND a.version = c.version
            JOIN current_versions o ON o.article_id = c.of_article_id AND o.version = c.of_version
            WHERE c.article_id IN (SELECT unnest($1)) OR c.of_article_id IN (SELECT unnest($1))
            """,
            [sorted(article_ids)],
        )
        return read_rows_of_table(found, Copy)

    def families(self, article_ids: Collection[str]) -> list[FamilyPlace]:
        """The current places of these articles and of everyone in their families."""
        found = read(
            self.connection,
            """
            SELECT f.* FROM current_families f WHERE f.family_id IN
            (SELECT family_id FROM current_families WHERE article_id IN (SELECT unnest($1)))
            """,
            [sorted(article_ids)],
        )
        return read_rows_of_table(found, FamilyPlace)


class LakeStories:
    """What the stories stage asks of the lake: everything current, read once.

    All of it, although only articles whose believed interval meets a new one's can matter: at the sizes that
    this version is made for that is one query, and narrowing it is the stage's own next step.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def articles(self) -> list[Article]:
        """The current version of every article."""
        return read_rows_of_table(read(self.connection, CURRENT_TEXTS), Article)

    def memberships(self) -> list[Membership]:
        """Where every article is now."""
        return read_rows_of_table(read(self.connection, "FROM current_memberships"), Membership)

    def stories(self) -> list[Story]:
        """Every current story."""
        return read_rows_of_table(read(self.connection, "FROM current_stories"), Story)

    def families(self) -> list[FamilyPlace]:
        """Every current family place."""
        return read_rows_of_table(read(self.connection, "FROM current_families"), FamilyPlace)
