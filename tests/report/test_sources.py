"""Sources that dry up: what the view tells of each night, and the warnings in the lines and on the page."""

from __future__ import annotations

from datetime import date

import pytest

from storyfold.report import read_night_summary, render_page, render_summary_lines
from storyfold.schemas import SourceNight

DAY = date(2026, 3, 2)
NUMBERS = ("asked", "items", "new", "kept", "rejected", "usual")


def given(run_id, kept, source="times", **more):
    attempt = 2 if run_id == "night-2" else 1
    values = {"outlet": "Example Times", "items": kept, "kept": kept, "new": kept, "asked": 1 + kept}
    return SourceNight(run_id=run_id, attempt=attempt, run_date=DAY, source_id=source, **{**values, **more})


@pytest.mark.parametrize(
    ("tonight", "words"),
    [
        (given("night-3", 0), "Example Times: nothing found tonight; 12 articles a night before"),
        (given("night-3", 0, items=9), "Example Times: nothing kept tonight; 12 articles a night before"),
        (given("night-3", 5), "Example Times: 5 articles tonight; 12 articles a night before"),
        (given("night-3", 6), None),  # half
        (given("night-3", 0, "another"), None),  # it never gave anything
    ],
)
def test_a_source_that_dries_up_is_warned_of(build, rows, tonight, words):
    earlier = [given("night-1", 10), given("night-2", 14), given("night-1", 1, "steady"), given("night-3", 1, "steady")]
    lake = build([*rows, *earlier, tonight])
    summary = read_night_summary(lake, "night-3")
    lines = [line for line in render_summary_lines(summary) if "Warning" in line]
    assert lines == ([f"  Warning: {words}"] if words else [])
    page = render_page(summary)
    assert (f"<bdi>{words}</bdi>" in page) == bool(words)
    assert "Source by source" in page
    assert not any("Warning" in line for line in render_summary_lines(read_night_summary(lake, "night-2")))


def test_source_health_tells_each_night_and_when_something_new_came_last(build, rows):
    told = [given("night-1", 10), given("night-2", 14, new=0), given("night-3", 0, rejected=3)]
    found = build([*rows, *told]).execute("FROM source_health WHERE source_id = 'times'").to_arrow_table().to_pylist()
    assert [
        (r["night"].day, r["asked"], r["items"], r["new"], r["kept"], r["rejected"], r["usual"]) for r in found
    ] == [
        (5, 1, 0, 0, 0, 3, 12.0),
        (4, 15, 14, 0, 14, 0, 10.0),
        (3, 11, 10, 10, 10, 0, None),
    ]
    assert {row["last_new"].day for row in found} == {3}
    assert [row["warning"] for row in found] == ["nothing found", None, None]


def test_many_dry_sources_leave_the_lines_short(build, rows):
    names = [f"source-{n:02}" for n in range(50)]
    dry = [given(run, kept, name, outlet=None) for name in names for run, kept in (("night-1", 2), ("night-2", 0))]
    summary = read_night_summary(build([*rows, *dry]), "night-2")
    lines = render_summary_lines(summary)
    assert len(lines) <= 30
    assert (
        "  Warning: source-01: nothing found tonight; 2 articles a night before; and 48 more sources like that" in lines
    )
    assert len(summary.sources) == 40
