"""Quality that may only go up: each figure of `benchmarks/quality.py` against its floor in `floors.json`.

`python -m benchmarks.quality` prints the figures; `--raise` lifts the floors to what was measured (less a little
noise) and never lowers one.
"""

import json
from pathlib import Path

import pytest

from benchmarks.quality import FLOORS, measure, raised

SUITES = sorted({name.split(" ", maxsplit=1)[0] for name in json.loads(FLOORS.read_text())})


@pytest.fixture(scope="module")
def floors():
    return json.loads(Path(FLOORS).read_text())


@pytest.mark.parametrize("suite", SUITES)
def test_no_figure_is_below_its_floor(suite, shared, floors):
    measured = measure(shared, [suite])
    low = {
        name: (measured[name], floor) for name, floor in floors.items() if name in measured and measured[name] < floor
    }
    assert measured
    assert not low


def test_floors_only_go_up():
    floors = {"a": 0.9, "b": 0.5, "gone": 0.7}
    measured = {"a": 0.8, "b": 0.6, "new": 0.4, "a P": 0.9}
    assert raised(floors, measured) == {
        "a": 0.9,
        "b": 0.597,
        "gone": 0.7,
        "new": 0.397,
    }
