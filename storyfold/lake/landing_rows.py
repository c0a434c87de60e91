"""Select a table's rows as a landing transaction sees them: those of the lake that can matter, and those that land.

Those of the lake are read of the files that can have what is asked for. A table of which the transaction replaces rows
is read by DuckLake, whole: only that knows which are gone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from storyfold.lake.stored_files import StoredFile, StoredFiles
from storyfold.schemas import LAKE_ROWS
from storyfold.schemas.columns import get_declared_table


@dataclass(frozen=True, slots=True)
class LookUp:
    """Say which rows are wanted, all by the names of tables and columns: those with a key that stands in `wanted`."""

    table: str
    key: str
    wanted: str
    columns: tuple[str, ...]


class LandingRows:
    """The rows of the lake with a night's, `rows` by class; of the classes `replaced` some of the lake's are gone."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, rows: Mapping[type, pa.Table], replaced: Collection[type]
    ) -> None:
        self._connection = connection
        self._files = StoredFiles(connection)
        self._replaced = {get_declared_table(cls).name for cls in replaced}
        self._rows = {get_declared_table(cls).name: rows.get(cls) for cls in LAKE_ROWS}

    def select(self, look_up: LookUp) -> str:
        """Write the query of the wanted rows, and maybe of others."""
        names = self._connection.execute(f"SELECT DISTINCT {look_up.key} FROM {look_up.wanted}").to_arrow_table()  # noqa: S608
        files = self._files.choose(look_up.table, keys={look_up.key: names[look_up.key]})
        return self._select(look_up.table, look_up.columns, files)

    def select_days(self, table: str, columns: Sequence[str], days: Collection[date]) -> str:
        """Write the query of the rows of these days, and maybe of others."""
        return self._select(table, columns, self._files.choose(table, days))

    def _select(self, table: str, columns: Sequence[str], files: Sequence[StoredFile]) -> str:
        listed = ", ".join(columns)
        if table in self._replaced:
            return f"(SELECT {listed} FROM {table})"  # noqa: S608 (names come from code)
        stored, landing = self._files.select(table, columns, files), self._rows[table]
        if landing is None or self._files.is_read_itself(table):  # it has what lands
            return stored
        self._connection.register(f"landing_rows_of_{table}", landing)
        return f"(FROM {stored} UNION ALL BY NAME SELECT {listed} FROM landing_rows_of_{table})"  # noqa: S608
