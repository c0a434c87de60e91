"""Diagnose what is wrong with a lake, in one line that names the file: a damaged catalog, a missing file, a full disk.

DuckDB and SQLite report such things in texts that differ by situation and release; the patterns here are those of
DuckDB 1.5.5 and SQLite's result codes (sqlite.org/rescode.html). An error that none of them fits is left as it is.
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

from storyfold.lake.rollback_journal import has_journal
from storyfold.outcomes import StoryfoldError, Transient
from storyfold.output.destination import NAMELESS
from storyfold.settings.ranges import MiB

PROBE_BYTES = 64 * 1024  # written and removed again to see that the disk takes bytes: a block of any file system
# Free space below which no run is begun: Prefect's database with its journal takes some 8 MiB before the first page,
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
_OTHER_DUCKLAKE = re.compile(
    r"catalog version is (\S+?),? but the extension requires version (\S+?)[.,]? ", re.IGNORECASE
)
_MISSING = re.compile(r"no such file|no files found|does not exist", re.IGNORECASE)
_QUOTED = re.compile("[\"']([^\"']+)[\"']")


class LakeFault(StoryfoldError):
    """A fault of a lake's files, which no later run will mend by itself; exit code 1."""


def diagnose_fault(error: Exception, folder: Path) -> LakeFault | Transient | None:
    """Return the fault of the lake in this folder that an error of DuckDB reports; None where it is not the lake's."""
    message = " ".join(str(error).partition("\n\nLINE ")[0].split())  # without the query that DuckDB shows behind it
    catalog = folder / "catalog.sqlite"
    if _FULL.search(message):
        return Transient(f"{_find_path(message, folder) or folder}: the disk is full: {_shorten(message)}")
    if path := _find_path(message, folder / "main"):
        return LakeFault(f"{path}: {_describe_file_fault(message)}")
    fault = _describe_catalog_fault(message, catalog)
    return LakeFault(f"{catalog}: {fault}") if fault else None


def _describe_catalog_fault(message: str, catalog: Path) -> str | None:
    if "readonly database" in message and has_journal(catalog):
        return (
            "a commit was cut off there and has yet to be rolled back; run this again, as a user who may write the file"
        )
    if _READ_ONLY.search(message):
        return _shorten(message)
    if other := _OTHER_DUCKLAKE.search(message):
        return (
            f"a catalog of DuckLake {other[1]}, and this installation reads {other[2]}; use the version of storyfold "
            "that wrote it last"
        )
    if _NO_CATALOG.search(message):
        return f"damaged, this is no catalog of a lake ({_shorten(message)}); {RESTORE}"
    return None


def _describe_file_fault(message: str) -> str:
    if _MISSING.search(message):
        return f"gone, and the lake's catalog counts on it; {RESTORE}"
    if _READ_ONLY.search(message):
        return _shorten(message)
    return f"damaged ({_shorten(message)}); {RESTORE}"


def _find_path(message: str, folder: Path) -> str | None:
    """Return the first path in a message that lies in a folder."""
    found = (path for path in _QUOTED.findall(message) if path.startswith(f"{folder}{os.sep}"))
    return next(found, None)


def _shorten(message: str) -> str:
    """Return the last part of a message, behind its last colon, without a path, as the line names that already."""
    if "creating a new DuckLake" in message:
        return "it is empty"
    last = message.rpartition(": ")[2] or message
    return re.sub(r" (?:for|in)? ?file [\"'][^\"']+[\"']", "", last)[:200]


def check_writable(folder: Path, free: int = 0) -> None:
    """Check that a lake's folder, which need not exist yet, can be written and has so many bytes free.

    LakeFault names what cannot be written.
    """
    parts = [folder / name for name in ("catalog.sqlite", "main", "archive", "work", "reports")]
    for checked in (folder, *parts):
        if checked.exists() and not os.access(checked, os.W_OK):
            raise LakeFault(
                f"{checked}: cannot be written: {_explain_no_access(checked)}; a night needs to write the whole lake"
            )
    existing = next(checked for checked in (folder, *folder.parents) if checked.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(bytes(PROBE_BYTES))
    except OSError as error:
        raise LakeFault(f"{existing}: cannot be written: {error.strerror or error}") from None
    free_now = shutil.disk_usage(existing).free
    if free_now < free:
        raise LakeFault(
            f"{existing}: the disk is full: {free_now // MiB} MiB are left, a night needs {free // MiB} to begin"
        )


def _explain_no_access(checked: Path) -> str:
    """Explain why a path cannot be written: the file system is read-only, or its mode forbids it."""
    read_only = getattr(os, "ST_RDONLY", 1)
    if hasattr(os, "statvfs") and os.statvfs(checked).f_flag & read_only:
        return os.strerror(errno.EROFS)
    return os.strerror(errno.EACCES)


@contextmanager
def name_disk_faults(folder: Path) -> Iterator[None]:
    """Name the lake in the error of a full disk, which the system reports without a name."""
    try:
        yield
    except OSError as error:
        full = error.errno in NAMELESS or _FULL.search(str(error))
        if full and error.filename is None:
            raise LakeFault(f"{folder}: the disk is full: {os.strerror(error.errno or errno.ENOSPC)}") from error
        raise
