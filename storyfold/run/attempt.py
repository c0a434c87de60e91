"""Begin an attempt at a run: a new one, or a killed one that is continued where it stopped.

A run is identified by its night and by everything that can change its rows: settings, sources, code. Its parts lie
in `work/<run_id>/`; `attempt.json` there, written first, names the attempt that they belong to.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import storyfold
from storyfold.lake.lake import Lake
from storyfold.lake.rows_in_force import ALL_RUNS, find_last_landed
from storyfold.schemas.pages import get_seen_date
from storyfold.settings.ranges import make_fingerprint
from storyfold.settings.sources import Sources
from storyfold.settings.stages import Settings

# A run that began further than this from the computer's clock was given its time; less is what starting takes.
LEAST_CLOCK_OFFSET = timedelta(minutes=10)
ATTEMPT_FILE = "attempt.json"  # in the folder of a run's parts
CODE_FOLDERS = ("flows", "tasks", "storyfold")
CODE_SUFFIXES = (".py", ".sql", ".toml", ".json", ".html", ".css", ".txt", ".npz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a run; a frozen value that every task is given."""

    run_id: str
    number: int
    night: date
    started_at: datetime
    begun_at: datetime  # the same moment by the computer's clock, which a demo or a test may set aside
    lake_folder: str
    settings_fingerprint: str
    sources_fingerprint: str
    code_version: str
    engine: str
    resumed: bool = False

    @property
    def work(self) -> Path:
        return Lake(self.lake_folder).work / self.run_id

    @property
    def run_date(self) -> date:
        return get_seen_date(self.started_at)

    def now(self) -> datetime:
        """Return the time by the run's clock: the computer's, or one that started at the time that the run was given.

        An attempt that is continued hours later goes on with the same clock.
        """
        ahead = self.started_at - self.begun_at
        return datetime.now(UTC) + (ahead if abs(ahead) >= LEAST_CLOCK_OFFSET else timedelta())

    def stage(self, name: str) -> Path:
        """Return the folder of a stage's parts."""
        return self.work / name


def begin_attempt(lake: Lake, night: date, sources: Sources, settings: Settings, engine: str, now: datetime) -> Attempt:
    """Return the attempt to work on: the unfinished one of this run if there is one, else the next."""
    code = find_code_version()
    run_id = make_run_id(night, sources, settings)
    work = lake.work / run_id
    ended, base = _read_ended_attempts(lake, run_id)
    unfinished = read_attempt_file(work / ATTEMPT_FILE)
    if unfinished and unfinished["number"] not in ended:
        _remove_outdated_parts(work, unfinished, base)
        return Attempt(
            run_id=run_id,
            number=unfinished["number"],
            night=night,
            started_at=datetime.fromisoformat(unfinished["started_at"]),
            begun_at=datetime.fromisoformat(unfinished["begun_at"]),
            lake_folder=str(lake.folder),
            settings_fingerprint=settings.fingerprint,
            sources_fingerprint=sources.fingerprint,
            code_version=code,
            engine=engine,
            resumed=True,
        )
    shutil.rmtree(work, ignore_errors=True)
    attempt = Attempt(
        run_id=run_id,
        number=max(ended, default=0) + 1,
        night=night,
        started_at=now,
        begun_at=datetime.now(UTC),
        lake_folder=str(lake.folder),
        settings_fingerprint=settings.fingerprint,
        sources_fingerprint=sources.fingerprint,
        code_version=code,
        engine=engine,
    )
    work.mkdir(parents=True)
    begun = {"number": attempt.number, "started_at": now.isoformat(), "begun_at": attempt.begun_at.isoformat()}
    origin = {"night": night.isoformat(), "sources": str(sources.path.absolute())}
    _write_attempt_file(work / ATTEMPT_FILE, begun | origin | {"base": base})
    return attempt


def make_run_id(night: date, sources: Sources, settings: Settings) -> str:
    """Make a run's id: the night, and a hash of all that can change its rows."""
    parts = [settings.fingerprint, sources.fingerprint, find_code_version()]
    return f"{night.isoformat()}-{make_fingerprint(parts)[:8]}"


def _remove_outdated_parts(work: Path, unfinished: dict[str, Any], base: str) -> None:
    """Remove the parts that were made from the lake's rows if another run has landed since; the other parts stay."""
    if unfinished.get("base") != base:
        for stage in ("fetch-plan", "versions", "copies", "stories"):
            shutil.rmtree(work / stage, ignore_errors=True)
        _write_attempt_file(work / ATTEMPT_FILE, unfinished | {"base": base})


def _write_attempt_file(file: Path, content: dict[str, Any]) -> None:
    written = file.with_name(file.name + ".writing")
    written.write_text(json.dumps(content), encoding="utf-8")
    written.replace(file)


def end_attempt(attempt: Attempt, *, landed: bool) -> None:
    """Clear the parts of a landed attempt; those of a failed one are renamed, to look into."""
    if landed:
        shutil.rmtree(attempt.work, ignore_errors=True)
    else:
        kept = attempt.work.with_name(f"{attempt.run_id}.failed-{attempt.number}")
        shutil.rmtree(kept, ignore_errors=True)
        attempt.work.rename(kept)


@cache
def find_code_version() -> str:
    """Return the version and 12 hex digits of all code that runs, so that a changed program is a changed run."""
    root = Path(storyfold.__file__).parent.parent
    digest = hashlib.sha256()
    for folder in CODE_FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in CODE_SUFFIXES:
                digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{storyfold.__version__}+{digest.hexdigest()[:12]}"


def _read_ended_attempts(lake: Lake, run_id: str) -> tuple[set[int], str]:
    """Return the numbers of the run's attempts that have ended, and the name of the attempt that landed last."""
    runs = lake.read(ALL_RUNS).to_pylist()
    ended = {run["attempt"] for run in runs if run["run_id"] == run_id}
    last = find_last_landed(runs)
    return ended, f"{last['run_id']} {last['attempt']}" if last else ""


def read_attempt_file(file: Path) -> dict[str, Any] | None:
    """Read what was written down when an attempt was begun; None if nothing was."""
    try:
        read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):  # a power cut may leave it empty: then nothing was begun
        return None
    return read
