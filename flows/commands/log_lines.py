"""Show the log of a run to the person or the cron job that started it."""

from __future__ import annotations

import logging
import sys


def show_log_lines() -> None:
    """Send log lines to standard error: on a terminal, warnings only; elsewhere all, for cron's mail."""
    logger = logging.getLogger("storyfold")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    handler = logging.StreamHandler()
    if sys.stderr.isatty():
        handler.setLevel(logging.WARNING)
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)


def is_no_line_of_a_run(record: logging.LogRecord) -> bool:
    """Say whether a record is not one that Prefect keeps of a flow or task run: the server has those."""
    return not record.name.startswith(("prefect.flow_runs", "prefect.task_runs"))
