"""Run one night: discover, fetch, parse, cut boilerplate, number versions, find copies, group stories, land, report.

`flows.nightly:nightly` is the entry point of deployments; `storyfold nightly` runs the same flow. The order of the
stages is in `run_stages`. Stages hand each other files (`storyfold.run.parts`); the flow passes their paths and counts
along and decides nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from flows.finish_nights import Finished, finish_nights
from flows.killed_runs import mark_killed_runs, note_run
from flows.lake_form import prepare_lake
from flows.options import check_lake_folder, check_processes, read_instant, read_label
from flows.progress import StageProgress, log
from flows.results import NightResult
from flows.server_log import send_lines_to_server
from storyfold.fetch.plan import plan_fetch
from storyfold.kernels.compiled import prepare_kernels, show_no_progress
from storyfold.lake.faults import name_disk_faults
from storyfold.lake.lake import Lake
from storyfold.outcomes import RunFailed, StoryfoldError
from storyfold.parse.batch import STAGE as PARSE
from storyfold.parse.batch import plan_parse
from storyfold.report.formatting import make_plain
from storyfold.run.assemble import RunParts
from storyfold.run.attempt import Attempt, begin_attempt, make_run_id
from storyfold.run.landing import Landed
from storyfold.run.parts import Part, sum_counts
from storyfold.run.unfinished import find_unfinished_attempts, remove_landed_parts
from storyfold.schemas import Run
from storyfold.settings.sources import Sources, load_sources
from storyfold.settings.stages import Settings
from storyfold.text.embeddings import load_model
from tasks.copies import find_copies
from tasks.discover import discover_source
from tasks.fetch import fetch_items
from tasks.land import clear_work, land_night
from tasks.parse import parse_pages
from tasks.report import report_night, show_on_server
from tasks.resources import Resources
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
        return _run_to_state(
            Path(lake),
            lambda: _check_and_run(Path(sources), night, lake, engine, processes, now, resume_all=resume_all),
        )


def _run_to_state(lake: Path, work: Callable[[], NightResult]) -> NightResult:
    """Run what a flow is for, and return its result, or the state in which the flow run is to end.

    What a person can mend ends it as Failed in one line, whole nights with parts missing as Partial; whoever calls the
    flow gets the result that is in the state, or has the error raised.
    """
    try:
        with name_disk_faults(lake):
            result = work()
    except (StoryfoldError, OSError) as error:  # its line says it all: a trace would bury it in the server's log
        return cast("NightResult", _end_as_failed(error))
    if not result.missing:
        return result
    message = make_plain("; ".join(result.missing), LONGEST_MESSAGE)
    return cast("NightResult", Completed(name="Partial", message=message, data=result))


def _check_and_run(
    sources: Path,
    night: date | str | None,
    lake: str,
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
    check_lake_folder(Lake(lake))
    chosen = choose_engine(engine, processes)
    with chosen.open_resources(lake) as resources:
        resources.lake.check()
        finished, not_finished = _finish_killed(label, loaded, chosen, resources) if resume_all else ((), ())
        result = run_night(loaded, label, chosen, read_instant(now), resources)
    return replace(result, finished=finished, not_finished=not_finished)


def _finish_killed(label: date, loaded: Sources, engine: Engine, resources: Resources) -> Finished:
    """Finish the lake's killed runs but the one that is about to begin: it is resumed in its turn, last."""
    this_run = make_run_id(label, loaded, loaded.settings)
    others = [other for other in find_unfinished_attempts(resources.lake) if other.run_id != this_run]
    return finish_nights(others, lambda sources, night: finish_night(sources, night, engine, resources))


@flow(name="nightly", flow_run_name="nightly-{night}", validate_parameters=False, persist_result=False)
def finish_night(sources: Sources, night: date, engine: Engine, resources: Resources) -> NightResult:
    """Finish a night that was killed, as part of another's flow run and with its resources."""
    return _run_to_state(resources.lake.folder, lambda: run_night(sources, night, engine, datetime.now(UTC), resources))


def run_night(sources: Sources, night: date, engine: Engine, now: datetime, resources: Resources) -> NightResult:
    """Begin or resume the night's attempt, run its stages, land and report it; inside a flow run."""
    lake, settings = resources.lake, sources.settings
    load_model(settings.stories.embeddings)  # before anything is asked for: one that cannot be read ends the run here
    with lake.lock_for_writing():
        prepare_kernels(log.info, show_no_progress)  # before workers start: they need not wait for each other
        attempt = _begin(lake, sources, night, settings, engine, now)
        progress = StageProgress()
        with progress.draw():
            stages = run_stages.with_options(task_runner=engine.make_task_runner())
            parts = stages(attempt, sources, settings, engine.processes, progress, resources)
        landed = land_night(attempt, parts, resources)
        clear_work(attempt, landed)
        _show_on_server(landed.run, parts, resources)
        _raise_if_failed(landed, night)
        return _report(landed.run, resources)


def _begin(lake: Lake, sources: Sources, night: date, settings: Settings, engine: Engine, now: datetime) -> Attempt:
    """Create the lake or bring it up to date, and begin a new attempt at the night, or resume one that was killed."""
    prepare_lake(lake, log.info)
    mark_killed_runs(lake)
    note_run(lake)
    remove_landed_parts(lake)
    attempt = begin_attempt(lake, night, sources, settings, engine.name, now)
    if attempt.resumed:
        log.info("taking up attempt %d of %s, which was killed", attempt.number, attempt.run_id)
    _warn_of_killed_runs(attempt, lake)
    return attempt


@flow(name="stages", flow_run_name="stages-{attempt.run_id}", validate_parameters=False, persist_result=False)
def run_stages(
    attempt: Attempt,
    sources: Sources,
    settings: Settings,
    processes: int,
    progress: StageProgress,
    resources: Resources,
) -> RunParts:
    """Run every stage up to landing, in order; complete parts of a killed attempt are taken as they are."""
    note_run(resources.lake)
    try:
        with name_disk_faults(resources.lake.folder):
            return _run_each_stage(attempt, sources, settings, processes, progress, resources)
    except (StoryfoldError, OSError) as error:
        return cast("RunParts", _end_as_failed(error))


def _run_each_stage(
    attempt: Attempt,
    sources: Sources,
    settings: Settings,
    processes: int,
    progress: StageProgress,
    resources: Resources,
) -> RunParts:
    listed = [discover_source.submit(attempt, n, s, settings, resources) for n, s in enumerate(sources.sources)]
    found = _collect("discover", progress, len(listed), listed)
    batches = plan_fetch(attempt, resources.lake, found, settings.fetch)
    asked = [fetch_items.submit(attempt, batch, settings, resources) for batch in batches]
    fetched = _collect("fetch", progress, sum_counts("discover", found).kept, asked)
    slices = plan_parse(fetched, attempt.stage(PARSE), settings.parse, processes)
    read = [parse_pages.submit(batch, settings, resources) for batch in slices]
    parsed = _collect("parse", progress, sum_counts("fetch", fetched).kept, read)
    versions = cut_boilerplate_and_number_versions(attempt, parsed, settings, resources)
    copies = _run_as_one("copies", progress, lambda: find_copies(attempt, versions, settings.copies, resources))
    stories = _run_as_one("stories", progress, lambda: group_stories(attempt, copies, settings, resources))
    return RunParts(found, fetched, parsed, versions, copies, stories)


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


def _show_on_server(run: Run, parts: RunParts, resources: Resources) -> None:
    """Show the run's tables on the server, if it takes them."""
    try:
        show_on_server(run.run_id, parts.counts, resources)
    except Exception as error:  # noqa: BLE001 (whatever the server has against them, the run is in the lake)
        log.warning("the night's tables are not on the server: %s", error)


def _report(run: Run, resources: Resources) -> NightResult:
    """Report the run; a report that cannot be made takes nothing from what has landed."""
    try:
        lines, page = report_night(run.run_id, resources)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with a page, the run is in the lake)
        log.warning(
            "the night landed, its report failed (%s); try: storyfold report --lake %s", error, resources.lake.folder
        )
        return NightResult(run, (), None)
    log.info("%s: %s is in the lake; report: %s", run.status, run.run_id, page)
    return NightResult(run, tuple(lines), page)


def _warn_of_killed_runs(attempt: Attempt, lake: Lake) -> None:
    """Log what finishes the other runs that were killed, where this one is not about finishing them itself."""
    if flow_run.parameters.get("resume_all") or flow_run.parent_flow_run_id:
        return
    for other in find_unfinished_attempts(lake):
        if other.run_id != attempt.run_id:
            log.warning("%s", other.advice)


def _end_as_failed(error: StoryfoldError | OSError) -> State[Any]:
    """Return what a flow returns to end its run as Failed with this error's line; whoever calls it has it raised.

    Raises an error that is a fault of the program: its trace is wanted.
    """
    if not is_expected(error):
        raise error
    return Failed(message=word_failure(error), data=error)
