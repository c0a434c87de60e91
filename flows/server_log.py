"""Send the run's own log lines to the Prefect server, where Prefect's are."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging.handlers import APILogHandler
from prefect.runtime import flow_run
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED

LOGGER = logging.getLogger("storyfold")


class _FlowRunHandler(APILogHandler):
    """Send every line to one flow run, whichever subflow, task or thread it comes from.

    So the server's page of the run, and `prefect deployment run --watch`, show every stage; and a thread of ours that
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
    root's, WARNING. One that is there already steps aside, or each line would come twice. A run within a run
    leaves its lines to the outer one.
    """
    nested = any(isinstance(handler, _FlowRunHandler) for handler in LOGGER.handlers)
    if nested or not PREFECT_LOGGING_TO_API_ENABLED.value() or flow_run.id is None:
        yield
        return
    others = [handler for handler in LOGGER.handlers if isinstance(handler, APILogHandler)]
    level, handler = LOGGER.level, _FlowRunHandler(flow_run.id)
    for other in others:
        LOGGER.removeHandler(other)
    LOGGER.addHandler(handler)
    if LOGGER.getEffectiveLevel() > logging.INFO:
        LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOGGER.setLevel(level)
        LOGGER.removeHandler(handler)
        for other in others:
            LOGGER.addHandler(other)
