"""Compare a lake with what one of this version has: tables, columns, views, and the methods of what is derived.

All of it stands in the catalog: no row is read. What a lake lacks, an older version made; what this version does not
know, a newer one did, and an older one must not write there.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from storyfold.lake.catalog_comments import OWN, TABLE_MEANING, make_view_comment, read_comments, read_method
from storyfold.outcomes import StoryfoldError
from storyfold.schemas import TABLES
from storyfold.schemas.columns import Column, Table, get_sql_type

NAMED = 4  # differences that a line names; `storyfold migrate --dry-run` lists all
ShowSteps = Callable[[int, int], None]  # how many rows are made anew, and of how many
_COLUMNS = f"SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE {OWN}"  # noqa: S608 (constant text)


class OlderLake(StoryfoldError):
    """Say that a lake lacks what is needed, since an older version made it; exit code 1."""


class NewerLake(StoryfoldError):
    """Say that a lake has what this version does not know, since a newer one made it; exit code 1."""


@dataclass(frozen=True, slots=True)
class Step:
    """Make the rows of a table anew in a lake that an older version made: see `storyfold.lake.migration`.

    `work` is given a connection inside the migration's transaction, with all columns of this version there, and what
    it calls to show how far it is. `replaces` names what it makes needless and is dropped after it: tables, views, or
    columns as `table.column`, of older versions.
    """

    table: str
    makes: str
    work: Callable[[duckdb.DuckDBPyConnection, ShowSteps], None]
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LakeForm:
    """Say what a lake of this version has, and the steps, in their order, that make an older one's rows anew."""

    views: Mapping[str, str]  # the SELECT of each, by name, each after those it reads
    steps: tuple[Step, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=lambda: TABLES)


@dataclass(frozen=True, slots=True)
class Differences:
    """Hold how a lake differs from the form of this version; all empty where it does not."""

    is_new: bool = False  # it has none of our tables: no night, of no version, has been there
    tables: tuple[str, ...] = ()  # that it lacks
    columns: tuple[tuple[str, Column], ...] = ()  # that it lacks, each with its table
    retyped: tuple[str, ...] = ()  # columns of another type
    views: tuple[str, ...] = ()  # that it lacks
    older_views: tuple[str, ...] = ()  # with another SELECT
    older_methods: tuple[str, ...] = ()  # tables whose rows an older method made
    replaced: tuple[str, ...] = ()  # what older versions had, and a step replaces
    unknown: tuple[str, ...] = ()  # what only a newer version can have made

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a reader of this version may ask for in vain."""
        return (*self.tables, *(f"{table}.{column.name}" for table, column in self.columns), *self.views)

    @property
    def is_older(self) -> bool:
        """Whether there is something that a migration brings."""
        return bool(self.lacks or self.retyped or self.older_views or self.older_methods or self.replaced)

    def describe(self, folder: Path) -> str | None:
        """Describe in one line of which version a lake is, and what to do about it; None where it is of this one."""
        if self.unknown:
            return (
                f"{folder}: a newer version of storyfold made this lake: this one does not know "
                f"{_enumerate(self.unknown)}; update storyfold to write it"
            )
        if self.is_new:
            return f"{folder}: no night has landed in this lake, it has no tables yet; `storyfold nightly` makes them"
        if not self.is_older:
            return None
        if self.retyped:
            return f"{folder}: {self.describe_retyped()}"
        return (
            f"{folder}: an older version of storyfold made this lake: {'; '.join(self._list_older())}; "
            f"`storyfold migrate --lake {shlex.quote(str(folder))}` brings it up to date, as the next night does"
        )

    def describe_retyped(self) -> str:
        """Describe why a lake with columns of another type cannot be brought to this version."""
        return (
            f"the lake's {_enumerate(self.retyped)} have other types than this version's, which has no step for that; "
            "start a new lake with --lake DIR"
        )

    def _list_older(self) -> Iterator[str]:
        if self.lacks:
            yield f"it lacks {_enumerate(self.lacks)}"
        if self.older_views:
            yield f"older views: {_enumerate(self.older_views)}"
        if self.older_methods:
            yield f"made by an older method: {_enumerate(self.older_methods)}"
        if self.replaced:
            yield f"no longer used: {_enumerate(self.replaced)}"


def _enumerate(names: Collection[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more"


def find_differences(connection: duckdb.DuckDBPyConnection, form: LakeForm) -> Differences:
    """Find how the lake in use differs from a form; reads the catalog alone."""
    types: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(_COLUMNS).fetchall():
        types.setdefault(table, {})[column] = kind
    comments = read_comments(connection)
    tables = {name: comment for (kind, name), comment in comments.items() if kind == "table"}
    views = {name: comment for (kind, name), comment in comments.items() if kind == "view"}
    there = {name: table for name, table in form.tables.items() if name in tables}
    replaced = _find_replaced(form, {*tables, *views}, types)
    return Differences(
        is_new=not there and not replaced,
        tables=tuple(name for name in form.tables if name not in tables),
        columns=tuple((n, c) for n, table in there.items() for c in table.columns if c.name not in types[n]),
        retyped=tuple(f"{n}.{c}" for n, table in there.items() for c in _find_retyped(table, types[n])),
        views=tuple(name for name in form.views if name not in views),
        older_views=tuple(n for n, sql in form.views.items() if n in views and views[n] != make_view_comment(sql)),
        older_methods=tuple(n for n, table in there.items() if read_method(tables[n]) < (table.method or 0)),
        replaced=replaced,
        unknown=tuple(name for name in _find_unknown(there, tables, types) if name not in replaced),
    )


def _find_replaced(form: LakeForm, names: Collection[str], types: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Find what a step replaces and is still there."""
    there = {*names, *(f"{table}.{column}" for table, columns in types.items() for column in columns)}
    return tuple(name for step in form.steps for name in step.replaces if name in there)


def _find_retyped(table: Table, types: Mapping[str, str]) -> Iterator[str]:
    """Find the columns that have another type than the declared one, as DuckDB writes it."""
    for column in table.columns:
        if types.get(column.name, "") not in ("", str(duckdb.sqltype(get_sql_type(column.type)))):
            yield column.name


def _find_unknown(
    there: Mapping[str, Table], tables: Mapping[str, str | None], types: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """Find the tables of ours, columns and methods that no table of this version has.

    A table that does not call itself one of ours is somebody's own, and no sign of a newer version.
    """
    for name, comment in tables.items():
        if name not in there:
            if (comment or "").startswith(TABLE_MEANING):
                yield name
            continue
        declared = {column.name for column in there[name].columns}
        yield from (f"{name}.{column}" for column in types[name] if column not in declared)
        if (method := read_method(comment)) > (there[name].method or 0):
            yield f"method {method} of {name}"
