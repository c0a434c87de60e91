"""Find the rows in force among those of many runs: of each key the one of the run that finished last.

Where rows of a key are known already, only the runs that finished since the latest of them can have a later one. That
bound is given as the first and the last id of those runs, which each file knows of itself, so no others are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import duckdb

from storyfold.lake.landing_rows import LandingRows, LookUp

# The order in which the views `current_…` let a later row stand for an earlier one; `landed_runs` has the instants.
_LATEST = "finished_at DESC, started_at DESC, run_id DESC, attempt DESC"

# Each run is a file: all are read once, whole. A condition, as the view `landed_runs` has it, would have DuckLake look
# at what it knows of each file first, which takes twice as long as to read them.
ALL_RUNS = "SELECT run_id, attempt, status, started_at, finished_at FROM runs"
LANDED = "SELECT run_id, attempt, started_at, finished_at FROM all_runs WHERE status <> 'failed'"

_BOUNDS = """
    SELECT min(run_id), max(run_id) FROM landed WHERE finished_at >= (
        SELECT min(latest) FROM (
            SELECT max(finished_at) AS latest FROM {known} SEMI JOIN {wanted} USING ({key})
            JOIN landed USING (run_id, attempt) GROUP BY {key}
        )
    )
"""
_IN_FORCE = f"""
    SELECT {{columns}} FROM {{rows}} AS kept SEMI JOIN {{wanted}} AS wanted USING ({{key}})
    JOIN landed USING (run_id, attempt) {{where}}
    QUALIFY row_number() OVER (PARTITION BY {{key}} ORDER BY {_LATEST}) = 1
"""  # noqa: S608 (constant text)


@dataclass(frozen=True, slots=True)
class RowsInForce:
    """Say which rows in force are wanted, all by the names of tables and columns.

    `wanted` is a table of the values of `key`; `known` one of some of their rows in `table`, or of runs in which those
    must have had one, with `key`, `run_id` and `attempt`. What stands in neither costs a second reading.
    """

    name: str
    table: str
    key: str
    columns: tuple[str, ...]
    wanted: str
    known: str


def find_last_landed(runs: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row of the run that landed last, of those that `ALL_RUNS` asks for; None where none has."""
    landed = (run for run in runs if run["status"] != "failed")
    return max(landed, key=itemgetter("finished_at", "started_at", "run_id", "attempt"), default=None)


def create_rows_in_force(connection: duckdb.DuckDBPyConnection, asked: RowsInForce, rows: LandingRows) -> None:
    """Create a temporary table of the rows in force; it needs the temporary table `landed`."""
    columns = (*asked.columns, "run_id", "attempt")
    read = rows.select(LookUp(asked.table, asked.key, asked.wanted, columns))
    names = {"rows": read, "key": asked.key, "columns": ", ".join(asked.columns)}
    bounds = connection.execute(_BOUNDS.format(known=asked.known, wanted=asked.wanted, key=asked.key)).fetchone()
    since = _IN_FORCE.format(**names, wanted=asked.wanted, where="WHERE kept.run_id BETWEEN $1 AND $2")
    # where nothing is known the bounds are null, and nothing is read
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {asked.name} AS {since}", bounds)
    missing = f"SELECT {asked.key} FROM {asked.wanted} ANTI JOIN {asked.name} USING ({asked.key})"  # noqa: S608
    if connection.execute(f"SELECT 1 FROM ({missing}) LIMIT 1").fetchone():  # noqa: S608
        whole = _IN_FORCE.format(**names, wanted=f"({missing})", where="")
        connection.execute(f"INSERT INTO {asked.name} {whole}")
