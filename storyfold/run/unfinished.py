"""Find the runs that were killed and lie unfinished in a lake, and say what finishes each, if anything can."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from storyfold.lake.lake import Lake
from storyfold.outcomes import WrongUse
from storyfold.run.attempt import ATTEMPT_FILE, make_run_id, read_attempt_file
from storyfold.settings.sources import Sources, load_sources


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedAttempt:
    """An attempt that was killed: its settings when it began, and the folder of its parts."""

    run_id: str
    begun_at: datetime
    night: date
    sources: Path | None  # None where an older version of the program began it
    folder: Path
    lake: Path

    @property
    def name(self) -> str:
        return f"night {self.night} ({self.run_id}) was killed and lies unfinished"

    def load_checked_sources(self) -> Sources:
        """Load its sources, as they were when it was begun; WrongUse says in one line why it cannot be finished."""
        give_up = f"remove {self.folder} to give it up"
        if self.sources is None:
            raise WrongUse(f"{self.name}: an older version of this program began it; {give_up}")
        try:
            sources = load_sources(self.sources)
        except WrongUse as error:
            raise WrongUse(f"{self.name}: {error}; mend that, or {give_up}") from None
        if make_run_id(self.night, sources, sources.settings) != self.run_id:
            raise WrongUse(
                f"{self.name}: {self.sources} or the program is not as it was begun with; put it back, or {give_up}"
            )
        return sources

    @property
    def advice(self) -> str:
        """One line for the person who runs the lake: the command that finishes it, or why there is none."""
        try:
            self.load_checked_sources()
        except WrongUse as error:
            return str(error)
        sources, lake = shlex.quote(str(self.sources)), shlex.quote(str(self.lake))
        return (
            f"{self.name}; this finishes it: storyfold nightly --sources {sources} --lake {lake} --night {self.night}"
        )


def find_unfinished_attempts(lake: Lake) -> list[UnfinishedAttempt]:
    """List the attempts that lie unfinished in this lake, by the time at which they began.

    One that a running process works on is among them: only the holder of the lake's lock can know.
    """
    begun = {
        file: read_attempt_file(file)
        for file in lake.work.glob(f"*/{ATTEMPT_FILE}")
        if ".failed-" not in file.parent.name
    }
    ended = _read_ended_attempts(lake) if begun else {}
    unfinished = [
        UnfinishedAttempt(
            run_id=file.parent.name,
            begun_at=datetime.fromisoformat(attempt_data["begun_at"]),
            night=date.fromisoformat(file.parent.name[:10]),
            sources=Path(attempt_data["sources"]) if "sources" in attempt_data else None,
            folder=file.parent,
            lake=lake.folder,
        )
        for file, attempt_data in begun.items()
        if attempt_data is not None and (file.parent.name, attempt_data["number"]) not in ended
    ]
    return sorted(unfinished, key=lambda attempt: (attempt.begun_at, attempt.run_id))


def remove_landed_parts(lake: Lake) -> None:
    """Remove the parts of runs that were killed after they had landed; the lake's lock must be held."""
    files = [file for file in lake.work.glob(f"*/{ATTEMPT_FILE}") if ".failed-" not in file.parent.name]
    ended = _read_ended_attempts(lake) if files else {}
    for file in files:
        attempt_data = read_attempt_file(file)
        if attempt_data is not None and ended.get((file.parent.name, attempt_data["number"]), "failed") != "failed":
            shutil.rmtree(file.parent, ignore_errors=True)


def _read_ended_attempts(lake: Lake) -> dict[tuple[str, int], str]:
    rows = lake.read("SELECT run_id, attempt, status FROM runs").to_pylist()
    return {(row["run_id"], row["attempt"]): row["status"] for row in rows}
