"""Make temporary tables of the keys that a night lands, and of the rows of the lake, old and new, that have them.

Of the lake, only the files are read that can have what is asked for: see `storyfold.lake.landing_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from storyfold.lake.conditions import COMPARED, ON_DAYS
from storyfold.lake.landing_rows import LandingRows, LookUp
from storyfold.schemas.columns import Table

# Columns besides the key that the conditions ask for, of tables that are not by day.
_MORE = {"story_follows": ("follows_story_id", "gap_days"), "articles": ("links",)}


def create_table(connection: duckdb.DuckDBPyConnection, name: str, select: str, values: Sequence[Any] = ()) -> int:
    """Create a temporary table of what a SELECT finds; return its number of rows."""
    row = connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}", values).fetchone()
    return int(row[0]) if row else 0


def create_landing_keys(connection: duckdb.DuckDBPyConnection, table: Table, landing: pa.Table | None) -> int:
    """Create the temporary table `landing_<table>` of the keys of the rows that land, and return their number.

    A table and no view of the Arrow data: DuckDB knows how many rows it has, and starts its joins from it.
    """
    keys = (landing if landing is not None else table.schema.empty_table()).select(_list_columns(table))
    connection.register("landing_keys", keys)
    size = create_table(connection, f"landing_{table.name}", "FROM landing_keys")
    connection.unregister("landing_keys")
    return size


def create_looked_up(connection: duckdb.DuckDBPyConnection, name: str, look_up: LookUp, rows: LandingRows) -> int:
    """Create a temporary table of the rows of a table, old and new, that are wanted; return their number."""
    read, listed = rows.select(look_up), ", ".join(look_up.columns)
    select = f"SELECT {listed} FROM {read} SEMI JOIN {look_up.wanted} USING ({look_up.key})"  # noqa: S608
    return create_table(connection, name, select)


def select_same_keys(table: Table, landing: str, where: str = "", rows: str | None = None) -> str:
    """Write the SELECT of a table's rows, old and new, that agree with one in `landing` in the key's columns there.

    `rows` is a query of those that may, the table without it.
    """
    nullable = {column.name for column in table.columns if column.nullable}
    same = " AND ".join(
        f"{table.name}.{name} {'IS NOT DISTINCT FROM' if name in nullable else '='} landing.{name}"
        for name in table.key
    )
    columns = ", ".join(f"{table.name}.{name}" for name in _list_columns(table))
    read = f"{rows} AS {table.name}" if rows else table.name
    return f"SELECT {columns} FROM {read} SEMI JOIN {landing} AS landing ON {same} {where}"  # noqa: S608


def create_same_of_runs(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create the temporary table `same_<table>` of the rows of a table by runs whose keys land.

    Of a run that is in `new_runs`, which has no row in `runs` but the one that lands, they are those that land (else a
    condition was broken before).
    """
    landing = f"landing_{table.name}"
    others = f"SELECT 1 FROM {landing} ANTI JOIN new_runs USING (run_id, attempt) LIMIT 1"  # noqa: S608
    if connection.execute(others).fetchone() is None:
        create_table(connection, f"same_{table.name}", f"FROM {landing}")
        return
    runs = connection.execute(f"SELECT min(run_id), max(run_id) FROM {landing}").fetchone()  # noqa: S608
    where = f"WHERE {table.name}.run_id BETWEEN $1 AND $2"
    create_table(connection, f"same_{table.name}", select_same_keys(table, landing, where), runs or ())


def create_same_of_days(connection: duckdb.DuckDBPyConnection, table: Table, rows: LandingRows) -> None:
    """Create the temporary table `same_<table>` of the rows of a table by days whose keys land.

    They stand on the days of their versions, which `named_versions` has (else a condition is broken, by those that
    land or by those that stood there before).
    """
    days = list_days(connection, table)
    where = f"WHERE seen_date IN ({', '.join('?' * len(days))})"
    read = rows.select_days(table.name, _list_columns(table), days)
    select = select_same_keys(table, f"landing_{table.name}", where, read)
    create_table(connection, f"same_{table.name}", select, days)


def list_days(connection: duckdb.DuckDBPyConnection, table: Table, versions: str | None = None) -> list[date]:
    """List the days of the versions that the night names, and those of the rows that land in a table.

    With `versions`, a table of some of these, only of those.
    """
    named = f"named_versions SEMI JOIN {versions} USING (article_id, version)" if versions else "named_versions"
    sql = f"SELECT seen_date FROM {named} UNION SELECT seen_date FROM landing_{table.name}"  # noqa: S608
    return [day for (day,) in connection.execute(sql).fetchall()]


def _list_columns(table: Table) -> list[str]:
    """List the columns of a table that the conditions ask for."""
    is_by_day = table.name in ON_DAYS or table in COMPARED
    more = ["seen_date"] if is_by_day else _MORE.get(table.name, ())
    return list(dict.fromkeys([*table.key, *more]))
