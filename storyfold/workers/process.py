"""Run a worker process: take jobs from the process that started it, until that one is gone.

Each result goes back as soon as it is made, so a worker can be killed in the middle of a job and only the item it
was at is lost. `storyfold.workers.pool` is the other side.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

# Room for what is loaded, and for one large request that is refused as a MemoryError; what grows bit by bit is
# found sooner, by the watch on what is really used.
ADDRESS_SPACE_FACTOR = 2
# To start Python, import the work and make it ready, in seconds of processor time. A slow core takes 4, and 25 more
# where it must compile the parser's kernels itself, as no folder to keep them in can be written: ten times that, twice.
START_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Allowance:
    """The resources of one item: whole seconds of processor time, and bytes of memory beyond what was loaded."""

    seconds: int
    memory: int


@dataclass(frozen=True, slots=True)
class Job:
    """Items to work on, one after the other; `prepare` loads what the work needs once, before any item's time runs."""

    work: Callable[[Any], Any]
    items: Sequence[Any]
    allowance: Allowance
    prepare: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One message of a worker: ready, an item done, an error of `work`, too little memory, or unable to start."""

    what: Literal["ready", "done", "error", "memory", "unable"]
    value: Any = None


def main() -> None:
    """Serve the connection whose descriptor is the last argument; never returns."""
    # A stop may reach every process of a service: the parent alone decides what it means. Were a worker to
    # end by itself, the page it was at would seem to be the cause.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a killed worker leaves no file behind
    connection = Connection(int(sys.argv[-1]))
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    state = _WorkerState()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while True:
            _serve_job(connection, jobs.get(), state)
    os._exit(1)


@dataclass(slots=True)
class _WorkerState:
    """The values that a worker keeps between jobs."""

    base: int = 0  # bytes of memory in use before the first item of all
    prepared: set[bytes] = field(default_factory=set)


def _listen(connection: Connection, jobs: SimpleQueue[bytes]) -> None:
    """Pass jobs on; once the parent is gone, however it ended, this process ends in the middle of its work."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            jobs.put(connection.recv_bytes())
    os._exit(1)


def _serve_job(connection: Connection, pickled: bytes, state: _WorkerState) -> None:
    """Do one job, sending each result as it is made."""
    _limit_processor_time(START_SECONDS)
    try:
        job: Job = pickle.loads(pickled)  # noqa: S301 (from the parent alone)
        _prepare(job, state)
    except Exception:  # noqa: BLE001 (whatever it is, no item can be worked on)
        connection.send(Result("unable", traceback.format_exc(limit=-3)))
        os._exit(1)
    _limit_address_space(job.allowance.memory * ADDRESS_SPACE_FACTOR)
    connection.send(Result("ready", state.base))
    for item in job.items:
        _limit_processor_time(job.allowance.seconds)
        result = _run_work(job.work, item)
        if result.what == "memory" or measure_peak_memory() > state.base + job.allowance.memory:
            connection.send(Result("memory"))
            os._exit(1)  # what is left of it would count against the next item
        connection.send_bytes(_pickle(result))
        if result.what == "error":
            break


def _prepare(job: Job, state: _WorkerState) -> None:
    """Load what the work needs, unless an earlier job has loaded it."""
    wanted = pickle.dumps(job.prepare)
    if job.prepare is not None and wanted not in state.prepared:
        job.prepare()
    state.prepared.add(wanted)
    state.base = state.base or measure_peak_memory()


def _run_work(work: Callable[[Any], Any], item: Any) -> Result:
    try:
        return Result("done", work(item))
    except MemoryError:
        return Result("memory")
    except Exception as error:  # noqa: BLE001 (raised again on the other side)
        return Result("error", error)


def _pickle(result: Result) -> bytes:
    try:
        return pickle.dumps(result)
    except Exception as error:  # noqa: BLE001 (an object of any type may refuse)
        failure = RuntimeError(f"{result.value!r:.300} cannot be handed on: {error}")
        return pickle.dumps(Result("error", failure))


def measure_peak_memory() -> int:
    """Measure the most bytes of memory that this process has held at once."""
    try:
        status = Path("/proc/self/status").read_bytes()
    except OSError:  # no Linux: there the figure is in bytes; here it would count what the parent held when it forked
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.partition(b"VmHWM:")[2].split(None, 1)[0]) * 1024


def _limit_processor_time(seconds: int) -> None:
    """Let the kernel end this process (SIGXCPU) after so many more seconds; it counts whole ones, so up to one more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _limit_address_space(more: int) -> None:
    """Refuse memory beyond what is mapped now and so many bytes; other systems than Linux ignore that."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_bytes().split(None, 1)[0])
        _set_limit(resource.RLIMIT_AS, pages * resource.getpagesize() + more)


def _set_limit(which: int, wanted: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
