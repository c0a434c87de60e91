"""Hold all that a run keeps open in one process, as one value: lake, worker processes, and the clients that ask hosts.

An engine opens it, tasks are given it, and it is closed in order. Only a process that is sent a recipe holds what it
made of it in a variable of this module.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from storyfold.fetch.client import Client
from storyfold.fetch.retry_after import RestingHosts
from storyfold.fetch.throttle import HostThrottle
from storyfold.lake.lake import Lake
from storyfold.run.attempt import Attempt
from storyfold.settings.fetch import FetchSettings
from storyfold.workers.pool import WorkerPool

RESTING_HOSTS_FILE = "resting-hosts.json"  # in the lake's work folder: it outlasts the run


@dataclass(frozen=True, slots=True)
class Recipe:
    """Say how a process makes its resources; what travels to another machine in their place."""

    lake_folder: str
    processes: int


class Resources:
    """The open resources of one process; for all its threads and for every run that it does over one lake."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.lake = Lake(recipe.lake_folder)
        self.workers = WorkerPool(recipe.processes)
        self._throttle = HostThrottle()  # a host's turn and pause hold over all stages and runs
        self._clients: dict[tuple[str, int], _SharedClient] = {}
        self._lock = threading.Lock()

    @contextmanager
    def share_client(self, attempt: Attempt, settings: FetchSettings) -> Iterator[Client]:
        """Give the client of this attempt: all its tasks here use one, so that a host sees one polite visitor.

        Its connections are closed when no task uses it; the rules of robots.txt stay in the attempt's work folder.
        """
        key = (attempt.run_id, attempt.number)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _SharedClient(self._make_client(attempt, settings))
            shared = self._clients[key]
            shared.users += 1
        try:
            yield shared.client
        finally:
            with self._lock:
                shared.users -= 1
                if not shared.users:
                    del self._clients[key]
                    shared.client.close()

    def _make_client(self, attempt: Attempt, settings: FetchSettings) -> Client:
        resting = RestingHosts(self.lake.work / RESTING_HOSTS_FILE)
        return Client(settings, attempt.now, self._throttle, attempt.work / "robots.asked", resting)

    def close(self) -> None:
        """End the worker processes and close DuckDB; clients close with the last task that uses them."""
        self.workers.close()
        self.lake.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[object, ...]:
        return open_in_other_process, (self.recipe,)


@dataclass(slots=True)
class _SharedClient:
    client: Client
    users: int = 0


_opened: dict[Recipe, Resources] = {}  # of a process that was sent a recipe; it has no owner that could hold them
_opening = threading.Lock()


def open_in_other_process(recipe: Recipe) -> Resources:
    """Open a process's own resources, once, for all tasks that a cluster gives it; they close when it ends."""
    with _opening:
        if recipe not in _opened:
            _opened[recipe] = Resources(recipe)
            atexit.register(_opened[recipe].close)
        return _opened[recipe]
