"""The night's own log lines on the Prefect server, beside Prefect's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging.handlers import APILogHandler
from prefect.runtime import flow_run
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED

OURS = logging.getLogger("storyfold")


class _NightHandler(APILogHandler):
    """Sends every line to one flow run, whichever subflow, task or thread it comes from.

    So the page of the night, and `prefect deployment run --watch`, show every stage; and a thread of ours that
    Prefect knows nothing of may log too.
    """

    def __init__(self, flow_run_id: str) -> None:
        super().__init__(logging.INFO)
        self.flow_run_id = flow_run_id

    def emit(self, record: logging.LogRecord) -> None:
        record.flow_run_id = self.flow_run_id
        super().emit(record)


@contextmanager
def send_lines_to_server() -> Iterator[None]:
    """Send `storyfold`'s lines of level INFO and above to the flow run that the block belongs to.

    A handler alone does nothing (PREFECT_LOGGING_EXTRA_LOGGERS attaches one): the logger's level would still be the
    root's, WARNING. One that is there already steps aside, or each line would come twice. A night within a night
    leaves its lines to the outer one.
    """
    nested = any(isinstance(handler, _NightHandler) for handler in OURS.handlers)
    if nested or not PREFECT_LOGGING_TO_API_ENABLED.value() or flow_run.id is None:
        yield
        return
    others = [handler for handler in OURS.handlers if isinstance(handler, APILogHandler)]
    level, handler = OURS.level, _NightHandler(flow_run.id)
    for other in others:
        OURS.removeHandler(other)
    OURS.addHandler(handler)
    if OURS.getEffectiveLevel() > logging.INFO:
        OURS.setLevel(logging.INFO)
    try:
        yield
    finally:
        OURS.setLevel(level)
        OURS.removeHandler(handler)
        for other in others:
            OURS.addHandler(other)
