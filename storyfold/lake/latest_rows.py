"""Read the rows in force of some keys in a table of many runs: of each key the row of the run that finished last."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from storyfold.lake.lake import run_query

_ROWS = """
    CREATE OR REPLACE TEMP TABLE rows_of_keys AS
    SELECT {kept} FROM {rows} WHERE {key} IN (SELECT name FROM wanted_names)
"""
# Few keys have rows of more than one run: only of the runs of those the instant is asked.
_RIVALS = """
    SELECT DISTINCT run_id FROM rows_of_keys SEMI JOIN (
        SELECT {key} FROM rows_of_keys GROUP BY {key} HAVING count(*) > 1
    ) AS several USING ({key})
"""
# In the order in which the views `current_…` let a later row stand for an earlier one.
_LATEST = """
    SELECT {columns} FROM rows_of_keys LEFT JOIN (
        SELECT run_id, attempt, finished_at, started_at FROM landed_runs WHERE run_id IN ({runs})
    ) AS landed USING (run_id, attempt)
    QUALIFY row_number() OVER (
        PARTITION BY {key} ORDER BY landed.finished_at DESC, landed.started_at DESC, run_id DESC, attempt DESC
    ) = 1
"""


def read_latest_rows(
    connection: duckdb.DuckDBPyConnection, rows: str, key: str, columns: Iterable[str], names: Iterable[str]
) -> pa.Table:
    """Return these columns of the rows in force whose key is among the names.

    `rows` is the table, or a query of the rows of it that can have one of these keys; it comes from code.
    """
    asked = dict.fromkeys([key, *columns])
    kept = asked | dict.fromkeys(["run_id", "attempt"])
    listed = {"rows": rows, "key": key, "columns": ", ".join(asked), "kept": ", ".join(kept)}
    connection.register("wanted_names", pa.table({"name": pa.array(sorted(set(names)), pa.string())}))
    connection.execute(_ROWS.format(**listed))
    connection.unregister("wanted_names")
    rivals = [run_id for (run_id,) in connection.execute(_RIVALS.format(**listed)).fetchall()]
    return run_query(connection, _LATEST.format(**listed, runs=", ".join("?" * len(rivals)) or "NULL"), rivals)
