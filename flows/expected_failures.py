"""Log an expected failure in one line: the trace of where it was noticed would bury what a person can mend.

Prefect logs whatever a task, a subflow or a deployment's run raises with its whole trace. That is right for a fault of
the program, and stays so.
"""

from __future__ import annotations

import logging

from prefect.logging.loggers import get_logger

from storyfold.outcomes import StoryfoldError
from storyfold.output.destination import NAMELESS
from storyfold.report.formatting import make_plain

LONGEST_MESSAGE = 500  # characters of a line in a list or a log of runs, with words from pages in it
TASK_RUNS = "prefect.task_runs"
RUN_LOGGERS = ("prefect.flow_runs", TASK_RUNS)  # Prefect's own names (3.8.8, `prefect.logging.loggers`)


def is_expected(error: BaseException) -> bool:
    """Say whether an error is no fault of the program: raised on purpose, or of a full disk."""
    return isinstance(error, StoryfoldError) or (isinstance(error, OSError) and error.errno in NAMELESS)


def word_failure(error: BaseException) -> str:
    """Word a failure in one line for the state of a run and for its log."""
    return make_plain(str(error), LONGEST_MESSAGE)


def log_expected_failures_in_one_line() -> None:
    """Have Prefect log expected failures without their traces, from now on in this process.

    Not for one block alone: a deployment's engine logs what its flow raised when the flow has ended.
    """
    for name in RUN_LOGGERS:
        logger = get_logger(name)
        if not any(isinstance(there, _ExpectedInOneLine) for there in logger.filters):
            logger.addFilter(_ExpectedInOneLine())


class _ExpectedInOneLine(logging.Filter):
    """Put the failure's own line in the place of a record's words and trace.

    A task's record is dropped: the next one, of the state that the task ends in, has that line and the same level.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not is_expected(error):
            return True
        record.exc_info = record.exc_text = None
        record.msg, record.args = "%s", (word_failure(error),)
        return record.name != TASK_RUNS
