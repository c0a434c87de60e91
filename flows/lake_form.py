"""Say what a lake of this version has, over all stages, and bring an older one there.

Only what writes a lake does so: nights, `storyfold demo`, `storyfold migrate`. What reads one says what it lacks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storyfold.lake.form import LakeForm, NewerLake
from storyfold.lake.lake import Lake
from storyfold.lake.migration import Show
from storyfold.report import list_view_statements
from storyfold.run.older_features import NAMES, SKETCHES, TERMS
from storyfold.run.older_links import ARTICLE_LINKS
from storyfold.run.older_outlets import OUTLETS
from storyfold.stories.older_lake import LINKS, TEXTS
from storyfold.stories.older_series import FOLLOWS

STEPS = (SKETCHES, TERMS, NAMES, ARTICLE_LINKS, TEXTS, LINKS, FOLLOWS, OUTLETS)


def load_form() -> LakeForm:
    """Return what a lake of this version has, and the steps that make an older one's rows anew."""
    return LakeForm(list_view_statements(), STEPS)


def prepare_lake(lake: Lake, say: Callable[[str], None]) -> None:
    """Create the lake, or bring an older one to this version's form, in one transaction; the caller has its lock.

    `say` gets a line for what is made anew, where no terminal shows a bar of it.
    """
    form = load_form()
    with _draw_steps(say) as show:
        lake.create(form.views, form.steps, show)


def refuse_newer_lake(lake: Lake) -> None:
    """Raise NewerLake where a newer version made the lake: before a night waits for anything."""
    if lake.catalog.exists() and (found := lake.compare(load_form())).unknown:
        raise NewerLake(found.describe(lake.folder))


@contextmanager
def _draw_steps(say: Callable[[str], None]) -> Iterator[Show]:
    """Give what shows how far a step is: a bar each where standard error is a terminal, elsewhere a line each."""
    if not sys.stderr.isatty():
        yield lambda makes, done, total: _say_once(makes, done, total, say)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=Console(stderr=True))
    tasks = {}

    def show(makes: str, done: int, total: int) -> None:
        if total and makes not in tasks:
            bars.start()  # when there is something to show; again is no harm
            tasks[makes] = bars.add_task(makes, total=total)
        if makes in tasks:
            bars.update(tasks[makes], completed=done)

    try:
        yield show
    finally:
        bars.stop()


def _say_once(makes: str, done: int, total: int, say: Callable[[str], None]) -> None:
    if total and not done:
        say(f"an older version made this lake: making {total} {makes} anew")
