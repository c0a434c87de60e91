"""Declare the table of what each source gave in a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import AttemptNumber, RunDate, RunId, SourceId


@declare_table(
    "source_nights",
    "a source in a run, also if it gave nothing",
    key=("run_id", "attempt", "source_id"),
    partition="run_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNight:
    run_id: RunId = ""
    attempt: AttemptNumber = 0
    run_date: RunDate
    source_id: SourceId
    outlet: Annotated[str | None, "The source's outlet, where it names one."] = None
    items: Annotated[int, "Pages that its feeds, lists, folders and archives named, each once."] = 0
    asked: Annotated[int, "Requests sent to servers for it: lists and pages; robots.txt is not counted."] = 0
    kept: Annotated[int, "Its pages that are articles, new or known."] = 0
    rejected: Annotated[int, "What was rejected of it, in all stages; also what was rejected before."] = 0
    new: Annotated[int, "Articles that were first seen by it in this run."] = 0
    changed: Annotated[int, "Later versions of articles that it brought."] = 0
