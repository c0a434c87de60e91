"""An expected failure is one line, on the terminal and in the server's log; a fault of the program has its trace."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from tests_support import environment_of

from storyfold.lake.lake import Lake

pytestmark = pytest.mark.slow  # runs nights on a real Prefect server: `make test-slow`

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "data" / "demo" / "sources.toml"
# How a deployment's engine runs a flow, in the process that a worker starts for it.
AS_A_DEPLOYMENT = """
import sys
from flows.nightly import nightly
from prefect.client.orchestration import get_client
from prefect.flow_engine import flow_run_logger, run_flow
with get_client(sync_client=True) as client:
    parameters = dict(sources=sys.argv[1], night=sys.argv[2], lake=sys.argv[3])
    run = client.create_flow_run(nightly, parameters=parameters)
run_flow(nightly, flow_run=run, error_logger=flow_run_logger(flow_run=run))
"""


@pytest.fixture
def run_as_deployment(prefect_server, tmp_path):
    """Runs a night as a deployment's engine does; `before` is Python that is run first."""

    def run(lake, night, before="", sources=SOURCES, **environment):
        done = subprocess.run(
            [sys.executable, "-c", before + AS_A_DEPLOYMENT, str(sources), night, str(lake)],
            capture_output=True,
            check=False,
            text=True,
            cwd=tmp_path,
            env=environment_of(prefect_server, **environment),
        )
        assert done.returncode == 1, done.stderr

    return run


@pytest.fixture
def read_server(prefect_server):
    """Reads the states and the log of a night and of its stages, once the log has come."""

    def ask(path, body):
        answer = requests.post(f"{prefect_server}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def read(night):
        runs = ask("flow_runs/filter", {"flow_runs": {"name": {"like_": night}}})
        wanted = {"logs": {"flow_run_id": {"any_": [run["id"] for run in runs]}}, "sort": "TIMESTAMP_ASC"}
        deadline, lines = time.monotonic() + 30, []
        while sum("Finished in state Failed" in line["message"] for line in lines if "flow" in line["name"]) < len(
            runs
        ):
            assert time.monotonic() < deadline, "the log did not come"
            time.sleep(0.5)
            lines = ask("logs/filter", wanted)
        time.sleep(3)  # what is logged after the end comes with the next delivery
        return [run["state"] for run in runs], ask("logs/filter", wanted)

    return read


@pytest.fixture
def damaged(storyfold, tmp_path):
    """A lake with a Parquet file of the right length that is no such file: found only by the task that reads it."""
    lake = tmp_path / "damaged"
    storyfold("nightly", "--sources", SOURCES, "--night", "2026-03-04", "--lake", lake)
    for file in (lake / "main" / "articles").rglob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-200] + bytes(200))
    return lake


def check_told(states, lines, told):
    assert {state["type"] for state in states} == {"FAILED"}
    assert [m for m in (state["message"] for state in states) if told not in m or ": LakeFault" in m] == []
    assert [line["message"] for line in lines if "\n" in line["message"]] == []


def test_a_lake_that_another_run_writes_is_one_line_in_a_deployment_s_log(run_as_deployment, read_server, tmp_path):
    lake = Lake(tmp_path / "lake")
    with lake.lock_for_writing():
        run_as_deployment(lake.folder, "2027-01-01")
    states, lines = read_server("2027-01-01")
    told = f"{lake.folder}: another run is writing this lake; wait for it, or end it"
    check_told(states, lines, told)
    assert [line["message"] for line in lines if line["level"] >= 40] == [told]


def test_what_fails_in_a_task_is_one_line_on_the_terminal_and_a_line_a_run_in_the_log(
    storyfold, damaged, read_server, run_as_deployment
):
    options = ["--sources", SOURCES, "--lake", damaged, "--night", "2027-01-02"]
    shown = storyfold("nightly", *options, code=1).stderr.decode().splitlines()
    assert [line for line in shown if "damaged (" in line] == [shown[-1]]
    assert not [line for line in shown if line.startswith((" ", "Traceback"))]
    states, lines = read_server("2027-01-02")
    assert len(states) == 2
    check_told(states, lines, "damaged (No magic bytes")
    (error,) = [line for line in lines if line["level"] >= 40]
    assert error["message"].startswith("Finished in state Failed")
    assert error["task_run_id"]

    run_as_deployment(damaged, "2027-01-03")
    states, lines = read_server("2027-01-03")
    check_told(states, lines, "damaged (No magic bytes")
    assert sum("damaged (" in line["message"] for line in lines) == 4  # its task, its stages, its night, its engine


def test_a_damaged_catalog_is_told_before_a_deployment_s_night_begins(run_as_deployment, read_server, tmp_path):
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "catalog.sqlite").write_bytes(b"no database at all" * 400)
    run_as_deployment(lake, "2027-01-04")
    check_told(*read_server("2027-01-04"), "catalog.sqlite: damaged, this is no catalog of a lake")
    assert [path.name for path in lake.iterdir()] == ["catalog.sqlite"]


def test_a_machine_without_workers_is_one_line(storyfold, read_server, tmp_path):
    (tmp_path / "site").mkdir()
    hook = "import os, sys\nif any('storyfold.workers.process' in word for word in sys.orig_argv):\n    os._exit(9)\n"
    (tmp_path / "site" / "sitecustomize.py").write_text(hook)
    options = ["--sources", SOURCES, "--lake", tmp_path / "lake", "--night", "2027-01-05"]
    shown = storyfold("nightly", *options, code=1, PYTHONPATH=f"{tmp_path / 'site'}:{ROOT}").stderr.decode()
    told = "a worker process did not start: its worker process died (exit code 9)"
    assert shown.count(told) == 1
    assert "Traceback" not in shown
    check_told(*read_server("2027-01-05"), told)


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: needs root and tmpfs")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_fills_up_is_one_line_in_the_log(run_as_deployment, read_server, disk):
    sources = disk.parent / "sources.toml"
    shutil.copytree(SOURCES.parent / "vale-tribune", disk.parent / "pages")
    sources.write_text('[[source]]\nid = "p"\npages = "pages"\n')
    fill = """
import flows.nightly, pathlib, sys
plan_fetch = flows.nightly.plan_fetch
def plan(*arguments):
    with (pathlib.Path(sys.argv[3]).parent / "filler").open("wb", buffering=0) as filler:
        for size in (65_536, 512):
            try:
                while True: filler.write(bytes(size))
            except OSError: pass
    return plan_fetch(*arguments)
flows.nightly.plan_fetch = plan
"""
    run_as_deployment(disk / "lake", "2027-01-06", before=fill, sources=sources)
    check_told(*read_server("2027-01-06"), "No space left on device")


def test_a_fault_of_the_program_keeps_its_trace(run_as_deployment, read_server, tmp_path):
    broken = "import flows.nightly\ndef plan(*_): raise ZeroDivisionError('ours')\nflows.nightly.plan_fetch = plan\n"
    run_as_deployment(tmp_path / "lake", "2027-01-07", before=broken)
    _, lines = read_server("2027-01-07")
    assert [line for line in lines if "Traceback" in line["message"] and "ZeroDivisionError: ours" in line["message"]]
