"""Compiles a kernel on its first call, never on import, and keeps the machine code beside the module."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

_IMPORTED = re.compile(rb"^(?:from|import) (storyfold[.\w]*)", re.MULTILINE)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code; the same arguments give the same result on every machine (no fast-math)."""
    return _compiled(function, {})


def compiled_part(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a part of a kernel, called from kernels alone, that makes no array.

    It counts no references to the arrays it is given. That is most of what a call costs: the scan of a page takes a
    sixth of the time without (numba 0.68; the option has no documentation, so a test holds it).
    """
    return _compiled(function, {"_nrt": False})


def _compiled(function: Callable[P, R], options: dict[str, bool]) -> Callable[P, R]:
    compile_later: Any = numba.njit  # its types do not know the option
    try:
        kernel = compile_later(cache=True, nogil=True, **options)(function)
    except RuntimeError:  # no folder to keep machine code in (a read-only install): compile anew in each process
        return cast("Callable[P, R]", compile_later(nogil=True, **options)(function))
    # Numba compiles anew where the kernel's own module has changed, but not where one has that it calls or takes
    # constants from: so the stamp of kept machine code gets a hash of them all.
    if hasattr(kernel, "_cache"):  # not where Numba is told to leave functions as they are
        kept = kernel._cache._cache_file
        kept._source_stamp = (kept._source_stamp, _sources_of(function.__module__))
    return cast("Callable[P, R]", kernel)


@cache
def _sources_of(module: str) -> str:
    """A hash of the source of a module and of those of this package that it imports, directly or not."""
    found: dict[str, bytes] = {}
    wanted = [module]
    while wanted:
        name = wanted.pop()
        path = getattr(sys.modules.get(name), "__file__", None)
        if name not in found and path:
            found[name] = Path(path).read_bytes()
            wanted += [imported.decode() for imported in _IMPORTED.findall(found[name])]
    return hashlib.sha256(b"".join(found[name] for name in sorted(found))).hexdigest()
