"""Run work in processes that may be killed: an item that hangs, swells or crashes loses itself and nothing else.

The engine opens the pool; a task only calls `map_in_workers(work, items, ...)`. A worker sends each result once it is
made; the thread that waits for it kills a worker that is over its allowance, marks the item it was at as lost, and
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
UNKNOWN_WAITING_SHARE = 1 / 3
POLL_SECONDS = 0.1  # between two measurements of what a worker uses; an ordinary page is done before the first
END_SECONDS = 5.0  # for a process whose connection is closed to be gone
_PROGRAM = "from storyfold.workers.process import main; main()"
# Workers are the unit of concurrency: more threads inside them only take each other's cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


def count_usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerFailed(Transient):
    """A worker process could not start or was taken away before it was at any item: the machine's trouble."""


class _WorkerLost(Exception):
    """The worker is gone, and the item it was at with it; `retry`: earlier items may have had a part in that."""

    def __init__(self, detail: str, *, retry: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry = retry


class _Worker:
    """One worker process, as the thread that waits for it sees it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen(  # noqa: S603 (this very program)
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())],
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

    def run(self, job: Job) -> Iterator[Any]:
        """Yield the result of each item once it is made; raises _WorkerLost, WorkerFailed, or what the work raised."""
        self.is_idle = False
        self._base = self._start(job)
        self.was_ready = True
        allowed = job.allowance
        for _ in job.items:
            result = self._receive(allowed.seconds, allowed.memory)
            if result.what == "memory":
                raise self._make_memory_loss(allowed.memory)
            if result.what == "error":
                self.is_idle = True
                raise result.value
            self._done += 1
            yield result.value
        self.is_idle = True

    def _start(self, job: Job) -> int:
        try:
            self._connection.send(job)
            result = self._receive(START_SECONDS, None)
        except (_WorkerLost, OSError) as error:
            raise WorkerFailed(f"a worker process did not start: {error}") from None
        if result.what != "ready":
            raise WorkerFailed(f"a worker process could not be made ready: {result.value}")
        return int(result.value)

    def _receive(self, seconds: int, memory: int | None) -> Result:
        """Receive the next result. The worker may wait for so many seconds; the kernel limits its processor time."""
        waited, looked = 0.0, time.monotonic()
        try:
            while not self._connection.poll(POLL_SECONDS):
                before, looked = looked, time.monotonic()
                waited += (looked - before) * measure_waiting_share(self._process.pid)
                if waited > seconds:
                    raise _WorkerLost(f"over {seconds} seconds", retry=False)
                if memory is not None and measure_resident_memory(self._process.pid) > self._base + memory:
                    raise self._make_memory_loss(memory)
            received: Result = self._connection.recv()
        except (EOFError, OSError):
            raise self._explain_end(seconds) from None
        return received

    def _make_memory_loss(self, memory: int) -> _WorkerLost:
        return _WorkerLost(f"over {memory // 2**20} MB of memory", retry=self._done > 0)

    def _explain_end(self, seconds: int) -> _WorkerLost:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        code = self._process.returncode
        if code == -signal.SIGXCPU:
            return _WorkerLost(f"over {seconds} seconds", retry=False)
        how = f"signal {-code}" if code and code < 0 else f"exit code {code}"
        return _WorkerLost(f"its worker process died ({how})", retry=self._done > 0)

    def kill(self) -> None:
        """Kill the process in the middle of whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """Kill the process and release all of it; nothing that it holds is worth a wait."""
        self._process.kill()
        self._process.wait()
        self._connection.close()


def measure_waiting_share(process: int) -> float:
    """Measure the share of its time, 0 or 1, that a process waits: not while it computes or is ready to."""
    try:
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split(None, 1)[0]
    except (OSError, IndexError):
        return UNKNOWN_WAITING_SHARE
    return float(state != b"R")


def measure_resident_memory(process: int) -> int:
    """Measure the bytes of memory that a process uses now; 0 where that cannot be seen."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_bytes().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


class _WorkerPool:
    """A slot for each of so many workers; a slot gets its worker when it is first needed."""

    def __init__(self, processes: int) -> None:
        self._slots: LifoQueue[_Worker | None] = LifoQueue()  # the last one used first: a small run starts few
        for _ in range(processes):
            self._slots.put(None)
        self._living: set[_Worker] = set()
        self._is_closed = False

    def run(self, job: Job, lost: Callable[[Any, str], Any]) -> list[Any]:
        """Run a job and list its results; `lost(item, reason)` makes the result of an item whose worker was killed."""
        worker = self._slots.get()
        results: list[Any] = []
        try:
            while len(results) < len(job.items):
                worker = worker or self._start_worker()
                was_ready = worker.was_ready
                rest = dataclasses.replace(job, items=job.items[len(results) :])
                try:
                    for result in worker.run(rest):
                        results.append(result)  # noqa: PERF402 (what came before an error is kept)
                except _WorkerLost as error:
                    if not (error.retry or self._is_closed):
                        results.append(lost(job.items[len(results)], error.detail))
                except WorkerFailed:
                    if not was_ready:  # one that was idle may have been taken away meanwhile; a new one must start
                        raise
                worker = self._release(worker)
        finally:
            self._slots.put(self._release(worker) if worker else None)
        return results

    def _start_worker(self) -> _Worker:
        worker = _Worker()
        self._living.add(worker)
        if self._is_closed:  # read last: a stop that came before has not seen this worker
            self._release(worker)
            raise WorkerFailed("the worker processes were stopped")
        return worker

    def _release(self, worker: _Worker) -> _Worker | None:
        """Return the worker if it waits for its next job; else end it."""
        if worker.is_idle and not self._is_closed:
            return worker
        worker.end()
        self._living.discard(worker)
        return None

    def kill(self) -> None:
        """Kill every worker now; the threads that wait for one of them fail."""
        self._is_closed = True
        for worker in list(self._living):
            worker.kill()

    def close(self) -> None:
        """Kill every worker, and release those that are idle; the threads release theirs."""
        self.kill()
        idle = []
        with contextlib.suppress(Empty):
            while True:
                idle.append(self._slots.get_nowait())
        for worker in idle:
            if worker:
                worker.end()
            self._slots.put(None)


_open_pools: list[_WorkerPool] = []  # all of this process
_engine_pools: list[_WorkerPool] = []  # none or one


@contextmanager
def open_worker_pool(processes: int) -> Iterator[None]:
    """Let `map_in_workers` use this many processes while the block runs; its end kills them."""
    with _open_pool(processes) as pool:
        _engine_pools.append(pool)
        try:
            yield
        finally:
            _engine_pools.remove(pool)


@contextmanager
def _open_pool(processes: int) -> Iterator[_WorkerPool]:
    pool = _WorkerPool(processes)
    _open_pools.append(pool)
    try:
        yield pool
    finally:
        _open_pools.remove(pool)
        pool.close()


def end_worker_pools() -> None:
    """Kill every worker process at once: before a stop of this process itself."""
    for pool in tuple(_open_pools):
        pool.kill()


def map_in_workers(
    work: Callable[[T], R],
    items: Sequence[T],
    *,
    lost: Callable[[T, str], R],
    allowance: Allowance,
    prepare: Callable[[], object] | None = None,
) -> list[R]:
    """Call `work` on each item in one worker process; return the results in the items' order.

    `prepare` loads what the work needs once (imports, kernels, models, word lists): a worker calls it before it is at
    any item, under the limit of its own start, so that an item's allowance counts that item alone.

    An item at which the worker hangs, crashes or takes too much memory gets `lost(item, reason)` instead. One that
    crashes or swells a worker which had done other items is tried once more in a new one, so that no other item
    decides its fate. What `work` itself raises is raised here; WorkerFailed if no worker can be had. Without
    `open_worker_pool` around it, a process is started for this call alone. `work`, `prepare`, items and results
    are pickled.
    """
    job = Job(work, items, allowance, prepare)
    if _engine_pools:
        return _engine_pools[-1].run(job, lost)
    with _open_pool(1) as pool:
        return pool.run(job, lost)
