"""`storyfold check`: a clear report of a whole lake, an exit code for scripts, JSON for machines."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests_support import landed_run

from flows.commands.check import NAME_WIDTH, check
from storyfold.fetch.archive import ArchiveWriter
from storyfold.lake.conditions import CONDITIONS
from storyfold.lake.lake import Lake
from storyfold.outcomes import WrongUse
from storyfold.report import list_view_statements
from storyfold.schemas import Fetch, Run, StageOutcome
from storyfold.schemas.columns import make_arrow_table

NOW = datetime(2026, 3, 4, tzinfo=UTC)
RUN = landed_run("r", NOW)
ARCHIVE = "2026-03-04/0.warc.gz"
FORMER = Path(__file__).parents[1] / "golden" / "former_lake" / "lake"
FORMER_ARCHIVE = Path("/srv/news/pages.warc")  # as that lake's rows name it; it lay there when they were made
PAGES = {name: f"<p>This is page {name}.</p>".encode() * 40 for name in "abc"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A lake of a night that fetched three pages."""
    lake = Lake(tmp_path_factory.mktemp("whole") / "lake")
    lake.create(list_view_statements())
    with ArchiveWriter(lake.archive, ARCHIVE) as writer:
        rows = [make_fetch(name, page, writer.add_file(name, "text/html", page, NOW)) for name, page in PAGES.items()]
    land(lake, {Run: [RUN], Fetch: rows})
    return lake.folder


@pytest.fixture
def lake(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "a lake")
    return Lake(tmp_path / "a lake")


def make_fetch(name, page, offset):
    place = {"warc_file": ARCHIVE, "warc_offset": offset, "content_sha256": hashlib.sha256(page).hexdigest()}
    run = {"run_id": "r", "attempt": 1, "run_date": NOW.date()}
    return Fetch(**run, fetch_id=name, source_id="s", method="file", url=name, seen_at=NOW, **place)


def land(lake, rows):
    lake.land({cls: make_arrow_table(rows, cls) for cls, rows in rows.items()}, lambda _: [], RUN)


def run(lake, *options):
    """The exit code, and the lines of the report, or its object."""
    done = CliRunner().invoke(check, ["--lake", str(lake.folder), *options], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.return_value, json.loads(done.stdout) if "json" in options else done.stdout.splitlines()


def list_wrong(lake, *options):
    code, lines = run(lake, *options)
    wrong = [line for line in lines if line.startswith("wrong")]
    assert code == bool(wrong)
    assert lines[-1].startswith("not whole: " if wrong else "whole: ")
    return wrong


def test_a_whole_lake_has_a_line_a_check_and_nothing_wrong(lake):
    before = {path: path.stat().st_mtime_ns for path in lake.folder.rglob("*")}
    code, lines = run(lake)
    assert code == 0
    *lines, last = lines
    assert last == f"whole: {len(lines)} checks, nothing wrong"
    assert {line.split()[0] for line in lines} == {"ok"}
    names = [line.split()[1] for line in lines]
    assert {condition.name for condition in CONDITIONS} | {"files", "tables", "archive-files"} < set(names)
    assert max(map(len, names)) == NAME_WIDTH
    assert {path: path.stat().st_mtime_ns for path in lake.folder.rglob("*")} == before


def test_rows_that_do_not_agree_are_told_with_their_keys(lake):
    odd = replace(make_fetch("a", b"", 0), method="pigeon", warc_file=None, content_sha256=None)
    unbalanced = replace(
        landed_run("x", NOW), stages=(StageOutcome(stage="fetch", items_in=3, kept=1, rejected=1, new=0, seconds=0),)
    )
    land(lake, {Fetch: [odd], Run: [unbalanced]})
    keys, values, balance = list_wrong(lake)
    assert keys.split()[1:3] == ["unique-fetches", "1"]
    assert keys.endswith("stand in more than one row; such as r 1 a")
    assert values.endswith("1 rows have a value that is not declared (method); such as r 1 a")
    assert balance.split()[1:3] == ["balance", "1"]
    assert balance.endswith("; such as x 1")


def test_at_most_three_keys_are_named(lake):
    land(lake, {Run: [landed_run(name, NOW) for name in "vwxyz" * 2]})
    (line,) = list_wrong(lake)
    assert line.split()[2] == "5"
    assert line.partition("such as ")[2].count(",") == 2


def test_a_lost_file_is_named_and_what_does_not_need_it_is_checked_all_the_same(lake):
    file = next((lake.folder / "main" / "fetches").rglob("*.parquet"))
    file.unlink()
    wrong = list_wrong(lake)
    assert [line.split()[1] for line in wrong] == [
        "files",
        "unique-fetches",
        "run-fetches",
        "values-fetches",
        "archive-files",
    ]
    assert all(str(file) in line for line in wrong)


def test_archives_that_are_gone_or_hold_other_bytes_are_told(lake):
    assert list_wrong(lake, "--bytes") == []
    archive = lake.archive / ARCHIVE
    data = bytearray(archive.read_bytes())
    data[-12] ^= 0xFF  # in the last record
    archive.write_bytes(data)
    assert list_wrong(lake) == []  # the file is there
    (line,) = list_wrong(lake, "--bytes")
    assert line.split()[1:5] == ["archive-bytes", "1", "of", "3"]
    assert f"such as {ARCHIVE} at byte " in line

    archive.unlink()
    (line,) = list_wrong(lake, "--bytes")
    assert line.split()[1:3] == ["archive-files", "1"]
    assert line.endswith(f"such as {ARCHIVE}")


def test_a_record_that_holds_another_page_is_told(lake):
    with ArchiveWriter(lake.archive, ARCHIVE) as writer:
        for name, page in PAGES.items():
            writer.add_file(name, "text/html", page if name != "c" else page.replace(b"c", b"d"), NOW)
    (line,) = list_wrong(lake, "--bytes")
    assert line.endswith("(other bytes than before)")


def test_machines_get_one_object(lake):
    code, report = run(lake, "--format", "json", "--bytes")
    assert (code, report["whole"], report["lake"]) == (0, True, str(lake.folder))
    assert {"name", "state", "count", "meaning", "examples"} == set(report["checks"][0])
    (lake.archive / ARCHIVE).unlink()
    code, report = run(lake, "--format", "json")
    assert (code, report["whole"]) == (1, False)
    (wrong,) = (found for found in report["checks"] if found["state"] == "wrong")
    assert (wrong["name"], wrong["count"], wrong["examples"]) == ("archive-files", 1, [ARCHIVE])


def test_what_an_older_lake_lacks_is_told_and_is_no_fault(tmp_path):
    shutil.copytree(FORMER, tmp_path / "former")
    code, lines = run(Lake(tmp_path / "former"))
    assert {line.split()[0] for line in lines[:-1]} >= {"ok", "missing"}
    gone = [] if FORMER_ARCHIVE.exists() else ["archive-files"]
    assert [line.split()[1] for line in lines if line.startswith("wrong")] == gone
    assert code == bool(gone)
    (shape,) = (line for line in lines if line.split()[1] == "tables")
    assert "article_aliases" in shape
    assert any("agree-aliases" in line and "not checked: Table with name article_aliases" in line for line in lines)


def test_a_catalog_without_our_tables_is_no_lake_of_ours(lake):
    with lake.connect(read_only=False) as connection:
        for (view,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            connection.execute(f"DROP VIEW IF EXISTS {view}")
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall():
            connection.execute(f"DROP TABLE {table}")
    code, lines = run(lake)
    assert code == 1
    assert any("this is no lake of storyfold" in line for line in lines)


def test_a_folder_without_a_lake_is_wrong_use(tmp_path):
    with pytest.raises(WrongUse, match="no lake there"):
        run(Lake(tmp_path / "nowhere"))
