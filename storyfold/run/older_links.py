"""Make the rows of links in texts of what an older lake has of them, addresses alone, as a step of its migration."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.schemas import ArticleLink
from storyfold.schemas.columns import get_declared_table
from storyfold.web.publishers import find_publisher

SLICE = 100_000  # versions with links that are taken at once: 323 real pages have 4 links on average, so some 100 MB
_LINKED = """
CREATE OR REPLACE TEMP TABLE linked_versions AS
SELECT article_id, version, seen_date, (row_number() OVER (ORDER BY seen_date, article_id, version) - 1) // $1 AS slice
FROM articles ANTI JOIN article_links USING (article_id, version) WHERE len(links) > 0
"""
_SLICES = """
SELECT slice, min(seen_date) AS first, max(seen_date) AS last, count(*) AS versions FROM linked_versions
GROUP BY slice ORDER BY slice
"""
_ADDRESSES = """
SELECT article_id, version, seen_date, coalesce(canonical_url, url) AS own,
    unnest(links) AS address, unnest(range(len(links))) AS position
FROM articles SEMI JOIN (SELECT article_id, version FROM linked_versions WHERE slice = $1) AS wanted
    USING (article_id, version)
WHERE seen_date BETWEEN $2 AND $3
ORDER BY seen_date, article_id, version, position
"""


def make_link_rows(connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Make a row of each address that a version has in its column `links`, a slice at a time; `show` says how far.

    What its words were, and in which line it stood, is not known there.
    """
    connection.execute(_LINKED, [SLICE])
    slices, done = connection.execute(_SLICES).fetchall(), 0
    total = sum(versions for *_, versions in slices)
    for *chosen, versions in slices:
        show(done, total)
        connection.register("made", _add_publishers(run_query(connection, _ADDRESSES, chosen)))
        connection.execute("INSERT INTO article_links BY NAME SELECT * FROM made")
        connection.unregister("made")
        done += versions
    show(total, total)
    connection.execute("DROP TABLE linked_versions")


def _add_publishers(found: pa.Table) -> pa.Table:
    schema = get_declared_table(ArticleLink).schema
    publishers = [find_publisher(address) for address in found["address"].to_pylist()]
    own = [find_publisher(address) for address in found["own"].to_pylist()]
    is_internal = [mine == theirs if mine else None for mine, theirs in zip(own, publishers, strict=True)]
    columns = {name: found[name] for name in ("article_id", "version", "seen_date", "position", "address")}
    unknown = {name: pa.nulls(len(found), schema.field(name).type) for name in ("line", "anchor")}
    columns |= {**unknown, "publisher": pa.array(publishers, pa.string()), "is_internal": pa.array(is_internal)}
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


ARTICLE_LINKS = Step("article_links", "links in articles", make_link_rows)
