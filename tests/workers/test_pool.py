"""Worker processes: what hangs, swells or crashes costs itself, and no process outlives its parent."""

import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import misbehaving
import pytest

from storyfold.outcomes import Rejected
from storyfold.workers.kept_results import KeptResults
from storyfold.workers.pool import WorkerFailed, open_worker_pool
from storyfold.workers.process import Allowance, Job

ROOT = Path(__file__).parents[2]
MiB = 2**20
SMALL = Allowance(seconds=1, memory=100 * MiB)


def make_job(orders, allowance=SMALL, work=misbehaving.do, finish=misbehaving.answer, prepare=None):
    kept_in = Path(tempfile.mkdtemp()) / "kept"
    return Job(partial(list, orders), work, misbehaving.lost, finish, kept_in, allowance, prepare)


def done(orders, allowance=SMALL, pool=None, **options):
    """Run a job of these orders and return its results, in this pool or in one of its own."""
    job = make_job(orders, allowance, **options)
    with open_worker_pool(1) if pool is None else nullcontext(pool) as used:
        items, results = used.run(job)
    assert items == list(orders)
    assert not job.kept_in.exists()
    return results


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("spin", "over 1 seconds"),
        ("sleep 100", "over 1 seconds"),
        ("exit 3", "its worker process died (exit code 3)"),
        ("crash", "its worker process died (signal 11)"),
        ("swell", "over 100 MB of memory"),
        ("peak 1000000", "over 100 MB of memory"),
        ("peak 120", "over 100 MB of memory"),
    ],
)
def test_a_bad_item_costs_itself_and_nothing_is_done_twice(bad, why, tmp_path):
    notes = [f"note {tmp_path / 'notes'} {number}" for number in range(6)]
    assert done([*notes[:3], bad, *notes[3:]]) == ["0", "1", "2", f"lost {bad}: {why}", "3", "4", "5"]
    assert (tmp_path / "notes").read_text().split() == list("012345")


def test_a_bad_item_may_be_first_last_alone_and_next_to_another():
    died = "its worker process died (exit code 1)"
    assert done(["exit 1"]) == [f"lost exit 1: {died}"]
    assert done(["exit 1", "exit 1", "say a", "exit 1"]) == [f"lost exit 1: {died}"] * 2 + ["a", f"lost exit 1: {died}"]
    assert done([]) == []


def test_results_are_the_same_whatever_the_processes_and_cuts():
    orders = [f"say {number}" for number in range(40)]
    orders[7] = orders[8] = orders[31] = "exit 9"
    found = []
    for processes, size in ((1, 40), (3, 1), (2, 7)):
        cuts = [orders[start : start + size] for start in range(0, 40, size)]
        with ThreadPoolExecutor(5) as threads, open_worker_pool(processes) as pool:
            found.append([result for results in threads.map(partial(done, pool=pool), cuts) for result in results])
    assert found[0] == found[1] == found[2]
    assert sum(result.startswith("lost exit 9") for result in found[0]) == 3


def test_no_item_pays_for_what_earlier_ones_left_behind():
    with open_worker_pool(1) as pool:
        # each leaves 40 MB behind: the third is over in the first worker, and done in a worker of its own
        assert done(["leak 40"] * 4, pool=pool) == [1, 2, 1, 2]


def test_an_error_of_the_work_is_raised_here_and_the_worker_goes_on():
    with open_worker_pool(1) as pool:
        (worker,) = done(["pid"], pool=pool)
        with pytest.raises(OSError, match="No space left"):
            done(["say a", "raise disk", "say b"], pool=pool)
        with pytest.raises(Rejected, match="no-body"):
            done(["raise reason"], pool=pool)
        with pytest.raises(RuntimeError, match="cannot be kept"):
            done(["lock"], pool=pool)
        assert done(["print loud", "pid"], pool=pool) == [None, worker]


def test_a_worker_that_is_taken_away_while_idle_is_replaced():
    with open_worker_pool(1) as pool:
        (first,) = done(["pid"], pool=pool)
        os.kill(first, signal.SIGKILL)
        (second,) = done(["pid"], pool=pool)
        assert second != first


def test_a_stop_that_reaches_all_processes_is_no_items_fault():
    with open_worker_pool(1) as pool:
        (worker,) = done(["pid"], pool=pool)
        assert os.getpgid(worker) != os.getpgid(0)  # what a terminal sends to its commands does not reach it
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(worker, stop)
        assert done(["pid"], pool=pool) == [worker]


def test_work_that_cannot_be_had_is_no_items_fault():
    with pytest.raises(WorkerFailed, match="no such work here"):
        done(["a"], work=misbehaving.Unreadable())


def test_the_end_of_the_pool_ends_those_at_work_and_those_who_wait():
    began = time.monotonic()
    with ThreadPoolExecutor(3) as threads, open_worker_pool(1) as pool:
        waiting = [threads.submit(done, ["sleep 100"], Allowance(100, MiB * 100), pool) for _ in range(3)]
        time.sleep(1)
    assert all(isinstance(future.exception(), WorkerFailed) for future in waiting)
    assert time.monotonic() - began < 60  # the work would go on for 100 s


def test_a_stop_ends_all_workers_at_once():
    with open_worker_pool(1) as pool:
        (worker,) = done(["pid"], pool=pool)
        stop = threading.Timer(0.5, pool.kill)
        stop.start()
        with pytest.raises(WorkerFailed, match="stopped"):
            done(["sleep 100"], Allowance(100, MiB * 100), pool)
        stop.join()
        assert not is_alive(worker)


@pytest.mark.parametrize("busy", ["sleep 100", "spin", "say idle"])
def test_no_worker_outlives_a_killed_parent(busy):
    code = (
        "import sys, time\n"
        "import workers.test_pool as tests\n"
        "with tests.open_worker_pool(1) as pool:\n"
        "    print(*tests.done(['pid'], pool=pool), flush=True)\n"
        "    tests.done([sys.argv[1]], tests.Allowance(60, 2**30), pool)\n"
        "    time.sleep(100)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    with subprocess.Popen([sys.executable, "-c", code, busy], stdout=subprocess.PIPE, env=environment) as parent:
        worker = int(parent.stdout.readline())
        time.sleep(0.3)
        assert is_alive(worker)
        parent.kill()
    deadline = time.monotonic() + 60
    while is_alive(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # one that nobody has waited for is dead all the same


def test_what_a_worker_loads_once_is_charged_to_no_item(tmp_path, monkeypatch):
    """Loading takes longer than an item may, and is done once a worker."""
    monkeypatch.setenv("PREPARED", str(tmp_path / "notes"))
    with open_worker_pool(1) as pool:
        for _ in range(2):
            assert done(["say a", "say b"], pool=pool, prepare=misbehaving.take_long) == ["a", "b"]
    assert (tmp_path / "notes").read_text() == "prepared\n"


def test_a_worker_that_cannot_be_made_ready_is_no_item_s_fault():
    with pytest.raises(WorkerFailed, match="no such library"):
        done(["say a"], prepare=misbehaving.fail_to_load)


@pytest.mark.parametrize("earlier", [[], ["say a"]])
def test_a_worker_lost_while_it_finishes_is_replaced_and_no_item_is_done_twice(earlier, tmp_path, monkeypatch):
    monkeypatch.setenv("DIED", str(tmp_path / "died"))
    notes = [f"note {tmp_path / 'notes'} {number}" for number in range(3)]
    with open_worker_pool(1) as pool:
        if earlier:
            done(earlier, pool=pool)
        assert done(notes, pool=pool, finish=misbehaving.die_once) == ["0", "1", "2"]
    assert (tmp_path / "notes").read_text().split() == list("012")


def test_a_result_that_was_half_written_is_made_anew(tmp_path):
    """A worker may be killed between an item's result and its word of it, or within the result."""
    with KeptResults(tmp_path / "kept", 0) as first:
        for result in ("a", "b", "c"):
            first.keep(result)
    with (tmp_path / "kept").open("ab") as file:
        file.write(b"\x80\x05\x95")
    with KeptResults(tmp_path / "kept", 2) as second:
        second.keep("new c")
        assert second.read() == ["a", "b", "new c"]


@pytest.mark.parametrize("read", [misbehaving.read_nothing, partial(open, "/nowhere/at/all")])
def test_items_that_cannot_be_read_are_an_error_of_the_work(read):
    job = dataclasses.replace(make_job(["pid"]), read=read)
    with open_worker_pool(1) as pool:
        (worker,) = done(["pid"], pool=pool)
        with pytest.raises((KeyError, FileNotFoundError)):
            pool.run(job)
        assert done(["pid"], pool=pool) == [worker]
