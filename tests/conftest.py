"""What several tests need: the evaluation data beside the checkout, and rows to start from."""

import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from tests_support import shared_place

# What the tests measure on; a set that is missing is told as the whole is.
SETS = ("pages", "stories", "seeds")

# A busy machine is no failure: examples have no deadline, and are the same on each run.
# 80 draws and not the usual 100: the half of the tests that these are in stays under ten minutes on two cores
settings.register_profile("storyfold", deadline=None, derandomize=True, max_examples=80)
settings.load_profile("storyfold")

# A shell lets what it starts in the background ignore interrupts, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with pages and gold that may not be part of the project, all its sets there."""
    for part in ("eval/scoring.py", *(f"data/{name}" for name in SETS)):
        place = shared_place(*part.split("/"))
    return place.parents[1]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
