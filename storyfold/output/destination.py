"""Write the output of a command: to a file that is there only when it is whole, or to whatever a path names.

A regular file is written under another name in its folder and then renamed, so that nobody sees half of it. Anything
else (a pipe, a device, `/dev/stdout`, a process substitution) is written through and stays what it is. A symbolic link
stays too: what it points at is replaced. `-` is standard output.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from storyfold.outcomes import WrongUse
from storyfold.output.visible import make_lines_visible

STANDARD = Path("-")  # standard output where something is written, standard input where something is read
LINKS = 40  # followed one after another; as many as Linux follows (path_resolution(7))
NAME_BYTES = 4  # of chance in an unfinished file's name; a name that is taken is an error, never written to
# Errors of a write in which the system does not name the file: a full disk, a quota, a size limit, a failing device.
NAMELESS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def describe_output(path: Path) -> str:
    """Describe an output in a message."""
    return "standard output" if path == STANDARD else str(path)


def is_same_output(first: Path, second: Path) -> bool:
    """Return whether two paths name the same output, as far as can be known before anything is written."""
    if STANDARD in (first, second):
        return first == second
    if first.exists() and second.exists():
        return first.samefile(second)
    return os.path.realpath(first) == os.path.realpath(second)


def check_output(path: Path, option: str = "--out") -> None:
    """Raise WrongUse before any work if an output cannot be written: no folder, a folder itself, links in a circle."""
    if path == STANDARD or _find_own_descriptor(path) is not None:
        return
    target = _follow_links(path, option)
    if target.is_dir():
        raise WrongUse(f"{option} {path}: that is a folder; name a file")
    if not target.parent.is_dir():
        points = f" points at {target}" if target != path else ""
        raise WrongUse(f"{option} {path}{points}: there is no folder {target.parent}; make it first")


@contextmanager
def open_output(path: Path) -> Iterator[IO[bytes]]:
    """Open one output for bytes; a regular file is there only once the block has ended without an error.

    Raises OSError, with the output's name in it, where it cannot be written.
    """
    if path == STANDARD:
        yield cast("IO[bytes]", _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _name_output(path):
        descriptor = _find_own_descriptor(path)
        target = path if descriptor is not None else _follow_links(path, "--out")
        if descriptor is not None:  # with the offset that the shell's other commands share, and nothing cut off
            with os.fdopen(os.dup(descriptor), "wb") as through:
                yield through
        elif _can_be_renamed_onto(target):
            with _write_then_rename(target) as whole:
                yield whole
        else:
            with target.open("wb") as through:
                yield through


class _Terminal(io.RawIOBase):
    """Standard output on a terminal: characters that would control it are spelt out, as JSON itself may."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        sys.stdout.buffer.write(make_lines_visible(bytes(data).decode("utf-8", "surrogateescape")).encode())
        return len(data)


@contextmanager
def _name_output(path: Path) -> Iterator[None]:
    """Name the output in the error of a full disk, which the system reports without a name."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in NAMELESS:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


@contextmanager
def _write_then_rename(target: Path) -> Iterator[IO[bytes]]:
    # A new name of our own: a file or link that lies there already is somebody else's.
    unfinished = target.with_name(f".storyfold-{secrets.token_hex(NAME_BYTES)}.writing")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        # Mode 0666 less the user's umask, as any new file; one that is replaced hands its mode and owner on.
        with os.fdopen(os.open(unfinished, flags, 0o666), "wb") as whole:
            if target.exists():
                _copy_owner_and_mode(target, unfinished)
            yield whole
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy_owner_and_mode(target: Path, unfinished: Path) -> None:
    replaced = target.stat()
    written = unfinished.stat()
    if (replaced.st_uid, replaced.st_gid) != (written.st_uid, written.st_gid) and hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.chown(unfinished, replaced.st_uid, replaced.st_gid)
    unfinished.chmod(stat.S_IMODE(replaced.st_mode))


def _can_be_renamed_onto(target: Path) -> bool:
    """Return whether a rename may put a file here: nothing is here, or a regular file that no process holds open."""
    if Path(os.path.realpath(target.parent)).parts[1:2] == ("proc",):
        return False
    try:
        return stat.S_ISREG(target.stat().st_mode)
    except FileNotFoundError:
        return True


def _follow_links(path: Path, option: str) -> Path:
    """Follow a path's links, whether its end is there or not; never into a process's open files."""
    for _ in range(LINKS):
        if not path.is_symlink() or Path(os.path.realpath(path.parent)).parts[1:2] == ("proc",):
            return path
        path = path.parent / path.readlink()
    raise WrongUse(f"{option} {path}: its links lead in a circle")


def _find_own_descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that a path stands for, as `/dev/stdout` and `/dev/fd/63` do; else None."""
    own = os.path.realpath("/dev/fd")
    for _ in range(LINKS):
        if os.path.realpath(path.parent) == own and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None
