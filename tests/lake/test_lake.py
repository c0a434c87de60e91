"""The lake: whole nights or nothing, movable, readable by others, and repeatable set-up."""

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storyfold.lake.catalog_comments import make_column_comment, make_table_comment, read_comments, read_meaning
from storyfold.lake.duckdb_instance import _find_installed, load_extensions, quote_sql
from storyfold.lake.faults import LakeFault
from storyfold.lake.lake import Lake, Replacement
from storyfold.outcomes import RunFailed, StoryfoldError, Transient, WrongUse
from storyfold.schemas import TABLES, Check, Run, Sketch
from storyfold.schemas.columns import make_arrow_table

NOW = datetime(2026, 3, 4, tzinfo=UTC)
VIEWS = {"wide_sketches": "SELECT article_id, 'it''s' AS word FROM sketches WHERE words > 3"}


def run(number=1, status="landed"):
    return Run(
        run_id="r",
        attempt=number,
        run_date=NOW.date(),
        night=NOW.date(),
        status=status,
        started_at=NOW,
        finished_at=NOW,
        settings_fingerprint="",
        sources_fingerprint="",
        code_version="",
        engine="",
    )


def check(passed, number=1):
    return Check(
        run_id="r",
        attempt=number,
        run_date=NOW.date(),
        name="c",
        required=True,
        passed=passed,
        value=0.0,
        expected="0",
    )


def sketches(*names, day=4):
    return [Sketch(article_id=n, version=1, seen_date=date(2026, 3, day), hashes=(1, 2), words=4) for n in names]


def night(*names, number=1, day=4):
    return {Run: make_arrow_table([run(number)], Run), Sketch: make_arrow_table(sketches(*names, day=day), Sketch)}


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "it's a lake")
    lake.create(VIEWS)
    return lake


def count(lake, table):
    return lake.read(f"SELECT count(*) FROM {table}").column(0)[0].as_py()


def test_a_night_lands_in_all_tables_at_once_and_in_hive_folders(lake):
    checks = lake.land(night("a", "b"), lambda _: [check(passed=True)], run(status="failed"))
    assert [c.passed for c in checks] == [True]
    assert [count(lake, t) for t in ("runs", "sketches", "checks", "wide_sketches")] == [1, 2, 1, 2]
    (file,) = (lake.folder / "main" / "sketches").rglob("*.parquet")
    assert file.parent.name == "seen_date=2026-03-04"
    assert pq.ParquetFile(file).read().num_rows == 2


def test_a_failed_check_commits_only_the_record_of_it(lake):
    seen = []

    def checks(connection):
        seen.append(connection.execute("SELECT count(*) FROM sketches").fetchone())
        return [check(passed=False)]

    lake.land(night("a"), checks, run(status="failed"))
    assert seen == [(1,)]  # the check saw the night in its place
    assert [count(lake, t) for t in ("sketches", "runs", "checks")] == [0, 1, 1]
    assert lake.read("SELECT status FROM runs").column(0).to_pylist() == ["failed"]


def replace_sketches(names, rows):
    keys = pa.table({"article_id": pa.array(names, pa.string()), "version": pa.array([1] * len(names), pa.int64())})
    return Replacement(Sketch, keys, rows and make_arrow_table(rows, Sketch))


def test_rows_take_the_place_of_others_of_their_key_or_go_in_the_transaction_of_the_night(lake):
    lake.land(night("a", "b", "c"), lambda _: [check(passed=True)], run(status="failed"))
    replacing = [replace_sketches(["a"], sketches("a", day=2)), replace_sketches(["c", "unknown"], None)]
    lake.land(night("d", number=2), lambda _: [check(passed=False)], run(2, status="failed"), replacing)
    assert count(lake, "sketches") == 3
    lake.land(night("d", number=3), lambda _: [check(passed=True)], run(3, status="failed"), replacing)
    found = lake.read("SELECT article_id, day(seen_date) AS day FROM sketches ORDER BY ALL").to_pylist()
    assert [(row["article_id"], row["day"]) for row in found] == [("a", 2), ("b", 4), ("d", 4)]


def test_an_error_on_the_way_leaves_the_lake_as_it_was(lake):
    def broken(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        lake.land(night("a"), broken, run(status="failed"))
    assert [count(lake, t) for t in ("sketches", "runs", "checks")] == [0, 0, 0]


def test_set_up_twice_is_no_new_snapshot_and_a_changed_view_is_replaced(lake):
    snapshots = count(lake, "ducklake_snapshots('lake')")
    lake.create(VIEWS)
    assert count(lake, "ducklake_snapshots('lake')") == snapshots
    lake.create({"wide_sketches": "SELECT 7 AS seven"})
    assert lake.read("FROM wide_sketches").to_pylist() == [{"seven": 7}]


def test_any_client_finds_the_meanings_in_the_catalog(lake):
    with lake.connect(read_only=False) as connection:  # as an earlier release left it
        connection.execute("COMMENT ON TABLE runs IS NULL")
        connection.execute("COMMENT ON COLUMN runs.night IS 'something else'")
    assert snapshots_added(lake, VIEWS) == 1
    assert snapshots_added(lake, VIEWS) == 0
    other = duckdb.connect()
    load_extensions(other)
    other.execute(f"ATTACH 'ducklake:sqlite:{quote_sql(lake.catalog)}' AS news (READ_ONLY, OVERRIDE_DATA_PATH true)")
    told = dict(other.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall())
    assert {name: make_table_comment(table) for name, table in TABLES.items()} == {name: told[name] for name in TABLES}
    query = "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE database_name = 'news'"
    columns = {(table, column): comment for table, column, comment in other.execute(query).fetchall()}
    declared = {(name, c.name): make_column_comment(c) for name, table in TABLES.items() for c in table.columns}
    assert declared == {place: columns[place] for place in declared}
    assert columns["runs", "night"] == "The night it was started for; a label."


def test_a_view_tells_its_meaning_and_is_replaced_where_its_query_changed(lake):
    lake.create({"one": "-- a number that isn't zero\nSELECT 1 AS n"})
    with lake.connect() as connection:
        assert read_meaning(read_comments(connection)["view", "one"]) == "One row is a number that isn't zero."
        earlier = "-- a number that isn't zero\nSELECT 1 AS number"  # as the release before kept it
        assert read_meaning(earlier) == "One row is a number that isn't zero."
    assert snapshots_added(lake, {"one": "-- a number that isn't zero\nSELECT 2 AS n"}) == 1
    assert lake.read("FROM one").to_pylist() == [{"n": 2}]


def snapshots_added(lake, views):
    before = count(lake, "ducklake_snapshots('lake')")
    lake.create(views)
    return count(lake, "ducklake_snapshots('lake')") - before


def test_a_lake_can_be_moved_and_attached_under_another_name(lake, tmp_path):
    lake.land(night("a"), lambda _: [check(passed=True)], run(status="failed"))
    shutil.move(lake.folder, tmp_path / "moved")
    assert count(Lake(tmp_path / "moved"), "wide_sketches") == 1
    connection = duckdb.connect()
    load_extensions(connection)
    folder = quote_sql(tmp_path / "moved")
    connection.execute(
        f"ATTACH 'ducklake:sqlite:{folder}/catalog.sqlite' AS news (DATA_PATH '{folder}/', OVERRIDE_DATA_PATH true)"
    )
    assert connection.execute("SELECT word FROM news.wide_sketches").fetchall() == [("it's",)]


def test_an_older_lake_gets_a_new_nullable_column_and_refuses_a_needed_one(lake):
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE sketches DROP COLUMN outlet")
    lake.create(VIEWS)
    lake.land(night("a"), lambda _: [check(passed=True)], run(status="failed"))
    assert lake.read("SELECT outlet FROM sketches").to_pylist() == [{"outlet": None}]
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE runs DROP COLUMN engine")
    with pytest.raises(StoryfoldError, match="runs has no column engine"):
        lake.create(VIEWS)


def test_readers_cannot_write_and_a_missing_lake_is_told(lake, tmp_path):
    with lake.connect() as connection, pytest.raises(duckdb.InvalidInputException):
        connection.execute("DELETE FROM sketches")
    with pytest.raises(WrongUse, match="no lake there"):
        Lake(tmp_path / "nowhere").read("SELECT 1")
    assert not (tmp_path / "nowhere").exists()


def test_two_writers_are_told_apart(lake):
    with (
        lake.lock_for_writing(),
        pytest.raises(RunFailed, match="another run is writing"),
        Lake(lake.folder).lock_for_writing(),
    ):
        pass
    with lake.lock_for_writing():
        pass


LANDING = """
    import sys
    sys.path.insert(0, {tests!r})
    from test_lake import check, night, run
    from storyfold.lake.lake import Lake
    lake = Lake({folder!r})
    for number in range(1, 400):
        lake.land(night(*(f"{{number}}-{{n}}" for n in range(50)), number=number, day=1 + number % 28),
                  lambda _: [check(True, number)], run(number, "failed"))
        print(number, flush=True)
"""


def test_kill_9_at_any_moment_tears_no_night(lake):
    code = textwrap.dedent(LANDING).format(tests=str(Path(__file__).parent), folder=str(lake.folder))
    nights = 0
    for pause in (0.05, 0.11, 0.02, 0.17):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as landing:
            landing.stdout.readline()
            time.sleep(pause)
            landing.send_signal(signal.SIGKILL)
        landed = count(lake, "runs")
        assert landed > nights
        assert [count(lake, t) for t in ("sketches", "checks")] == [50 * landed, landed]
        nights = landed


def cut_off_a_commit(lake):
    """Leave the catalog and its journal as a process leaves them that is killed while SQLite writes a commit."""
    left = {}
    with contextlib.closing(sqlite3.connect(lake.catalog, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")  # pages: what is changed goes to the file before the commit
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE torn AS SELECT * FROM ducklake_column, ducklake_table")
        writer.execute("UPDATE ducklake_snapshot SET next_file_id = 999")
        for path in (lake.catalog, Path(f"{lake.catalog}-journal")):
            left[path] = path.read_bytes()
        writer.execute("ROLLBACK")
    for path, content in left.items():
        path.write_bytes(content)


@pytest.mark.parametrize("first", ["read", "check", "land"])
def test_a_commit_cut_off_in_the_catalog_is_rolled_back_by_whoever_comes_first(lake, first):
    lake.land(night("a"), lambda _: [check(passed=True)], run(status="failed"))
    cut_off_a_commit(lake)
    if first == "read":
        assert count(lake, "runs") == 1
    elif first == "check":
        lake.check()
    else:
        lake.land(night("b", number=2), lambda _: [check(passed=True, number=2)], run(2, "failed"))
    assert not Path(f"{lake.catalog}-journal").exists()
    assert [count(lake, t) for t in ("runs", "sketches")] == ([2, 2] if first == "land" else [1, 1])


def test_a_journal_that_no_one_may_roll_back_is_named(lake, monkeypatch):
    cut_off_a_commit(lake)
    monkeypatch.setattr("storyfold.lake.lake.roll_back_cut_commit", lambda _: None)  # root may write everything
    with pytest.raises(LakeFault, match=r"a commit was cut off .* as a user who may write"):
        lake.check()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 8 MB of its own; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: needs root and tmpfs")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_the_lake_as_it_was_and_the_next_try_lands(small_disk):
    lake = Lake(small_disk / "lake")
    lake.create(VIEWS)
    lake.land(night("a"), lambda _: [check(passed=True)], run(status="failed"))
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as opened:
        for size in (65_536, 4_096, 512):
            with contextlib.suppress(OSError):
                while True:
                    opened.write(b"x" * size)
    with pytest.raises((Transient, OSError)):
        lake.land(night("b", number=2), lambda _: [check(passed=True, number=2)], run(2, "failed"))
    filler.unlink()
    assert [count(lake, t) for t in ("runs", "sketches", "checks")] == [1, 1, 1]
    lake.land(night("b", number=2), lambda _: [check(passed=True, number=2)], run(2, "failed"))
    assert [count(lake, t) for t in ("runs", "sketches", "checks")] == [2, 2, 2]


def test_what_duckdb_broke_under_is_asked_again_of_a_new_instance(lake, caplog):
    seen = []

    def question(connection):
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory'").fetchall()
        seen.append([name for (name,) in tables])
        if len(seen) == 1:
            connection.execute("CREATE TABLE memory.main.of_the_broken_instance (a INTEGER)")
            raise duckdb.InternalException("INTERNAL Error: Attempted to access index 0 within vector of size 0")
        return connection.execute("SELECT count(*) FROM runs").fetchone()

    assert lake.read_with(question) == (0,)
    assert seen == [[], []]
    assert "asked again" in caplog.text
    with pytest.raises(duckdb.InternalException), lake.connect():
        raise duckdb.InternalException
    assert lake.read("SELECT 1 AS one").to_pylist() == [{"one": 1}]

    def broken(_):
        seen.append([])
        raise duckdb.FatalException("the database has been invalidated")

    with pytest.raises(duckdb.FatalException):
        lake.read_with(broken)
    assert len(seen) == 4


ENDLESS = "SELECT count(*) FROM (SELECT a.range, count(*) FROM range(100_000) AS a, range(100_000) AS b GROUP BY ALL)"
INTERRUPTED = """
    import sys
    from storyfold.lake.lake import Lake, _run_transaction
    lake = Lake({folder!r})
    print(lake.read("SELECT 1").num_rows, flush=True)
    try:
        with lake.connect(read_only=False) as connection, _run_transaction(connection):
            connection.execute("INSERT INTO sketches SELECT * REPLACE ('x' AS article_id) FROM sketches")
            connection.execute({query!r})
    except KeyboardInterrupt:
        print(lake.read("SELECT count(*) AS n FROM sketches").to_pylist(), flush=True)
"""


def test_an_interrupt_in_a_query_ends_it_and_rolls_back(lake):
    lake.land(night("a"), lambda _: [check(passed=True)], run(status="failed"))
    code = textwrap.dedent(INTERRUPTED).format(folder=str(lake.folder), query=ENDLESS)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as running:
        running.stdout.readline()
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=30)[0].strip() == "[{'n': 1}]"


def test_two_lakes_are_open_at_once_in_one_process(tmp_path):
    lakes = [Lake(tmp_path / name) for name in "ab"]
    for number, lake in enumerate(lakes):
        lake.create({"numbers": f"SELECT {number} AS n"})
    with lakes[0].connect() as first, lakes[1].connect() as second, lakes[0].connect() as third:
        assert [c.execute("FROM numbers").fetchall() for c in (first, second, third)] == [[(0,)], [(1,)], [(0,)]]
        lakes[1].create({"numbers": "SELECT 2 AS n"})
    assert lakes[1].read("FROM numbers").to_pylist() == [{"n": 2}]


def test_a_query_can_load_no_extension_that_is_not_signed(lake, tmp_path):
    signed = _find_installed("ducklake").read_bytes()
    (tmp_path / "other.duckdb_extension").write_bytes(signed[:-1] + bytes([signed[-1] ^ 1]))
    with lake.connect() as connection:
        with pytest.raises(duckdb.Error, match="Cannot change"):
            connection.execute("SET allow_unsigned_extensions = true")
        with pytest.raises(duckdb.Error, match="signature"):
            connection.execute(f"LOAD '{quote_sql(tmp_path / 'other.duckdb_extension')}'")
