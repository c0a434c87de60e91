"""Files that a folder, a file's path or a glob names.

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
    """A file and its path below the folder that the place names, in posix form."""

    path: Path
    name: str


def is_page(name: str) -> bool:
    """Whether a file's name is that of a page: .html, .htm, .xhtml, .txt, each also with .gz, or a bare .gz."""
    inner, zipped, _ = name.lower().rpartition(".gz")
    if zipped:
        return inner.endswith(PAGE_ENDINGS) or not Path(inner).suffix
    return name.lower().endswith(PAGE_ENDINGS)


def find_files(place: str, wanted: Callable[[str], bool]) -> list[FoundFile | Refusal]:
    """The files of one place, sorted by name, and what of it could not be read.

    A file named as such is taken whatever its ending; in folders and globs only `wanted` names count. A place
    that is not there, or where nothing counts, gives one refusal.
    """
    base, pattern = _split(Path(place))
    try:
        mode = base.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = Reason.MISSING_INPUT if isinstance(error, FileNotFoundError) else Reason.UNREADABLE_INPUT
        what = "no such file or folder" if reason is Reason.MISSING_INPUT else _why(error)
        return [Refusal(location=make_printable(place), reason=reason, detail=what)]
    if not stat.S_ISDIR(mode):
        return [_file(base, base.name) if not pattern else _nothing(place)]
    walk = _Walk(wanted, pattern or ("**",))
    walk.folder(base)
    found = [_file(base / name, name) for name in sorted(walk.names)]
    return [*walk.refusals, *found] or [_nothing(place)]


def _nothing(place: str) -> Refusal:
    return Refusal(
        location=make_printable(place), reason=Reason.MISSING_INPUT, detail="no file of a known ending there"
    )


def _split(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The fixed folder and the parts of the pattern below it; a path that is there is never a pattern."""
    parts = path.parts
    first = next((i for i, part in enumerate(parts) if WILDCARDS & set(part)), len(parts))
    if first == len(parts) or os.path.lexists(path):
        return path, ()
    return Path(*parts[:first]), parts[first:]


def _file(path: Path, name: str) -> FoundFile | Refusal:
    """The file, unless reading it could hang or its name fits no table."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
        name.encode()
    except UnicodeEncodeError:
        what = "the name is not UTF-8"
    except OSError as error:
        what = _why(error)
    else:
        if regular:
            return FoundFile(path, name)
        what = "not a regular file"
    return Refusal(location=make_printable(str(path)), reason=Reason.UNREADABLE_INPUT, detail=what)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


@dataclass(slots=True)
class _Walk:
    """A walk through folders, each with the places in the pattern that its path has come to."""

    wanted: Callable[[str], bool]
    pattern: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def folder(self, base: Path) -> None:
        entered: set[tuple[int, int]] = set()
        waiting = [(base, "", self._closed({0}))]
        while waiting:
            path, prefix, places = waiting.pop()
            try:
                status = path.stat()
                if (status.st_dev, status.st_ino) in entered:
                    continue
                entered.add((status.st_dev, status.st_ino))
                entries = sorted(os.scandir(path), key=lambda e: e.name)
            except OSError as error:
                detail = f"the folder: {_why(error)}"
                place = make_printable(str(path))
                self.refusals.append(Refusal(location=place, reason=Reason.UNREADABLE_INPUT, detail=detail))
                continue
            below = list(self._entries(entries, prefix, places))
            waiting.extend((Path(entry), name, reached) for entry, name, reached in reversed(below))

    def _entries(
        self, entries: list[os.DirEntry[str]], prefix: str, places: set[int]
    ) -> Iterator[tuple[str, str, set[int]]]:
        """Take note of the files; give the folders to go into."""
        for entry in entries:
            reached = self._step(places, entry.name)
            if reached and _is_folder(entry):
                yield entry.path, f"{prefix}{entry.name}/", self._closed(reached)
            elif self._ends(places, reached) and self.wanted(entry.name):
                self.names.append(prefix + entry.name)

    def _ends(self, places: set[int], reached: set[int]) -> bool:
        """Whether a file is what the pattern names: its last part, or something below where only `**` is left."""
        below = (place for place in places & reached if all(part == "**" for part in self.pattern[place:]))
        return len(self.pattern) in reached or any(True for _ in below)

    def _step(self, places: set[int], name: str) -> set[int]:
        """Where in the pattern a path is once `name` is added to it; hidden names only where they are named."""
        reached = set()
        for place in places:
            if place == len(self.pattern):
                continue
            part = self.pattern[place]
            if name.startswith(".") and not part.startswith("."):
                continue
            if part == "**":
                reached.add(place)
            elif fnmatchcase(name, part):
                reached.add(place + 1)
        return reached

    def _closed(self, places: set[int]) -> set[int]:
        """`**` may also stand for no folder at all."""
        closed = set(places)
        for place in range(len(self.pattern)):
            if place in closed and self.pattern[place] == "**":
                closed.add(place + 1)
        return closed


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False
