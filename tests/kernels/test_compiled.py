"""Kernels: one signature each, compiled once for a machine, kept where they may be kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests_support import read_only, without_root

from storyfold.kernels import compiled as kernels
from storyfold.kernels.arrays import ROW, Bytes, Longs, ReadOnlyBytes, Record, declare_record
from storyfold.kernels.cache_folder import PACKAGE, KernelFolder, list_kernel_modules, list_kernel_sources
from storyfold.kernels.compiled import compiled
from storyfold.kernels.signatures import read_argument_types

PAIR = declare_record(first=np.int32, counts=(np.int64, (3,)))
Pair = Annotated[Record, PAIR]
Pairs = Annotated[NDArray[np.record], ROW, PAIR]

PART = """
import numpy as np
from storyfold.kernels.arrays import LongTable
from storyfold.kernels.compiled import compiled

@compiled(called_by_kernels=True)
def doubled(numbers: LongTable, number: int) -> int:
    row = numbers[number]
    return row[0] * {factor}
"""
WHOLE = """
import numpy as np
from storyfold.kernels.compiled import compiled
from storyfold.parts.part import doubled

@compiled
def total(count: int) -> int:
    numbers = np.ones((count, 1), np.int64)
    found = doubled(numbers, 0)
    for number in range(1, count):
        found += doubled(numbers, number)
    return found
"""
CALL = """
import logging
logging.basicConfig(level=logging.INFO, format="%(message)s")
from storyfold.parts import part, whole
print(whole.total(5), sum(whole.total.machine.stats.cache_hits.values()), len(part.doubled.signatures))
"""


class Program:
    """A package of the project's name with the room of kernels and one kernel of two modules."""

    def __init__(self, folder: Path, factor: int = 2) -> None:
        self.folder = folder
        self.write(factor)

    def write(self, factor: int) -> None:
        package = self.folder / "storyfold"
        others = shutil.ignore_patterns("__pycache__", "trees.py")  # a kernel beside those written here
        shutil.copytree(PACKAGE / "kernels", package / "kernels", ignore=others)
        (package / "__init__.py").write_text("")
        (package / "parts").mkdir()
        (package / "parts" / "whole.py").write_text(WHOLE)
        self.change(factor)

    def change(self, factor: int) -> None:
        (self.folder / "storyfold" / "parts" / "part.py").write_text(PART.format(factor=factor))

    def start(self, python: str = sys.executable, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [python, "-P", "-B", "-c", CALL],
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(self.folder), *sys.path])} | environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=without_root,  # noqa: PLW1509 (no threads here)
        )

    def run(self, python: str = sys.executable, **environment: str) -> tuple[list[int], str]:
        """Return what the kernel gives, whether it was kept, its part's signatures; and the log."""
        return read_output(self.start(python, **environment))


def read_output(process: subprocess.Popen[str]) -> tuple[list[int], str]:
    out, log = process.communicate(timeout=300)
    assert process.returncode == 0, log
    return [int(word) for word in out.split()], log


def compiled_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.nbc"))


def test_a_kernel_is_compiled_once_and_anew_where_a_part_of_it_has_changed(tmp_path: Path) -> None:
    """Numba itself looks only at the module that the kernel stands in."""
    program = Program(tmp_path)
    for factor in (2, 3):
        program.change(factor)
        assert program.run(STORYFOLD_KERNELS=str(tmp_path / "kept"))[0] == [5 * factor, 0, 1]
        assert program.run(STORYFOLD_KERNELS=str(tmp_path / "kept"))[0] == [5 * factor, 1, 0]


def test_two_processes_that_start_at_once_compile_once(tmp_path: Path) -> None:
    program = Program(tmp_path)
    both = [program.start(STORYFOLD_KERNELS=str(tmp_path / "kept")) for _ in range(2)]
    outputs = [read_output(process) for process in both]
    assert sorted(output for output, _ in outputs) == [[10, 0, 1], [10, 1, 0]]
    assert sum("compiling 1 kernels" in log for _, log in outputs) == 1


def test_a_folder_that_may_not_be_written_serves_all_who_read_it(tmp_path: Path) -> None:
    program = Program(tmp_path)
    kept = tmp_path / "kept"
    program.run(STORYFOLD_KERNELS=str(kept))
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    with read_only(kept):
        assert program.run(STORYFOLD_KERNELS=str(kept))[0] == [10, 1, 0]
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*")} == before


def test_without_a_folder_each_process_compiles_its_own_and_says_nothing_wrong(tmp_path: Path) -> None:
    program = Program(tmp_path)
    (tmp_path / "file").write_text("no folder")
    output, log = program.run(STORYFOLD_KERNELS=str(tmp_path / "file" / "below"))
    assert output == [10, 0, 1]
    assert "Traceback" not in log


def test_a_folder_without_room_is_no_failure(tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk: every write beyond it fails."""
    program = Program(tmp_path)
    small = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); {LIMIT}"
    done = subprocess.run(
        [sys.executable, "-P", "-B", "-c", small + CALL],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "STORYFOLD_KERNELS": str(tmp_path / "kept")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "10"
    assert "cannot be kept" in done.stderr
    assert program.run(STORYFOLD_KERNELS=str(tmp_path / "kept"))[0][0] == 10


LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"  # bytes; machine code has 20,000 or so


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_folder_is_filled_again(tmp_path: Path, damage: str) -> None:
    program, kept = Program(tmp_path), tmp_path / "kept"
    program.run(STORYFOLD_KERNELS=str(kept))
    (code,) = compiled_in(kept)
    code.write_bytes(code.read_bytes()[:100]) if damage == "cut" else code.unlink()
    assert program.run(STORYFOLD_KERNELS=str(kept))[0][0] == 10
    assert program.run(STORYFOLD_KERNELS=str(kept))[0] == [10, 1, 0]


def test_a_folder_that_cannot_be_cleared_is_no_failure(tmp_path: Path) -> None:
    program, kept = Program(tmp_path), tmp_path / "kept"
    program.run(STORYFOLD_KERNELS=str(kept))
    (listed,) = kept.rglob("complete.json")
    listed.unlink()
    (listed.parent / "somebody's.nbc").mkdir()
    output, log = program.run(STORYFOLD_KERNELS=str(kept))
    assert output[0] == 10
    assert "cannot be kept" in log


@pytest.mark.slow
def test_a_second_user_of_an_install_has_a_folder_of_his_own(tmp_path: Path) -> None:
    """Outside of a virtual environment machine code goes to the user's cache."""
    program, python = Program(tmp_path), getattr(sys, "_base_executable", sys.executable)
    for user in ("ada", "bob"):
        environment = {"HOME": str(tmp_path / user), "XDG_CACHE_HOME": "", "STORYFOLD_KERNELS": ""}
        assert program.run(python, **environment)[0] == [10, 0, 1]
        assert program.run(python, **environment)[0] == [10, 1, 0]
        assert len(compiled_in(tmp_path / user / ".cache" / "storyfold" / "kernels")) == 1


def test_importing_compiles_nothing_and_every_kernel_has_one_signature() -> None:
    probe = """
import importlib, json
from numba.core import event
from storyfold.kernels import compiled
from storyfold.kernels.cache_folder import PACKAGE, list_kernel_modules
with event.install_recorder("numba:compile") as seen:
    for module in list_kernel_modules(PACKAGE):
        importlib.import_module(module)
    on_import = len(seen.buffer)
print(json.dumps([on_import, [bool(k.machine) for k in compiled._kernels].count(True), len(compiled._kernels)]))
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    on_import, loaded, count = json.loads(done.stdout)
    assert (on_import, loaded) == (0, 0)
    assert count > 20
    kernels.load_kernels("storyfold")
    assert [k.function.__name__ for k in kernels._kernels if len(k.machine.signatures) != 1] == []


def test_a_call_with_another_type_is_refused_and_compiles_nothing() -> None:
    from storyfold.parse.body.metadata_features import hash_word_runs

    assert len(hash_word_runs(np.zeros(4, np.uint32))) == 2
    with pytest.raises(TypeError, match="No matching definition"):
        hash_word_runs(np.zeros(4, np.float32))  # type: ignore[arg-type]


def test_a_signature_is_read_from_annotations() -> None:
    def kernel(data: ReadOnlyBytes, out: Bytes, limits: tuple[int, float], flag: bool) -> Longs:
        raise NotImplementedError

    shown = [str(kind) for kind in read_argument_types(kernel)]
    assert shown == ["readonly array(uint8, 1d, C)", "array(uint8, 1d, C)", "Tuple(int64, float64)", "bool"]

    def of_records(one: Pair, several: Pairs) -> None:
        raise NotImplementedError

    one, several = read_argument_types(of_records)
    assert (several.dtype, several.ndim, several.layout) == (one, 1, "C")
    assert [str(one.typeof(name)) for name in ("first", "counts")] == ["int32", "nestedarray(int64, (3,))"]

    def unclear(data: Any, words: list[str]) -> None:
        raise NotImplementedError

    with pytest.raises(TypeError, match="says no type"):
        read_argument_types(unclear)


@compiled(called_by_kernels=True)
def count_pair(pair: Pair, number: int) -> None:
    pair.first += 1
    pair.counts[number] += 2


def count_twice(pairs: Pairs) -> int:
    pair = pairs[1]
    for number in (0, 2):
        count_pair(pair, number)
    return int(pair.first)


def test_a_kernel_changes_the_fields_of_a_record_that_it_is_given() -> None:
    pairs = np.zeros(2, PAIR)
    assert load(count_twice)(pairs) == 2
    assert (pairs[0].first, pairs[1].first, pairs[1].counts.tolist()) == (0, 2, [2, 0, 2])


@compiled(called_by_kernels=True, makes_arrays=True)
def make_array(count: int) -> Longs:
    return np.zeros(count, np.int64)


@compiled(called_by_kernels=True)
def make_array_unsaid(count: int) -> Longs:
    return np.zeros(count, np.int64)


def call_maker(count: int) -> int:
    return len(make_array(count))


def call_unsaid_maker(count: int) -> int:
    return len(make_array_unsaid(count))


callable_by_python = kernels.Kernel(call_maker)


def call_kernel_of_python(count: int) -> int:
    return callable_by_python(count)


def test_a_kernel_calls_only_those_declared_for_it_and_one_that_makes_arrays_says_so() -> None:
    assert load(call_maker)(3) == 3
    with pytest.raises(AssertionError):  # numba's, which has no words
        load(call_unsaid_maker)
    with pytest.raises(TypeError, match="not called_by_kernels"):
        load(call_kernel_of_python)


def load(function: Callable[..., int]) -> Any:
    """Compile a kernel that nobody keeps."""
    return kernels.Kernel(function).load(KernelFolder(None))


def test_the_key_knows_the_sources_of_all_kernels() -> None:
    found = {path.relative_to(PACKAGE).as_posix() for path in list_kernel_sources(PACKAGE)}
    assert {
        "kernels/compiled.py",
        "parse/html/scan.py",
        "parse/html/scan_records.py",
        "parse/html/block_vocabulary.py",
    } <= found
    assert {"storyfold.parse.html.scan", "storyfold.text.words", "storyfold.stories.average_link"} <= set(
        list_kernel_modules(PACKAGE)
    )


def test_the_numba_that_is_asked_for_has_what_the_folder_needs() -> None:
    """Its locators are a setting since 0.62, and know a module by its content since 0.66."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    assert "numba>=0.68" in project["project"]["dependencies"]
