"""Keep a command's temporary files in a folder that is gone with the command, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

PREFIX = "storyfold-files-"  # followed by the number of the process that made it
STOPS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def make_scratch_folder() -> Iterator[Path]:
    """Make a folder for the block, and remove it; a stop from outside ends the block as an exit does.

    What a command left that could not do so itself (it was killed) is removed by the next one.
    """
    _remove_left_behind(Path(tempfile.gettempdir()))
    before = {stop: signal.signal(stop, _exit) for stop in STOPS}
    try:
        with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
            yield Path(folder)
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)  # as a shell reports a process that a signal ended


def _remove_left_behind(folder: Path) -> None:
    for left in folder.glob(f"{PREFIX}*"):
        process = left.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdecimal() and not _is_running(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # of another user
        return True
    return True
