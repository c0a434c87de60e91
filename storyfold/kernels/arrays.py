"""Names for the arrays that kernels take: what numba must know of an array, said once, in its annotation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ArrayLayout:
    """How an array lies in memory, beside its type: rows one after another, in one dimension or two."""

    dimensions: int
    writable: bool = True  # an array that may not be written fits only where this is False


ROW, TABLE, GIVEN = ArrayLayout(1), ArrayLayout(2), ArrayLayout(1, writable=False)

Bytes = Annotated[NDArray[np.uint8], ROW]
GivenBytes = Annotated[NDArray[np.uint8], GIVEN]  # of a Python `bytes`, which nobody may write
Tiny = Annotated[NDArray[np.int8], ROW]
Shorts = Annotated[NDArray[np.int16], ROW]
ShortTable = Annotated[NDArray[np.int16], TABLE]
Integers = Annotated[NDArray[np.int32], ROW]
IntegerTable = Annotated[NDArray[np.int32], TABLE]
Longs = Annotated[NDArray[np.int64], ROW]
LongTable = Annotated[NDArray[np.int64], TABLE]
UnsignedIntegers = Annotated[NDArray[np.uint32], ROW]
Hashes = UnsignedIntegers  # of words, 32 bits
LongHashes = Annotated[NDArray[np.uint64], ROW]
GivenLongHashes = Annotated[NDArray[np.uint64], GIVEN]
GivenCodes = Annotated[NDArray[np.uint32], GIVEN]  # code points of a text
Flags = Annotated[NDArray[np.bool_], ROW]
Floats = Annotated[NDArray[np.float32], ROW]
FloatTable = Annotated[NDArray[np.float32], TABLE]
Doubles = Annotated[NDArray[np.float64], ROW]
DoubleTable = Annotated[NDArray[np.float64], TABLE]
Number = Any  # a whole number: Python's outside a kernel, one of 64 bits inside
