"""Worker processes: what hangs, swells or crashes costs itself, and no process outlives its parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import misbehaving
import pytest

from storyfold.outcomes import Rejected
from storyfold.workers.pool import WorkerFailed, end_worker_pools, map_in_workers, open_worker_pool
from storyfold.workers.process import Allowance

ROOT = Path(__file__).parents[2]
MiB = 2**20
SMALL = Allowance(seconds=1, memory=100 * MiB)


def lost(item, why):
    return f"lost {item}: {why}"


def done(orders, allowance=SMALL):
    return map_in_workers(misbehaving.do, orders, lost=lost, allowance=allowance)


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
        with ThreadPoolExecutor(5) as threads, open_worker_pool(processes):
            found.append([result for results in threads.map(done, cuts) for result in results])
    assert found[0] == found[1] == found[2]
    assert sum(result.startswith("lost exit 9") for result in found[0]) == 3


def test_no_item_pays_for_what_earlier_ones_left_behind():
    with open_worker_pool(1):
        # each leaves 40 MB behind: the third is over in the first worker, and done in a worker of its own
        assert done(["leak 40"] * 4) == [1, 2, 1, 2]


def test_an_error_of_the_work_is_raised_here_and_the_worker_goes_on():
    with open_worker_pool(1):
        (worker,) = done(["pid"])
        with pytest.raises(OSError, match="No space left"):
            done(["say a", "raise disk", "say b"])
        with pytest.raises(Rejected, match="no-body"):
            done(["raise reason"])
        with pytest.raises(RuntimeError, match="cannot be handed on"):
            done(["lock"])
        assert done(["print loud", "pid"]) == [None, worker]


def test_a_worker_that_is_taken_away_while_idle_is_replaced():
    with open_worker_pool(1):
        (first,) = done(["pid"])
        os.kill(first, signal.SIGKILL)
        (second,) = done(["pid"])
        assert second != first


def test_a_stop_that_reaches_all_processes_is_no_items_fault():
    with open_worker_pool(1):
        (worker,) = done(["pid"])
        assert os.getpgid(worker) != os.getpgid(0)  # what a terminal sends to its commands does not reach it
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(worker, stop)
        assert done(["pid"]) == [worker]


def test_work_that_cannot_be_had_is_no_items_fault():
    with pytest.raises(WorkerFailed, match="no such work here"):
        map_in_workers(misbehaving.Unreadable(), ["a"], lost=lost, allowance=SMALL)


def test_the_end_of_the_pool_ends_those_at_work_and_those_who_wait():
    began = time.monotonic()
    with ThreadPoolExecutor(3) as threads, open_worker_pool(1):
        waiting = [threads.submit(done, ["sleep 100"], Allowance(100, MiB * 100)) for _ in range(3)]
        time.sleep(1)
    assert all(isinstance(future.exception(), WorkerFailed) for future in waiting)
    assert time.monotonic() - began < 60  # the work would go on for 100 s


def test_a_stop_ends_all_workers_at_once():
    with open_worker_pool(1):
        (worker,) = done(["pid"])
        stop = threading.Timer(0.5, end_worker_pools)
        stop.start()
        with pytest.raises(WorkerFailed, match="stopped"):
            done(["sleep 100"], Allowance(100, MiB * 100))
        stop.join()
        assert not is_alive(worker)


@pytest.mark.parametrize("busy", ["sleep 100", "spin", "say idle"])
def test_no_worker_outlives_a_killed_parent(busy):
    code = (
        "import misbehaving, sys, time\n"
        "from storyfold.workers.process import Allowance\n"
        "from storyfold.workers.pool import map_in_workers, open_worker_pool\n"
        "allowance = Allowance(60, 2**30)\n"
        "with open_worker_pool(1):\n"
        "    print(*map_in_workers(misbehaving.do, ['pid'], lost=print, allowance=allowance), flush=True)\n"
        "    map_in_workers(misbehaving.do, [sys.argv[1]], lost=print, allowance=allowance)\n"
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
    with open_worker_pool(1):
        for _ in range(2):
            found = map_in_workers(
                misbehaving.do, ["say a", "say b"], lost=lost, allowance=SMALL, prepare=misbehaving.take_long
            )
            assert found == ["a", "b"]
    assert (tmp_path / "notes").read_text() == "prepared\n"


def test_a_worker_that_cannot_be_made_ready_is_no_item_s_fault():
    with pytest.raises(WorkerFailed, match="no such library"):
        map_in_workers(misbehaving.do, ["say a"], lost=lost, allowance=SMALL, prepare=misbehaving.fail_to_load)
