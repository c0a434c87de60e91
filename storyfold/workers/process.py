"""Run a worker process: take jobs from the process that started it, until that one is gone.

A job's items are read here, and what is made of them stays here: each result is kept in a file until the job is
finished, so a worker can be killed in the middle of a job, another goes on with it, and only the item it was at is
lost. Its starter is told that an item is done, and the answer of the whole job. `storyfold.workers.pool` is the other
side.
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
from typing import Any, Generic, Literal, TypeVar

from storyfold.workers.kept_results import KeptResults

Item = TypeVar("Item")
Made = TypeVar("Made")
Answer = TypeVar("Answer")

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
class Job(Generic[Item, Made, Answer]):
    """Items to work on, one after the other. All of it is pickled, and called in the worker process.

    `read` reads the items, `work` makes the result of one, `lost` makes that of an item whose worker was killed at it,
    of the reason in words. `finish` makes the answer of all items and their results, in the same order. `prepare` loads
    what the work needs once a process, before any item's time runs. `kept_in` is a file of the job's own for results.
    """

    read: Callable[[], Sequence[Item]]
    work: Callable[[Item], Made]
    lost: Callable[[Item, str], Made]
    finish: Callable[[Sequence[Item], Sequence[Made]], Answer]
    kept_in: Path
    allowance: Allowance
    prepare: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A job to take up: so many of its items are done, and the next one, with a reason given, is lost."""

    job: Job[Any, Any, Any]
    done: int = 0
    lost: str | None = None
    finishes: int = 0  # how often a worker was lost as it finished the job


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a worker: ready, an item done, the answer, an error of `work`, too little memory, or unable.

    `value` is the number of items left and the memory in use (ready), the answer, the error, or what was wrong.
    """

    what: Literal["ready", "done", "answer", "error", "memory", "unable"]
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
    """Do one job: say of each item that it is done, and give the answer of all."""
    _limit_processor_time(START_SECONDS)
    try:
        order: Order = pickle.loads(pickled)  # noqa: S301 (from the parent alone)
        _prepare(order.job, state)
    except Exception:  # noqa: BLE001 (whatever it is, no item can be worked on)
        connection.send(Message("unable", traceback.format_exc(limit=-3)))
        os._exit(1)
    job, opened = order.job, _run(lambda: _open_items(order))
    if opened.what != "done":
        connection.send_bytes(_pickle(opened))
        return
    items, results = opened.value
    state.base = state.base or measure_peak_memory()  # with the items, which are no page's memory
    with results:
        _limit_address_space(job.allowance.memory * ADDRESS_SPACE_FACTOR)
        left = items[results.count :]
        connection.send(Message("ready", (len(left), state.base)))
        if all(_work_on(connection, job, item, results, state) for item in left):
            _finish(connection, job, items, results, state)


def _open_items(order: Order) -> tuple[Sequence[Any], KeptResults]:
    """Read a job's items, and open the results that are kept of it, with that of an item that is lost."""
    items = order.job.read()
    results = KeptResults(order.job.kept_in, order.done)
    if order.lost is not None:
        results.keep(order.job.lost(items[order.done], order.lost))
    return items, results


def _work_on(
    connection: Connection, job: Job[Any, Any, Any], item: Any, results: KeptResults, state: _WorkerState
) -> bool:
    """Work on one item, keep its result and say how it went; return whether the next one may be begun."""
    _limit_processor_time(job.allowance.seconds)
    result = _run(lambda: results.keep(job.work(item)))
    if result.what == "memory" or measure_peak_memory() > state.base + job.allowance.memory:
        connection.send(Message("memory"))
        os._exit(1)  # what is left of it would count against the next item
    connection.send_bytes(_pickle(result))
    return result.what == "done"


def _finish(
    connection: Connection, job: Job[Any, Any, Any], items: Sequence[Any], results: KeptResults, state: _WorkerState
) -> None:
    """Give the answer of a job whose items are done."""
    _limit_processor_time(START_SECONDS)
    _limit_address_space(None)
    result = _run(lambda: job.finish(items, results.read()))
    connection.send_bytes(_pickle(Message("answer", result.value) if result.what == "done" else result))
    if measure_peak_memory() > state.base + job.allowance.memory:
        os._exit(1)  # the next job's items would be taken for too large


def _prepare(job: Job[Any, Any, Any], state: _WorkerState) -> None:
    """Load what the work needs, unless an earlier job has loaded it."""
    wanted = pickle.dumps(job.prepare)
    if job.prepare is not None and wanted not in state.prepared:
        job.prepare()
    state.prepared.add(wanted)


def _run(work: Callable[[], Any]) -> Message:
    try:
        return Message("done", work())
    except MemoryError:
        return Message("memory")
    except Exception as error:  # noqa: BLE001 (raised again on the other side)
        return Message("error", error)


def _pickle(result: Message) -> bytes:
    try:
        return pickle.dumps(result)
    except Exception as error:  # noqa: BLE001 (an object of any type may refuse)
        refusal = RuntimeError(f"{result.value!r:.300} cannot be handed on: {error}")
        return pickle.dumps(Message("error", refusal))


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


def _limit_address_space(more: int | None) -> None:
    """Refuse memory beyond what is mapped now and so many bytes, or, with None, no more than any process may have.

    Other systems than Linux ignore that.
    """
    with contextlib.suppress(OSError):
        if more is None:
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
            return
        pages = int(Path("/proc/self/statm").read_bytes().split(None, 1)[0])
        _set_limit(resource.RLIMIT_AS, pages * resource.getpagesize() + more)


def _set_limit(which: int, wanted: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
