"""Nights that were killed and lie unfinished in a lake: what finishes each, and whether anything can."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from storyfold.lake.lake import Lake
from storyfold.outcomes import WrongUse
from storyfold.run.attempt import BEGUN, make_run_id, read_begun
from storyfold.settings.sources import Sources, load_sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """An attempt that was killed: what it was begun with, and where its parts lie."""

    run_id: str
    begun_at: datetime
    night: date
    sources: Path | None  # None where an older version of the program began it
    folder: Path
    lake: Path

    @property
    def name(self) -> str:
        return f"night {self.night} ({self.run_id}) was killed and lies unfinished"

    def checked_sources(self) -> Sources:
        """Its sources, as they were when it was begun; WrongUse says in one line why it cannot be finished."""
        give_up = f"remove {self.folder} to give it up"
        if self.sources is None:
            raise WrongUse(f"{self.name}: an older version of this program began it; {give_up}")
        try:
            sources = load_sources(self.sources)
        except WrongUse as error:
            raise WrongUse(f"{self.name}: {error}; mend that, or {give_up}") from None
        if make_run_id(self.night, sources, sources.limits) != self.run_id:
            raise WrongUse(
                f"{self.name}: {self.sources} or the program is not as it was begun with; put it back, or {give_up}"
            )
        return sources

    @property
    def told(self) -> str:
        """One line for whoever looks after the lake: the command that finishes it, or why there is none."""
        try:
            self.checked_sources()
        except WrongUse as error:
            return str(error)
        sources, lake = shlex.quote(str(self.sources)), shlex.quote(str(self.lake))
        return (
            f"{self.name}; this finishes it: storyfold nightly --sources {sources} --lake {lake} --night {self.night}"
        )


def find_unfinished_attempts(lake: Lake) -> list[Unfinished]:
    """The attempts that lie unfinished in this lake, the one begun first first.

    One that a living process works on is among them: only the holder of the lake's lock can tell.
    """
    begun = {file: read_begun(file) for file in lake.work.glob(f"*/{BEGUN}") if ".failed-" not in file.parent.name}
    ended = _ended(lake) if begun else {}
    found = [
        Unfinished(
            run_id=file.parent.name,
            begun_at=datetime.fromisoformat(told["begun_at"]),
            night=date.fromisoformat(file.parent.name[:10]),
            sources=Path(told["sources"]) if "sources" in told else None,
            folder=file.parent,
            lake=lake.folder,
        )
        for file, told in begun.items()
        if told is not None and (file.parent.name, told["number"]) not in ended
    ]
    return sorted(found, key=lambda attempt: (attempt.begun_at, attempt.run_id))


def remove_landed(lake: Lake) -> None:
    """Remove the parts of nights that were killed after they had landed; the lake's lock must be held."""
    files = [file for file in lake.work.glob(f"*/{BEGUN}") if ".failed-" not in file.parent.name]
    ended = _ended(lake) if files else {}
    for file in files:
        told = read_begun(file)
        if told is not None and ended.get((file.parent.name, told["number"]), "failed") != "failed":
            shutil.rmtree(file.parent, ignore_errors=True)


def _ended(lake: Lake) -> dict[tuple[str, int], str]:
    rows = lake.read("SELECT run_id, attempt, status FROM runs").to_pylist()
    return {(row["run_id"], row["attempt"]): row["status"] for row in rows}
