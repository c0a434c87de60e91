"""Retry after a pause what failed through no fault of the input: a whole task, or one request."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from storyfold.outcomes import StoryfoldError, Transient
from storyfold.web.messages import LongRestResponse

P = ParamSpec("P")
R = TypeVar("R")

# A task that failed for the machine's sake (memory, disk, a locked catalog) is tried twice more.
RETRIES = 2
RETRY_SECONDS = [2.0, 10.0]

# Pauses between the tries of one request, in seconds: what polite feed readers use, short enough for a run.
REQUEST_PAUSES = (1.0, 4.0)


def retried_task(name: str, run_name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a Prefect task of a function, with the retries that all stages have; `run_name` may name its arguments."""
    return task(
        name=name,
        task_run_name=run_name,
        retries=RETRIES,
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=is_worth_retrying,
        cache_policy=NO_CACHE,
    )


def is_worth_retrying(task: Task[..., object], task_run: TaskRun, state: State[object]) -> bool:  # noqa: ARG001 (Prefect's signature)
    """Say whether a failed task may do better next time: not if it says on purpose what is wrong."""
    try:
        state.result()
    except Transient:
        return True
    except StoryfoldError:
        return False
    except Exception:  # noqa: BLE001 (Prefect's own and the machine's errors come in every type)
        return True
    return False


def retry_transient(
    send: Callable[P, R], pauses: Sequence[float] = REQUEST_PAUSES, jitter: Random | None = None
) -> Callable[P, R]:
    """Return `send` with retries: on Transient after each pause, up to half as long again; the last one is raised."""
    chance = jitter or Random()  # noqa: S311 (spreads load, guards nothing)

    def send_patiently(*arguments: P.args, **options: P.kwargs) -> R:
        for pause in pauses:
            try:
                return send(*arguments, **options)
            except LongRestResponse:  # it would be refused until the host has rested
                raise
            except Transient:
                time.sleep(pause * (1 + chance.random() / 2))
        return send(*arguments, **options)

    return send_patiently
