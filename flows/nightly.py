"""Run one night: discover, fetch, parse, cut boilerplate, number versions, find copies, group stories, land, report.

`flows.nightly:nightly` is the entry point of deployments; `storyfold nightly` runs the same flow. The order of the
stages is in `run_stages`. Stages hand each other files (`storyfold.run.parts`); the flow passes their paths and counts
along and decides nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from flows.engines import Engine, choose_engine
from flows.expected_failures import LONGEST_MESSAGE, is_expected, log_expected_failures_in_one_line, word_failure
from flows.finish_nights import finish_nights
from flows.killed_runs import mark_killed_runs, note_run
from flows.options import check_lake_folder, check_processes, read_instant, read_label
from flows.progress import StageProgress, log
from flows.results import NightResult
from flows.server_log import send_lines_to_server
from storyfold.kernels.compiled import prepare_kernels, show_no_progress
from storyfold.lake.faults import name_disk_faults
from storyfold.lake.lake import Lake
from storyfold.outcomes import RunFailed, StoryfoldError
from storyfold.report import list_view_statements
from storyfold.report.formatting import make_plain
from storyfold.run.assemble import RunParts
from storyfold.run.attempt import Attempt, begin_attempt, make_run_id
from storyfold.run.parts import Part, sum_counts
from storyfold.run.unfinished import find_unfinished_attempts, remove_landed_parts
from storyfold.schemas import Run
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.sources import Sources, load_sources
from storyfold.settings.stages import Settings
from tasks.copies import find_copies
from tasks.discover import discover_source
from tasks.fetch import fetch_items, plan_fetch
from tasks.land import Landed, clear_work, land_night
from tasks.parse import parse_pages, plan_parse
from tasks.report import report_night, show_on_server
from tasks.stories import group_stories
from tasks.versions import cut_boilerplate_and_number_versions

NO_CONTACT = (
    "sources.toml names nobody whom the hosts that are asked could write to: put user_agent, with a page or an address "
    "of yours, into its [fetch] table"
)


def _make_run_name() -> str:
    """Return what a server's list of runs shows: the label that was given, or the day on which the run started."""
    return f"nightly-{flow_run.parameters.get('night') or datetime.now(UTC).date()}"


@flow(name="nightly", flow_run_name=_make_run_name, validate_parameters=False, persist_result=False)
def nightly(
    sources: str = "data/sources.toml",
    night: date | str | None = None,
    lake: str = "data/lake",
    engine: Literal["local"] = "local",
    processes: Annotated[int, Field(ge=1)] | None = None,
    now: datetime | str | None = None,
    resume_all: bool = False,  # noqa: FBT001, FBT002 (a parameter of deployments, given by name)
) -> NightResult:
    """Run one night and return how it ended; a failed check raises RunFailed after its record is committed.

    What a person can mend ends the flow run as Failed with one line and is raised; a night that landed with parts
    missing ends it as Completed under the name Partial.

    Args:
        sources: Path of the sources.toml to read from; a relative one is taken from the checkout's folder.
        night: Label of the run, a day as 2026-11-20; without it the UTC day of `now`. Give the label of a night that
            was killed to finish it.
        lake: The lake's folder, which is made if it is not there.
        engine: Where batches run.
        processes: Batches at once; without it as many as there are usable cores.
        now: The instant that saved pages are seen at, as 2026-11-20T02:30:00+00:00; without it the clock's.
        resume_all: First finish every night that was killed in this lake, the oldest first, each with the sources
            that it was begun with; one that cannot be finished is told of and hinders nothing.
    """
    log_expected_failures_in_one_line()
    with send_lines_to_server():
        try:
            with name_disk_faults(Path(lake)):
                result = _check_and_run(Path(sources), night, Lake(lake), engine, processes, now, resume_all=resume_all)
        except (StoryfoldError, OSError) as error:  # its line says it all: a trace would bury it in the server's log
            return cast("NightResult", _end_as_failed(error))
    if not result.missing:
        return result
    message = make_plain("; ".join(result.missing), LONGEST_MESSAGE)
    return cast("NightResult", Completed(name="Partial", message=message, data=result))


def _check_and_run(
    sources: Path,
    night: date | str | None,
    lake: Lake,
    engine: Literal["local"],
    processes: int | None,
    now: datetime | str | None,
    *,
    resume_all: bool,
) -> NightResult:
    """Check the options, finish killed runs first if that is wanted, then run the night."""
    loaded = load_sources(sources)
    if loaded.lacks_contact and not flow_run.parent_flow_run_id:
        log.warning("%s", NO_CONTACT)
    label = read_label(night, now)
    check_processes(processes)
    check_lake_folder(lake)
    lake.check()
    chosen = choose_engine(engine, processes)
    if not resume_all:
        return run_night(lake, loaded, label, loaded.settings, chosen, read_instant(now))
    this_run = make_run_id(label, loaded, loaded.settings)  # killed before, it is resumed in its turn: last
    others = [other for other in find_unfinished_attempts(lake) if other.run_id != this_run]
    finished, not_finished = finish_nights(
        others, lambda other: nightly(str(other.sources), other.night, str(lake.folder), engine, processes)
    )
    result = run_night(lake, loaded, label, loaded.settings, chosen, read_instant(now))
    return replace(result, finished=finished, not_finished=not_finished)


def run_night(
    lake: Lake, sources: Sources, night: date, settings: Settings, engine: Engine, now: datetime
) -> NightResult:
    """Begin or resume the night's attempt, run its stages, land and report it; inside a flow run."""
    with ExitStack() as stack:
        stack.enter_context(lake.lock_for_writing())
        attempt = _begin(lake, sources, night, settings, engine, now)
        prepare_kernels(log.info, show_no_progress)  # before workers start: they need not wait for each other
        stack.enter_context(engine.open_workers())
        progress = StageProgress()
        with progress.draw():
            stages = run_stages.with_options(task_runner=engine.make_task_runner())
            parts = stages(attempt, sources, settings, engine.processes, progress)
        landed = land_night(attempt, parts)
        clear_work(attempt, landed)
        _show_on_server(lake, landed.run, parts)
        _raise_if_failed(landed, night)
        return _report(lake, landed.run)


def _begin(lake: Lake, sources: Sources, night: date, settings: Settings, engine: Engine, now: datetime) -> Attempt:
    """Prepare the lake and begin a new attempt at the night, or resume one that was killed."""
    lake.create(list_view_statements())
    note_run(lake)
    mark_killed_runs(lake)
    remove_landed_parts(lake)
    attempt = begin_attempt(lake, night, sources, settings, engine.name, now)
    if attempt.resumed:
        log.info("taking up attempt %d of %s, which was killed", attempt.number, attempt.run_id)
    _warn_of_killed_runs(attempt)
    return attempt


@flow(name="stages", flow_run_name="stages-{attempt.run_id}", validate_parameters=False, persist_result=False)
def run_stages(
    attempt: Attempt, sources: Sources, settings: Settings, processes: int, progress: StageProgress
) -> RunParts:
    """Run every stage up to landing, in order; complete parts of a killed attempt are taken as they are."""
    note_run(attempt.lake)
    try:
        with name_disk_faults(attempt.lake.folder):
            return _run_each_stage(attempt, sources, settings, processes, progress)
    except (StoryfoldError, OSError) as error:
        return cast("RunParts", _end_as_failed(error))


def _run_each_stage(
    attempt: Attempt, sources: Sources, settings: Settings, processes: int, progress: StageProgress
) -> RunParts:
    found = _discover(attempt, sources, settings, progress)
    fetched = _fetch(attempt, found, settings.fetch, progress)
    parsed = _parse(attempt, fetched, settings, processes, progress)
    versions = cut_boilerplate_and_number_versions(attempt, parsed, settings.boilerplate)
    copies = _run_as_one("copies", progress, lambda: find_copies(attempt, settings.copies))
    stories = _run_as_one("stories", progress, lambda: group_stories(attempt, copies, settings.stories))
    return RunParts(found, fetched, parsed, versions, copies, stories)


def _discover(attempt: Attempt, sources: Sources, settings: Settings, progress: StageProgress) -> list[Part]:
    """List the items of each source, one task a source."""
    tasks = [
        discover_source.submit(attempt, n, source, settings.discover, settings.fetch)
        for n, source in enumerate(sources.sources)
    ]
    return _collect("discover", progress, len(tasks), tasks)


def _fetch(attempt: Attempt, found: Sequence[Part], settings: FetchSettings, progress: StageProgress) -> list[Part]:
    """Fetch the items found, one task a batch."""
    tasks = [fetch_items.submit(attempt, batch, settings) for batch in plan_fetch(attempt, found, settings)]
    return _collect("fetch", progress, sum_counts("discover", found).kept, tasks)


def _parse(
    attempt: Attempt, fetched: Sequence[Part], settings: Settings, processes: int, progress: StageProgress
) -> list[Part]:
    """Parse the pages fetched, one task a batch."""
    batches = plan_parse(attempt, fetched, settings.parse, processes)
    tasks = [parse_pages.submit(attempt, batch, settings.parse, settings.fetch.page_bytes) for batch in batches]
    return _collect("parse", progress, sum_counts("fetch", fetched).kept, tasks)


def _collect(stage: str, progress: StageProgress, items: int, futures: Sequence[PrefectFuture[Part]]) -> list[Part]:
    """Return the parts of a stage in the order of their batches, however they end; show progress as they do."""
    progress.start(stage, items)
    for future in as_completed(list(futures)):
        progress.advance(future.result().counts.items_in)
    parts = [future.result() for future in futures]
    progress.finish(sum_counts(stage, parts))
    return parts


def _run_as_one(stage: str, progress: StageProgress, work: Callable[[], Part]) -> Part:
    """Run a stage that is one task over the whole run."""
    progress.start(stage, 1)
    part = work()
    progress.finish(part.counts)
    return part


def _raise_if_failed(landed: Landed, night: date) -> None:
    if landed.run.status == "failed":
        failed = "; ".join(f"{c.name}: {c.note}" for c in landed.checks if c.required and not c.passed)
        raise RunFailed(f"night {night} did not land, a required check failed: {failed}")


def _show_on_server(lake: Lake, run: Run, parts: RunParts) -> None:
    """Show the run's tables on the server, if it takes them."""
    try:
        show_on_server(str(lake.folder), run.run_id, parts.counts)
    except Exception as error:  # noqa: BLE001 (whatever the server has against them, the run is in the lake)
        log.warning("the night's tables are not on the server: %s", error)


def _report(lake: Lake, run: Run) -> NightResult:
    """Report the run; a report that cannot be made takes nothing from what has landed."""
    try:
        lines, page = report_night(str(lake.folder), run.run_id)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with a page, the run is in the lake)
        log.warning("the night landed, its report failed (%s); try: storyfold report --lake %s", error, lake.folder)
        return NightResult(run, (), None)
    log.info("%s: %s is in the lake; report: %s", run.status, run.run_id, page)
    return NightResult(run, tuple(lines), page)


def _warn_of_killed_runs(attempt: Attempt) -> None:
    """Log what finishes the other runs that were killed, where this one is not about finishing them itself."""
    if flow_run.parameters.get("resume_all") or flow_run.parent_flow_run_id:
        return
    for other in find_unfinished_attempts(attempt.lake):
        if other.run_id != attempt.run_id:
            log.warning("%s", other.advice)


def _end_as_failed(error: StoryfoldError | OSError) -> State[Any]:
    """Return what a flow returns to end its run as Failed with this error's line; whoever calls it has it raised.

    Raises an error that is a fault of the program: its trace is wanted.
    """
    if not is_expected(error):
        raise error
    return Failed(message=word_failure(error), data=error)
