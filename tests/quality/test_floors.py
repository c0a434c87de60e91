"""Quality that may only go up: each figure of `benchmarks/quality.py` against its floor in `floors.json`.

`python -m benchmarks.quality` prints the figures; `--raise` lifts the floors to what was measured (less a little
noise) and never lowers one.
"""

import json
from pathlib import Path

import pytest
from tests_support import ROOT, shared_place

from benchmarks.parse_plaintext import RENDERERS, list_renderers
from benchmarks.quality import FLOORS, NOISE, SUITES, measure, raise_floors

NAMES = sorted(json.loads(FLOORS.read_text(encoding="utf-8")))
# suites that other tests measure, on data of ours; `resumed` is the demo's three nights all seen on one day
ELSEWHERE = {"demo": "tests/demo", "folded": "tests/copies", "resumed": "tests/demo"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
# The rows of the README's table, with the floors under their figures.
TOLD = {
    "body of HTML pages": ("aeb body F1 out of fold",),
    "the same | ": ("fundus body F1 out of fold",),
    "title exact; day; minute; authors F1; language": tuple(
        f"fundus {name}" for name in ("title exact", "same day", "same minute", "authors F1", "language")
    ),
    "pairs of copies": ("copies pairs F1",),
    "383 articles": ("g5w1h B3 F1",),
    "3,429 articles": ("allsides B3 F1",),
}


@pytest.fixture(scope="module")
def floors():
    return json.loads(Path(FLOORS).read_text())


# Half a minute each on two cores: `make test-slow` measures them.
LARGE = {"allsides", "dumps"}


@pytest.mark.parametrize(
    "suite", [pytest.param(s, marks=pytest.mark.slow) if s in LARGE else s for s in sorted(SUITES)]
)
def test_no_figure_is_below_its_floor(suite, shared, floors):
    measured = measure(shared, [suite])
    low = {
        name: (measured[name], floor) for name, floor in floors.items() if name in measured and measured[name] < floor
    }
    absent = [r for r in RENDERERS if r not in list_renderers()]  # the project does not need them
    unmeasured = [name for name in NAMES if name.startswith(f"{suite} ") and name not in measured]
    assert [name for name in unmeasured if not any(f" {renderer} " in name for renderer in absent)] == []
    assert not low


def test_each_floor_is_held_by_a_test_that_reads_it():
    assert {name.split(" ", maxsplit=1)[0] for name in NAMES} == {*SUITES, *ELSEWHERE}
    for suite, folder in ELSEWHERE.items():
        assert any(
            f'read_floors("{suite}")' in file.read_text(encoding="utf-8") for file in (ROOT / folder).glob("*.py")
        )


@pytest.mark.parametrize("row", TOLD)
def test_the_readme_tells_what_the_floors_hold(row, floors):
    """A figure there is one that was measured when its floor was lifted: not below it, and not above it by more."""
    (line,) = (line for line in README.splitlines() if line.startswith("| ") and row in line)
    figures = [float(figure) for figure in line.split("|")[2].split(";")]
    for figure, name in zip(figures, TOLD[row], strict=True):
        assert floors[name] <= figure <= floors[name] + NOISE + 0.001, (name, figure)


def test_data_that_should_be_there_and_is_not_is_a_failure(monkeypatch, tmp_path):
    monkeypatch.setenv("STORYFOLD_SHARED", str(tmp_path))
    monkeypatch.delenv("STORYFOLD_REQUIRE_DATA", raising=False)
    with pytest.raises(pytest.skip.Exception):
        shared_place("data", "seeds")
    monkeypatch.setenv("STORYFOLD_REQUIRE_DATA", "1")
    with pytest.raises(pytest.fail.Exception):
        shared_place("data", "seeds")
    (tmp_path / "data" / "seeds").mkdir(parents=True)
    assert shared_place("data", "seeds") == tmp_path / "data" / "seeds"


def test_floors_only_go_up():
    floors = {"a": 0.9, "b": 0.5, "gone": 0.7}
    measured = {"a": 0.8, "b": 0.6, "new": 0.4, "a P": 0.9}
    assert raise_floors(floors, measured) == {
        "a": 0.9,
        "b": 0.597,
        "gone": 0.7,
        "new": 0.397,
    }
