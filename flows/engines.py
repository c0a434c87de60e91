"""Choose where the batches of a run are worked on.

A flow asks an engine for a task runner and enters it; nothing else differs. To add one (Dask): a class with the
members of `Engine`, and its name in `ENGINES`.
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
    """Run batches: the seam between the flow and one machine or many."""

    @property
    def name(self) -> str:
        """The words of `runs.engine`."""

    @property
    def processes(self) -> int:
        """The number of batches that run at once."""

    def make_task_runner(self) -> TaskRunner[Any]:
        """Return what Prefect submits tasks to."""

    def open_workers(self) -> AbstractContextManager[None]:
        """Keep whatever the batches need ready while the block runs."""


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """Run batches in worker processes on this machine: a thread of the flow waits for each busy one."""

    processes: int

    @property
    def name(self) -> str:
        return f"local, {self.processes} processes"

    def make_task_runner(self) -> TaskRunner[Any]:
        # one thread more than processes, so that the next batch is at hand when one ends
        return ThreadPoolTaskRunner(max_workers=self.processes + 1)

    def open_workers(self) -> AbstractContextManager[None]:
        return open_worker_pool(self.processes)


ENGINES: dict[str, Callable[[int], Engine]] = {"local": LocalProcesses}


def choose_engine(name: str, processes: int | None) -> Engine:
    """Return the engine of that name; without a number, with as many processes as this process may use cores."""
    if name not in ENGINES:
        raise WrongUse(f"unknown engine '{name}'; allowed: {', '.join(ENGINES)}")
    return ENGINES[name](processes or count_usable_cores())
