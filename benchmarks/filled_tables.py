"""Make Arrow tables of many rows column by column, without a Python object for each row."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from storyfold.schemas.columns import Column, get_declared_table


def fill_table(cls: type, count: int, /, **given: Any) -> pa.Table:
    """Make `count` rows of a row class. A column is given as an array or a list of so many values, or one for all rows.

    What is not given has the row class's default. Tuples are single values, as a row has them; TypeError where a column
    is unknown, or has neither value nor default; ValueError where a null stands that may not.
    """
    declared = get_declared_table(cls)
    defaults = {field.name: field.default for field in dataclasses.fields(cls)}
    if unknown := given.keys() - defaults.keys():
        raise TypeError(f"{declared.name} has no column {', '.join(sorted(unknown))}")
    arrays = [_make_array(column, count, given, defaults) for column in declared.columns]
    return pa.table(arrays, schema=declared.schema)


def _make_array(column: Column, count: int, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> pa.Array:
    value = given.get(column.name, defaults[column.name])
    if value is dataclasses.MISSING:
        raise TypeError(f"column {column.name} has neither value nor default")
    if isinstance(value, pa.Array):
        array = value.cast(column.type)
    elif isinstance(value, list | np.ndarray):
        array = pa.array(value, column.type)
    else:
        plain = list(value) if isinstance(value, tuple) else value
        array = pa.array([plain], column.type).take(pa.array(np.zeros(count, np.int64)))
    if len(array) != count:
        raise ValueError(f"column {column.name} has {len(array)} values, not {count}")
    if array.null_count and not column.nullable:
        raise ValueError(f"column {column.name} is null in {array.null_count} rows")
    return array


def make_lists(values: pa.Array, lengths: Sequence[int] | np.ndarray[Any, Any]) -> pa.Array:
    """Make lists of values that lie one after the other, each so long."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def make_structs(cls: type, count: int, /, **given: Any) -> pa.Array:
    """Make `count` structs of a class that is no table; columns are given as to `fill_table`."""
    fields = [field.name for field in dataclasses.fields(cls)]
    arrays = [value if isinstance(value := given[name], pa.Array) else _repeat(value, count) for name in fields]
    return pa.StructArray.from_arrays(arrays, names=fields)


def _repeat(value: Any, count: int) -> pa.Array:
    return pa.array(value) if isinstance(value, list | np.ndarray) else pa.repeat(pa.scalar(value), count)
