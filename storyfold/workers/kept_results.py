"""Keep what was made of a job's items in a file, so that it outlasts the process that made it."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class KeptResults:
    """The results of a job in a file, in the order of the items, each written whole before the next is begun."""

    def __init__(self, file: Path, count: int) -> None:
        """Open the file with the first `count` results that an earlier process kept there, and none behind them."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("r+b" if count else "w+b")
        self.count = 0
        while self.count < count:
            pickle.load(self._file)  # noqa: S301 (written by a worker of this run)
            self.count += 1
        self._file.truncate(self._file.tell())

    def keep(self, result: Any) -> None:
        """Append a result, so that it is there though this process is killed right after."""
        try:
            pickled = pickle.dumps(result)
        except Exception as error:  # noqa: BLE001 (an object of any type may refuse)
            raise RuntimeError(f"{result!r:.300} cannot be kept: {error}") from None
        self._file.write(pickled)
        self._file.flush()
        self.count += 1

    def read(self) -> list[Any]:
        """Read all results."""
        self._file.seek(0)
        return [pickle.load(self._file) for _ in range(self.count)]  # noqa: S301 (as above)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):  # of a full disk, which was raised when the result was written
            self._file.close()
