"""Names for the arrays that the kernels of the body model share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Tiny = NDArray[np.int8]
Shorts = NDArray[np.int16]
Integers = NDArray[np.int32]
Longs = NDArray[np.int64]
Hashes = NDArray[np.uint32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Number = Any  # a whole number: Python's outside a kernel, one of 64 bits inside
