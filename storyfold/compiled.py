"""Compiles a kernel on its first call, never on import, and keeps the machine code beside the module."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code; the same arguments give the same result on every machine (no fast-math)."""
    try:
        return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep machine code in (a read-only install): compile anew in each process
        return cast("Callable[P, R]", numba.njit(nogil=True)(function))
