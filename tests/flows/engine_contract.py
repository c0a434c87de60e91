"""What every engine must do, whatever it runs batches on: inherit `EngineContract` and say how the engine is made.

The nights are real: a Prefect server, worker processes, a host on loopback. What they ask of an engine is the same as
a run does: `make_task_runner()` and `open_resources()`.
"""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from loopback_server import Server, page
from tests_support import environment_of

from storyfold.lake.faults import LakeFault
from tests.flows.engine_nights import MARK, Nights, wait_for_end

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
DEMO = ROOT / "data" / "demo"
GOOD = (DEMO / "vale-tribune" / "hallin-dam-vote.html").read_bytes()
PAGES = 9  # of a night: three batches of three in one process, five in two
DELAY = 0.3
# An article of a third of a second or so, behind another in its batch: time to kill its worker while it is at it
LONG = b"".join(
    b"<p>On day %d the council voted to mend bridge %d, said clerk %d.</p>\n" % (n, n * 7, n * 3) for n in range(6_000)
)
# 20 MB that take 20 seconds and more; no machine does them in the two that a page with one gets at most
HANGING = b"<html><body>" + b"<p>a" * 5_000_000
LIMITS = "[fetch]\npage_bytes = 33554432\n[parse]\npage_seconds = 1\npage_memory = 8589934592\n"
# Two tasks of one process are given the same resources, which work.
OTHER_PROCESS = """
import pickle, sys
from functools import partial
from pathlib import Path
import misbehaving
from storyfold.workers.process import Allowance, Job
given = sys.stdin.buffer.read()
first, second = pickle.loads(given), pickle.loads(given)
assert first is second
first.lake.check()
orders = ["say works", "pid"]
job = Job(partial(list, orders), misbehaving.do, misbehaving.lost, misbehaving.answer,
          Path.cwd() / "kept", Allowance(10, 2**28))
_, (told, worker) = second.workers.run(job)
print(told, first.lake.read("SELECT count(*) AS n FROM articles").to_pylist()[0]["n"])
"""


class EngineContract:
    """Tests of one engine; a class that inherits them overrides `make_engine`."""

    @pytest.fixture(scope="class")
    def make_engine(self):
        """Make the engine, of a number of processes."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    def nights(self, prefect_server, make_engine, tmp_path_factory):
        """Run nights on the engine."""
        return Nights(prefect_server, tmp_path_factory.mktemp("prefect-home"), make_engine)

    @pytest.fixture(scope="class")
    def sources(self, tmp_path_factory):
        """Nine saved pages: seven of the demo's, a long one, and one that hangs."""
        return write_pages(tmp_path_factory.mktemp("nine"))

    @pytest.fixture(scope="class")
    def landed(self, nights, sources, tmp_path_factory):
        """A night of them in one process, which nothing disturbed."""
        return nights.run(sources, tmp_path_factory.mktemp("landed") / "lake")

    @pytest.fixture(scope="class")
    def killed(self, nights, sources, tmp_path_factory):
        """The same in two processes, of which one was killed at the long page."""
        return nights.run(sources, tmp_path_factory.mktemp("killed") / "lake", processes=2, kill_at_work=True)

    @pytest.fixture(scope="class")
    def web(self, make_engine):
        """Two hosts, which this engine alone asks."""
        with closing(Server()) as asked, closing(Server()) as other:
            yield asked, other

    @pytest.fixture(scope="class")
    def failed(self, nights, landed, web, tmp_path_factory):
        """A night over two hosts, in two processes, which finds the lake damaged when its pages are parsed."""
        folder = tmp_path_factory.mktemp("failed")
        lake = folder / "lake"
        shutil.copytree(landed.lake.folder, lake)
        for file in (lake / "main" / "articles").rglob("*.parquet"):  # of the right length: noticed in a task
            file.write_bytes(file.read_bytes()[:-200] + bytes(200))
        return nights.run(write_web(folder, *web), lake, processes=2, night="2026-03-05")

    def test_a_night_has_the_same_rows_with_another_number_of_processes(self, landed, killed):
        assert landed.result.run.status == killed.result.run.status == "partial"  # as it has a page in quarantine
        assert (landed.engine.processes, killed.engine.processes) == (1, 2)
        assert killed.read_rows() == landed.read_rows()

    def test_a_worker_that_is_killed_costs_no_page_and_no_row(self, killed):
        assert len(killed.killed) == 1
        assert len(killed.workers - {*killed.killed}) >= 1  # another one went on
        assert killed.ask("SELECT count(*) AS n FROM articles") == [{"n": PAGES - 1}]
        assert killed.ask("SELECT count(*) AS n FROM rejects") == [{"n": 1}]

    def test_a_slow_page_is_quarantined_alone(self, landed):
        (reject,) = landed.ask("SELECT location, reason, detail FROM rejects")
        assert (Path(reject["location"]).name, reject["reason"]) == ("4.html", "quarantined")
        assert reject["detail"] == "over 1 seconds"
        assert landed.ask("SELECT count(*) AS n FROM articles") == [{"n": PAGES - 1}]

    def test_a_host_has_one_throttle_over_all_tasks_and_batches(self, failed, web):
        asked, _ = web
        of_discover = {f"/feed{n}" for n in range(3)}
        of_one_batch, of_the_other = {f"/page{n}" for n in range(4)}, {f"/moved{n}" for n in range(3)}
        assert {*asked.paths} == of_discover | of_one_batch | of_the_other
        pauses = [after.at - before.at for before, after in pairwise(sorted(asked.log, key=lambda seen: seen.at))]
        assert min(pauses) > DELAY - 0.01  # the server may see one a little later than it was sent
        assert asked.most_open == 1

    def test_resources_are_opened_once_and_closed_when_a_night_has_landed(self, landed):
        check_closed(landed)

    def test_resources_are_opened_once_and_closed_when_a_night_has_failed(self, failed):
        assert isinstance(failed.error, LakeFault)
        check_closed(failed)

    def test_resources_survive_pickling(self, make_engine, landed, tmp_path):
        with make_engine(1).open_resources(str(landed.lake.folder)) as resources:
            pickled = pickle.dumps(resources)
        mark = tmp_path.name + str(time.time_ns())
        path = f"{ROOT}:{TESTS}"
        done = subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS],
            input=pickled,
            cwd=tmp_path,
            capture_output=True,
            check=False,
            env={**environment_of("", PYTHONPATH=path), MARK: mark},
        )
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout.decode().split() == ["works", str(PAGES - 1)]
        assert wait_for_end(mark) == []


def check_closed(night):
    """A night's resources were one value, no more workers lived at once than the engine has processes, all is gone."""
    engine = night.engine
    assert len(engine.opened) == 1
    assert engine.closed == engine.opened
    assert 1 <= night.most_workers <= engine.processes
    assert night.left == []


def write_pages(folder):
    """A sources.toml of nine saved pages."""
    saved = folder / "pages"
    saved.mkdir()
    articles = [file for file in sorted(DEMO.glob("[dhkv]*/*.html")) if file.name != "moved-page.html"]
    pages = [file.read_bytes() for file in articles[: PAGES - 2]]
    pages.insert(1, GOOD.replace(b"</body>", LONG + b"</body>"))
    pages.insert(4, HANGING)
    for number, content in enumerate(pages):
        (saved / f"{number}.html").write_bytes(content)
    (folder / "sources.toml").write_text(f'{LIMITS}[[source]]\nid = "saved"\npages = "pages/*.html"\n')
    return folder / "sources.toml"


def write_web(folder, asked, other):
    """A sources.toml of three feeds on one host, and of eleven pages, which make two batches.

    A host's pages are in one batch; so that both batches ask `asked`, three pages of `other` have moved there.
    """
    links = [f"{asked.address}/page{n}" for n in range(4)] + [f"{other.address}/{n}" for n in range(7)]
    for n in range(3):
        items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links[n::3])
        feed = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
        asked.pages[f"/feed{n}"] = page(feed.encode(), media_type="application/rss+xml")
        other.pages[f"/{n}"] = page(b"", f"Location: {asked.address}/moved{n}", status="301 Moved Permanently")
    asked.pages["/page0"] = page(GOOD)
    text = f"[fetch]\nallow_loopback = true\ndelay_seconds = {DELAY}\nbatch_items = 1\n"
    for n in range(3):
        text += f'[[source]]\nid = "feed{n}"\nfeeds = "{asked.address}/feed{n}"\n'
    text += f'[[source]]\nid = "other"\nurls = "{other.address}/0"\n'
    (folder / "sources.toml").write_text(text)
    return folder / "sources.toml"
