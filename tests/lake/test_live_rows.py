"""Rows read file by file are those that SQL reads: without deleted ones, and a file that is wrong is named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pytest

from storyfold.lake.faults import LakeFault
from storyfold.lake.lake import Lake, Replacement
from storyfold.lake.live_rows import read_live_rows
from storyfold.schemas import Run, Sketch
from storyfold.schemas.columns import make_arrow_table

NOW = datetime(2026, 3, 4, tzinfo=UTC)
RUN = Run(
    run_id="r", attempt=1, run_date=NOW.date(), night=NOW.date(), status="failed", started_at=NOW, finished_at=NOW,
    settings_fingerprint="", sources_fingerprint="", code_version="", engine="",
)  # fmt: skip


def land(lake: Lake, names: str, day: int, *replacing: Replacement) -> None:
    rows = [Sketch(article_id=name, version=1, seen_date=date(2026, 3, day), hashes=(day, ord(name))) for name in names]
    lake.land({Sketch: make_arrow_table(rows, Sketch)}, lambda _: [], RUN, replacing)


def gone(names: str) -> Replacement:
    return Replacement(Sketch, pa.table({"article_id": list(names)}))


def read_both(lake: Lake) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    columns = ["article_id", "seen_date", "hashes"]
    with lake.connect() as connection:
        tables = list(read_live_rows(connection, "sketches", columns))
        asked = connection.execute(f"SELECT {', '.join(columns)} FROM sketches ORDER BY article_id").to_arrow_table()
    return sorted(pa.concat_tables(tables).to_pylist(), key=lambda row: row["article_id"]), asked.to_pylist()


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "a lake's folder")
    lake.create({})
    land(lake, "abcd", 2)
    land(lake, "efg", 3, gone("bd"))
    land(lake, "b", 4, gone("ae"))
    return lake


def test_rows_are_those_of_sql_also_where_some_went_twice(lake):
    read, asked = read_both(lake)
    assert read == asked
    assert "".join(str(row["article_id"]) for row in read) == "bcfg"


def test_a_column_that_came_later_is_read_of_older_files_too(lake):
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE sketches ADD COLUMN note VARCHAR DEFAULT 'older'")
    with lake.connect() as connection:
        rows = pa.concat_tables(read_live_rows(connection, "sketches", ["article_id", "note"])).to_pylist()
    assert sorted(tuple(row.values()) for row in rows) == [(name, "older") for name in "bcfg"]


def test_a_database_in_memory_is_read_too():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t AS SELECT range AS a, range * 2 AS b FROM range(250000)")
    tables = list(read_live_rows(connection, "t", ["b"]))
    assert len(tables) > 1
    assert sum(pa.concat_tables(tables)["b"].to_pylist()) == 250_000 * 249_999


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_file_that_is_wrong_is_named(lake, harm):
    file = max((lake.folder / "main" / "sketches").rglob("seen_date=2026-03-03/*.parquet"))
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(LakeFault, match=f"{file.name}.*copy of the lake"):
        read_both(lake)
