"""Declare kernels, functions over arrays that run as machine code, and compile them once for a machine.

Each has one signature, that of its annotations. Importing compiles nothing: set-up does (`prepare_kernels`), else the
first call of any kernel, for all of them at once.
"""

from __future__ import annotations

import functools
import importlib
import logging
import os
import threading
from collections.abc import Callable
from typing import Any, Generic, Literal, ParamSpec, TypeVar, cast, overload

import numba

from storyfold.kernels.cache_folder import (
    PACKAGE,
    KernelFolder,
    config,
    fill_folder,
    find_folder,
    is_filled,
    keep_machine_code_in,
    list_kernel_modules,
    remove_older,
)
from storyfold.kernels.signatures import read_argument_types

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)
_compile: Any = numba.njit  # its types do not know all options
_load_lock = threading.RLock()  # one thread compiles or loads at a time
_kernels: list[Kernel[Any, Any]] = []  # all that have been declared
# Code that only kernels call has no entry for Python, which took a sixteenth of the time to compile. One that makes no
# array counts no references to those it is given, which is most of what a call costs: the scan of a page takes a sixth
# of the time without (numba 0.68; that option has no documentation, so a test holds it).
_NO_ENTRY = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_NO_COUNTS = {"_nrt": False}


@overload
def compiled(function: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def compiled(
    *, called_by_kernels: Literal[True], makes_arrays: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def compiled(function: Any = None, /, *, called_by_kernels: bool = False, makes_arrays: bool = False) -> Any:
    """Declare a kernel: a function that runs as machine code, compiled for the types of its annotations.

    The same arguments give the same result on every machine (no fast-math). Plain `@compiled` is for Python to call.
    With `called_by_kernels=True` only other kernels may call it; add `makes_arrays=True` if it, or one that it calls,
    makes arrays.
    """
    if called_by_kernels:
        return _compile(nogil=True, **_NO_ENTRY, **({} if makes_arrays else _NO_COUNTS))
    if config.DISABLE_JIT:  # numba is set to leave functions as they are: to step through one
        return function
    kernel = Kernel(function)
    _kernels.append(kernel)
    return kernel


class Kernel(Generic[P, R]):
    """A function that is loaded as machine code when it is first called."""

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.machine: Any = None  # numba's dispatcher, once it is loaded

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run it, loaded first where that is still to be done. TypeError where an argument has another type."""
        machine = self.machine or self._load()
        return cast("R", machine(*args, **kwargs))

    def _load(self) -> Any:
        with _load_lock:
            folder = _find_own_folder()
            if not folder.is_complete and folder.path is not None:
                folder = prepare_kernels(log.info, show_no_progress)
            return self.load(folder)

    def load(self, folder: KernelFolder) -> Any:
        """Load it from a complete folder, or compile it, into the folder where there is one; return the dispatcher."""
        with _load_lock:
            if self.machine is None:
                machine = _declare(self.function, folder)
                if not folder.is_complete:
                    _compile_parts(self.function)
                try:
                    _compile_once(machine)
                finally:  # where the folder's disk is full it is compiled, and not kept
                    self.machine = machine if machine.signatures else None
            return self.machine


def _declare(function: Callable[..., Any], folder: KernelFolder) -> Any:
    if folder.path is None:
        return _compile(nogil=True, no_cfunc_wrapper=True)(function)
    with keep_machine_code_in(folder):
        return _compile(nogil=True, no_cfunc_wrapper=True, cache=True)(function)


def _compile_parts(function: Callable[..., Any]) -> None:
    """Compile what a kernel calls, for the types that are declared; otherwise numba does, for each that it meets."""
    for name in function.__code__.co_names:
        part: Any = function.__globals__.get(name)
        if isinstance(part, Kernel):
            raise TypeError(f"{function.__module__}.{function.__name__} calls {name}, which is not called_by_kernels")
        if hasattr(part, "py_func") and not part.signatures:
            _compile_parts(part.py_func)
            _compile_once(part)


def _compile_once(machine: Any) -> None:
    try:
        machine.compile(read_argument_types(machine.py_func))
    finally:
        machine.disable_compile()


def show_no_progress(_done: int, _total: int) -> None:
    """Show no steps."""


def prepare_kernels(say: Callable[[str], None], step: Callable[[int, int], None]) -> KernelFolder:
    """Compile all kernels that are not compiled yet, in this process or, where another is at it, by waiting for it.

    `say` gets a line for what is begun or goes wrong; `step` how many are compiled, and of how many. Never fails for
    want of a folder or of room in it: then each process compiles what it calls.
    """
    folder = _find_own_folder()
    if folder.is_complete:
        return folder
    if folder.path is None:
        say("there is no folder to keep compiled kernels in: each process compiles its own")
        return folder
    with _load_lock, fill_folder(folder, lambda: say("another process compiles the kernels: waiting for it")):
        if not is_filled(folder):
            _fill(folder, say, step)
    _find_own_folder.cache_clear()
    return _find_own_folder()


def _fill(folder: KernelFolder, say: Callable[[str], None], step: Callable[[int, int], None]) -> None:
    for module in list_kernel_modules(PACKAGE):
        importlib.import_module(module)
    say(f"compiling {len(_kernels)} kernels, once for this machine: about half a minute, more on an old one")
    failure: OSError | None = None
    try:
        folder.clear()
    except OSError as error:
        failure = error
    for number, kernel in enumerate(_kernels, 1):
        try:
            kernel.load(folder)
        except OSError as error:
            failure = error
        step(number, len(_kernels))
    try:
        if failure is None:
            folder.mark_complete()
            remove_older(folder)
    except OSError as error:
        failure = error
    if failure is not None:
        say(f"compiled kernels cannot be kept in {folder.path} ({failure.strerror}): each process compiles its own")


def load_kernels(prefix: str) -> None:
    """Load the kernels of the imported modules whose names begin so; compile what is not compiled yet."""
    folder = prepare_kernels(log.info, show_no_progress)
    for kernel in _kernels:
        if kernel.function.__module__.startswith(prefix):
            try:
                kernel.load(folder)
            except OSError as error:
                log.info("%s: %s", kernel.function.__name__, error)


@functools.cache
def _find_own_folder() -> KernelFolder:
    return find_folder(os.environ)
