"""Declare the tables of runs and checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from storyfold.schemas.columns import OlderRows, declare_table
from storyfold.schemas.common import AttemptNumber, RunDate, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOutcome:
    """The counts of the items of one stage."""

    stage: Annotated[str, "The stage."]
    items_in: Annotated[int, "Items that entered."]
    kept: Annotated[int, "Items that went on."]
    rejected: Annotated[int, "Items that were rejected, each with a row in `rejects`."]
    new: Annotated[int, "Kept items that were new to the lake."]
    seconds: Annotated[float, "Seconds of work, summed over its batches."]


@declare_table("runs", "an attempt at a run", key=("run_id", "attempt"), partition="run_date")
@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    run_id: RunId
    attempt: Annotated[int, "1, then one more each time the same run is started again after it ended."]
    run_date: RunDate
    night: Annotated[date, "The night it was started for; a label."]
    kind: Annotated[
        Literal["night", "pins"],
        OlderRows("night"),
        "`pins`: no night, but what `storyfold pin` or `unpin` changed in families and stories; its label is that of "
        "the last night before it.",
    ] = "night"
    status: Annotated[
        Literal["landed", "partial", "failed"],
        "`partial`: landed, with a source missing; `failed`: a required check failed, nothing else landed.",
    ]
    started_at: Annotated[datetime, "When the attempt started."]
    finished_at: Annotated[datetime, "When it was about to be committed."]
    settings_fingerprint: Annotated[str, "A hash of every setting that can change a row."]
    sources_fingerprint: Annotated[str, "A hash of sources.toml as read."]
    code_version: Annotated[str, "The version of this program and a hash of its code."]
    engine: Annotated[str, "Where the batches ran."]
    stages: Annotated[tuple[StageOutcome, ...], "What became of the items, stage by stage."] = ()
    detail: Annotated[str, "Why it failed, or what is missing."] = ""


@declare_table("checks", "a check's result", key=("run_id", "attempt", "name"), partition="run_date")
@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    run_id: RunId
    attempt: AttemptNumber
    run_date: RunDate
    name: Annotated[str, "What was checked: `docs/operation.md` has the list."]
    required: Annotated[bool, "Whether the run fails with it."]
    passed: Annotated[bool, "Whether it passed."]
    value: Annotated[float, "What was measured; of the lake, how much of what the run touches is wrong."]
    expected: Annotated[str, "What would pass."]
    previous: Annotated[float | None, "What the last landed run measured."] = None
    note: Annotated[str, "What to look at, where it did not pass."] = ""
