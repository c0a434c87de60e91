"""Read the one signature of a kernel from its annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np
from numba import types
from numba.np.numpy_support import from_dtype

from storyfold.kernels.arrays import Record

# `Any` is `arrays.Number`: all whole numbers have 64 bits inside a kernel, whatever array they come from.
_tuple_of: Any = types.BaseTuple.from_types
_SCALARS: dict[Any, Any] = {
    Any: types.int64,
    int: types.int64,
    float: types.float64,
    bool: types.boolean,
    np.uint32: types.uint32,
    np.uint64: types.uint64,
}


def read_argument_types(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Return the numba types that a kernel's annotations declare, one an argument; TypeError where one says none."""
    hints = get_type_hints(function, include_extras=True)
    return tuple(_read_type(hints.get(name)) for name in inspect.signature(function).parameters)


def _read_type(hint: Any) -> Any:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if get_origin(hint) is Annotated:
        return _read_array_or_record(*get_args(hint))
    if get_origin(hint) is tuple:
        return _tuple_of([_read_type(part) for part in get_args(hint)])
    if isinstance(hint, type) and issubclass(hint, tuple):
        fields = get_type_hints(hint, include_extras=True)
        return _tuple_of([_read_type(field) for field in fields.values()], hint)
    raise TypeError(f"{hint!r} says no type that a kernel can be compiled for")


def _read_array_or_record(declared: Any, *details: Any) -> Any:
    if declared is Record:
        return from_dtype(details[0])
    layout, *records = details
    kind = get_args(get_args(declared)[1])[0]  # of NDArray[kind], which is ndarray[shape, dtype[kind]]
    item = from_dtype(records[0] if records else np.dtype(kind))
    return types.Array(item, layout.dimensions, "C", readonly=not layout.writable)
