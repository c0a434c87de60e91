"""What is wrong with a lake, in one line that names the file: a damaged catalog, a missing file, a disk that is full.

DuckDB and SQLite tell such things in words that differ by place and release; what is looked for here are the words of
DuckDB 1.5.5 and SQLite's result codes (sqlite.org/rescode.html). What none of them fits is left as it was.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storyfold.outcomes import StoryfoldError, Transient
from storyfold.output.destination import NAMELESS
from storyfold.settings.sources import MiB

PROBE_BYTES = 64 * 1024  # written and removed again to see that the disk takes bytes: a block of any file system
# Free space below which no night is begun: Prefect's database with its journal takes some 8 MiB before the first page,
# and a server that has no room to start is waited for for minutes.
LEAST_FREE = 32 * MiB
RESTORE = "put it back from a copy of the lake"
_FULL = re.compile(r"no space left|disk is full|disk quota exceeded|file too large", re.IGNORECASE)
_READ_ONLY = re.compile(
    r"permission denied|read-only file system|readonly database|unable to open database", re.IGNORECASE
)
_NO_CATALOG = re.compile(
    r"file is not a database|disk image is malformed|creating a new DuckLake is explicitly disabled"
    r"|failed to probe ducklake metadata",
    re.IGNORECASE,
)
_GONE = re.compile(r"no such file|no files found|does not exist", re.IGNORECASE)
_QUOTED = re.compile("[\"']([^\"']+)[\"']")


class LakeFault(StoryfoldError):
    """Something is wrong with a lake's files, which no other night will mend by itself; exit code 1."""


def diagnose_fault(error: Exception, folder: Path) -> LakeFault | Transient | None:
    """What an error of DuckDB says of the lake in this folder; None where it is not the lake's fault."""
    words = " ".join(str(error).split())
    catalog = folder / "catalog.sqlite"
    if _FULL.search(words):
        return Transient(f"{_named(words, folder) or folder}: the disk is full: {_short(words)}")
    if named := _named(words, folder / "main"):
        return LakeFault(f"{named}: {_wrong_with_file(words)}")
    if _READ_ONLY.search(words):
        return LakeFault(f"{catalog}: {_short(words)}")
    if _NO_CATALOG.search(words):
        return LakeFault(f"{catalog}: damaged, this is no catalog of a lake ({_short(words)}); {RESTORE}")
    return None


def _wrong_with_file(words: str) -> str:
    if _GONE.search(words):
        return f"gone, and the lake's catalog counts on it; {RESTORE}"
    if _READ_ONLY.search(words):
        return _short(words)
    return f"damaged ({_short(words)}); {RESTORE}"


def _named(words: str, folder: Path) -> str | None:
    """The first path in the words that lies in a folder."""
    found = (path for path in _QUOTED.findall(words) if path.startswith(f"{folder}{os.sep}"))
    return next(found, None)


def _short(words: str) -> str:
    """The last part of a message that is made of several, each after a colon; a path in it is told already."""
    if "creating a new DuckLake" in words:
        return "it is empty"
    last = words.rpartition(": ")[2] or words
    return re.sub(r" (?:for|in)? ?file [\"'][^\"']+[\"']", "", last)[:200]


def check_writable(folder: Path, free: int = 0) -> None:
    """That a lake's folder, which need not be there yet, can be written and has so many bytes free.

    LakeFault names what cannot be written.
    """
    parts = [folder / name for name in ("catalog.sqlite", "main", "archive", "work", "reports")]
    for place in (folder, *parts):
        if place.exists() and not os.access(place, os.W_OK):
            raise LakeFault(f"{place}: cannot be written: {_why_not(place)}; a night needs to write the whole lake")
    there = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(bytes(PROBE_BYTES))
    except OSError as error:
        raise LakeFault(f"{there}: cannot be written: {error.strerror or error}") from None
    left = shutil.disk_usage(there).free
    if left < free:
        raise LakeFault(f"{there}: the disk is full: {left // MiB} MiB are left, a night needs {free // MiB} to begin")


def _why_not(place: Path) -> str:
    """Whether it is the file system or the mode that forbids it."""
    read_only = getattr(os, "ST_RDONLY", 1)
    if hasattr(os, "statvfs") and os.statvfs(place).f_flag & read_only:
        return os.strerror(errno.EROFS)
    return os.strerror(errno.EACCES)


@contextmanager
def name_disk_faults(folder: Path) -> Iterator[None]:
    """A full disk, which the system tells of without a name, gets the lake's."""
    try:
        yield
    except OSError as error:
        full = error.errno in NAMELESS or _FULL.search(str(error))
        if full and error.filename is None:
            raise LakeFault(f"{folder}: the disk is full: {os.strerror(error.errno or errno.ENOSPC)}") from error
        raise
