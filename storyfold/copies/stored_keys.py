"""Look up which versions and edges the lake has of articles, and remember them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.lake.lake import run_query
from storyfold.lake.stored_files import StoredFiles

# Versions whose text no longer counts: few, so that what counts is found by leaving them out.
_SUPERSEDED = """
    CREATE OR REPLACE TEMP TABLE changed AS SELECT DISTINCT article_id FROM articles WHERE version > 1;
    CREATE OR REPLACE TEMP TABLE superseded AS
    SELECT article_id, version FROM articles SEMI JOIN changed USING (article_id)
    ANTI JOIN (SELECT article_id, version FROM current_versions SEMI JOIN changed USING (article_id)) AS current
        USING (article_id, version);
    CREATE OR REPLACE TEMP VIEW superseded_keys AS SELECT (article_id, version) FROM superseded
"""
_VERSIONS = """
    SELECT article_id, version, seen_date, (article_id, version) NOT IN (FROM superseded_keys) AS is_current
    FROM {rows} WHERE article_id IN (SELECT article_id FROM asked_ids)
"""
_EDGES = """
    SELECT article_id, version, of_article_id, of_version, seen_date FROM {rows}
    WHERE (article_id IN (SELECT article_id FROM asked_ids) OR of_article_id IN (SELECT article_id FROM asked_ids))
    AND (article_id, version) NOT IN (FROM superseded_keys)
    AND (of_article_id, of_version) NOT IN (FROM superseded_keys)
"""
# What is read of a table beside the ids.
_REST = {"sketches": ("version", "seen_date"), "copies": ("version", "of_version", "seen_date")}

_VERSION = pa.schema(
    {"article_id": pa.string(), "version": pa.int64(), "seen_date": pa.date32(), "is_current": pa.bool_()}
)


class StoredKeys:
    """Remember the keys of the lake's sketches and edges that were looked up by articles' ids.

    Makes the temporary tables `changed`, of articles with more than one version, and `superseded`, of versions that no
    longer count, which other queries of the connection use.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: StoredFiles | None = None) -> None:
        self._connection, self._files = connection, files or StoredFiles(connection)
        connection.execute(_SUPERSEDED)
        self._edges: pa.Table | None = None
        self._asked_versions: set[str] = set()
        self._asked_edges: set[str] = set()
        self._expected: set[str] = set()
        self._found = [_VERSION.empty_table()]

    def find_versions(self, article_ids: Iterable[str]) -> pa.Table:
        """Return `article_id`, `version`, `seen_date` and `is_current` of all versions of these articles."""
        wanted = set(article_ids)
        if missing := wanted - self._asked_versions:
            self._found.append(self._ask(_VERSIONS, "sketches", ("article_id",), missing).cast(_VERSION))
            self._asked_versions |= missing
        return _select(pa.concat_tables(self._found), wanted)

    def remember_sketches(self, sketches: pa.Table) -> None:
        """Remember the current versions that were read otherwise, as far as those are all of their articles."""
        self._connection.register("read_sketches", sketches)
        whole = run_query(self._connection, "SELECT article_id FROM read_sketches ANTI JOIN changed USING (article_id)")
        self._connection.unregister("read_sketches")
        ids = set(whole["article_id"].to_pylist()) - self._asked_versions
        rows = _select(sketches, ids).select(_VERSION.names[:3])
        self._found.append(rows.append_column("is_current", pa.array([True] * len(rows), pa.bool_())).cast(_VERSION))
        self._asked_versions |= ids

    def expect_edges(self, article_ids: Iterable[str]) -> None:
        """Look these articles up as well when edges are next looked up: they will probably be asked for."""
        self._expected |= set(article_ids)

    def find_edges(self, article_ids: Iterable[str]) -> pa.Table:
        """Return the keys and the day of all edges between current versions that touch these articles."""
        wanted = set(article_ids)
        if self._edges is None or wanted - self._asked_edges:
            missing = (wanted | self._expected) - self._asked_edges
            found = self._ask(_EDGES, "copies", ("article_id", "of_article_id"), missing)
            if self._edges is not None:  # an edge between one that was asked for before and one of these
                found = pa.concat_tables([self._edges, found]).group_by(found.column_names).aggregate([])
            self._edges, self._asked_edges = found, self._asked_edges | missing
        sides = [_is_among(self._edges[name], wanted) for name in ("article_id", "of_article_id")]
        return self._edges.filter(pc.or_(*sides))

    def _ask(self, query: str, table: str, by: Sequence[str], article_ids: Iterable[str]) -> pa.Table:
        """Ask a query for articles of a table's rows, in which their ids stand in one of the columns `by`."""
        ids = pa.array(sorted(article_ids), pa.string())
        files = self._files.choose(table, keys=dict.fromkeys(by, ids))
        rows = self._files.select(table, (*by, *_REST[table]), files)
        self._connection.register("asked_ids", pa.table({"article_id": ids}))
        found = run_query(self._connection, query.format(rows=rows))
        self._connection.unregister("asked_ids")
        return found


def _select(rows: pa.Table, article_ids: set[str]) -> pa.Table:
    return rows.filter(_is_among(rows["article_id"], article_ids))


def _is_among(column: pa.ChunkedArray, names: set[str]) -> pa.ChunkedArray:
    return pc.is_in(column, pa.array(sorted(names), pa.string()))
