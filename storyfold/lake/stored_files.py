"""List the Parquet files of a lake's tables as they are committed, and read chosen ones of them in a query.

DuckLake looks at the statistics of every column of every file of the lake for each query that has a condition: of a
lake of a year .05 s, several times what it takes to read the 28 files of a month. So the catalog is asked once, and
files are chosen by their day, or by what `storyfold.lake.key_store` knows of them. A condition stays in each query: a
file more than is needed costs time, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from uuid import uuid4

import duckdb

from storyfold.lake.key_sets import Names
from storyfold.lake.key_store import KEYED, KeyStore
from storyfold.schemas import TABLES
from storyfold.schemas.columns import get_sql_type

_LAKE = """
SELECT database_name, path FROM duckdb_databases() WHERE database_name = current_database() AND type = 'ducklake'
"""
_SCHEME = "sqlite:"  # before the path of the catalog
_FILES = """
SELECT
    "table".table_name,
    CASE WHEN file.path_is_relative THEN
        CASE WHEN "table".path_is_relative THEN "schema".path ELSE '' END || "table".path ELSE '' END || file.path,
    try_cast(partition.partition_value AS DATE), file.begin_snapshot,
    deleted.data_file_id IS NOT NULL OR file.mapping_id IS NOT NULL
FROM {catalog}.ducklake_data_file AS file
JOIN {catalog}.ducklake_table AS "table" USING (table_id)
JOIN {catalog}.ducklake_schema AS "schema" USING (schema_id)
LEFT JOIN {catalog}.ducklake_file_partition_value AS partition
    ON partition.data_file_id = file.data_file_id AND partition_key_index = 0
LEFT JOIN (
    SELECT DISTINCT data_file_id FROM {catalog}.ducklake_delete_file
    WHERE begin_snapshot <= $snapshot AND (end_snapshot IS NULL OR end_snapshot > $snapshot)
) AS deleted ON deleted.data_file_id = file.data_file_id
WHERE file.begin_snapshot <= $snapshot AND (file.end_snapshot IS NULL OR file.end_snapshot > $snapshot)
AND "table".begin_snapshot <= $snapshot AND ("table".end_snapshot IS NULL OR "table".end_snapshot > $snapshot)
"""
# What tables got after their first files, of columns and of fields in these.
_ADDED = """
SELECT
    table_name, column_name, "column".begin_snapshot,
    initial_default IS NULL AND parent_column IS NULL AND count(*) OVER (PARTITION BY table_id, column_name) = 1
FROM {catalog}.ducklake_column AS "column" JOIN {catalog}.ducklake_table AS "table" USING (table_id)
WHERE "table".end_snapshot IS NULL AND "column".begin_snapshot <= $snapshot
QUALIFY "column".begin_snapshot > min("column".begin_snapshot) OVER (PARTITION BY table_id)
"""
# Tables of which another program has put rows, or which of them are deleted, into the catalog, as this one never does:
# `ducklake_inlined_data_1_2` is of table 1.
_INLINED = """
SELECT DISTINCT table_name FROM sqlite_scan($path, 'sqlite_master') AS made JOIN {catalog}.ducklake_table AS "table"
    ON regexp_extract(made.name, '^ducklake_inlined_(?:data|delete)_(\\d+)', 1) = "table".table_id::VARCHAR
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A Parquet file of a table: its path below the lake's folder, and the day of its partition, None where unknown.

    `lacks` are columns that the table got later, null in its rows. Not `is_plain` is one of which only DuckLake knows
    the rows: some are deleted, a later column has another value in them, or they were added from elsewhere.
    """

    path: str
    day: date | None
    lacks: frozenset[str] = frozenset()
    is_plain: bool = True


class StoredFiles:
    """The files of the lake that a connection uses, as its transaction sees them without its own changes.

    A database that is no lake has none: there the tables themselves are read. So are those of which rows are in the
    catalog, which another program can have put there.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection, of = connection, uuid4().hex  # a query of one must not name what another has set
        self._variables = (f"stored_files_{of}_{n}" for n in count())
        lake = _find_lake(connection)
        self.folder = lake[1].parent if lake else None
        self._keys = KeyStore(self.folder) if self.folder else None
        self._files = _list_files(connection, lake[0]) if lake else {}
        self._inlined = _find_inlined(connection, *lake) if lake else set()

    def is_read_itself(self, table: str) -> bool:
        """Say whether a query of `select` asks the table itself, and not its files."""
        return self.folder is None or table in self._inlined

    def list_files(self, table: str) -> Sequence[StoredFile]:
        """Return the files of a table."""
        return self._files.get(table, ())

    def list_paths(self, paths: Collection[str]) -> set[str]:
        """Return whole paths of files that are given by those below the lake's folder."""
        return {str(self.folder / path) for path in paths} if self.folder else set()

    def read_kept_column(
        self, table: str, column: str, files: Collection[str] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Yield what `KeyStore` keeps of a column, of these files or of all, by their paths below the lake's folder."""
        yield from self._keys.read_column(table, column, files) if self._keys else ()

    def choose(
        self,
        table: str,
        days: Collection[date] | None = None,
        span: tuple[date, date] | None = None,
        keys: Mapping[str, Names] | None = None,
    ) -> list[StoredFile]:
        """Choose the files that can have rows of these days, of a span from the first to the last, or of these keys.

        A row has one of the keys where one of the columns has one that is given for it.
        """
        files = list(self.list_files(table))
        if span is not None:
            files = [file for file in files if file.day is None or span[0] <= file.day <= span[1]]
        if days is not None:
            files = [file for file in files if file.day is None or file.day in days]
        if keys is not None and self._keys:
            found = self._keys.leave_out(table, keys)
            files = [file for file in files if file.path not in found]
        return files

    def select(self, table: str, columns: Sequence[str], files: Sequence[StoredFile]) -> str:
        """Write a query of these columns of files of a table; none of the transaction's own rows are in it."""
        if self.folder is None or self.is_read_itself(table):
            return f"(SELECT {', '.join(columns)} FROM {table})"  # noqa: S608 (names come from code)
        types = {column.name: get_sql_type(column.type) for column in TABLES[table].columns}
        parts = [f"SELECT {', '.join(f'NULL::{types[name]} AS {name}' for name in columns)} WHERE false"]
        groups: dict[tuple[str, ...] | None, list[str]] = {}
        for file in files:
            there = tuple(name for name in columns if name not in file.lacks) if file.is_plain else None
            groups.setdefault(there, []).append(str(self.folder / file.path))
        for there, paths in groups.items():
            variable = next(self._variables)
            self._connection.execute(f"SET VARIABLE {variable} = $1", [paths])
            if there is None:
                given = f"{table} WHERE list_contains(getvariable('{variable}'), filename)"
            else:
                given = f"read_parquet(getvariable('{variable}'), hive_partitioning = false)"
            parts.append(f"SELECT {', '.join(there or columns)} FROM {given}")  # noqa: S608 (names come from code)
        return f"({' UNION ALL BY NAME '.join(parts)})"


def keep_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the keys of all files of the lake in use as it is committed, for the look-ups of the next night."""
    lake = _find_lake(connection)
    if lake is None:
        return
    name, catalog = lake
    read, store = catalog.stat(), KeyStore(catalog.parent)
    mark = f"{read.st_size} bytes at {read.st_mtime_ns}"  # any other may be of other files, which are then looked at
    if not store.has_all_of(mark):
        files = _list_files(connection, name)
        store.update({table: [file.path for file in files.get(table, ())] for table in KEYED}, mark)


def _find_lake(connection: duckdb.DuckDBPyConnection) -> tuple[str, Path] | None:
    """Return by which name a connection uses a lake, and the path of its catalog; None where that is no lake."""
    found = connection.execute(_LAKE).fetchone()
    return (found[0], Path(found[1].removeprefix(_SCHEME))) if found else None


def _find_inlined(connection: duckdb.DuckDBPyConnection, name: str, catalog: Path) -> set[str]:
    with connection.cursor() as cursor:
        found = cursor.execute(
            _INLINED.format(catalog=f"__ducklake_metadata_{name}"), {"path": str(catalog)}
        ).fetchall()
    return {table for (table,) in found}


def _list_files(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, list[StoredFile]]:
    """List the files of each table, in the order of their paths.

    On a connection of its own: one that has read the catalog holds it against the commit of its own transaction.
    """
    row = connection.execute("SELECT id FROM ducklake_current_snapshot($1)", [name]).fetchone()
    names, given = {"catalog": f"__ducklake_metadata_{name}"}, {"snapshot": row[0] if row else 0}
    with connection.cursor() as catalog:
        added = catalog.execute(_ADDED.format(**names), given).fetchall()
        files = catalog.execute(_FILES.format(**names), given).fetchall()
    later: dict[str, list[tuple[str, int, bool]]] = {}
    for table, *column in added:
        later.setdefault(table, []).append((column[0], column[1], column[2]))
    found: dict[str, list[StoredFile]] = {}
    for table, path, day, since, has_deleted in sorted(files):
        lacks = [(column, is_null) for column, added_at, is_null in later.get(table, ()) if added_at > since]
        is_plain = not has_deleted and all(is_null for _, is_null in lacks)
        file = StoredFile(path, day, frozenset(column for column, _ in lacks), is_plain)
        found.setdefault(table, []).append(file)
    return found
