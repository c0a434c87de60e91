"""One night: discover, fetch, parse, copies, stories, land, report.

`flows.nightly:nightly` is the entry point of deployments; `storyfold nightly` runs the same flow. Stages hand
each other files (`storyfold.run.parts`); the flow passes their paths and counts along and decides nothing else.
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

from flows.dead_runs import note_run, settle_dead_runs
from flows.engines import Engine, choose_engine
from flows.progress import StageProgress, log
from flows.results import NightResult
from flows.resume import finish_nights
from flows.server_lines import send_lines_to_server
from storyfold.kernels.compiled import prepare_kernels, show_no_step
from storyfold.lake.lake import Lake
from storyfold.outcomes import NightFailed, StoryfoldError, WrongUse
from storyfold.report import list_view_statements
from storyfold.report.formatting import make_plain
from storyfold.run.assemble import RunParts
from storyfold.run.attempt import Attempt, begin_attempt, make_run_id
from storyfold.run.parts import Part, count_rows
from storyfold.run.unfinished import find_unfinished_attempts, remove_landed
from storyfold.schemas import Run
from storyfold.settings.sources import Limits, Sources, load_sources
from tasks.copies import find_copies
from tasks.discover import discover_source
from tasks.fetch import fetch_items, plan_fetch
from tasks.land import clear_work, land_night
from tasks.parse import parse_pages, plan_parse, settle_versions
from tasks.report import report_night, show_on_server
from tasks.stories import group_stories

NO_CONTACT = (
    "sources.toml names nobody whom the hosts that are asked could write to: put user_agent, with a page or an address "
    "of yours, into its [fetch] table"
)
LONGEST_MESSAGE = 500  # characters of a state's message: a line in the list of runs, with words from pages in it


def _run_name() -> str:
    """What a server's list of runs shows: the night, as the label that was asked for or the day it started."""
    return f"nightly-{flow_run.parameters.get('night') or datetime.now(UTC).date()}"


@flow(name="nightly", flow_run_name=_run_name, validate_parameters=False, persist_result=False)
def nightly(
    sources: str = "data/sources.toml",
    night: date | str | None = None,
    lake: str = "data/lake",
    engine: Literal["local"] = "local",
    processes: Annotated[int, Field(ge=1)] | None = None,
    now: datetime | str | None = None,
    resume_all: bool = False,  # noqa: FBT001, FBT002 (a parameter of deployments, given by name)
) -> NightResult:
    """Run one night and return how it ended; a failed check raises NightFailed after its record is committed.

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
    with send_lines_to_server():
        try:
            result = _night(Path(sources), night, Lake(lake), engine, processes, now, resume_all=resume_all)
        except StoryfoldError as error:  # its line says all: a trace of ours would bury it in the server's log
            return _as_result(Failed(message=make_plain(str(error), LONGEST_MESSAGE), data=error))
    if not result.missing:
        return result
    message = make_plain("; ".join(result.missing), LONGEST_MESSAGE)
    return _as_result(Completed(name="Partial", message=message, data=result))


def _as_result(state: State[Any]) -> NightResult:
    """A state that a flow returns; whoever calls the flow gets what is in it, or has it raised."""
    return cast("NightResult", state)


def _night(
    sources: Path,
    night: date | str | None,
    lake: Lake,
    engine: Literal["local"],
    processes: int | None,
    now: datetime | str | None,
    *,
    resume_all: bool,
) -> NightResult:
    read = load_sources(sources)
    if read.lacks_contact and not flow_run.parent_flow_run_id:
        log.warning("%s", NO_CONTACT)
    label = read_night(str(night)) if night else _instant(now).date()
    if processes is not None and processes < 1:
        raise WrongUse(f"processes: {processes} is too few; allowed: 1 or more")
    if lake.folder.exists() and not lake.folder.is_dir():
        raise WrongUse(f"lake {lake.folder} is a file; name a folder, which is made if it is not there")
    chosen = choose_engine(engine, processes)
    if not resume_all:
        return run_night(lake, read, label, read.limits, chosen, _instant(now))
    tonight = make_run_id(label, read, read.limits)  # killed before, it is taken up in its turn: last
    others = [other for other in find_unfinished_attempts(lake) if other.run_id != tonight]
    finished, left = finish_nights(
        others, lambda other: nightly(str(other.sources), other.night, str(lake.folder), engine, processes)
    )
    result = run_night(lake, read, label, read.limits, chosen, _instant(now))
    return replace(result, finished=finished, left=left)


def read_night(text: str) -> date:
    """A night's label from its words; WrongUse says what is allowed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"night '{make_plain(text, 40)}' is no date; allowed: a day as 2026-11-20") from None


def _instant(now: datetime | str | None) -> datetime:
    try:
        read = datetime.fromisoformat(now) if isinstance(now, str) else now or datetime.now(UTC)
    except ValueError:
        told = make_plain(str(now), 40)
        raise WrongUse(f"now '{told}' is no instant; allowed: one as 2026-11-20T02:30:00+00:00") from None
    return read.astimezone(UTC)


def run_night(lake: Lake, sources: Sources, night: date, limits: Limits, engine: Engine, now: datetime) -> NightResult:
    """The stages in their order, inside a flow run; takes a killed attempt up where it stopped."""
    with ExitStack() as held:
        held.enter_context(lake.lock_for_writing())
        lake.create(list_view_statements())
        note_run(lake)
        settle_dead_runs(lake)
        remove_landed(lake)
        attempt = begin_attempt(lake, night, sources, limits, engine.name, now)
        if attempt.resumed:
            log.info("taking up attempt %d of %s, which was killed", attempt.number, attempt.run_id)
        _tell_of_others(attempt)
        prepare_kernels(log.info, show_no_step)  # before workers start: they need not wait for each other
        held.enter_context(engine.running())
        progress = StageProgress()
        with progress.shown():
            staged = run_stages.with_options(task_runner=engine.task_runner())
            parts = staged(attempt, sources, limits, engine.processes, progress)
        landed = land_night(attempt, parts)
        clear_work(attempt, landed)
        _show(lake, landed.run, parts)
        if landed.run.status == "failed":
            failed = "; ".join(f"{c.name}: {c.note}" for c in landed.checks if c.required and not c.passed)
            raise NightFailed(f"night {night} did not land, a required check failed: {failed}")
        return _told(lake, landed.run)


def _tell_of_others(attempt: Attempt) -> None:
    """Say what finishes the nights that were killed, where this one is not about finishing them itself."""
    if flow_run.parameters.get("resume_all") or flow_run.parent_flow_run_id:
        return
    for other in find_unfinished_attempts(attempt.lake):
        if other.run_id != attempt.run_id:
            log.warning("%s", other.advice)


def _show(lake: Lake, run: Run, parts: RunParts) -> None:
    """The night's tables on the server, if it takes them."""
    try:
        show_on_server(str(lake.folder), run.run_id, parts.counts)
    except Exception as error:  # noqa: BLE001 (whatever the server has against them, the night is in the lake)
        log.warning("the night's tables are not on the server: %s", error)


def _told(lake: Lake, run: Run) -> NightResult:
    """The night with its report; one that cannot be made takes nothing from what has landed."""
    try:
        lines, page = report_night(str(lake.folder), run.run_id)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with a page, the night is in the lake)
        log.warning("the night landed, its report failed (%s); try: storyfold report --lake %s", error, lake.folder)
        return NightResult(run, (), None)
    log.info("%s: %s is in the lake; report: %s", run.status, run.run_id, page)
    return NightResult(run, tuple(lines), page)


@flow(name="stages", flow_run_name="stages-{attempt.run_id}", validate_parameters=False, persist_result=False)
def run_stages(attempt: Attempt, sources: Sources, limits: Limits, processes: int, progress: StageProgress) -> RunParts:
    """Every stage up to landing; complete parts of a killed attempt are taken as they are."""
    note_run(attempt.lake)
    asked = [discover_source.submit(attempt, n, source, limits) for n, source in enumerate(sources.sources)]
    found = _batches("discover", progress, len(asked), asked)
    wanted = [fetch_items.submit(attempt, batch, limits) for batch in plan_fetch(attempt, found, limits)]
    fetched = _batches("fetch", progress, count_rows("discover", found).kept, wanted)
    batches = plan_parse(attempt, fetched, limits, processes)
    read = [parse_pages.submit(attempt, batch, limits) for batch in batches]
    parsed = _batches("parse", progress, count_rows("fetch", fetched).kept, read)
    versions = settle_versions(attempt, parsed)
    copies = _whole("copies", progress, lambda: find_copies(attempt))
    stories = _whole("stories", progress, lambda: group_stories(attempt, copies))
    return RunParts(found, fetched, parsed, versions, copies, stories)


def _batches(stage: str, progress: StageProgress, items: int, futures: Sequence[PrefectFuture[Part]]) -> list[Part]:
    """The parts of a stage in the order of their batches, however they end; progress as they do."""
    progress.start(stage, items)
    for future in as_completed(list(futures)):
        progress.advance(future.result().counts.items_in)
    parts = [future.result() for future in futures]
    progress.finish(count_rows(stage, parts))
    return parts


def _whole(stage: str, progress: StageProgress, work: Callable[[], Part]) -> Part:
    progress.start(stage, 1)
    part = work()
    progress.finish(part.counts)
    return part
