"""Where the batches of a night run. A flow asks an engine for a task runner and enters it; nothing else differs.

To add one (Dask): a class with the same three members, and its name in `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from storyfold.outcomes import WrongUse
from storyfold.workers.pool import count_usable_cores, open_worker_pool


class Engine(Protocol):
    """A place for batches to run."""

    @property
    def name(self) -> str:
        """What `runs.engine` says."""

    @property
    def processes(self) -> int:
        """How many batches run at once."""

    def task_runner(self) -> TaskRunner[Any]:
        """What Prefect submits tasks to."""

    def running(self) -> AbstractContextManager[None]:
        """Holds whatever the batches need while a night runs."""


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """Worker processes on this machine: a thread of the flow waits for each busy one."""

    processes: int

    @property
    def name(self) -> str:
        return f"local, {self.processes} processes"

    def task_runner(self) -> TaskRunner[Any]:
        # one thread more than processes, so that the next batch is at hand when one ends
        return ThreadPoolTaskRunner(max_workers=self.processes + 1)

    def running(self) -> AbstractContextManager[None]:
        return open_worker_pool(self.processes)


ENGINES: dict[str, Callable[[int], Engine]] = {"local": LocalProcesses}


def choose_engine(name: str, processes: int | None) -> Engine:
    """The engine of that name; without a number, as many processes as this process may use cores."""
    if name not in ENGINES:
        raise WrongUse(f"unknown engine '{name}'; allowed: {', '.join(ENGINES)}")
    return ENGINES[name](processes or count_usable_cores())
