"""Name the arrays and records that kernels take: what numba must know of one, said once, in its annotation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ArrayLayout:
    """The layout of an array in memory, next to its type: rows one after another, in one dimension or two."""

    dimensions: int
    writable: bool = True  # an array that may not be written fits only where this is False


ROW, TABLE, READ_ONLY = ArrayLayout(1), ArrayLayout(2), ArrayLayout(1, writable=False)


Number = Any  # a whole number: Python's outside a kernel, one of 64 bits inside
Record = Any  # one record of the type that its annotation adds, its fields by name


def declare_record(**fields: Any) -> np.dtype[Any]:
    """Return the type of a record with these fields, in this order, each of a numpy type or of (type, shape).

    Fields go by name, in Python and in kernels: `blocks[3].chars`. `Annotated[Record, TYPE]` is one such record,
    `Annotated[NDArray[np.record], ROW, TYPE]` an array of them. A kernel may change the record that it is given, but
    a record does not keep the array alive that it lies in: whoever calls the kernel does.
    """
    listed = [(name, *(kind if isinstance(kind, tuple) else (kind,))) for name, kind in fields.items()]
    return np.dtype((np.record, np.dtype(listed, align=True)))


Bytes = Annotated[NDArray[np.uint8], ROW]
ReadOnlyBytes = Annotated[NDArray[np.uint8], READ_ONLY]  # of a Python `bytes`, which nobody may write
Tiny = Annotated[NDArray[np.int8], ROW]
Shorts = Annotated[NDArray[np.int16], ROW]
ShortTable = Annotated[NDArray[np.int16], TABLE]
UnsignedShorts = Annotated[NDArray[np.uint16], ROW]
UnsignedShortTable = Annotated[NDArray[np.uint16], TABLE]
Integers = Annotated[NDArray[np.int32], ROW]
Longs = Annotated[NDArray[np.int64], ROW]
LongTable = Annotated[NDArray[np.int64], TABLE]
UnsignedIntegers = Annotated[NDArray[np.uint32], ROW]
Hashes = UnsignedIntegers  # of words, 32 bits
LongHashes = Annotated[NDArray[np.uint64], ROW]
ReadOnlyLongHashes = Annotated[NDArray[np.uint64], READ_ONLY]
ReadOnlyCodes = Annotated[NDArray[np.uint32], READ_ONLY]  # code points of a text
Flags = Annotated[NDArray[np.bool_], ROW]
Floats = Annotated[NDArray[np.float32], ROW]
FloatTable = Annotated[NDArray[np.float32], TABLE]
Doubles = Annotated[NDArray[np.float64], ROW]
DoubleTable = Annotated[NDArray[np.float64], TABLE]
