"""What a worker process does: take orders from the process that started it, until that one is gone.

Each answer goes back as soon as it is there, so a worker can be killed in the middle of an order and only the
item it was at is lost. `storyfold.workers.pool` is the other side.
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
    """What one item may use: seconds of processor time (whole ones), and bytes of memory beyond what was loaded."""

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
    """One step of an order: ready for it, an item done, an error of `work`, too little memory, or unable to start."""

    what: Literal["ready", "done", "error", "memory", "unable"]
    value: Any = None


def main() -> None:
    """Serve the connection whose descriptor is the last argument; never returns."""
    # A stop may reach every process of a service: the parent alone says what it means. Were a worker to
    # end by itself, the page it was at would seem to have done it.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a killed worker leaves no file behind
    connection = Connection(int(sys.argv[-1]))
    orders: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()
    state = _State()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while True:
            _serve(connection, orders.get(), state)
    os._exit(1)


@dataclass(slots=True)
class _State:
    """What a worker remembers between orders."""

    base: int = 0  # bytes of memory in use before the first item of all
    prepared: set[bytes] = field(default_factory=set)


def _listen(connection: Connection, orders: SimpleQueue[bytes]) -> None:
    """Pass orders on; once the parent is gone, however it ended, this process ends in the middle of its work."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            orders.put(connection.recv_bytes())
    os._exit(1)


def _serve(connection: Connection, pickled: bytes, state: _State) -> None:
    """Do one order."""
    _limit_processor_time(START_SECONDS)
    try:
        order: Job = pickle.loads(pickled)  # noqa: S301 (from the parent alone)
        _prepare(order, state)
    except Exception:  # noqa: BLE001 (whatever it is, no item can be worked on)
        connection.send(Result("unable", traceback.format_exc(limit=-3)))
        os._exit(1)
    _limit_address_space(order.allowance.memory * ADDRESS_SPACE_FACTOR)
    connection.send(Result("ready", state.base))
    for item in order.items:
        _limit_processor_time(order.allowance.seconds)
        answer = _work_on(order.work, item)
        if answer.what == "memory" or measure_peak_memory() > state.base + order.allowance.memory:
            connection.send(Result("memory"))
            os._exit(1)  # what is left of it would count against the next item
        connection.send_bytes(_pickled(answer))
        if answer.what == "error":
            break


def _prepare(order: Job, state: _State) -> None:
    """Load what the work needs, unless an order before has loaded it."""
    wanted = pickle.dumps(order.prepare)
    if order.prepare is not None and wanted not in state.prepared:
        order.prepare()
    state.prepared.add(wanted)
    state.base = state.base or measure_peak_memory()


def _work_on(work: Callable[[Any], Any], item: Any) -> Result:
    try:
        return Result("done", work(item))
    except MemoryError:
        return Result("memory")
    except Exception as error:  # noqa: BLE001 (raised again on the other side)
        return Result("error", error)


def _pickled(answer: Result) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception as error:  # noqa: BLE001 (an object of any type may refuse)
        told = RuntimeError(f"{answer.value!r:.300} cannot be handed on: {error}")
        return pickle.dumps(Result("error", told))


def measure_peak_memory() -> int:
    """The most bytes of memory that this process has held at once."""
    try:
        status = Path("/proc/self/status").read_bytes()
    except OSError:  # no Linux: there the figure is in bytes; here it would count what the parent held when it forked
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.partition(b"VmHWM:")[2].split(None, 1)[0]) * 1024


def _limit_processor_time(seconds: int) -> None:
    """Let the kernel end this process (SIGXCPU) after so many more seconds; it counts whole ones, so up to one more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _limit_address_space(more: int) -> None:
    """Refuse memory beyond what is mapped now and so many bytes; elsewhere than on Linux nobody would heed it."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_bytes().split(None, 1)[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + more)


def _limit(which: int, wanted: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
