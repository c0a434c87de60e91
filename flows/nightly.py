"""One night: discover, fetch, parse, copies, stories, land, report.

`flows.nightly:nightly` is the entry point of deployments; `storyfold nightly` runs the same flow. Stages hand
each other files (`storyfold.parts`); the flow passes their paths and counts along and decides nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run

from flows.engines import Engine, choose_engine
from flows.progress import StageProgress, log
from storyfold.attempts import Attempt, begin_attempt, unfinished_runs
from storyfold.kernels.compiled import no_step, prepare_kernels
from storyfold.lake import Lake
from storyfold.night import NightParts
from storyfold.outcomes import NightFailed
from storyfold.parts import Part, total
from storyfold.report import view_statements
from storyfold.schemas import Run
from storyfold.settings import Limits, Sources, load_sources
from tasks.copies import find_copies
from tasks.discover import discover_source
from tasks.fetch import fetch_items, plan_fetch
from tasks.land import clear_work, land_night
from tasks.parse import parse_pages, plan_parse, settle_versions
from tasks.report import report_night
from tasks.stories import group_stories


@dataclass(frozen=True, slots=True)
class NightResult:
    """How a night ended: its row in `runs`, its summary in lines, and its report's page if it could be made."""

    run: Run
    summary: tuple[str, ...]
    report: Path | None


def _run_name() -> str:
    """What a server's list of runs shows: the night, as the label that was asked for or the day it started."""
    return f"nightly-{flow_run.parameters.get('night') or datetime.now(UTC).date()}"


@flow(name="nightly", flow_run_name=_run_name, validate_parameters=False, persist_result=False)
def nightly(
    sources: str = "data/sources.toml",
    night: date | str | None = None,
    lake: str = "data/lake",
    engine: str = "local",
    processes: int | None = None,
    now: datetime | str | None = None,
) -> NightResult:
    """Run one night and return how it ended; a failed check raises NightFailed after its record is committed.

    `night` only labels the run (default: the UTC day of `now`); `now` is the instant that saved pages are
    seen at (default: the clock's).
    """
    read = load_sources(Path(sources))
    instant = (datetime.fromisoformat(now) if isinstance(now, str) else now or datetime.now(UTC)).astimezone(UTC)
    label = date.fromisoformat(str(night)) if night else instant.date()
    return run_night(Lake(lake), read, label, read.limits, choose_engine(engine, processes), instant)


def run_night(lake: Lake, sources: Sources, night: date, limits: Limits, engine: Engine, now: datetime) -> NightResult:
    """The stages in their order, inside a flow run; takes a killed attempt up where it stopped."""
    with ExitStack() as held:
        held.enter_context(lake.writing())
        lake.create(view_statements())
        attempt = begin_attempt(lake, night, sources, limits, engine.name, now)
        if attempt.resumed:
            log.info("taking up attempt %d of %s, which was killed", attempt.number, attempt.run_id)
        for other in unfinished_runs(attempt):
            log.warning("%s was killed and lies in %s: the command that began it finishes it", other, lake.work)
        prepare_kernels(log.info, no_step)  # before workers start: they need not wait for each other
        held.enter_context(engine.running())
        progress = StageProgress()
        with progress.shown():
            staged = run_stages.with_options(task_runner=engine.task_runner())
            parts = staged(attempt, sources, limits, engine.processes, progress)
        landed = land_night(attempt, parts)
        clear_work(attempt, landed)
        if landed.run.status == "failed":
            failed = "; ".join(f"{c.name}: {c.note}" for c in landed.checks if c.required and not c.passed)
            raise NightFailed(f"night {night} did not land, a required check failed: {failed}")
        return _told(lake, landed.run)


def _told(lake: Lake, run: Run) -> NightResult:
    """The night with its report; one that cannot be made takes nothing from what has landed."""
    try:
        lines, page = report_night(str(lake.folder), run.run_id)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with a page, the night is in the lake)
        log.warning("the night landed, its report failed (%s); try: storyfold report --lake %s", error, lake.folder)
        return NightResult(run, (), None)
    return NightResult(run, tuple(lines), page)


@flow(name="stages", flow_run_name="stages-{attempt.run_id}", validate_parameters=False, persist_result=False)
def run_stages(
    attempt: Attempt, sources: Sources, limits: Limits, processes: int, progress: StageProgress
) -> NightParts:
    """Every stage up to landing; complete parts of a killed attempt are taken as they are."""
    asked = [discover_source.submit(attempt, n, source, limits) for n, source in enumerate(sources.sources)]
    found = _batches("discover", progress, len(asked), asked)
    wanted = [fetch_items.submit(attempt, batch, limits) for batch in plan_fetch(attempt, found, limits)]
    fetched = _batches("fetch", progress, total("discover", found).kept, wanted)
    batches = plan_parse(attempt, fetched, limits, processes)
    read = [parse_pages.submit(attempt, batch, limits) for batch in batches]
    parsed = _batches("parse", progress, total("fetch", fetched).kept, read)
    versions = settle_versions(attempt, parsed)
    copies = _whole("copies", progress, lambda: find_copies(attempt))
    stories = _whole("stories", progress, lambda: group_stories(attempt, copies))
    return NightParts(found, fetched, parsed, versions, copies, stories)


def _batches(stage: str, progress: StageProgress, items: int, futures: Sequence[PrefectFuture[Part]]) -> list[Part]:
    """The parts of a stage in the order of their batches, however they end; progress as they do."""
    progress.start(stage, items)
    for future in as_completed(list(futures)):
        progress.advance(future.result().counts.items_in)
    parts = [future.result() for future in futures]
    progress.finish(total(stage, parts))
    return parts


def _whole(stage: str, progress: StageProgress, work: Callable[[], Part]) -> Part:
    progress.start(stage, 1)
    part = work()
    progress.finish(part.counts)
    return part
