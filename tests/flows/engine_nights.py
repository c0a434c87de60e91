"""Run whole nights on an engine, and watch from outside what becomes of its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_LOGGING_TO_API_ENABLED,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    temporary_settings,
)

from flows.engines import ENGINES, Engine
from flows.nightly import nightly
from flows.results import NightResult
from storyfold.lake.lake import Lake, run_query
from storyfold.outcomes import StoryfoldError
from storyfold.schemas import TABLES
from tasks.resources import Resources

MakeEngine = Callable[[int], Engine]
NAME = "under test"  # of the engine, while a night runs on it
MARK = "STORYFOLD_TEST_NIGHT"  # an environment variable that every process of a night inherits
NOW = "2026-03-04T02:30:00+00:00"
LOOK_SECONDS = 0.03  # between two looks at the processes
END_SECONDS = 20.0  # for processes that were killed to be gone, on a busy machine


@dataclass
class WatchedEngine:
    """An engine as it is, which notes the resources that it opens and closes."""

    engine: Engine
    opened: list[Resources] = field(default_factory=list)
    closed: list[Resources] = field(default_factory=list)

    @property
    def name(self):
        return self.engine.name

    @property
    def processes(self):
        return self.engine.processes

    def make_task_runner(self):
        return self.engine.make_task_runner()

    @contextmanager
    def open_resources(self, lake_folder):
        try:
            with self.engine.open_resources(lake_folder) as resources:
                self.opened.append(resources)
                yield resources
        finally:
            self.closed += self.opened[-1:]


@dataclass
class Night:
    """How a night went: its result or the error that ended it, and what was seen of its processes."""

    lake: Lake
    engine: WatchedEngine
    result: NightResult | None = None
    error: StoryfoldError | None = None
    workers: set[int] = field(default_factory=set)
    most_workers: int = 0  # at once
    killed: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def read_rows(self):
        """The rows of every table but `runs`, which says how long each took, in an order that is the same."""

        def read(connection):
            found = {name: run_query(connection, f'FROM "{name}"') for name in {*TABLES} - {"runs"}}
            return {name: sorted(map(repr, rows.to_pylist())) for name, rows in found.items()}

        return self.lake.read_with(read)

    def ask(self, query):
        return self.lake.read(query).to_pylist()


@dataclass
class Nights:
    """Runs nights in this process on an engine, as `nightly` does for a user, on a real Prefect server."""

    server: str
    home: Path
    make_engine: MakeEngine

    def run(self, sources, lake, processes=1, night="2026-03-04", kill_at_work=False):
        """Run a night over a sources.toml; `kill_at_work` kills the first worker that is in the middle of a batch."""
        engine = WatchedEngine(self.make_engine(processes))
        done = Night(Lake(lake), engine)
        mark = uuid.uuid4().hex
        with self._prepared(engine, mark), watching(done, mark, kill_at_work):
            try:
                done.result = nightly(str(sources), night, str(lake), NAME, processes, NOW)
            except StoryfoldError as error:
                done.error = error
        done.left = wait_for_end(mark)
        return done

    @contextmanager
    def _prepared(self, engine, mark):
        told = {
            PREFECT_API_URL: self.server,
            PREFECT_HOME: self.home,
            PREFECT_SERVER_ANALYTICS_ENABLED: False,
            PREFECT_LOGGING_TO_API_ENABLED: False,
        }
        with (
            temporary_settings(told),
            patch.dict(ENGINES, {NAME: lambda _: engine}),
            patch.dict(os.environ, {MARK: mark}),
        ):
            yield


@contextmanager
def watching(night: Night, mark: str, kill_at_work: bool) -> Iterator[None]:
    """Note the worker processes of a night while the block runs, and kill one of them if that is wanted."""
    stop = threading.Event()

    def watch():
        while not stop.wait(LOOK_SECONDS):
            workers = [process for process, command in list_processes(mark) if b"storyfold.workers.process" in command]
            night.workers.update(workers)
            night.most_workers = max(night.most_workers, len(workers))
            if kill_at_work and not night.killed:
                night.killed += [worker for worker in workers if kill_within_a_batch(worker)][:1]

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def kill_within_a_batch(worker: int) -> bool:
    """Kill a worker that has done an item of the batch that it has open, and is at another."""
    if not (before := count_kept(worker)):
        return False
    time.sleep(LOOK_SECONDS)  # it has given word of that item by then
    if count_kept(worker) != before:
        return False
    os.kill(worker, signal.SIGKILL)
    return True


def count_kept(worker: int) -> int:
    """The bytes of results that a worker has kept of the batch that it is at."""
    with contextlib.suppress(OSError):
        for opened in Path(f"/proc/{worker}/fd").iterdir():
            if str(opened.readlink()).endswith(".fates"):
                return opened.stat().st_size
    return 0


def list_processes(mark: str) -> list[tuple[int, bytes]]:
    """The living processes of a night and their commands, whoever of them started which."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append((int(place.name), (place / "cmdline").read_bytes()))
    return found


def wait_for_end(mark: str) -> list[str]:
    """Wait until no process of a night is left; kill those that stay all the same, and return their commands."""
    deadline = time.monotonic() + END_SECONDS
    # Python's own tracker of semaphores stays as long as the process that first needed it
    while left := [(process, c) for process, c in list_processes(mark) if b"resource_tracker" not in c]:
        if time.monotonic() > deadline:
            for process, _ in left:
                os.kill(process, signal.SIGKILL)
            break
        time.sleep(LOOK_SECONDS)
    return [command.replace(b"\0", b" ").decode() for _, command in left]
