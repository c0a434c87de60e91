"""Rows of chosen files are those that SQL reads; a file is passed over only where it has none of what is wanted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pytest

from storyfold.lake.duckdb_instance import load_extensions
from storyfold.lake.faults import LakeFault
from storyfold.lake.key_store import FILE
from storyfold.lake.lake import Lake, Replacement
from storyfold.lake.stored_files import StoredFiles
from storyfold.schemas import Run, Sketch
from storyfold.schemas.columns import make_arrow_table

NOW = datetime(2026, 3, 4, tzinfo=UTC)
RUN = Run(
    run_id="r", attempt=1, run_date=NOW.date(), night=NOW.date(), status="failed", started_at=NOW, finished_at=NOW,
    settings_fingerprint="", sources_fingerprint="", code_version="", engine="",
)  # fmt: skip
COLUMNS = ("article_id", "seen_date", "outlet", "hashes")


def land(lake: Lake, names: str, day: int, *replacing: Replacement) -> None:
    rows = [
        Sketch(article_id=name, version=1, seen_date=date(2026, 3, day), text_hash=ord(name), hashes=(day, ord(name)))
        for name in names
    ]
    lake.land({Sketch: make_arrow_table(rows, Sketch)}, lambda _: [], RUN, replacing)


def gone(names: str) -> Replacement:
    return Replacement(Sketch, pa.table({"article_id": list(names)}))


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "a lake's folder")
    lake.create({})
    land(lake, "abcd", 2)
    land(lake, "efg", 3, gone("bd"))
    land(lake, "b", 4)
    return lake


def read(lake: Lake, **chosen: object) -> str:
    """Read which articles stand in the chosen files."""
    with lake.connect() as connection:
        files = StoredFiles(connection)
        rows = files.select("sketches", COLUMNS, files.choose("sketches", **chosen))
        return "".join(name for (name,) in connection.execute(f"SELECT article_id FROM {rows} ORDER BY ALL").fetchall())


def test_all_files_give_the_rows_of_the_table(lake):
    with lake.connect() as connection:
        files = StoredFiles(connection)
        rows = files.select("sketches", COLUMNS, files.list_files("sketches"))
        stored = connection.execute(f"FROM {rows} ORDER BY article_id").to_arrow_table()
        asked = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM sketches ORDER BY article_id").to_arrow_table()
    assert stored.equals(asked)
    assert read(lake) == "abcefg"


def test_files_are_chosen_by_their_days(lake):
    assert read(lake, span=(date(2026, 3, 3), date(2026, 3, 9))) == "befg"
    assert read(lake, days={date(2026, 3, 2), date(2026, 3, 4)}) == "abc"
    assert read(lake, days=()) == ""


def test_files_are_chosen_by_their_keys(lake):
    assert read(lake, keys={"article_id": ["f", "no such"]}) == "efg"
    assert read(lake, keys={"article_id": ["f"], "text_hash": pa.array([ord("a")], pa.uint64())}) == "acefg"
    assert read(lake, keys={"article_id": []}) == ""
    assert read(lake, keys={"outlet": ["of this column no keys are kept"]}) == "abcefg"


def test_rows_that_have_gone_stay_gone_where_their_key_is_wanted(lake):
    assert read(lake, keys={"article_id": ["d"]}) == "ac"


@pytest.mark.parametrize("harm", ["removed", "no database", "of another method", "without its table"])
def test_without_kept_keys_all_files_are_read_and_the_next_night_keeps_them_anew(lake, harm, caplog):
    store = lake.folder / FILE
    if harm == "removed":
        store.unlink()
    elif harm == "no database":
        store.write_bytes(b"no database " * 1_000)
    else:
        with closing(sqlite3.connect(store, isolation_level=None)) as opened:
            opened.execute("PRAGMA user_version = 0" if harm == "of another method" else "DROP TABLE kept")
    assert read(lake, keys={"article_id": ["f"]}) == "abcefg"
    if harm == "without its table":  # nobody but a program can do that: told at each night, which goes on without
        land(lake, "h", 5)
        assert "no such table" in caplog.text
        return
    land(lake, "h", 5)
    assert read(lake, keys={"article_id": ["f"]}) == "efg"


def test_a_file_that_is_not_known_yet_is_read_and_one_that_has_gone_is_forgotten(lake):
    kept = (lake.folder / FILE).read_bytes()
    land(lake, "h", 5, gone("b"))
    (lake.folder / FILE).write_bytes(kept)
    assert read(lake, keys={"article_id": ["f"]}) == "efgh"
    lake.create({})  # as each night begins
    assert read(lake, keys={"article_id": ["f"]}) == "efg"
    with closing(sqlite3.connect(lake.folder / FILE)) as opened:
        days = [file.split("/")[2] for (file,) in opened.execute("SELECT DISTINCT data_file FROM kept ORDER BY 1")]
    assert days == ["seen_date=2026-03-02", "seen_date=2026-03-03", "seen_date=2026-03-05"]


def test_columns_that_came_later_are_read_of_older_files_as_the_table_has_them(lake, monkeypatch):
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE sketches DROP COLUMN outlet")
        connection.execute("ALTER TABLE sketches ADD COLUMN language VARCHAR")
    land_new = "INSERT INTO sketches BY NAME SELECT 'z' AS article_id, 1 AS version, DATE '2026-03-06' AS seen_date, "
    with lake.connect(read_only=False) as connection:
        connection.execute(land_new + "'fr' AS language, 1 AS method, 0 AS words, 0 AS text_hash, [] AS hashes")
        files = StoredFiles(connection)
        assert {file.lacks for file in files.list_files("sketches")} == {frozenset({"language"}), frozenset()}
        monkeypatch.setattr("storyfold.lake.stored_files.TABLES", {"sketches": _Declared()})
        rows = files.select("sketches", ("article_id", "language"), files.list_files("sketches"))
        assert dict(connection.execute(f"FROM {rows}").fetchall()) == dict.fromkeys("abcefg") | {"z": "fr"}
        connection.execute("ALTER TABLE sketches ADD COLUMN tone VARCHAR DEFAULT 'older'")
        connection.execute("ALTER TABLE sketches DROP COLUMN language")
        connection.execute("ALTER TABLE sketches ADD COLUMN language VARCHAR")  # another one of the same name
        files = StoredFiles(connection)
        assert not any(file.is_plain for file in files.list_files("sketches"))
        rows = files.select("sketches", ("article_id", "language", "tone"), files.list_files("sketches"))
        assert set(connection.execute(f"FROM {rows}").fetchall()) == {(name, None, "older") for name in "abcefgz"}


class _Declared:
    """The declaration of the table as it is here."""

    columns = tuple(
        type("Column", (), {"name": name, "type": pa.string()}) for name in ("article_id", "language", "tone")
    )


def test_what_a_transaction_has_not_committed_is_not_seen(lake):
    with lake.connect(read_only=False) as connection:
        connection.execute("BEGIN")
        connection.execute("DELETE FROM sketches WHERE article_id = 'e'")
        connection.execute("INSERT INTO sketches SELECT * REPLACE ('y' AS article_id) FROM sketches LIMIT 1")
        files = StoredFiles(connection)
        assert len(files.list_files("sketches")) == 3
        connection.execute("ROLLBACK")


def test_a_table_of_which_another_program_keeps_rows_in_the_catalog_is_read_itself(lake):
    with duckdb.connect(config={"allow_unsigned_extensions": "true"}) as connection:
        load_extensions(connection)
        folder = str(lake.folder).replace("'", "''")
        options = f"(DATA_PATH '{folder}/', OVERRIDE_DATA_PATH true)"
        connection.execute(f"ATTACH 'ducklake:sqlite:{folder}/catalog.sqlite' AS theirs {options}")
        connection.execute("DELETE FROM theirs.sketches WHERE article_id = 'f'")
        connection.execute(
            "INSERT INTO theirs.sketches SELECT * REPLACE ('y' AS article_id) FROM theirs.sketches LIMIT 1"
        )
        connection.execute("DETACH theirs")
    assert read(lake) == read(lake, keys={"article_id": []}) == "abcegy"


def test_a_damaged_file_is_told_in_one_line_without_the_query(lake, tmp_path):
    lake = Lake(lake.folder.rename(tmp_path / "lake"))
    file = next((lake.folder / "main" / "sketches").rglob("seen_date=2026-03-04/*.parquet"))
    file.write_bytes(b"x" * 300)
    with pytest.raises(LakeFault) as told:
        read(lake, days={date(2026, 3, 4)})
    assert str(told.value).startswith(f"{file}: damaged (No magic bytes found at end of")
    assert "read_parquet" not in str(told.value)


def test_a_database_in_memory_is_read_itself():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE sketches AS SELECT 'a' AS article_id")
    files = StoredFiles(connection)
    rows = files.select("sketches", ("article_id",), files.choose("sketches", keys={"article_id": ["b"]}))
    assert connection.execute(f"FROM {rows}").fetchall() == [("a",)]
