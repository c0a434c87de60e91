"""The benchmark of growing archives on a small one: figures of every stage, checks passed, two lakes alike."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from tests_support import ROOT

from benchmarks.filled_tables import fill_table
from benchmarks.growth_lake import Archive, Newsroom
from benchmarks.growth_night import run_night
from benchmarks.news_groups import make_family_tables, make_story_tables
from benchmarks.news_rows import get_start, make_parsed_table, make_run, make_text_tables
from benchmarks.news_words import read_common_words
from storyfold.boilerplate.cut import CutLine, Cutting
from storyfold.boilerplate.cut_articles import apply_cutting, make_cut_rows
from storyfold.boilerplate.judge_lines import Finding
from storyfold.dates.claims import read_claim
from storyfold.dates.dated_rows import apply_dating
from storyfold.dates.weigh import weigh_claims
from storyfold.identity.ids import hash_text, make_article_id
from storyfold.lake.lake import Lake
from storyfold.run.text_features import sketch_articles
from storyfold.schemas import Article, Copy, Cut, FamilyMember, Lineage, Membership, PageLines, Sketch, Story
from storyfold.schemas.columns import make_arrow_table, make_rows
from storyfold.stories.story_ids import make_story_id
from storyfold.text.line_keys import SEPARATOR, scan_lines, split_lines

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


def test_the_queries_of_a_night_are_told_with_their_place(first):
    folder, _ = first
    command = [sys.executable, "-m", "benchmarks.growth_queries", folder / "archive-300", "30", "--without", "stories"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    stages, *queries = done.stdout.splitlines()
    assert json.loads(stages)["stories"] is None
    read = [re.fullmatch(r" *([\d.]+) +([\d.]+) +(\d+) (\S*:\d+) \| (.+)", line).groups() for line in queries]
    costs = [float(seconds) for seconds, *_ in read]
    assert costs == sorted(costs, reverse=True)
    assert 0 < sum(costs) < 60
    places = {place.partition(":")[0] for _, _, _, place, _ in read}
    assert {"storyfold/run/queries.py", "storyfold/copies/queries.py"} <= places


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


def write_news(newsroom, count):
    return newsroom.write_news(newsroom.plan_night(count))


def read_parsed(newsroom, count):
    news = write_news(newsroom, count)
    return make_rows(make_parsed_table(news, get_start(newsroom.night)), Article)


def test_the_night_after_an_archive_is_made_alike_whether_its_nights_were_written_or_only_planned():
    def make(*, written):
        newsroom = Newsroom(Archive(250, 100, 5))
        for count in (50, 100, 100):
            reports = newsroom.plan_night(count)
            (newsroom.write_news if written else newsroom.write_originals)(reports)
        return read_parsed(newsroom, 40)

    articles = make(written=True)
    assert articles == make(written=False)
    assert {article.first_seen_at for article in articles} == {datetime(2026, 6, 1, 2, tzinfo=UTC)}
    assert len({article.article_id for article in articles}) == 40


@pytest.fixture(scope="module")
def night():
    """A night of an archive: its news, and the rows that land, by row class."""
    newsroom = Newsroom(Archive(600, 200, 3))
    for count in (200, 200):
        write_news(newsroom, count)
    news, run = write_news(newsroom, 200), make_run(newsroom.night, 200)
    tables = {
        **make_text_tables(news, run),
        **make_family_tables(newsroom.plan, news, run),
        **make_story_tables(newsroom.plan, news, run),
    }
    parsed = make_rows(make_parsed_table(news, run.started_at), Article)
    return news, parsed, {cls: make_rows(table, cls) for cls, table in tables.items()}


def test_what_is_computed_of_a_page_is_what_the_project_computes(night):
    _, parsed, _ = night
    assert {article.published_at is None for article in parsed} == {True, False}
    for article in parsed:
        assert article.text_sha256 == hash_text(article.title, article.body)
        assert article.article_id == make_article_id(article.canonical_url, article.source_id, "")
        claims = tuple(read_claim(claim.where, claim.words) for claim in article.date_claims)
        assert claims == article.date_claims
        dating = weigh_claims(claims, text=article.body, agency=None, seen_at=article.first_seen_at)
        assert apply_dating(article, dating) == article


def test_what_lands_of_a_text_is_what_the_project_makes_of_the_page(night):
    _, parsed, rows = night
    cuts = {cut.article_id: cut for cut in rows[Cut]}
    assert 0.7 * len(parsed) < len(cuts) < 0.9 * len(parsed)
    for before, landed, lines, sketch in zip(parsed, rows[Article], rows[PageLines], rows[Sketch], strict=True):
        cut = cuts.get(before.article_id)
        kept, footer = split_lines(before.body), []
        if cut:
            footer.append(CutLine(len(kept) - 1, kept.pop(), Finding("repeated-line", 3, before.article_id)))
        cutting = Cutting(SEPARATOR.join(kept), tuple(footer))
        expected = replace(apply_cutting(before, cutting), run_id=landed.run_id, attempt=1)
        assert landed == expected
        assert [replace(made, run_id=landed.run_id) for made in make_cut_rows(landed, cutting)] == [cut] * bool(cut)
        assert lines.keys == tuple(scan_lines(before.body)[0].tolist())
        assert lines.own_share == round(len(landed.body) / len(before.body), 4)
        assert [sketch] == make_rows(sketch_articles(make_arrow_table([landed], Article)), Sketch)


def test_texts_are_like_prose(night):
    news, _, rows = night
    bodies = [article.body for article in rows[Article]]
    assert all(120 * 0.55 < article.word_count <= 1_500 for article in rows[Article])
    assert 250 < sum(article.word_count for article in rows[Article]) / len(bodies) < 450
    for body in bodies:
        assert body.endswith(".")
        sentences = [sentence for part in body.split("\n\n") for sentence in part.removesuffix(".").split(". ")]
        assert all(sentence[0].isupper() for sentence in sentences)
        assert max(len(sentence.split()) for sentence in sentences) <= 26 + 26
    counted = Counter(word.strip(".").lower() for body in bodies for word in body.split()).most_common(300)
    assert counted[0][1] > 1.5 * counted[9][1] > 5 * counted[200][1] > 0
    copies = {r.article_id: r.original.article_id for r in news.reports if r.copy_of}
    texts = {article.article_id: set(article.body.lower().split()) for article in rows[Article]}
    shared = [len(texts[a] & texts[b]) / len(texts[a]) for a, b in copies.items() if b in texts]
    assert len(shared) > 20
    assert min(shared) > 0.85


def test_names_recur_in_a_story_and_seldom_elsewhere(night):
    news, _, rows = night
    common = {word.capitalize() for word in read_common_words()}
    names = {
        article.article_id: {word.strip(".") for word in article.body.split() if word[0].isupper()} - common
        for article in rows[Article]
    }
    own = [report for report in news.reports if report.copy_of is None]
    pairs = [(a, b) for n, a in enumerate(own) for b in own[:n]]
    same = [len(names[a.article_id] & names[b.article_id]) for a, b in pairs if a.story == b.story]
    other = [len(names[a.article_id] & names[b.article_id]) for a, b in pairs if a.story != b.story]
    assert sum(same) / len(same) > 5
    assert sum(other) / len(other) < 1.5
    assert sum(count > 0 for count in other) > 10


def test_the_rows_of_families_and_stories_fit_each_other(night):
    _, parsed, rows = night
    members = {member.article_id: member for member in rows[FamilyMember]}
    assert set(members) == {article.article_id for article in parsed}
    copied = {copy.article_id for copy in rows[Copy]}
    assert copied == {name for name, member in members.items() if member.role == "syndicated"}
    words = {article.article_id: article.word_count for article in rows[Article]}
    for copy in rows[Copy]:
        assert max(copy.share_of_this, copy.share_of_other) == 1
        assert copy.share_of_this == round(copy.spans[0].words / words[copy.article_id], 4)
    stories = {story.story_id: story for story in rows[Story]}
    counted = Counter(member.story_id for member in rows[Membership])
    assert counted == {name: story.articles for name, story in stories.items()}
    assert {line.story_id: line.event for line in rows[Lineage]}.keys() == stories.keys()
    assert {line.event for line in rows[Lineage]} == {"born", "continued"}
    for story in stories.values():
        assert story.story_id == make_story_id(story.representative_article_id)
    assert len({member.since_run for member in rows[Membership]}) > 1


def test_a_column_is_filled_from_values_from_one_or_by_default():
    table = fill_table(Cut, 3, article_id=["a", "b", "c"], version=np.array([1, 2, 3]), seen_date=date(2026, 6, 1),
                       position=0, text=pa.array(["x", "y", "z"]), reason="list-item")  # fmt: skip
    assert make_rows(table, Cut) == [
        Cut(article_id=name, version=n, seen_date=date(2026, 6, 1), position=0, text=text, reason="list-item")
        for name, n, text in (("a", 1, "x"), ("b", 2, "y"), ("c", 3, "z"))
    ]
    assert fill_table(Cut, 0, article_id=[], version=1, seen_date=None, position=0, text="", reason="").num_rows == 0


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"text": None}, ValueError, "text is null in 2"),
        ({"text": ["one"]}, ValueError, "has 1 values, not 2"),
        ({"texts": "x"}, TypeError, "no column texts"),
        ({}, TypeError, "neither value nor default"),
    ],
)
def test_a_column_that_does_not_fit_is_told(given, error, says):
    with pytest.raises(error, match=says):
        fill_table(Cut, 2, article_id="a", version=1, seen_date=date(2026, 6, 1), position=0, reason="x", **given)


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
