"""Choose where the batches of a run are worked on.

A flow asks an engine for a task runner, and for the resources that its tasks are given; nothing else differs. To add
one (Dask): a class with the members of `Engine`, and its name in `ENGINES`; what it must do is in
`tests/flows/engine_contract.py`, which then runs on it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from storyfold.outcomes import WrongUse
from storyfold.workers.pool import count_usable_cores
from tasks.resources import Recipe, Resources


@runtime_checkable  # Prefect checks the arguments of flows by their types
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

    def open_resources(self, lake_folder: str) -> AbstractContextManager[Resources]:
        """Open what a run over this lake keeps open, while the block runs; its tasks are given it."""


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

    def open_resources(self, lake_folder: str) -> AbstractContextManager[Resources]:
        return Resources(Recipe(str(Path(lake_folder).absolute()), self.processes))


ENGINES: dict[str, Callable[[int], Engine]] = {"local": LocalProcesses}


def choose_engine(name: str, processes: int | None) -> Engine:
    """Return the engine of that name; without a number, with as many processes as this process may use cores."""
    if name not in ENGINES:
        raise WrongUse(f"unknown engine '{name}'; allowed: {', '.join(ENGINES)}")
    return ENGINES[name](processes or count_usable_cores())
