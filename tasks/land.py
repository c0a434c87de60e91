"""The whole night into the lake, in one transaction; or, if a required check fails, only the record of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.lake.checks import check_against_last, check_lake, check_rejects, check_rows, check_stages
from storyfold.lake.lake import Lake
from storyfold.run.assemble import RunParts, make_landing_rows, make_run_row
from storyfold.run.attempt import Attempt, end_attempt
from storyfold.run.parts import read_rows
from storyfold.schemas import Check, Reject, Run
from storyfold.schemas.columns import read_rows_of_table
from tasks.retrying import RETRIES, RETRY_SECONDS, worth_retrying


@dataclass(frozen=True, slots=True)
class Landed:
    """How the night ended: its row in `runs` and its checks."""

    run: Run
    checks: tuple[Check, ...]


@task(
    name="land",
    task_run_name="land-{attempt.run_id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def land_night(attempt: Attempt, parts: RunParts) -> Landed:
    """Commit the night; its status is `landed`, `partial` (a source is missing) or `failed` (a check failed)."""
    if already := find_landed_before(attempt):
        return already
    rejects = read_rows(parts.all, Reject)
    last = find_last_landed(attempt.lake)
    # what landed later holds: the order must not depend on a clock that was put back
    after = [last.finished_at + timedelta(microseconds=1)] if last else []
    run = make_run_row(attempt, parts, rejects, max([attempt.now(), attempt.started_at, *after]))
    rows = make_landing_rows(attempt, parts, rejects, run)
    before = [
        *check_stages(run),
        *check_rejects(run, rejects),
        *check_rows(run, rows),
        *check_against_last(run, last.stages if last else ()),
    ]
    failed = replace(run, status="failed", detail="a required check failed: see `checks`")
    checks = attempt.lake.land(rows, lambda connection: [*before, *check_lake(run, connection)], failed)
    passed = all(check.passed for check in checks if check.required)
    return Landed(run if passed else failed, tuple(checks))


def find_landed_before(attempt: Attempt) -> Landed | None:
    """What this very attempt committed, if it did: a retry whose first answer got lost must not commit again."""
    key = [attempt.run_id, attempt.number]
    runs = read_rows_of_table(attempt.lake.read("FROM runs WHERE run_id = ? AND attempt = ?", key), Run)
    checks = read_rows_of_table(attempt.lake.read("FROM checks WHERE run_id = ? AND attempt = ?", key), Check)
    return Landed(runs[0], tuple(checks)) if runs else None


def find_last_landed(lake: Lake) -> Run | None:
    """The run that landed last."""
    found = lake.read("FROM runs WHERE status <> 'failed' ORDER BY finished_at DESC, run_id, attempt DESC LIMIT 1")
    return next(iter(read_rows_of_table(found, Run)), None)


@task(name="clear", task_run_name="clear-{attempt.run_id}", cache_policy=NO_CACHE)
def clear_work(attempt: Attempt, landed: Landed) -> None:
    """Remove a landed night's parts; keep a failed one's to look into."""
    end_attempt(attempt, landed=landed.run.status != "failed")
