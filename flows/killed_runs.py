"""Set flow runs whose process was killed to Crashed: the server believes them running until it is told otherwise."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.states import Crashed

from flows.progress import log
from storyfold.lake.lake import Lake

FOLDER = "flow-runs"  # in the lake's work folder: a file a flow run, named by its id, that says which process began it
# A server that does not know a run may be another one (a run is finished by hand, on a temporary server), so the
# note stays for the right one; longer than anybody looks for a run.
DAYS_NOTED = 30
TASKS_A_REQUEST = 200  # the server's own limit on one response


def note_run(lake: Lake) -> None:
    """Note that the flow run which calls this works on the lake; the caller must hold its writer's lock."""
    if flow_run.id is None:
        return
    folder = lake.work / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / flow_run.id).write_text(_identify_process(), encoding="utf-8")


def mark_killed_runs(lake: Lake) -> None:
    """Set every noted run that has not ended to Crashed. Holding the lake's lock shows that its process is gone.

    Runs of this very process are its own to end. Whatever goes wrong here is logged and takes nothing from the run.
    """
    noted = [file for file in _list_noted(lake) if file.read_text(encoding="utf-8") != _identify_process()]
    if not noted:
        return
    try:
        with get_client(sync_client=True) as client:
            for file in noted:
                if _mark_killed(client, UUID(file.name)) or time.time() - file.stat().st_mtime > DAYS_NOTED * 86_400:
                    file.unlink(missing_ok=True)
    except Exception as error:  # noqa: BLE001 (a server's trouble in any form; the run is about its pages)
        log.warning("the flow runs of killed nights could not be set Crashed: %s", error)


def _identify_process() -> str:
    """Name this process by its number and, where the system says so, its start: numbers are used again."""
    with suppress(OSError, IndexError):
        return f"{os.getpid()} {Path('/proc/self/stat').read_text().rpartition(')')[2].split()[19]}"
    return str(os.getpid())


def _list_noted(lake: Lake) -> Iterator[Path]:
    for file in sorted((lake.work / FOLDER).glob("*")):
        try:
            UUID(file.name)
        except ValueError:
            continue
        yield file


def _mark_killed(client: SyncPrefectClient, run_id: UUID) -> bool:
    """Set a run and its tasks to Crashed where they have not ended; return whether the server knows it."""
    try:
        run = client.read_flow_run(run_id)
    except ObjectNotFound:
        return False
    message = "its process was killed; what it had done is taken up by the night that finishes it"
    if run.state is None or not run.state.is_final():
        client.set_flow_run_state(run_id, Crashed(message=message), force=True)
        log.warning("flow run %s had been killed: now Crashed", run.name)
    unfinished = TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    for task_run in client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])),
        task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=unfinished)),
        limit=TASKS_A_REQUEST,
    ):
        client.set_task_run_state(task_run.id, Crashed(message=message), force=True)
    return True
