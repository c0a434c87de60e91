"""Run jobs in processes that may be killed: an item that hangs, swells or crashes loses itself and nothing else.

A pool belongs to a run's resources; a task only calls `pool.run(job)`. A worker keeps each result in the job's file
once it is made; the thread that waits for it kills a worker that is over its allowance, and has a new one go on behind
the item it was at, which is lost. The answer does not depend on which worker made which result.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

from storyfold.outcomes import Transient
from storyfold.workers.process import START_SECONDS, Answer, Item, Job, Made, Message, Order

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


class _FinishLost(_WorkerLost):
    """The worker is gone while it finished a job whose items are all done."""


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

    def run(self, order: Order, note: Callable[[int], object]) -> Any:
        """Return the answer of a job, and note how many of its items are done as they get so.

        Raises _WorkerLost where the worker is lost at an item, WorkerFailed elsewhere, or what the work raised.
        """
        self.is_idle = False
        left, self._base = self._start(order)
        self.was_ready = True
        done = order.done + (order.lost is not None)
        note(done)
        allowed = order.job.allowance
        for number in range(done + 1, done + left + 1):
            if self._take(self._receive(allowed.seconds, allowed.memory)).what == "memory":
                raise self._make_memory_loss(allowed.memory)
            self._done += 1
            note(number)
        return self._receive_answer()

    def _start(self, order: Order) -> tuple[int, int]:
        try:
            self._connection.send(order)
            result = self._receive(START_SECONDS, None)
        except (_WorkerLost, OSError) as error:
            raise WorkerFailed(f"a worker process did not start: {error}") from None
        if self._take(result).what != "ready":
            raise WorkerFailed(f"a worker process could not be made ready: {result.value}")
        left, base = result.value
        return int(left), int(base)

    def _receive_answer(self) -> Any:
        try:
            result = self._take(self._receive(START_SECONDS, None))
        except _WorkerLost as error:
            raise _FinishLost(error.detail, retry=True) from None
        self.is_idle = True
        if result.what == "memory":
            raise MemoryError("too little memory to finish a job whose items are done")
        return result.value

    def _take(self, result: Message) -> Message:
        """Return a result, or raise the error in it."""
        if result.what == "error":
            self.is_idle = True
            raise result.value
        return result

    def _receive(self, seconds: int, memory: int | None) -> Message:
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
            received: Message = self._connection.recv()
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


class WorkerPool:
    """A slot for each of so many workers; a slot gets its worker when it is first needed. For any number of threads."""

    def __init__(self, processes: int) -> None:
        self._slots: LifoQueue[_Worker | None] = LifoQueue()  # the last one used first: a small run starts few
        for _ in range(processes):
            self._slots.put(None)
        self._living: set[_Worker] = set()
        self._is_closed = False

    def run(self, job: Job[Item, Made, Answer]) -> Answer:
        """Run a job in one worker process after another, as far as it needs more than one; return its answer.

        An item at which the worker hangs, crashes or takes too much memory gets what `job.lost` makes. One that
        crashes or swells a worker which had done other items is tried once more in a new one, so that no other item
        decides its fate. What `work`, `finish` or the reading of results raise is raised here; WorkerFailed if no
        worker can be had.
        """
        worker = self._slots.get()
        order = Order(job)

        def note(done: int) -> None:
            nonlocal order
            order = replace(order, done=done, lost=None)

        try:
            while True:
                worker = worker or self._start_worker()
                was_ready = worker.was_ready
                try:
                    answer: Answer = worker.run(order, note)
                    return answer
                except _FinishLost as error:
                    if order.finishes:
                        raise WorkerFailed(f"worker processes are lost as they finish a job: {error}") from None
                    order = replace(order, finishes=1)
                except _WorkerLost as error:
                    if not (error.retry or self._is_closed):
                        order = replace(order, lost=error.detail)
                except WorkerFailed:
                    if not was_ready:  # one that was idle may have been taken away meanwhile; a new one must start
                        raise
                worker = self._release(worker)
        finally:
            self._slots.put(self._release(worker) if worker else None)
            with contextlib.suppress(OSError):  # what is left of it goes with the folder
                job.kept_in.unlink(missing_ok=True)

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


@contextmanager
def open_worker_pool(processes: int) -> Iterator[WorkerPool]:
    """Give a pool of so many processes while the block runs; its end kills them."""
    pool = WorkerPool(processes)
    try:
        yield pool
    finally:
        pool.close()
