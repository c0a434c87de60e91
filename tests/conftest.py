"""What several tests need: the evaluation data beside the checkout, and rows to start from."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# A busy machine is no failure: examples have no deadline, and are the same on each run.
settings.register_profile("storyfold", deadline=None, derandomize=True)
settings.load_profile("storyfold")

# A shell lets what it starts in the background ignore interrupts, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with pages and gold that may not be part of the project; tests that need it skip without."""
    folder = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"evaluation data is not at {folder}; STORYFOLD_SHARED names another place")
    return folder


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
