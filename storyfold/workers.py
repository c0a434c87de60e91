"""Where a batch's work is done: in worker processes of this machine, or right here.

The engine opens the pool; a task only says `in_worker(function, ...)`. Without a pool (a Dask worker is a
process of its own) the function runs where the task runs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import ParamSpec, TypeVar

from storyfold.outcomes import StoryfoldError

P = ParamSpec("P")
R = TypeVar("R")

# Prefect runs threads, and a fork of a threaded process can hang: workers start afresh.
CONTEXT = multiprocessing.get_context("spawn")


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerDied(StoryfoldError):
    """A worker process ended in the middle of its work: killed, out of memory, or crashed in native code."""


@dataclass(slots=True)
class _Pool:
    processes: int
    executor: ProcessPoolExecutor


_lock = Lock()
_pool: list[_Pool] = []  # none or one: the engine opens at most one pool a process


@contextmanager
def worker_processes(processes: int) -> Iterator[None]:
    """Let `in_worker` use this many processes while the block runs."""
    _pool.append(_Pool(processes, _executor(processes)))
    try:
        yield
    finally:
        _pool.pop().executor.shutdown(wait=True, cancel_futures=True)


def in_worker(function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
    """The function's result, from a worker process; raises what it raises, or WorkerDied."""
    if not _pool:
        return function(*arguments, **options)
    executor = _pool[-1].executor
    try:
        return executor.submit(function, *arguments, **options).result()
    except BrokenProcessPool:
        _replace(executor)
        raise WorkerDied("a worker process ended in the middle of its work") from None


def in_own_process(function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
    """The same in a process that does nothing else, so that its end is this call's fault alone."""
    with _executor(1) as executor:
        try:
            return executor.submit(function, *arguments, **options).result()
        except BrokenProcessPool:
            raise WorkerDied("the process ended while it worked on this alone") from None


def _executor(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=processes, mp_context=CONTEXT, initializer=_leave_stops_to_the_parent)


def _leave_stops_to_the_parent() -> None:
    """Ctrl-C reaches every process of a terminal: the parent alone says what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _replace(broken: ProcessPoolExecutor) -> None:
    """A broken pool takes no more work; of the tasks that notice, the first brings a new one."""
    with _lock:
        if _pool and _pool[-1].executor is broken:
            _pool[-1].executor = _executor(_pool[-1].processes)
            broken.shutdown(wait=False)
