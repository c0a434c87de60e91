"""A lake that is damaged, incomplete, read-only or on a full disk: one line with the file, exit code 1, at once."""

import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests_support import landed_run, read_only, without_root

from storyfold.lake.faults import LakeFault
from storyfold.lake.lake import Lake
from storyfold.report import list_view_statements
from storyfold.schemas import Run
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.ranges import MiB

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, tzinfo=UTC)
RUN = landed_run("r", NOW)
COMMANDS = {
    "sql": ["sql", "FROM runs"],
    "report": ["report"],
    "check": ["check"],
    "nightly": ["nightly", "--sources", str(ROOT / "data" / "demo" / "sources.toml")],
    "demo": ["demo"],
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("whole") / "lake")
    lake.create(list_view_statements())
    lake.land({Run: make_arrow_table([RUN], Run)}, lambda _: [], replace(RUN, status="failed"))
    return lake.folder


@pytest.fixture
def lake(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "a lake")
    return Lake(tmp_path / "a lake")


def damage(lake):
    lake.catalog.write_bytes(b"no database at all" * 400)


def empty(lake):
    lake.catalog.write_bytes(b"")


def lose(lake):
    next((lake.folder / "main" / "runs").rglob("*.parquet")).unlink()


def cut(lake):
    file = next((lake.folder / "main" / "runs").rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:300])


FAULTS = {
    damage: "catalog.sqlite: damaged, this is no catalog of a lake (file is not a database); put it back from a copy",
    empty: "catalog.sqlite: damaged, this is no catalog of a lake (it is empty)",
    lose: ".parquet: gone, and the lake's catalog counts on it; put it back from a copy of the lake",
    cut: ".parquet: damaged",
}


def run(name, lake, **options):
    return subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", *COMMANDS[name], "--lake", str(lake.folder)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PREFECT_API_URL": "http://127.0.0.1:9/api"},
        **options,
    )


def is_one_line(done, lake, told):
    assert (done.returncode, done.stdout) == (1, ""), done.stderr[-2000:]
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"storyfold: {lake.folder}")
    assert told in line


@pytest.mark.parametrize("break_it", FAULTS, ids=lambda f: f.__name__)
def test_a_broken_lake_is_told_to_readers_and_before_a_night(lake, break_it):
    break_it(lake)
    with pytest.raises(LakeFault) as read:
        lake.read("FROM runs")
    with pytest.raises(LakeFault) as checked:
        lake.check()
    for error in (read, checked):
        assert str(error.value).startswith(str(lake.folder))
        assert FAULTS[break_it] in str(error.value)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_it_in_one_line(lake, name):
    fault = damage if name in ("sql", "check", "nightly") else lose
    fault(lake)
    is_one_line(run(name, lake), lake, FAULTS[fault])


@pytest.mark.parametrize("name", ["report", "nightly", "demo"])
def test_a_lake_that_may_not_be_written_is_told_at_once(lake, name):
    with read_only(lake.folder):
        is_one_line(run(name, lake, preexec_fn=without_root), lake, "cannot be written: Permission denied")


@pytest.mark.parametrize(("name", "told"), [("sql", "2026-03-04"), ("check", "nothing wrong")])
def test_a_lake_that_may_not_be_written_can_be_asked(lake, name, told):
    with read_only(lake.folder):
        done = run(name, lake, preexec_fn=without_root)
    assert (done.returncode, done.stderr) == (0, "")
    assert told in done.stdout


def limit_files():
    """No file larger than 4 kB: what a program sees then is what a full disk gives it, with another number."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@pytest.mark.parametrize("name", ["report", "nightly", "demo"])
def test_a_full_disk_is_told_with_its_path(lake, name):
    is_one_line(run(name, lake, preexec_fn=limit_files), lake, "File too large")


def test_no_night_begins_on_a_disk_that_is_all_but_full(lake, monkeypatch):
    free = shutil.disk_usage(lake.folder).free
    monkeypatch.setattr("storyfold.lake.lake.LEAST_FREE", free * 2)
    with pytest.raises(LakeFault, match=rf"the disk is full: \d+ MiB are left, a night needs {free * 2 // MiB}"):
        lake.check()


def test_a_lake_that_is_whole_or_not_there_yet_passes(lake, tmp_path):
    before = sorted(lake.folder.rglob("*"))
    lake.check()
    Lake(tmp_path / "none" / "yet").check()
    assert sorted(lake.folder.rglob("*")) == before
    assert not (tmp_path / "none").exists()


def test_a_wrong_query_is_still_the_askers(lake):
    done = subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", "sql", "--lake", str(lake.folder), "FROM 'nowhere.csv'"],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2
    assert "nowhere.csv" in done.stderr
