"""Declare a table as a row class, whose annotated fields are its columns; derive schema and SQL from it.

A column is declared once, as a field of a frozen dataclass: its Python type gives the Arrow and SQL types and
whether it may be null, `Annotated[..., "text"]` gives its meaning, a `Literal` its allowed values. Arrow
schema, DDL, `docs/columns.md` and the checks on a run's rows all derive from here.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

Row = TypeVar("Row")

ARROW_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}

SQL_TYPES: dict[pa.DataType, str] = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.uint16(): "USMALLINT",
    pa.uint64(): "UBIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.binary(): "BLOB",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}


@dataclasses.dataclass(frozen=True, slots=True)
class OlderRows:
    """Declare what a column that may not be null holds in the rows of lakes that are older than the column."""

    value: str | int | float | bool


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column: `allowed` is empty where any value of the type may stand."""

    name: str
    type: pa.DataType
    nullable: bool
    meaning: str
    allowed: tuple[str, ...] = ()
    in_older_rows: OlderRows | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` is unique over all its rows; `partition` is None for work files outside the lake.

    `method` is the number of the method by which its rows are derived from others, where they can be made anew.
    """

    name: str
    about: str
    key: tuple[str, ...]
    partition: str | None
    sort: tuple[str, ...]
    row: type
    columns: tuple[Column, ...]
    method: int | None = None

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema every part of this table is written with."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])


def declare_table(
    name: str,
    about: str,
    *,
    key: Sequence[str],
    partition: str | None = None,
    sort: Sequence[str] = (),
    method: int | None = None,
) -> Callable[[type[Row]], type[Row]]:
    """Declare a dataclass, as its decorator, to be the row of a table; `get_declared_table(cls)` returns the table.

    A table whose rows are derived and can be made anew has a `method`, and a column of that name: the number of the
    method, one more whenever the same input gives other rows. A lake with rows of an older one is older than this
    version (`storyfold.lake.migration`).
    """

    def declare(cls: type[Row]) -> type[Row]:
        fields = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        unknown = {*key, *sort, *([partition] if partition else []), *(["method"] if method else [])} - fields
        if unknown:
            raise TypeError(f"table {name}: no such column: {', '.join(sorted(unknown))}")
        cls.__table__ = (name, about, tuple(key), partition, tuple(sort), method)  # type: ignore[attr-defined]
        return cls

    return declare


@cache
def get_declared_table(cls: type) -> Table:
    """Return the table that a row class declares."""
    name, about, key, partition, sort, method = cls.__table__  # type: ignore[attr-defined]
    return Table(name, about, key, partition, sort, cls, list_columns(cls), method)


@cache
def list_columns(cls: type) -> tuple[Column, ...]:
    """List the columns of a row class, or the fields of a struct, in the order of their declaration."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_read_column(f.name, hints[f.name]) for f in dataclasses.fields(cls))


def _read_column(name: str, hint: Any) -> Column:
    meaning, declared, nullable = "", None, False
    allowed: tuple[str, ...] = ()
    older: OlderRows | None = None
    while (origin := get_origin(hint)) in (Annotated, Union, types.UnionType):
        if origin is Annotated:
            hint, *extras = get_args(hint)
            meaning = meaning or next((e for e in reversed(extras) if isinstance(e, str)), "")
            declared = declared or next((e for e in extras if isinstance(e, pa.DataType)), None)
            older = older or next((e for e in extras if isinstance(e, OlderRows)), None)
        else:
            inner = [a for a in get_args(hint) if a is not type(None)]
            if len(inner) != 1:
                raise TypeError(f"column {name}: a column has one type, not {hint}")
            hint, nullable = inner[0], nullable or len(inner) < len(get_args(hint))
    if get_origin(hint) is Literal:
        allowed, hint = tuple(str(a) for a in get_args(hint)), str
    if not meaning:
        raise TypeError(f"column {name}: says nothing of its meaning; write Annotated[type, 'meaning']")
    return Column(name, declared or _find_arrow_type(hint), nullable, meaning, allowed, older)


def _find_arrow_type(hint: Any) -> pa.DataType:
    if get_origin(hint) is Annotated:
        hint, *extras = get_args(hint)
        declared = next((e for e in extras if isinstance(e, pa.DataType)), None)
        return declared or _find_arrow_type(hint)
    if get_origin(hint) is tuple:
        return pa.list_(pa.field("item", _find_arrow_type(get_args(hint)[0]), nullable=False))
    if dataclasses.is_dataclass(hint):
        return pa.struct([pa.field(c.name, c.type, c.nullable) for c in list_columns(hint)])  # type: ignore[arg-type]
    return ARROW_TYPES[hint]


def get_sql_type(arrow: pa.DataType) -> str:
    """Return the DuckDB type that an Arrow type is stored as."""
    if pa.types.is_list(arrow):
        return f"{get_sql_type(arrow.value_type)}[]"
    if pa.types.is_struct(arrow):
        return "STRUCT(" + ", ".join(f'"{f.name}" {get_sql_type(f.type)}' for f in arrow) + ")"
    return SQL_TYPES[arrow]


def make_create_statement(declared: Table) -> str:
    """Make the `CREATE TABLE IF NOT EXISTS` of a table in the lake; names come from code, never from input."""
    columns = ", ".join(
        f'"{c.name}" {get_sql_type(c.type)}{"" if c.nullable else " NOT NULL"}' for c in declared.columns
    )
    return f"CREATE TABLE IF NOT EXISTS {declared.name} ({columns})"


def make_arrow_table(rows: Iterable[Any], cls: type) -> pa.Table:
    """Make an Arrow table of row objects with exactly the declared schema; a null that may not be raises ValueError."""
    declared = get_declared_table(cls)
    result = pa.Table.from_pylist([_make_dict(row) for row in rows], schema=declared.schema)
    for column in declared.columns:
        if not column.nullable and result.column(column.name).null_count:
            raise ValueError(f"{declared.name}.{column.name} is null in {result.column(column.name).null_count} rows")
    return result


def _make_dict(row: Any) -> dict[str, Any]:
    return {f.name: _make_plain(getattr(row, f.name)) for f in dataclasses.fields(row)}


def _make_plain(value: Any) -> Any:
    if isinstance(value, tuple):  # of one type, as it is declared: numbers and strings are plain
        is_plain = not value or not (isinstance(value[0], tuple) or dataclasses.is_dataclass(value[0]))
        return list(value) if is_plain else [_make_plain(v) for v in value]
    return _make_dict(value) if dataclasses.is_dataclass(value) else value


def make_rows(arrow: pa.Table, cls: type[Row]) -> list[Row]:
    """Make row objects of an Arrow table; columns it lacks take the row class's defaults."""
    return [_make_row(cls, row) for row in arrow.to_pylist()]


def _make_row(cls: type[Row], values: dict[str, Any]) -> Row:
    structs = _find_list_columns(cls)  # type: ignore[arg-type]
    for name in structs.keys() & values.keys():
        item, default = structs[name]
        values[name] = tuple(_make_row(item, v) if item else v for v in values[name]) if values[name] else default
    return cls(**values)


@cache
def _find_list_columns(cls: Any) -> dict[str, Any]:
    """Find the list columns of a row class: the struct class of their items, or None; and what null is read as."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(cls).items():
        lists = [part for part in (hint, *get_args(hint)) if get_origin(part) is tuple]
        if lists:
            item = get_args(lists[0])[0]
            found[name] = (item if dataclasses.is_dataclass(item) else None, () if lists[0] is hint else None)
    return found
