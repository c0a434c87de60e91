"""Three nights over the demo's web, killed in every stage and taken up: all of it there, nothing asked for twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tests_support import environment_of, running_prefect

from benchmarks.demo_scores import QUERY, scores
from benchmarks.quality import floors_of
from storyfold.demo_web.content import load_web
from storyfold.demo_web.server import serving
from storyfold.demo_web.sources import free_port, sources_text
from storyfold.demo_web.truth import truth

WEB = load_web()
# What is there when the kill comes, night by night; a journal of answers shows that fetch is under way.
KILLS = (
    ("work/{}-*/discover/*", "work/{}-*/fetch/*.asked", "work/{}-*/parse/*/counts.json"),
    ("work/{}-*/fetch/*/counts.json", "work/{}-*/versions/*/counts.json", "work/{}-*/copies/*/counts.json"),
    ("work/{}-*/fetch/*.asked", "work/{}-*/stories/*/counts.json", "main/story_lineage/run_date=*/*.parquet"),
)
ANSWERED = 5  # requests that a night's fetch has been answered before it is killed
IN_FLIGHT = 0.1  # seconds before a kill in which an answer may be sent and not yet written down


@pytest.fixture(scope="module")
def prefect_server(tmp_path_factory):
    with running_prefect(tmp_path_factory.mktemp("prefect")) as address:
        yield address


def start(prefect_server, arguments, folder):
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=folder,
        env=environment_of(prefect_server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill_at(pattern, lake, running, web):
    """Kill the night when a new file of this pattern is there and, in fetch, some pages have come; when that was."""
    there, asked = set(lake.glob(pattern)), len(web.log)
    deadline = time.monotonic() + 120
    while not set(lake.glob(pattern)) - there or (pattern.endswith(".asked") and len(web.log) < asked + ANSWERED):
        assert running.poll() is None, running.stderr.read().decode()[-3000:]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    return time.monotonic()


def asked_twice(seen, kills):
    """Requests that were answered well before a kill and came again; what a redirect leads to comes by both ways."""
    counted = Counter((request.outlet, request.path) for request in seen)
    counted -= Counter(set(counted) & {(page.outlet, page.target) for page in WEB.pages if page.kind == "redirect"})
    lost = {
        (request.outlet, request.path) for request in seen for kill in kills if kill - IN_FLIGHT < request.at < kill
    }
    return {what: n for what, n in counted.items() if n > 1 and what not in lost}


def test_nights_killed_in_every_stage_are_finished_and_nothing_is_asked_for_twice(prefect_server, tmp_path):
    lake, sources = tmp_path / "lake", tmp_path / "sources.toml"
    lake.mkdir()
    with serving(WEB, free_port()) as web:
        sources.write_text(sources_text(web.site), encoding="utf-8")
        for night, patterns in zip(WEB.nights, KILLS, strict=True):
            web.now, before = night, len(web.log)
            command = ["nightly", "--sources", sources, "--night", night.date(), "--lake", lake]
            kills = []
            for pattern in patterns:
                with start(prefect_server, command, tmp_path) as running:
                    kills.append(kill_at(pattern.format(night.date()), lake, running, web))
            with start(prefect_server, command, tmp_path) as running:
                _, told = running.communicate(timeout=300)
            assert running.returncode == 0, told.decode()[-3000:]
            assert not asked_twice(web.log[before:], kills)
            assert len(web.log) > before

        def ask(query):
            with start(prefect_server, ["sql", "--lake", lake, "--format", "json", query], tmp_path) as running:
                return json.loads(running.communicate(timeout=60)[0])

        runs = ask("SELECT night::VARCHAR AS night, attempt, status FROM runs WHERE status <> 'failed' ORDER BY night")
        assert [run["night"] for run in runs] == [night.date().isoformat() for night in WEB.nights]
        assert {run["status"] for run in runs} == {"landed"}
        found, wrong = scores(ask(QUERY), truth(web.site, WEB.nights[-1]))
        assert all(found[name] >= floor for name, floor in floors_of("demo").items()), wrong
        assert ask("SELECT run_id, url, count(*) AS n FROM fetches GROUP BY ALL HAVING n > 1") == []
    assert not list(Path(lake / "work").glob("2026-*"))
