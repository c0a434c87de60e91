"""Look whether the Parquet files that a lake's catalog counts on are there, each of the length that it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from storyfold.lake.faults import RESTORE, LakeFault

# The Parquet files that the lake as it stands needs, by their paths below its folder: of schema, table and file.
_FILES = """
SELECT
    CASE WHEN file.path_is_relative THEN
        CASE WHEN "table".path_is_relative THEN "schema".path ELSE '' END || "table".path ELSE '' END || file.path,
    file.file_size_bytes
FROM {catalog}.ducklake_data_file AS file
JOIN {catalog}.ducklake_table AS "table" USING (table_id)
JOIN {catalog}.ducklake_schema AS "schema" USING (schema_id)
WHERE file.end_snapshot IS NULL
"""


def find_file_faults(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[LakeFault]:
    """Yield a fault for each file of the lake in use that is gone or has another length than its catalog says."""
    name = connection.execute("SELECT current_database()").fetchall()[0][0]
    for path, size in connection.execute(_FILES.format(catalog=f"__ducklake_metadata_{name}")).fetchall():
        file = folder / path
        if not file.exists():
            yield LakeFault(f"{file}: gone, and the lake's catalog counts on it; {RESTORE}")
        elif file.stat().st_size != size:
            yield LakeFault(f"{file}: damaged, it has {file.stat().st_size} bytes and not {size}; {RESTORE}")
