"""Bring a lake that an older version made to the form of this one, inside one transaction.

Tables and columns are added, rows that an older method derived are made anew by the steps of the form, what those
replace is dropped, and comments and views are written. Nothing of it is there until the commit: a migration that is
killed, or fails, leaves the lake as it was, and files that no table has; the next one starts from the beginning. A step
that took up where it was killed would need tables of half-made rows in between, which every reader would have to know
of, to save minutes once a version: sketches are made anew at 3,600 texts a second of processor time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import duckdb

from storyfold.lake.catalog_comments import OWN, read_comments, replace_views, write_table_comments
from storyfold.lake.form import Differences, LakeForm, NewerLake, Step, find_differences
from storyfold.outcomes import StoryfoldError
from storyfold.schemas.columns import Column, Table, get_sql_type, make_create_statement

Show = Callable[[str, int, int], None]  # what is made anew, how many rows of it are, and of how many
_VIEWS = f"SELECT view_name FROM duckdb_views() WHERE {OWN}"  # noqa: S608 (constant text)


def show_nothing(_makes: str, _done: int, _total: int) -> None:
    """Show nothing of a migration that nobody watches."""


def migrate(connection: duckdb.DuckDBPyConnection, form: LakeForm, show: Show = show_nothing) -> None:
    """Bring the lake in use to a form, a new one too; the caller begins and commits the transaction.

    Where nothing differs nothing is written. Raises NewerLake where a newer version made the lake, StoryfoldError
    where this one has no step for what is needed.
    """
    found = find_differences(connection, form)
    if found.unknown or found.retyped:
        raise _explain_refusal(found)
    for name in found.tables:
        _create_table(connection, form.tables[name])
    for name, column in found.columns:
        _add_column(connection, name, column)
    if not found.is_new:
        replace_views(connection, form.views, read_comments(connection))  # which a step may ask
    for step in choose_steps(form, found):
        step.work(connection, partial(show, step.makes))
    for name in found.replaced:
        _drop(connection, name)
    _check_rows(connection, form, found)
    comments = read_comments(connection)
    write_table_comments(connection, list(form.tables.values()), comments)
    replace_views(connection, form.views, comments)


def choose_steps(form: LakeForm, found: Differences) -> list[Step]:
    """Choose the steps that a lake with these differences needs, in their order: none where no night has been."""
    if found.is_new:
        return []
    touched = {*found.tables, *found.older_methods, *(table for table, _ in found.columns)}
    return [step for step in form.steps if step.table in touched or set(step.replaces) & set(found.replaced)]


def list_changes(form: LakeForm, found: Differences) -> Iterator[str]:
    """List what a migration does to a lake with these differences, a line each, in its order."""
    yield from (f"adds table {name}" for name in found.tables)
    yield from (f"adds column {table}.{column.name}" for table, column in found.columns)
    yield from (f"makes {step.makes} anew" for step in choose_steps(form, found))
    yield from (f"drops {name}" for name in found.replaced)
    yield from (f"adds view {name}" for name in found.views)
    yield from (f"replaces view {name}" for name in found.older_views)


def _explain_refusal(found: Differences) -> StoryfoldError:
    if found.unknown:
        return NewerLake(
            f"a newer version of storyfold made this lake: this one does not know {', '.join(sorted(found.unknown))}; "
            "update storyfold, nothing was written"
        )
    return StoryfoldError(found.describe_retyped())


def _create_table(connection: duckdb.DuckDBPyConnection, declared: Table) -> None:
    connection.execute(make_create_statement(declared))
    if declared.partition:
        connection.execute(f"ALTER TABLE {declared.name} SET PARTITIONED BY ({declared.partition})")


def _add_column(connection: duckdb.DuckDBPyConnection, table: str, column: Column) -> None:
    """Add a column, with what it is declared to hold in older rows.

    It may be null in the catalog even where it is declared otherwise: DuckLake (1.0) sets NOT NULL on no table that
    the transaction has changed. A night's rows are checked before they land.
    """
    value = column.in_older_rows.value if column.in_older_rows else None
    default = "" if value is None else f" DEFAULT {_quote_value(value)}"
    connection.execute(f'ALTER TABLE {table} ADD COLUMN "{column.name}" {get_sql_type(column.type)}{default}')
    if default:  # older rows keep it; a row that lands says its own
        connection.execute(f'ALTER TABLE {table} ALTER COLUMN "{column.name}" DROP DEFAULT')


def _quote_value(value: str | float | bool) -> str:  # noqa: FBT001 (what is quoted)
    """Write a declared value as a SQL string, of which the column makes its type; DDL takes no parameters.

    It comes from code, never from input. DuckLake takes only literals, and DuckDB has none for a flag.
    """
    return "'" + str(value).replace("'", "''") + "'"


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    table, _, column = name.partition(".")
    if column:
        connection.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
    else:
        kind = "VIEW" if (name,) in connection.execute(_VIEWS).fetchall() else "TABLE"
        connection.execute(f"DROP {kind} {name}")


def _check_rows(connection: duckdb.DuckDBPyConnection, form: LakeForm, found: Differences) -> None:
    """Check that no older row is left without a value that may not be null, or by an older method."""
    for table, column in found.columns:
        if not column.nullable and _count(connection, f'{table} WHERE "{column.name}" IS NULL'):
            raise StoryfoldError(
                f"the lake's table {table} has no column {column.name}: an older version made it, and this one does "
                "not know what older rows have there; start a new lake with --lake DIR"
            )
    for table in found.older_methods:
        if _count(connection, f"{table} WHERE method IS DISTINCT FROM {form.tables[table].method}"):
            raise StoryfoldError(f"the lake's {table} were made by an older method, and no step makes them anew")


def _count(connection: duckdb.DuckDBPyConnection, what: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {what}").fetchone()  # noqa: S608 (names come from code)
    return int(row[0]) if row else 0
