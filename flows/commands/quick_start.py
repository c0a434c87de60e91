"""Save a command on files half a second of its start: what Arrow and Python do that it has no use for."""

from __future__ import annotations

import gc
import sys
from importlib.abc import MetaPathFinder

OBJECTS = 100_000  # made between two looks for what nothing refers to; Python's own 700 are met 300 times by imports


class _WithoutPandas(MetaPathFinder):
    """Find no pandas."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Raise where pandas is asked for."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


def start_quickly() -> None:
    """Have Arrow look for pandas once, where it finds none, and Python tidy up seldom.

    To make a scalar Arrow imports pandas, which takes a third of a second, only to ask whether it was given one of its
    values. It asks once; whoever imports pandas afterwards has it, and `to_pandas` works.
    """
    import pyarrow as pa

    gc.set_threshold(OBJECTS)
    if "pandas" in sys.modules:
        return
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(finder)
