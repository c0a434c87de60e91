"""Show a person how far a run is: a bar a stage on a terminal, a line a stage in a log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.events import emit_event
from prefect.runtime import flow_run
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from storyfold.outcomes import StageCounts

log = logging.getLogger("storyfold.nightly")


class StageProgress:
    """Report a run's stages as they go. On a terminal it draws, elsewhere it logs when a stage is done.

    To the server each start and end is an event of the flow run that made this and of the outermost one:
    `prefect deployment run --watch` shows those as they come, and nothing of what a subflow does.
    """

    def __init__(self) -> None:
        """Note the flow runs that this is made in: the run's own, and the one around it if there is one."""
        self._runs = tuple(dict.fromkeys((flow_run.id, flow_run.root_flow_run_id))) if flow_run.id else ()
        self._bars: Progress | None = None
        self._current: TaskID | None = None

    @contextmanager
    def draw(self) -> Iterator[None]:
        """Draw while the block runs, if standard error is a terminal."""
        if not sys.stderr.isatty():
            yield
            return
        columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as self._bars:
            yield
        self._bars = None

    def start(self, stage: str, total: int) -> None:
        """Report that a stage begins with this many items."""
        self._emit(stage, "started", f"{stage}: {total} to do")
        if self._bars:
            self._current = self._bars.add_task(stage, total=total, note="")

    def advance(self, items: int) -> None:
        """Report that so many more of the stage's items are done."""
        if self._bars and self._current is not None:
            self._bars.advance(self._current, items)

    def finish(self, counts: StageCounts) -> None:
        """Report that a stage has ended, and what became of its items."""
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.rejected.items()) if count)
        note = f"{counts.kept} kept" + (f", rejected: {reasons}" if reasons else "")
        if self._bars and self._current is not None:
            done = max(counts.items_in, 1)
            self._bars.update(self._current, total=done, completed=done, note=note)
        line = f"{counts.stage}: {counts.items_in} in, {note}"
        self._emit(counts.stage, "finished", line)
        log.info("%s", line)

    def _emit(self, stage: str, what: str, line: str) -> None:
        if not self._runs:
            return
        emit_event(
            f"storyfold.{stage}.{what}",
            {"prefect.resource.id": f"storyfold.stage.{stage}.{self._runs[0]}", "prefect.resource.name": line},
            related=[
                {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}
                for run in self._runs
            ],
        )
