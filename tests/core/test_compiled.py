"""Kernels: compiled parts, and machine code that is as new as all that it was compiled from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PART = """
from storyfold.compiled import compiled_part

@compiled_part
def doubled(numbers, place):
    row = numbers[place]
    return row[0] * {factor}
"""
WHOLE = """
import numpy as np
from storyfold.compiled import compiled
from storyfold_probe.part import doubled

@compiled
def total(count):
    numbers = np.ones((count, 1), np.int64)
    found = 0
    for place in range(count):
        found += doubled(numbers, place)
    return found
"""


def test_a_kernel_is_compiled_anew_where_a_part_of_it_has_changed(tmp_path: Path) -> None:
    """Numba itself looks only at the module that the kernel stands in."""
    package = tmp_path / "storyfold_probe"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "whole.py").write_text(WHOLE)
    for factor in (2, 3):
        (package / "part.py").write_text(PART.format(factor=factor))
        for is_kept in (0, 1):  # compiled, then as it was kept
            asked = "from storyfold_probe.whole import total; print(total(5), sum(total.stats.cache_hits.values()))"
            told = subprocess.run(
                [sys.executable, "-c", asked],
                env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"},
                capture_output=True,
                text=True,
                check=True,
            )
            assert told.stdout.split() == [str(5 * factor), str(is_kept)]
