"""The benchmark of growing archives on a small one: figures of every stage, checks passed, two lakes alike."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from tests_support import ROOT

from benchmarks.growth_lake import Archive, Newsroom
from benchmarks.growth_night import run_night
from storyfold.lake.lake import Lake

STAGES = ("versions", "boilerplate", "copies", "stories", "land")
OPTIONS = ("--archive", "300", "--per-night", "100", "--nights", "2", "--new", "30", "--json")

pytestmark = pytest.mark.slow  # a lake is written several times


def run_benchmark(folder, *more):
    command = [sys.executable, "-m", "benchmarks.growth", *OPTIONS, "--lake", folder, *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line), done.stderr


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    return folder, run_benchmark(folder)[0]


def test_one_line_has_the_seconds_of_every_stage(first):
    _, line = first
    assert (line["archive"], line["window"], line["new"]) == (300, 200, 30)
    assert all(line[stage] > 0 for stage in STAGES)
    assert line["total"] > 0.9 * sum(line[stage] for stage in STAGES)
    assert 50 < line["peak_mb"] < 4_000
    assert "without" not in line


def test_a_lake_that_is_kept_is_taken_as_it_is_and_a_stage_can_be_left_out(first):
    folder, _ = first
    line, said = run_benchmark(folder, "--without", "stories")
    assert "night 1 of" not in said
    assert (line["stories"], line["without"]) == (None, ["stories"])
    assert all(line[stage] > 0 for stage in STAGES if stage != "stories")


def count_rows(lake):
    """How many rows the night after the archive has brought, by table, and what its checks say."""
    (run,) = lake.read("FROM runs ORDER BY finished_at DESC LIMIT 1").to_pylist()
    counts = {"status": run["status"], "stages": [(s["stage"], s["items_in"], s["kept"]) for s in run["stages"]]}
    for table in ("articles", "cuts", "copies", "families", "stories", "story_articles", "fetches"):
        counts[table] = lake.read(f"SELECT count(*) AS n FROM {table} WHERE run_id = ?", [run["run_id"]]).to_pylist()
    checks = lake.read("SELECT required, passed FROM checks WHERE run_id = ?", [run["run_id"]]).to_pylist()
    counts["checks"] = Counter((check["required"], check["passed"]) for check in checks)
    return counts


def test_the_night_passes_all_checks_and_two_lakes_are_alike(first, tmp_path):
    folder, _ = first
    run_benchmark(tmp_path)
    found = []
    for lake in (folder / "archive-300", tmp_path / "archive-300"):
        run_night(lake, lake / "next-night" / "30", [])  # on the lake itself, to look into it
        found.append(count_rows(Lake(lake)))
    assert found[0] == found[1]
    assert found[0]["status"] == "landed"
    assert found[0]["articles"] == [{"n": 30}]
    assert {passed for required, passed in found[0]["checks"] if required} == {True}
    assert found[0]["checks"].total() > 40


def test_the_night_after_an_archive_is_made_alike_whether_its_nights_were_written_or_only_planned():
    def make(*, written):
        newsroom = Newsroom(Archive(250, 100, 5))
        for count in (50, 100, 100):
            reports = newsroom.plan_night(count)
            (newsroom.write_articles if written else newsroom.write_originals)(reports)
        return newsroom.write_articles(newsroom.plan_night(40))

    articles = make(written=True)
    assert articles == make(written=False)
    assert {article.first_seen_at for article in articles} == {datetime(2026, 6, 1, 2, tzinfo=UTC)}
    assert len({article.article_id for article in articles}) == 40


def test_the_plan_is_like_news():
    newsroom = Newsroom(Archive(8_000, 1_000, 1))
    reports = [report for _ in range(8) for report in newsroom.plan_night(1_000)]
    assert 0.27 < sum(report.copy_of is not None for report in reports) / len(reports) < 0.33
    assert 0.04 < sum(not report.dated for report in reports) / len(reports) < 0.06
    sizes = Counter(Counter(report.story for report in reports).values())
    assert sizes[1] > sizes[2] > sizes[4]
    assert max(sizes) > 20
    for report in reports:
        if original := report.copy_of:
            assert (original.copy_of, original.story) == (None, report.story)
            assert original.night * 24 - original.hours <= report.night * 24 - report.hours
