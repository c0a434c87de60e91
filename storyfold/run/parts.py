"""Write and read parts, by which stages hand each other rows: folders of Parquet tables, there whole or not at all.

A part is written under another name, forced to disk, and renamed: the rename is the completion mark. A killed
run therefore leaves only complete parts and `*.writing` folders that the next start overwrites.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from storyfold.outcomes import StageCounts
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_rows

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part:
    """A complete part: its folder, and the counts of its items."""

    folder: Path
    counts: StageCounts


def write_part(
    folder: Path,
    rows: Mapping[type, Sequence[Any]],
    counts: StageCounts,
    slice_rows: int | None = None,
    *,
    to_disk: bool = True,
) -> Part:
    """Write the rows of each row class as `<folder>/<table>.parquet`, atomically; replaces an older part there.

    With `slice_rows`, each so many rows can be read without the others (`read_slice`). A part that nobody takes up
    after a crash need not be forced to disk.
    """
    tables = {cls: make_arrow_table(given, cls) for cls, given in rows.items()}
    return write_part_tables(folder, tables, counts, slice_rows, to_disk=to_disk)


def write_part_tables(
    folder: Path,
    tables: Mapping[type, pa.Table],
    counts: StageCounts,
    slice_rows: int | None = None,
    *,
    to_disk: bool = True,
) -> Part:
    """Write a part of rows that are Arrow tables already; as `write_part` does."""
    writing = folder.with_name(folder.name + ".writing")
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir(parents=True)
    for cls, arrow in tables.items():
        file = writing / f"{get_declared_table(cls).name}.parquet"
        pq.write_table(arrow, file, row_group_size=slice_rows, compression="zstd")
    summary = {
        "stage": counts.stage,
        "in": counts.items_in,
        "kept": counts.kept,
        "rejected": dict(sorted(counts.rejected.items())),
        "seconds": round(counts.seconds, 3),
    }
    (writing / "counts.json").write_text(json.dumps(summary), encoding="utf-8")
    for written in sorted(writing.iterdir()) if to_disk else ():
        _force_to_disk(written)
    shutil.rmtree(folder, ignore_errors=True)
    writing.rename(folder)
    return Part(folder, counts)


def read_part(folder: Path) -> Part | None:
    """Read the part in a folder; None where none was completed."""
    try:
        summary = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    counts = StageCounts(
        summary["stage"], summary["in"], summary["kept"], Counter(summary["rejected"]), summary["seconds"]
    )
    return Part(folder, counts)


def read_arrow_table(parts: Sequence[Part], cls: type) -> pa.Table:
    """Read all rows of one row class in these parts, in their order, as an Arrow table."""
    declared = get_declared_table(cls)
    files = [part.folder / f"{declared.name}.parquet" for part in parts]
    tables = [pq.ParquetFile(file).read().cast(declared.schema) for file in files if file.exists()]
    return pa.concat_tables(tables) if tables else declared.schema.empty_table()


def read_slice(folder: Path, cls: type[Row], start: int, stop: int) -> list[Row]:
    """Read the rows `start` to `stop` of one row class in a part's folder; only the row groups that hold them."""
    file, schema = _find_file(folder, cls)
    with pq.ParquetFile(file) as opened:
        sizes = [opened.metadata.row_group(number).num_rows for number in range(opened.num_row_groups)]
        ends = list(accumulate(sizes))
        wanted = [number for number, end in enumerate(ends) if end > start and end - sizes[number] < stop]
        if not wanted:
            return []
        first = ends[wanted[0]] - sizes[wanted[0]]
        read = opened.read_row_groups(wanted).slice(start - first, stop - start)
        return make_rows(read.cast(schema), cls)


def _find_file(folder: Path, cls: type) -> tuple[Path, pa.Schema]:
    declared = get_declared_table(cls)
    return folder / f"{declared.name}.parquet", declared.schema


def read_rows(parts: Sequence[Part], cls: type[Row]) -> list[Row]:
    """Read all rows of one row class in these parts, in their order, as row objects."""
    return make_rows(read_arrow_table(parts, cls), cls)


def sum_counts(stage: str, parts: Sequence[Part]) -> StageCounts:
    """Add up the counts of a stage's parts."""
    return sum((part.counts for part in parts), StageCounts(stage))


def list_slices(parts: Sequence[Part], size: int) -> list[tuple[Path, int, int]]:
    """Cut the kept rows of these parts into batches: folder, first row, row after the last."""
    return [
        (part.folder, start, min(start + size, part.counts.kept))
        for part in parts
        for start in range(0, part.counts.kept, size)
    ]


def _force_to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
