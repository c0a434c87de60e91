"""Find the folder where machine code is kept: one for each Python, numba, processor and state of the kernels' sources.

A folder is complete once all kernels were compiled into it; it is only read from then on. So an install that may not
be written serves every user, and a folder whose writing was cut short is noticed and finished.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy
from filelock import FileLock, Timeout
from llvmlite import binding
from numba import config as numba_config

config: Any = numba_config  # its types do not know its settings
PACKAGE = Path(__file__).parents[1]
VARIABLE = "STORYFOLD_KERNELS"  # names the folder to keep machine code in
KEPT_FOLDERS = 8  # folders of other versions that stay: a checkout moves between branches; each takes some 5 MB
_LIST = "complete.json"  # written last: every file of the folder and its size
_USES_KERNELS = re.compile(rb"^@compiled", re.MULTILINE)
_IMPORTED = re.compile(rb"^from (storyfold[.\w]*) import ([^(]*$|\([^)]*\))", re.MULTILINE)
_WORD = re.compile(rb"\w+")


@dataclass(frozen=True, slots=True)
class KernelFolder:
    """A folder of machine code; `path` is None where none can be had: then each process compiles for itself."""

    path: Path | None
    is_complete: bool = False

    def clear(self) -> None:
        """Remove what is in it: of an unfinished folder, no file can be trusted. Raises OSError where one stays."""
        for file in self._list_files():
            file.unlink(missing_ok=True)

    def _list_files(self) -> list[Path]:
        return [file for file in self.path.iterdir() if file.suffix in (".nbi", ".nbc")] if self.path else []

    def mark_complete(self) -> None:
        """Note down that the folder is complete. Raises OSError where that cannot be written."""
        if self.path is not None:
            sizes = {file.name: file.stat().st_size for file in self._list_files()}
            written = self.path / f"{_LIST}.{os.getpid()}"
            written.write_text(json.dumps(sizes, indent=0, sort_keys=True))
            written.replace(self.path / _LIST)


def find_folder(environment: Mapping[str, str]) -> KernelFolder:
    """Return the complete folder of this program on this machine, else the one to fill, else none."""
    key = make_kernel_key()
    folders = [root / key for root in _list_roots(environment)]
    for folder in folders:
        if _is_complete(folder):
            return KernelFolder(folder, is_complete=True)
    return KernelFolder(next(filter(_is_writable, folders), None))


def _list_roots(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders to look in: the named one, else the virtual environment's, then the user's cache."""
    if named := environment.get(VARIABLE):
        yield Path(named).absolute()
        return
    if sys.prefix != sys.base_prefix:
        yield Path(sys.prefix, "var", "storyfold", "kernels")
    cache = environment.get("XDG_CACHE_HOME") or (Path(environment["HOME"], ".cache") if "HOME" in environment else "")
    if Path(cache).is_absolute():
        yield Path(cache, "storyfold", "kernels")


def _is_complete(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / _LIST).read_bytes())
        return bool(sizes) and all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@contextmanager
def fill_folder(folder: KernelFolder, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the folder's lock: one process compiles, the others wait. `waiting` is called once before a wait."""
    if folder.path is None:
        yield
        return
    lock = FileLock(folder.path.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    with lock:
        lock.release()  # `with` holds it once more
        yield


def is_filled(folder: KernelFolder) -> bool:
    """Say whether the folder is complete by now."""
    return folder.path is not None and _is_complete(folder.path)


def remove_older(folder: KernelFolder) -> None:
    """Remove the folders of older programs next to this one, all but the newest; what cannot be removed stays."""
    if folder.path is None:
        return
    with contextlib.suppress(OSError):
        others = [other for other in folder.path.parent.iterdir() if other.is_dir() and other != folder.path]
        for other in sorted(others, key=lambda p: p.stat().st_mtime)[:-KEPT_FOLDERS]:
            shutil.rmtree(other, ignore_errors=True)
            other.with_suffix(".lock").unlink(missing_ok=True)


def make_kernel_key() -> str:
    """Return 16 hex digits that stand for all that machine code depends on."""
    versions = (sys.version, numba.__version__, llvmlite.__version__, numpy.__version__)
    processor = (binding.get_process_triple(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())
    digest = hashlib.sha256(repr((versions, processor)).encode())
    for path in list_kernel_sources(PACKAGE):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def list_kernel_modules(package: Path) -> list[str]:
    """Return the names of the package's modules that declare kernels, ascending."""
    found = [path for path in package.rglob("*.py") if _USES_KERNELS.search(path.read_bytes())]
    return sorted(".".join([package.name, *path.relative_to(package).with_suffix("").parts]) for path in found)


def list_kernel_sources(package: Path) -> list[Path]:
    """Return the files that machine code comes from: modules with kernels and all that they import, ascending."""
    wanted, found = list_kernel_modules(package), set[Path]()
    while wanted:
        path = package.parent.joinpath(*wanted.pop().split(".")).with_suffix(".py")
        if path.is_file() and path not in found:
            found.add(path)
            for module, names in _IMPORTED.findall(path.read_bytes()):
                wanted.append(module.decode())
                wanted += [f"{module.decode()}.{name.decode()}" for name in _WORD.findall(names)]
    return sorted(found)


@contextmanager
def keep_machine_code_in(folder: KernelFolder) -> Iterator[None]:
    """Have numba keep the machine code of kernels that are declared meanwhile in the folder."""
    before = config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = str(folder.path), f"{__name__}.{KernelLocator.__name__}"
    try:
        yield
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = before


class KernelLocator:
    """Name the folder of a function's machine code to numba (its setting `CACHE_LOCATOR_CLASSES`).

    Numba's own locators put modules of one name together, and need a folder that may be written even to read.
    """

    def __init__(self, function: Callable[..., Any], folder: str) -> None:
        self._function = function
        self._folder = Path(folder)

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> KernelLocator:
        """Return the locator of a function; numba calls this where the function is declared."""
        return cls(function, config.CACHE_DIR)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Return what must be the same for machine code to be used: the folder's name has it all."""
        return self._folder.name

    def get_disambiguator(self) -> str:
        """Return what distinguishes functions of one name: their module."""
        return self._function.__module__

    def ensure_cache_path(self) -> None:
        """Make the folder; numba calls this before it writes."""
        self._folder.mkdir(parents=True, exist_ok=True)
