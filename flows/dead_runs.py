"""Flow runs whose process was killed: the server believes them running until somebody tells it."""

from __future__ import annotations

import time
from collections.abc import Iterator
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

FOLDER = "flow-runs"  # in the lake's work folder: an empty file a flow run, named by its id
# A server that does not know a run may be another one (a night is finished by hand, on a temporary server), so the
# note stays for the right one; longer than any run is looked for.
KEPT_DAYS = 30
TASKS_A_REQUEST = 200  # the server's own limit on one answer
_alive: set[str] = set()  # flow runs of this very process


def note_run(lake: Lake) -> None:
    """Write down that the flow run which calls this works on the lake; its writer's lock must be held."""
    if flow_run.id is None:
        return
    _alive.add(flow_run.id)
    folder = lake.work / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / flow_run.id).touch()


def settle_dead_runs(lake: Lake) -> None:
    """Set every run that is noted and has not ended Crashed. Holding the lake's lock shows that its process is gone.

    Whatever goes wrong here is told and takes nothing from the night.
    """
    noted = [file for file in _noted(lake) if file.name not in _alive]
    if not noted:
        return
    try:
        with get_client(sync_client=True) as client:
            for file in noted:
                if _settled(client, UUID(file.name)) or time.time() - file.stat().st_mtime > KEPT_DAYS * 86_400:
                    file.unlink(missing_ok=True)
    except Exception as error:  # noqa: BLE001 (a server's trouble in any form; the night is about its pages)
        log.warning("the flow runs of killed nights could not be set Crashed: %s", error)


def _noted(lake: Lake) -> Iterator[Path]:
    for file in sorted((lake.work / FOLDER).glob("*")):
        try:
            UUID(file.name)
        except ValueError:
            continue
        yield file


def _settled(client: SyncPrefectClient, run_id: UUID) -> bool:
    """Whether the server knows this run, which then has ended."""
    try:
        run = client.read_flow_run(run_id)
    except ObjectNotFound:
        return False
    message = "its process was killed; what it had done is taken up by the night that finishes it"
    if run.state is None or not run.state.is_final():
        client.set_flow_run_state(run_id, Crashed(message=message), force=True)
        log.warning("flow run %s had been killed: now Crashed", run.name)
    going = TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    for task_run in client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])),
        task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=going)),
        limit=TASKS_A_REQUEST,
    ):
        client.set_task_run_state(task_run.id, Crashed(message=message), force=True)
    return True
