"""Read columns of one Parquet file of a lake."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from storyfold.lake.faults import RESTORE, LakeFault


def read_parquet_file(path: str, columns: Sequence[str]) -> pa.Table:
    """Read columns of a Parquet file, those that it has, on this thread alone; raises LakeFault where it is damaged."""
    try:
        with pq.ParquetFile(path, memory_map=True, pre_buffer=False) as file:
            return file.read(columns=list(columns), use_threads=False)
    except FileNotFoundError:
        raise LakeFault(f"{path}: gone, and the lake's catalog counts on it; {RESTORE}") from None
    except (OSError, pa.ArrowInvalid) as error:
        raise LakeFault(f"{path}: damaged ({error}); {RESTORE}") from error
