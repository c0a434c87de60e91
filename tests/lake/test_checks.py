"""Checks see what they are there to see."""

from dataclasses import replace
from datetime import UTC, datetime

from storyfold.lake.checks import check_against_last, check_rejects, check_rows, check_stages
from storyfold.schemas import Run, StageOutcome
from storyfold.schemas.columns import make_arrow_table

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def stage(name, items_in, kept, rejected=0, new=0):
    return StageOutcome(stage=name, items_in=items_in, kept=kept, rejected=rejected, new=new, seconds=0.0)


def run(*stages):
    texts = dict.fromkeys(("settings_fingerprint", "sources_fingerprint", "code_version", "engine"), "x")
    times = dict.fromkeys(("started_at", "finished_at"), NOW)
    day = NOW.date()
    return Run(run_id="r", attempt=1, run_date=day, night=day, status="landed", stages=stages, **texts, **times)


def failed(checks):
    return [check.name for check in checks if not check.passed]


def test_a_lost_item_is_seen_in_its_stage_and_at_the_handover():
    whole = [stage("fetch", 5, 5), stage("parse", 5, 4, 1, new=3), stage("copies", 3, 3)]
    assert failed(check_stages(run(*whole))) == []
    assert failed(check_stages(run(stage("fetch", 5, 4)))) == ["balance-fetch"]
    assert failed(check_stages(run(stage("fetch", 5, 5), stage("parse", 4, 4)))) == ["handover-parse"]


def test_a_rejection_without_its_row_is_seen():
    assert failed(check_rejects(run(stage("parse", 2, 1, 1)), [])) == ["rejects-parse"]


def test_a_value_that_is_not_declared_is_seen():
    right = run()
    assert failed(check_rows(right, {Run: make_arrow_table([right], Run)})) == []
    assert failed(check_rows(right, {Run: make_arrow_table([replace(right, status="odd")], Run)})) == ["values-runs"]


def test_a_night_that_shrank_is_told_and_not_failed():
    checks = check_against_last(run(stage("fetch", 4, 4)), [stage("fetch", 10, 10)])
    assert failed(checks) == ["kept-fetch"]
    assert not any(check.required for check in checks)
