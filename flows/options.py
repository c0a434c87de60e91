"""Read and check the options of a run: label, instant, processes, lake; WrongUse says what is allowed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from storyfold.lake.lake import Lake
from storyfold.outcomes import WrongUse
from storyfold.report.formatting import make_plain


def read_label(night: date | str | None, now: datetime | str | None) -> date:
    """Return the label of a run, which is a day; without one the UTC day of `now`."""
    if not night:
        return read_instant(now).date()
    try:
        return date.fromisoformat(str(night))
    except ValueError:
        raise WrongUse(f"night '{make_plain(str(night), 40)}' is no date; allowed: a day as 2026-11-20") from None


def read_instant(now: datetime | str | None) -> datetime:
    """Return the instant that saved pages are seen at, in UTC; without one the clock's."""
    try:
        instant = datetime.fromisoformat(now) if isinstance(now, str) else now or datetime.now(UTC)
    except ValueError:
        shown = make_plain(str(now), 40)
        raise WrongUse(f"now '{shown}' is no instant; allowed: one as 2026-11-20T02:30:00+00:00") from None
    return instant.astimezone(UTC)


def check_processes(processes: int | None) -> None:
    """Raise WrongUse for a number of processes below 1."""
    if processes is not None and processes < 1:
        raise WrongUse(f"processes: {processes} is too few; allowed: 1 or more")


def check_lake_folder(lake: Lake) -> None:
    """Raise WrongUse where the lake's folder is a file."""
    if lake.folder.exists() and not lake.folder.is_dir():
        raise WrongUse(f"lake {lake.folder} is a file; name a folder, which is made if it is not there")
