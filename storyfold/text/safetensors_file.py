"""Map the matrices of a safetensors file into memory: eight bytes of length, a header in JSON, then the numbers.

Its own library copies each matrix into memory, half a gigabyte for each worker process.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from storyfold.outcomes import WrongUse

MOST_HEADER_BYTES = 1024 * 1024  # a static model's has some 300
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4"}


def map_tensors(file: Path, where: str) -> dict[str, npt.NDArray[Any]]:
    """Map the matrices of a file, by name; raises WrongUse, which begins with `where`, for one that is broken."""
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 2 <= length <= MOST_HEADER_BYTES:
                raise ValueError(f"a header of {length:,} bytes")
            header = json.loads(opened.read(length))
        given = {name: entry for name, entry in header.items() if name != "__metadata__"}
        return {name: _map_tensor(file, 8 + length, entry) for name, entry in given.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise WrongUse(f"{where}: {file.name} cannot be read as safetensors: {error}") from None


def _map_tensor(file: Path, start: int, entry: dict[str, Any]) -> npt.NDArray[Any]:
    """Map one matrix whose numbers stand within the file."""
    kind, shape = np.dtype(_TYPES[entry["dtype"]]), tuple(map(int, entry["shape"]))
    begin, end = map(int, entry["data_offsets"])
    size = math.prod(shape) * kind.itemsize
    if min(shape, default=0) < 1 or begin < 0 or end - begin != size or start + end > file.stat().st_size:
        raise ValueError(f"a matrix of shape {list(shape)} at bytes {begin:,} to {end:,}")
    return np.memmap(file, kind, "r", start + begin, shape)
