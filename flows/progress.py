"""What a person sees while a night runs: a bar a stage on a terminal, a line a stage in a log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from storyfold.outcomes import StageCounts

log = logging.getLogger("storyfold.nightly")


class StageProgress:
    """Tells of stages as they go. On a terminal it draws, elsewhere it logs when a stage is done."""

    def __init__(self) -> None:
        self._bars: Progress | None = None
        self._current: TaskID | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw while the block runs, if standard error is a terminal."""
        if not sys.stderr.isatty():
            yield
            return
        columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as self._bars:
            yield
        self._bars = None

    def start(self, stage: str, total: int) -> None:
        """A stage begins with this many items."""
        if self._bars:
            self._current = self._bars.add_task(stage, total=total, note="")

    def advance(self, items: int) -> None:
        """So many of its items are done."""
        if self._bars and self._current is not None:
            self._bars.advance(self._current, items)

    def finish(self, counts: StageCounts) -> None:
        """A stage has ended; says what became of its items."""
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.rejected.items()) if count)
        note = f"{counts.kept} kept" + (f", rejected: {reasons}" if reasons else "")
        if self._bars and self._current is not None:
            done = max(counts.items_in, 1)
            self._bars.update(self._current, total=done, completed=done, note=note)
        log.info("%s: %d in, %s", counts.stage, counts.items_in, note)


def show_lines() -> None:
    """For the command line: bars on a terminal and no lines; elsewhere lines on standard error, for cron's mail."""
    log.propagate = False
    if not sys.stderr.isatty():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
