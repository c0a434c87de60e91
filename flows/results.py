"""Hold how a night ended, with the nights that were finished before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storyfold.schemas import Run


@dataclass(frozen=True, slots=True)
class NightResult:
    """Hold a night's row in `runs`, its summary in lines, and its report's page if it could be made.

    `finished` are the killed nights that were finished first, in their order; `not_finished` has a line for each that
    could not be.
    """

    run: Run
    summary: tuple[str, ...]
    report: Path | None
    finished: tuple[NightResult, ...] = ()
    not_finished: tuple[str, ...] = ()

    @property
    def nights(self) -> Iterator[NightResult]:
        """The finished nights, then this one."""
        yield from self.finished
        yield self

    @property
    def partial(self) -> tuple[str, ...]:
        """A line for each night that landed with parts missing."""
        runs = [night.run for night in self.nights if night.run.status == "partial"]
        return tuple(f"night {run.night} landed with parts missing: {run.detail}" for run in runs)

    @property
    def missing(self) -> tuple[str, ...]:
        """The lines for what keeps this result from being whole; none where all is well."""
        return (*self.partial, *self.not_finished)
