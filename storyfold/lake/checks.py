"""Check a run before it lands; a check is data: a name, what was measured, what would pass.

Required checks fail the run. The others are there to be read: they compare with the last landed run. These look at the
run's own rows and counts; `storyfold.lake.landing_checks` looks at the lake with the run in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from storyfold.schemas import Check, Reject, Run, StageOutcome
from storyfold.schemas.columns import get_declared_table

# A run that keeps under half of what the last one kept is worth a look (pudl-archiver warns at 15 to 25 % of
# bytes; news has quiet days, so this is wider). Not required: the first runs of a new source differ by more.
LEAST_KEPT_SHARE = 0.5


def check_stages(run: Run) -> list[Check]:
    """Check that `in = kept + rejected` in each stage, and that each stage got what the one before it kept."""
    checks = []
    for before, stage in zip((None, *run.stages), run.stages, strict=False):
        lost = stage.items_in - stage.kept - stage.rejected
        note = f"{stage.items_in} in, {stage.kept} kept, {stage.rejected} rejected"
        checks.append(make_required_check(run, f"balance-{stage.stage}", lost, note))
        if before is not None:
            handed_over = before.new if stage.stage == "copies" else before.kept
            note = f"{before.stage} handed over {handed_over}, {stage.stage} took in {stage.items_in}"
            checks.append(make_required_check(run, f"handover-{stage.stage}", stage.items_in - handed_over, note))
    return checks


def check_rejects(run: Run, rejects: Sequence[Reject]) -> list[Check]:
    """Check that every counted rejection has its row, in the stage that counted it."""
    rows: Counter[str] = Counter(reject.stage for reject in rejects)
    return [
        make_required_check(
            run,
            f"rejects-{stage.stage}",
            stage.rejected - rows[stage.stage],
            f"{stage.rejected} counted, {rows[stage.stage]} rows",
        )
        for stage in run.stages
        if stage.stage in ("discover", "fetch", "parse")
    ]


def check_rows(run: Run, rows: Mapping[type, pa.Table]) -> list[Check]:
    """Check that columns with declared values have only those."""
    checks = []
    for cls, arrow in rows.items():
        wrong = {
            c.name: _count_undeclared(arrow.column(c.name), c.allowed)
            for c in get_declared_table(cls).columns
            if c.allowed
        }
        if wrong:
            note = ", ".join(f"{name}: {count} values that are not declared" for name, count in wrong.items() if count)
            checks.append(make_required_check(run, f"values-{get_declared_table(cls).name}", sum(wrong.values()), note))
    return checks


def _count_undeclared(values: pa.ChunkedArray, allowed: Sequence[str]) -> int:
    declared = pc.is_in(values.drop_null(), value_set=pa.array(allowed))
    return int(pc.sum(pc.invert(declared)).as_py() or 0)


def check_against_last(run: Run, last: Sequence[StageOutcome]) -> list[Check]:
    """Check whether a stage kept far less than in the last landed run; never required."""
    previous = {stage.stage: stage.kept for stage in last}
    return [
        Check(
            run_id=run.run_id,
            attempt=run.attempt,
            run_date=run.run_date,
            name=f"kept-{stage.stage}",
            required=False,
            passed=stage.kept >= LEAST_KEPT_SHARE * previous.get(stage.stage, 0),
            value=stage.kept,
            expected=f"at least {LEAST_KEPT_SHARE:.0%} of the last landed run",
            previous=previous.get(stage.stage),
            note="" if stage.stage in previous else "no run before it",
        )
        for stage in run.stages
        if stage.stage in ("discover", "fetch", "parse")  # the others take in only what is new
    ]


def make_required_check(run: Run, name: str, wrong: int, note: str) -> Check:
    """Make the row of a required check, which passes where nothing is wrong; the note is for where something is."""
    return Check(
        run_id=run.run_id,
        attempt=run.attempt,
        run_date=run.run_date,
        name=name,
        required=True,
        passed=wrong == 0,
        value=float(wrong),
        expected="0",
        note="" if wrong == 0 else note,
    )
