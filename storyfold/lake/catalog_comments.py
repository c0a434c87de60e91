"""Write comments into the catalog: what a row of each table and view is, and what each column means.

They are the declarations of `storyfold/schemas/` and the first line of each view's SQL, for any client, which finds
them in `duckdb_tables()`, `duckdb_views()` and `duckdb_columns()`. DuckLake keeps no comments on the columns of views.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from storyfold.schemas.columns import Column, Table
from storyfold.settings.ranges import make_fingerprint

# Behind a view's meaning, which SELECT it was made from: DuckLake rewrites the text of a view.
_DEFINITION = re.compile(r" ?\[definition ([0-9a-f]{16})\]$")
# Behind a table's meaning, by which method its rows were made, where they are derived from others.
Comments = dict[tuple[str, str], str | None]
_METHOD = re.compile(r" ?\[method (\d+)\]$")
TABLE_MEANING = "One row is "  # how the comments of our tables begin, and nobody else's
OWN = "NOT internal AND database_name = current_database()"
_COMMENTS = f"""
SELECT 'table' AS kind, table_name AS name, comment FROM duckdb_tables() WHERE {OWN}
UNION ALL
SELECT 'column', concat(table_name, '.', column_name), comment FROM duckdb_columns() WHERE {OWN}
UNION ALL
SELECT 'view', view_name, comment FROM duckdb_views() WHERE {OWN}
"""  # noqa: S608 (constant text)


def make_table_comment(table: Table) -> str:
    """Make the comment of a table: what its row is, and by which method all its rows were made."""
    return f"{TABLE_MEANING}{table.about}." + (f" [method {table.method}]" if table.method else "")


def read_method(comment: str | None) -> int:
    """Read from a table's comment by which method its rows were made; 0 where it does not say."""
    found = _METHOD.search(comment or "")
    return int(found[1]) if found else 0


def make_column_comment(column: Column) -> str:
    """Make the comment of a column: its meaning, and its allowed values where they are declared."""
    return column.meaning + (f" One of: {', '.join(column.allowed)}." if column.allowed else "")


def make_view_comment(select: str) -> str:
    """Make the comment of a view: what its row is, by the first line of its SQL, and which SELECT it was made from."""
    first = select.splitlines()[0] if select else ""
    meaning = f"One row is {first.removeprefix('-- ')}. " if first.startswith("-- ") else ""
    return f"{meaning}[definition {make_fingerprint(select)}]"


def read_meaning(comment: str | None) -> str:
    """Return a comment as people read it, without the mark of a view's definition or of a table's method.

    An earlier version of this program kept a view's whole SQL as its comment, whose first line says what a row is.
    """
    words = _METHOD.sub("", _DEFINITION.sub("", comment or ""))
    return f"One row is {words.splitlines()[0].removeprefix('-- ')}." if words.startswith("-- ") else words


def read_comments(connection: duckdb.DuckDBPyConnection) -> Comments:
    """Read the comments of the lake in use, by kind (`table`, `column`, `view`) and name; None where there is none."""
    return {(kind, name): comment for kind, name, comment in connection.execute(_COMMENTS).fetchall()}


def write_table_comments(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], comments: Comments) -> None:
    """Write what tables and columns mean where the catalog differs; without a change there is no new snapshot."""
    for table in tables:
        if comments.get(("table", table.name)) != make_table_comment(table):
            connection.execute(f"COMMENT ON TABLE {table.name} IS {_quote_text(make_table_comment(table))}")
        for column in table.columns:
            if comments.get(("column", f"{table.name}.{column.name}")) != make_column_comment(column):
                target = f'{table.name}."{column.name}"'
                connection.execute(f"COMMENT ON COLUMN {target} IS {_quote_text(make_column_comment(column))}")


def replace_views(connection: duckdb.DuckDBPyConnection, views: Mapping[str, str], comments: Comments) -> None:
    """Create the views that are missing or differ; one replaced by itself would be a snapshot in each run."""
    for name, select in views.items():
        comment_text = make_view_comment(select)
        if comments.get(("view", name)) != comment_text:
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")
            connection.execute(f"COMMENT ON VIEW {name} IS {_quote_text(comment_text)}")


def _quote_text(words: str) -> str:
    """Quote a text as a SQL string; COMMENT takes no parameters, and the words come from code, never from input."""
    return "'" + words.replace("'", "''") + "'"
