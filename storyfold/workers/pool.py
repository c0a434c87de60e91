"""Worker processes that may be killed: an item that hangs, swells or crashes costs itself and nothing else.

The engine opens the pool; a task only says `each_in_worker(work, items, ...)`. A worker sends each result as it is
there; the thread that waits for it kills a worker that is over its allowance, marks the item it was at as lost, and
goes on with the next item in a new worker. Results stand in the items' order, whichever worker they came from.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

from storyfold.outcomes import Transient
from storyfold.workers.process import START_SECONDS, Allowance, Job, Result

T = TypeVar("T")
R = TypeVar("R")

# Where a process's state cannot be seen, so much of the time that it takes counts as its own waiting: on a busy
# machine a process that computes gets a third of a core, and is to be ended by its processor time alone.
UNSEEN_SHARE = 1 / 3
LOOK_SECONDS = 0.1  # between two looks at what a worker uses; an ordinary page is done before the first
END_SECONDS = 5.0  # for a process whose connection is closed to be gone
_CODE = "from storyfold.workers.process import main; main()"
# Workers are the unit of concurrency: more threads inside them only take each other's cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


def count_usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerFailed(Transient):
    """A worker process could not start or was taken away before it was at any item: the machine's trouble."""


class _Lost(Exception):
    """The worker is gone, and the item it was at with it; `again`: earlier items may have had a part in that."""

    def __init__(self, detail: str, *, again: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.again = again


class _Worker:
    """One worker process, as the thread that waits for it sees it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen(  # noqa: S603 (this very program)
                [sys.executable, "-P", "-c", _CODE, str(theirs.fileno())],
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(p or str(Path.cwd()) for p in sys.path)},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C on a terminal would end it with a trace while Python starts
            )
            self._connection = Connection(ours.detach())
        self._base = 0  # bytes of memory in use before its first item
        self._done = 0
        self.was_ready = False
        self.is_idle = True

    def results(self, order: Job) -> Iterator[Any]:
        """The result of each item as it is there; raises _Lost, WorkerFailed, or what the work raised."""
        self.is_idle = False
        self._base = self._start(order)
        self.was_ready = True
        allowed = order.allowance
        for _ in order.items:
            answer = self._answer(allowed.seconds, allowed.memory)
            if answer.what == "memory":
                raise self._over_memory(allowed.memory)
            if answer.what == "error":
                self.is_idle = True
                raise answer.value
            self._done += 1
            yield answer.value
        self.is_idle = True

    def _start(self, order: Job) -> int:
        try:
            self._connection.send(order)
            answer = self._answer(START_SECONDS, None)
        except (_Lost, OSError) as error:
            raise WorkerFailed(f"a worker process did not start: {error}") from None
        if answer.what != "ready":
            raise WorkerFailed(f"a worker process could not be made ready: {answer.value}")
        return int(answer.value)

    def _answer(self, seconds: int, memory: int | None) -> Result:
        """Its next answer. It may wait for so many seconds here; what it computes, the kernel counts over there."""
        waited, looked = 0.0, time.monotonic()
        try:
            while not self._connection.poll(LOOK_SECONDS):
                before, looked = looked, time.monotonic()
                waited += (looked - before) * measure_waiting_share(self._process.pid)
                if waited > seconds:
                    raise _Lost(f"over {seconds} seconds", again=False)
                if memory is not None and measure_resident_memory(self._process.pid) > self._base + memory:
                    raise self._over_memory(memory)
            answer: Result = self._connection.recv()
        except (EOFError, OSError):
            raise self._ended(seconds) from None
        return answer

    def _over_memory(self, memory: int) -> _Lost:
        return _Lost(f"over {memory // 2**20} MB of memory", again=self._done > 0)

    def _ended(self, seconds: int) -> _Lost:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        code = self._process.returncode
        if code == -signal.SIGXCPU:
            return _Lost(f"over {seconds} seconds", again=False)
        how = f"signal {-code}" if code and code < 0 else f"exit code {code}"
        return _Lost(f"its worker process died ({how})", again=self._done > 0)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """The same, leaving nothing behind; nothing that it holds is worth a wait."""
        self._process.kill()
        self._process.wait()
        self._connection.close()


def measure_waiting_share(process: int) -> float:
    """How much of its present time a process waits of its own will: not while it computes or wants a core."""
    try:
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split(None, 1)[0]
    except (OSError, IndexError):
        return UNSEEN_SHARE
    return float(state != b"R")


def measure_resident_memory(process: int) -> int:
    """The bytes of memory that a process holds now; 0 if that cannot be seen: then its own count is what there is."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_bytes().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


class _Pool:
    """Places for so many workers; a place gets its worker when it is first needed."""

    def __init__(self, processes: int) -> None:
        self._places: LifoQueue[_Worker | None] = LifoQueue()  # the last one used first: a small night starts few
        for _ in range(processes):
            self._places.put(None)
        self._living: set[_Worker] = set()
        self._is_closed = False

    def each(self, order: Job, lost: Callable[[Any, str], Any]) -> list[Any]:
        """The order's results; `lost` makes one of an item whose worker had to be killed, and of why."""
        worker = self._places.get()
        results: list[Any] = []
        try:
            while len(results) < len(order.items):
                worker = worker or self._new()
                was_ready = worker.was_ready
                rest = dataclasses.replace(order, items=order.items[len(results) :])
                try:
                    for result in worker.results(rest):
                        results.append(result)  # noqa: PERF402 (what came before an error is kept)
                except _Lost as error:
                    if not (error.again or self._is_closed):
                        results.append(lost(order.items[len(results)], error.detail))
                except WorkerFailed:
                    if not was_ready:  # one that was idle may have been taken away meanwhile; a new one must start
                        raise
                worker = self._kept(worker)
        finally:
            self._places.put(self._kept(worker) if worker else None)
        return results

    def _new(self) -> _Worker:
        worker = _Worker()
        self._living.add(worker)
        if self._is_closed:  # asked last: a stop that came before has not seen this worker
            self._kept(worker)
            raise WorkerFailed("the worker processes were stopped")
        return worker

    def _kept(self, worker: _Worker) -> _Worker | None:
        """The worker, if it waits for its next order; else it is ended."""
        if worker.is_idle and not self._is_closed:
            return worker
        worker.end()
        self._living.discard(worker)
        return None

    def kill(self) -> None:
        """End every worker now; the threads that wait for one of them fail."""
        self._is_closed = True
        for worker in list(self._living):
            worker.kill()

    def close(self) -> None:
        """The same, and nothing is left of those that are idle; the threads see to theirs."""
        self.kill()
        idle = []
        with contextlib.suppress(Empty):
            while True:
                idle.append(self._places.get_nowait())
        for worker in idle:
            if worker:
                worker.end()
            self._places.put(None)


_pools: list[_Pool] = []  # all that are open
_shared: list[_Pool] = []  # none or one: the engine's


@contextmanager
def open_worker_pool(processes: int) -> Iterator[None]:
    """Let `map_in_workers` use this many processes while the block runs; its end kills them."""
    with _open_pool(processes) as pool:
        _shared.append(pool)
        try:
            yield
        finally:
            _shared.remove(pool)


@contextmanager
def _open_pool(processes: int) -> Iterator[_Pool]:
    pool = _Pool(processes)
    _pools.append(pool)
    try:
        yield pool
    finally:
        _pools.remove(pool)
        pool.close()


def end_worker_pools() -> None:
    """Kill every worker process at once: for a stop, after which this process ends too."""
    for pool in tuple(_pools):
        pool.kill()


def map_in_workers(
    work: Callable[[T], R],
    items: Sequence[T],
    *,
    lost: Callable[[T, str], R],
    allowance: Allowance,
    prepare: Callable[[], object] | None = None,
) -> list[R]:
    """`work` of each item, in the items' order, done in one worker process.

    `prepare` loads what the work needs once (imports, kernels, models, word lists): a worker calls it before it is at
    any item, under the limit of its own start, so that an item's allowance counts that item alone.

    An item on which the worker hangs, crashes or takes too much memory gets `lost(item, why)` instead. One that
    crashes or swells a worker which had done other items is tried once more in a new one, so that its fate is its
    own. What `work` itself raises is raised here; WorkerFailed if no worker can be had. Without
    `open_worker_pool` around it, a process is started for this call alone. `work`, `prepare`, items and results
    are pickled.
    """
    order = Job(work, items, allowance, prepare)
    if _shared:
        return _shared[-1].each(order, lost)
    with _open_pool(1) as pool:
        return pool.each(order, lost)
