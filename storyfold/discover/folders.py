"""Find the files that a folder, a file's path or a glob names.

Patterns are as in a shell: `*`, `?` and `[...]` within one name, `**` for any number of folders. Links are
followed, each folder is entered once however many links lead to it, so that a loop ends.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from storyfold.discover.candidates import Refusal, make_printable
from storyfold.outcomes import Reason

WILDCARDS = frozenset("*?[")
PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".txt")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file and its path below the folder that the source names, in posix form."""

    path: Path
    name: str


def is_page(name: str) -> bool:
    """Return whether a file's name is that of a page: .html, .htm, .xhtml, .txt, each also with .gz, or a bare .gz."""
    inner, zipped, _ = name.lower().rpartition(".gz")
    if zipped:
        return inner.endswith(PAGE_ENDINGS) or not Path(inner).suffix
    return name.lower().endswith(PAGE_ENDINGS)


def find_files(location: str, wanted: Callable[[str], bool]) -> list[FoundFile | Refusal]:
    """List the files that a path, folder or glob names, sorted by name, and refusals for what could not be read.

    A file named as such is taken whatever its ending; in folders and globs only `wanted` names count. A path
    that is not there, or where nothing counts, gives one refusal.
    """
    base, pattern = _split_pattern(Path(location))
    try:
        mode = base.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = Reason.MISSING_INPUT if isinstance(error, FileNotFoundError) else Reason.UNREADABLE_INPUT
        what = "no such file or folder" if reason is Reason.MISSING_INPUT else _describe_error(error)
        return [Refusal(location=make_printable(location), reason=reason, detail=what)]
    if not stat.S_ISDIR(mode):
        return [_make_found_file(base, base.name) if not pattern else _refuse_empty(location)]
    walker = _FolderWalker(wanted, pattern or ("**",))
    walker.walk(base)
    found = [_make_found_file(base / name, name) for name in sorted(walker.names)]
    return [*walker.refusals, *found] or [_refuse_empty(location)]


def _refuse_empty(location: str) -> Refusal:
    return Refusal(
        location=make_printable(location), reason=Reason.MISSING_INPUT, detail="no file of a known ending there"
    )


def _split_pattern(path: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the fixed folder and the parts of the pattern below it; a path that is there is never a pattern."""
    parts = path.parts
    first = next((i for i, part in enumerate(parts) if WILDCARDS & set(part)), len(parts))
    if first == len(parts) or os.path.lexists(path):
        return path, ()
    return Path(*parts[:first]), parts[first:]


def _make_found_file(path: Path, name: str) -> FoundFile | Refusal:
    """Return the file; a refusal where reading it could hang or its name fits no table."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
        name.encode()
    except UnicodeEncodeError:
        what = "the name is not UTF-8"
    except OSError as error:
        what = _describe_error(error)
    else:
        if regular:
            return FoundFile(path, name)
        what = "not a regular file"
    return Refusal(location=make_printable(str(path)), reason=Reason.UNREADABLE_INPUT, detail=what)


def _describe_error(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


@dataclass(slots=True)
class _FolderWalker:
    """Walks through folders, each with the positions in the pattern that its path has reached."""

    wanted: Callable[[str], bool]
    pattern: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def walk(self, base: Path) -> None:
        entered: set[tuple[int, int]] = set()
        waiting = [(base, "", self._skip_folders({0}))]
        while waiting:
            path, prefix, positions = waiting.pop()
            try:
                status = path.stat()
                if (status.st_dev, status.st_ino) in entered:
                    continue
                entered.add((status.st_dev, status.st_ino))
                entries = sorted(os.scandir(path), key=lambda e: e.name)
            except OSError as error:
                detail = f"the folder: {_describe_error(error)}"
                location = make_printable(str(path))
                self.refusals.append(Refusal(location=location, reason=Reason.UNREADABLE_INPUT, detail=detail))
                continue
            below = list(self._note_entries(entries, prefix, positions))
            waiting.extend((Path(entry), name, reached) for entry, name, reached in reversed(below))

    def _note_entries(
        self, entries: list[os.DirEntry[str]], prefix: str, positions: set[int]
    ) -> Iterator[tuple[str, str, set[int]]]:
        """Note the files that match; yield the folders to enter."""
        for entry in entries:
            reached = self._advance(positions, entry.name)
            if reached and _is_folder(entry):
                yield entry.path, f"{prefix}{entry.name}/", self._skip_folders(reached)
            elif self._matches_file(positions, reached) and self.wanted(entry.name):
                self.names.append(prefix + entry.name)

    def _matches_file(self, positions: set[int], reached: set[int]) -> bool:
        """Return whether the pattern names a file: by its last part, or anything below where only `**` is left."""
        below = (at for at in positions & reached if all(part == "**" for part in self.pattern[at:]))
        return len(self.pattern) in reached or any(True for _ in below)

    def _advance(self, positions: set[int], name: str) -> set[int]:
        """Return the positions once `name` is added to a path; hidden names only where they are named."""
        reached = set()
        for position in positions:
            if position == len(self.pattern):
                continue
            part = self.pattern[position]
            if name.startswith(".") and not part.startswith("."):
                continue
            if part == "**":
                reached.add(position)
            elif fnmatchcase(name, part):
                reached.add(position + 1)
        return reached

    def _skip_folders(self, positions: set[int]) -> set[int]:
        """Return the positions with those behind each `**` there, which may stand for no folder at all."""
        found = set(positions)
        for position in range(len(self.pattern)):
            if position in found and self.pattern[position] == "**":
                found.add(position + 1)
        return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False
