"""Land a whole run in the lake, in one transaction; or, if a required check fails, only the record of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import duckdb

from storyfold.lake.checks import check_against_last, check_rejects, check_rows, check_stages
from storyfold.lake.lake import Lake
from storyfold.lake.landing_checks import check_landing
from storyfold.run.assemble import (
    RunParts,
    add_replacements,
    make_landing_rows,
    make_replacements,
    make_run_row,
    split_rejects,
)
from storyfold.run.attempt import Attempt
from storyfold.run.parts import read_rows
from storyfold.run.queries import read_checks, read_runs_before
from storyfold.schemas import Article, Check, Reject, Run


@dataclass(frozen=True, slots=True)
class Landed:
    """Hold how a run ended: its row in `runs` and its checks."""

    run: Run
    checks: tuple[Check, ...]


def land_run(attempt: Attempt, parts: RunParts, lake: Lake) -> Landed:
    """Commit the run; its status is `landed`, `partial` (a source is missing) or `failed` (a check failed)."""
    found = read_runs_before(attempt, lake)
    if found.committed:  # a retry whose first result got lost must not commit again
        return Landed(found.committed, read_checks(found.committed, lake))
    rejects = read_rows(parts.all, Reject)
    last = found.last
    # what landed later holds: the order must not depend on a clock that was put back
    after = [last.finished_at + timedelta(microseconds=1)] if last else []
    run = make_run_row(attempt, parts, rejects, max([attempt.now(), attempt.started_at, *after]))
    rows = make_landing_rows(lake, parts, rejects, run)
    replacing = make_replacements(attempt, rows[Article], split_rejects(lake, rejects)[1], run)
    touched = add_replacements(rows, replacing)
    before = [
        *check_stages(run),
        *check_rejects(run, rejects),
        *check_rows(run, touched),
        *check_against_last(run, found.night.stages if found.night else ()),
    ]
    failed = replace(run, status="failed", detail="a required check failed: see `checks`")
    replaced = {replacement.cls for replacement in replacing}

    def check(connection: duckdb.DuckDBPyConnection) -> list[Check]:
        return [*before, *check_landing(run, touched, connection, replaced)]

    checks = lake.land(rows, check, failed, replacing)
    passed = all(check.passed for check in checks if check.required)
    return Landed(run if passed else failed, tuple(checks))
