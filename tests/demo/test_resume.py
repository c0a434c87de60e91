"""Three nights over the demo's web, killed in every stage and taken up: all of it there, nothing asked for twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests_support import environment_of, running_prefect

from benchmarks.demo_scores import QUERY, score_lake
from benchmarks.quality import read_floors
from storyfold.demo_web.content import load_web
from storyfold.demo_web.server import serve_demo_web
from storyfold.demo_web.sources import find_free_port, make_sources_text
from storyfold.demo_web.truth import list_true_pages
from storyfold.fetch.journal import Journal

pytestmark = pytest.mark.slow  # starts several Prefect servers or nights: `make test-slow`

WEB = load_web()
# What is there when the kill comes, night by night; a journal of answers shows that fetch is under way.
KILLS = (
    ("work/{}-*/discover/*", "work/{}-*/fetch/*.asked", "work/{}-*/parse/*/counts.json"),
    ("work/{}-*/fetch/*/counts.json", "work/{}-*/versions/*/counts.json", "work/{}-*/copies/*/counts.json"),
    ("work/{}-*/fetch/*.asked", "work/{}-*/stories/*/counts.json", "main/story_lineage/run_date=*/*.parquet"),
)
ANSWERED = 5  # requests that a night's fetch has been answered before it is killed


@pytest.fixture(scope="module")
def prefect_server(tmp_path_factory):
    with running_prefect(tmp_path_factory.mktemp("prefect")) as address:
        yield address


def start(prefect_server, arguments, folder):
    return subprocess.Popen(
        [sys.executable, "-m", "flows.commands.cli", *map(str, arguments)],
        cwd=folder,
        env=environment_of(prefect_server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill_at(pattern, lake, running, web):
    """Kill the night when a new file of this pattern is there and, in fetch, some pages have come."""
    there, asked = set(lake.glob(pattern)), len(web.log)
    deadline = time.monotonic() + 300
    while not set(lake.glob(pattern)) - there or (pattern.endswith(".asked") and len(web.log) < asked + ANSWERED):
        assert running.poll() is None, running.stderr.read().decode()[-3000:]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def written_down(lake, night):
    """The addresses that a killed night has the answers of on disk: in its journals, and in the parts it has done."""
    urls = set()
    for journal in lake.glob(f"work/{night}-*/**/*.asked"):
        with Journal(journal, None) as kept:
            urls |= {url for url, _ in kept.recorded}
    for part in lake.glob(f"work/{night}-*/*/*/fetches.parquet"):
        if not part.parent.name.endswith(".writing"):
            urls |= set(pq.read_table(part, columns=["url"]).column(0).to_pylist())
    return urls


TARGETS = {(page.outlet, page.target) for page in WEB.pages if page.kind == "redirect"}


def asked_again(web, start, killed, until, promised):
    """What came again after a kill, of what had been asked before: what was promised, and the rest."""
    requests = [(seen.outlet, seen.path) for seen in web.log]
    # what a redirect leads to comes by both ways
    again = (set(requests[start:killed]) & set(requests[killed:until])) - TARGETS
    kept = {what for what in again if web.site.addresses[what[0]] + what[1] in promised}
    return kept, again - kept


def test_nights_killed_in_every_stage_are_finished_and_nothing_is_asked_for_twice(prefect_server, tmp_path):
    lake, sources = tmp_path / "lake", tmp_path / "sources.toml"
    lake.mkdir()
    with serve_demo_web(WEB, find_free_port()) as web:
        sources.write_text(make_sources_text(web.site), encoding="utf-8")
        for night, patterns in zip(WEB.nights, KILLS, strict=True):
            web.now, before = night, len(web.log)
            command = ["nightly", "--sources", sources, "--night", night.date(), "--lake", lake]
            kills = []
            for pattern in patterns:
                with start(prefect_server, command, tmp_path) as running:
                    kill_at(pattern.format(night.date()), lake, running, web)
                kills.append((len(web.log), written_down(lake, night.date())))
            with start(prefect_server, command, tmp_path) as running:
                _, told = running.communicate(timeout=300)
            assert running.returncode == 0, told.decode()[-3000:]
            for (killed, promised), (until, _) in pairwise([*kills, (len(web.log), set())]):
                kept, lost = asked_again(web, before, killed, until, promised)
                assert kept == set()
                # an answer may have been on its way, or not yet written down: of each host one
                assert max(Counter(outlet for outlet, _ in lost).values(), default=0) <= 1, lost
            assert any(promised for _, promised in kills)
            assert len(web.log) > before

        def ask(query):
            with start(prefect_server, ["sql", "--lake", lake, "--format", "json", query], tmp_path) as running:
                return json.loads(running.communicate(timeout=60)[0])

        runs = ask("SELECT night::VARCHAR AS night, attempt, status FROM runs WHERE status <> 'failed' ORDER BY night")
        assert [run["night"] for run in runs] == [night.date().isoformat() for night in WEB.nights]
        assert {run["status"] for run in runs} == {"landed"}
        found, wrong = score_lake(ask(QUERY), list_true_pages(web.site, WEB.nights[-1]))
        # all three nights come on one day here, today, so that each text is weighed by the same news
        floors = read_floors("demo") | read_floors("resumed")
        low = {name: (found[name], floor) for name, floor in floors.items() if found[name] < floor}
        assert not low, (low, wrong)
        assert ask("SELECT run_id, url, count(*) AS n FROM fetches GROUP BY ALL HAVING n > 1") == []
    assert not list(Path(lake / "work").glob("2026-*"))
