"""Meanings in the catalog: what a row of each table and view is, and what each column says, for whoever attaches it.

They are the declarations of `storyfold/schemas/` and the first line of each view's SQL, so that any client finds them
in `duckdb_tables()`, `duckdb_views()` and `duckdb_columns()`. DuckLake keeps no comments on the columns of views.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from storyfold.schemas.columns import Column, Table
from storyfold.settings.sources import make_fingerprint

# Behind a view's meaning, which SELECT it was made from: DuckLake keeps a view only in words of its own.
_DEFINITION = re.compile(r" ?\[definition ([0-9a-f]{16})\]$")
OWN = "NOT internal AND database_name = current_database()"
_HELD = f"""
SELECT 'table' AS kind, table_name AS place, comment FROM duckdb_tables() WHERE {OWN}
UNION ALL
SELECT 'column', concat(table_name, '.', column_name), comment FROM duckdb_columns() WHERE {OWN}
UNION ALL
SELECT 'view', view_name, comment FROM duckdb_views() WHERE {OWN}
"""  # noqa: S608 (our own words)


def make_table_comment(table: Table) -> str:
    """What a row of a table is."""
    return f"One row is {table.about}."


def make_column_comment(column: Column) -> str:
    """What a column says, and its allowed values where they are few."""
    return column.meaning + (f" One of: {', '.join(column.allowed)}." if column.allowed else "")


def make_view_comment(select: str) -> str:
    """What a row of a view is, by the first line of its SQL, and which SELECT it was made from."""
    first = select.splitlines()[0] if select else ""
    meaning = f"One row is {first.removeprefix('-- ')}. " if first.startswith("-- ") else ""
    return f"{meaning}[definition {make_fingerprint(select)}]"


def read_meaning(comment: str | None) -> str:
    """A comment as people read it, without the mark of a view's definition.

    An earlier version of this program kept a view's whole SQL as its comment, whose first line says what a row is.
    """
    words = _DEFINITION.sub("", comment or "")
    return f"One row is {words.splitlines()[0].removeprefix('-- ')}." if words.startswith("-- ") else words


def read_held_comments(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str | None]:
    """The comments of the lake in use, by kind (`table`, `column`, `view`) and name; None where there is none."""
    return {(kind, place): comment for kind, place, comment in connection.execute(_HELD).fetchall()}


def write_table_comments(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
    """Say what tables and columns mean, where the catalog does not say it already: else no new snapshot is made."""
    held = read_held_comments(connection)
    for table in tables:
        if held.get(("table", table.name)) != make_table_comment(table):
            connection.execute(f"COMMENT ON TABLE {table.name} IS {_text(make_table_comment(table))}")
        for column in table.columns:
            if held.get(("column", f"{table.name}.{column.name}")) != make_column_comment(column):
                place = f'{table.name}."{column.name}"'
                connection.execute(f"COMMENT ON COLUMN {place} IS {_text(make_column_comment(column))}")


def replace_views(connection: duckdb.DuckDBPyConnection, views: Mapping[str, str]) -> None:
    """Make the views that are not there as they are now; one replaced by itself would be a snapshot each night."""
    held = read_held_comments(connection)
    for name, select in views.items():
        said = make_view_comment(select)
        if held.get(("view", name)) != said:
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")
            connection.execute(f"COMMENT ON VIEW {name} IS {_text(said)}")


def _text(words: str) -> str:
    """A SQL string; COMMENT takes no parameters, and the words come from code, never from input."""
    return "'" + words.replace("'", "''") + "'"
