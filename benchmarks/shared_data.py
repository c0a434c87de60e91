"""Find the evaluation data, and load its scorers; nothing of it is part of the project."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent


def find_shared_folder() -> Path:
    """Find the folder with `data/` and `eval/`; ends the program with one line where it is not there."""
    folder = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        sys.exit(f"the evaluation data is not at {folder}; STORYFOLD_SHARED names another place")
    return folder


def load_scoring(shared: Path) -> ModuleType:
    """Load the module behind the scorers' commands."""
    spec = importlib.util.spec_from_file_location("scoring", shared / "eval" / "scoring.py")
    if spec is None or spec.loader is None:
        raise ImportError(shared / "eval" / "scoring.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
