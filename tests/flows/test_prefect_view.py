"""What a Prefect server shows of a night: asked of a real one, by the interface that its pages use."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from tests_support import environment_of

from storyfold.lake.lake import Lake
from storyfold.schemas import Run
from storyfold.schemas.columns import make_rows

pytestmark = pytest.mark.slow  # starts several Prefect servers or nights: `make test-slow`

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
STAGES = ("discover", "fetch", "parse", "copies", "stories")


@pytest.fixture
def server(prefect_server):
    """Asks the server: `server("flow_runs/filter", {...})`."""

    def ask(path, body=None):
        answer = requests.post(f"{prefect_server}/{path}", json=body or {}, timeout=30)
        answer.raise_for_status()
        return answer.json()

    return ask


def runs_named(server, name):
    return server("flow_runs/filter", {"flow_runs": {"name": {"any_": [name]}}, "sort": "START_TIME_DESC"})


def lines_of(server, run):
    """Our lines in the log of a flow run, as they arrive some seconds after."""
    wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "sort": "TIMESTAMP_ASC"}
    deadline = time.monotonic() + 30
    while not (found := [line for line in server("logs/filter", wanted) if line["name"].startswith("storyfold")]):
        assert time.monotonic() < deadline, "no line of ours came"
        time.sleep(0.5)
    return found


@pytest.fixture
def one_page(tmp_path, write_sources):
    """A sources.toml with a page that is kept, and a folder that is missing."""
    pages = tmp_path / "pages"
    pages.mkdir()
    page = (DEMO / "vale-tribune" / "hallin-dam-vote.html").read_bytes()
    title = b"Dam | [vote](javascript:alert(1)) <img src=x onerror=alert(1)> www.example.test"
    start, end = page.index(b"<title>"), page.index(b"</title>")
    (pages / "good.html").write_bytes(page[:start] + b"<title>" + title + page[end:])
    return write_sources('[[source]]\nid = "p"\npages = "pages"\n[[source]]\nid = "gone"\npages = "no/such/folder"\n')


def test_a_partial_night_says_so_with_its_stages_lines_and_tables(storyfold, server, one_page, tmp_path):
    lake = tmp_path / "lake"
    storyfold("nightly", "--sources", one_page, "--night", "2026-03-04", "--lake", lake, code=3)
    (run,) = runs_named(server, "nightly-2026-03-04")[:1]
    assert (run["state"]["type"], run["state"]["name"]) == ("COMPLETED", "Partial")
    assert "gone: missing-input" in run["state"]["message"]
    lines = lines_of(server, run)
    told = [line["message"] for line in lines]
    assert [line.split(":")[0] for line in told if " in, " in line] == list(STAGES)
    assert any("1 missing-input" in line for line in told)
    assert len(told) == len(set(told))
    run_id = make_rows(Lake(lake).read("FROM runs"), Run)[0].run_id
    named = {task["name"] for task in server("task_runs/filter", {"task_runs": {"name": {"like_": run_id}}})}
    assert {f"{stage}-{run_id}" for stage in ("versions", "copies", "stories", "land", "report")} <= named
    tables = server("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    rows, page = (next(t["data"] for t in tables if t["type"] == kind) for kind in ("table", "markdown"))
    rows = json.loads(rows)
    assert [row["stage"] for row in rows] == list(STAGES)
    assert (rows[0]["in"], rows[0]["kept"], rows[0]["rejected"], rows[0]["reasons"]) == (2, 1, 1, "1 missing-input")
    assert "unique" in page
    assert "## Most widely told" in page
    assert not [line for line in page.splitlines() if "javascript:" in line or "<img" in line]


def test_what_is_wrong_with_a_parameter_is_the_state_s_one_line(prefect_server, server, tmp_path):
    script = "import sys; from flows.nightly import nightly; nightly(sys.argv[1], sys.argv[2], sys.argv[3])"
    for sources, night, said in (
        (DEMO / "sources.toml", "2026-13-45", "night '2026-13-45' is no date; allowed: a day as 2026-11-20"),
        (tmp_path / "none.toml", "2026-01-02", "none.toml: no such file"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, str(sources), night, str(tmp_path / "lake")],
            capture_output=True,
            check=False,
            env=environment_of(prefect_server),
            cwd=tmp_path,
        )
        assert "WrongUse" in done.stderr.decode()
        (run,) = runs_named(server, f"nightly-{night}")[:1]
        assert run["state"]["type"] == "FAILED"
        assert said in run["state"]["message"]
        assert "\n" not in run["state"]["message"]
        logs = server("logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
        assert not [line for line in logs if "Traceback" in line["message"]]
    assert not (tmp_path / "lake").exists()


def test_a_night_whose_tables_the_server_does_not_take_lands_all_the_same(prefect_server, server, tmp_path):
    script = """
import sys, tasks.report
def full(**_): raise OSError("no space left on the server")
tasks.report.create_table_artifact = full
from flows.nightly import nightly
print(nightly(sys.argv[1], "2026-03-25", sys.argv[2]).run.status)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(DEMO / "sources.toml"), str(tmp_path / "lake")],
        capture_output=True,
        check=True,
        env=environment_of(prefect_server),
        cwd=tmp_path,
        text=True,
    )
    assert done.stdout.split() == ["landed"]
    (run,) = runs_named(server, "nightly-2026-03-25")
    assert run["state"]["type"] == "COMPLETED"
    assert "no space left on the server" in " ".join(line["message"] for line in lines_of(server, run))


def test_the_subflow_of_a_killed_night_does_not_stay_running(storyfold, prefect_server, server, tmp_path):
    lake, night = tmp_path / "lake", ["--night", "2026-03-14", "--sources", DEMO / "sources.toml"]
    command = [sys.executable, "-m", "flows.commands.cli", "nightly", *night, "--lake", lake]
    with subprocess.Popen(
        [str(part) for part in command], env=environment_of(prefect_server), cwd=tmp_path, start_new_session=True
    ) as running:
        deadline = time.monotonic() + 120
        while not list(lake.glob("work/2026-03-14-*/fetch/*/counts.json")):
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGKILL)
    before = runs_named(server, "nightly-2026-03-14")
    before += server("flow_runs/filter", {"flow_runs": {"name": {"like_": "stages-2026-03-14"}}})
    assert {run["state"]["type"] for run in before} == {"RUNNING"}
    storyfold("nightly", "--lake", lake, "--sources", DEMO / "sources.toml", "--night", "2026-03-15")
    ids = {"flow_runs": {"id": {"any_": [run["id"] for run in before]}}}
    after = server("flow_runs/filter", ids)
    assert [run["state"]["type"] for run in after] == ["CRASHED", "CRASHED"]
    assert all("killed" in run["state"]["message"] for run in after)
    assert not [t for t in server("task_runs/filter", ids) if t["state_type"] in ("RUNNING", "PENDING")]
    (next_one,) = runs_named(server, "nightly-2026-03-15")
    assert next_one["state"]["type"] == "COMPLETED"


def test_a_deployment_describes_its_parameters_and_its_runs_send_their_lines(
    prefect_server, server, one_page, tmp_path
):
    environment = environment_of(prefect_server, STORYFOLD_HOME=str(ROOT), PREFECT_HOME=str(tmp_path / "home"))

    def prefect(*words):
        return subprocess.run(
            [sys.executable, "-m", "prefect", *map(str, words)],
            capture_output=True,
            check=True,
            env=environment,
            cwd=ROOT,
            text=True,
        ).stdout

    prefect("work-pool", "create", "--type", "process", "storyfold")
    prefect("--no-prompt", "deploy", "--all")
    (deployment,) = server("deployments/filter")
    described = deployment["parameter_openapi_schema"]["properties"]
    assert {"sources", "night", "lake", "engine", "processes", "now"} <= set(described)
    assert all(len(parameter.get("description", "")) > 10 for parameter in described.values())
    parameters = {"sources": str(one_page), "lake": str(tmp_path / "lake"), "night": "2026-03-24"}
    worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "storyfold", "--limit", "1"]
    with subprocess.Popen(worker, env=environment, cwd=ROOT, start_new_session=True) as running:
        try:
            told = prefect(
                "deployment", "run", "nightly/nightly", "--watch", "--watch-timeout", 300,
                *(word for key, value in parameters.items() for word in ("-p", f"{key}={value}")),
            )  # fmt: skip
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(60)
    for stage in STAGES:
        assert f"storyfold.{stage}.started" in told, told
        assert f"storyfold.{stage}.finished" in told, told
    assert "Partial" in told
    runs = server("flow_runs/filter", {"flow_runs": {"deployment_id": {"any_": [deployment["id"]]}}})
    (run,) = [run for run in runs if run["state"]["name"] == "Partial"]
    told = [line["message"] for line in lines_of(server, run)]
    assert [line.split(":")[0] for line in told if " in, " in line] == list(STAGES)
