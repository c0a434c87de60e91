"""The views against the small lake, and against plain Python on generated histories."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyfold.dates.doubt import apply_date_doubt
from storyfold.report import list_view_comments, list_view_statements
from storyfold.report.views import FOLDER, NAMES
from storyfold.schemas import (
    TABLES,
    Article,
    FamilyMember,
    Fetch,
    Lineage,
    Membership,
    Run,
    StageOutcome,
    Story,
    StoryLink,
    StoryText,
)

DAY = date(2026, 3, 2)
# The fixture is a function that makes a new lake each time, so that examples do not share one.
GENERATED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asked(connection, sql):
    return connection.execute(sql).to_arrow_table().to_pylist()


def a_run(name: str, hours: int, *, attempt: int = 1, status: str = "landed", new: int = 1) -> Run:
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
    return Run(
        run_id=name,
        attempt=attempt,
        run_date=start.date(),
        night=start.date(),
        status=status,
        started_at=start,
        finished_at=start + timedelta(minutes=1),
        settings_fingerprint="",
        sources_fingerprint="",
        code_version="",
        engine="",
        stages=(StageOutcome(stage="parse", items_in=new, kept=new, rejected=0, new=new, seconds=0.0),),
    )


def test_every_file_is_a_listed_view_that_says_what_a_row_is():
    assert {file.stem for file in FOLDER.glob("*.sql")} == set(NAMES)
    for name, sql in list_view_statements().items():
        first, *rest = sql.splitlines()
        assert first.startswith("-- ")
        assert list_view_comments()[name] == first[3:]
        assert rest[0].split()[0] in ("SELECT", "WITH")
        assert ";" not in re.sub(r"--.*", "", sql)


def test_a_view_stands_after_those_it_reads():
    for position, (name, sql) in enumerate(list_view_statements().items()):
        code = re.sub(r"--.*", "", sql)
        later = [other for other in NAMES[position:] if re.search(rf"(FROM|JOIN)\s+{other}\b", code)]
        assert later == [], name


def test_no_view_names_a_schema():
    for sql in list_view_statements().values():
        assert not re.search(r"(FROM|JOIN)\s+(main|lake)\.", sql)


def test_views_answer_on_an_empty_lake(build):
    connection = build([])
    assert {name: asked(connection, f"SELECT * FROM {name}") for name in NAMES} == {name: [] for name in NAMES}


def test_views_bind_again_after_a_column_is_added(lake):
    lake.execute("ALTER TABLE articles ADD COLUMN reviewed BOOLEAN")
    for name, select in list_view_statements().items():
        lake.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")
    assert asked(lake, "SELECT DISTINCT reviewed FROM current_articles") == [{"reviewed": None}]


def test_current_articles_has_latest_version_and_place(lake):
    found = {row["article_id"]: row for row in asked(lake, "SELECT * FROM current_articles")}
    assert len(found) == 5
    assert (found["bridge"]["version"], found["bridge"]["title"]) == (2, "Bridge, second version")
    mirror = found["mirror"]
    assert (mirror["family_id"], mirror["role"], mirror["original_article_id"]) == ("bridge", "mirror", "bridge")
    assert mirror["story_id"] == "story-bridge"
    assert mirror["independent_source"] is False


def test_current_articles_has_every_column_of_articles(lake):
    names = {row["column_name"] for row in asked(lake, "DESCRIBE SELECT * FROM current_articles")}
    added = {
        "family_id",
        "role",
        "original_article_id",
        "original_confidence",
        "independent_source",
        "date_doubt",
        "story_id",
        "last_seen_at",
        "gone_at",
    }
    assert names == {column.name for column in TABLES["articles"].columns} | added


def test_the_views_doubt_a_date_as_the_stages_do(build):
    seen, published = datetime(2026, 3, 3, 4, tzinfo=UTC), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    confidences, precisions = ("high", "medium", "low", "none"), ("second", "minute", "day", "none")
    reasons, doubts = ("the feed alone gives 2026-03-02", ""), (None, "dated before its source")
    cases = list(product(confidences, precisions, reasons, (published, None), (True, False), doubts))
    articles, members, expected = [], [], {}
    for number, (confidence, precision, reason, instant, in_family, doubt) in enumerate(cases):
        article = Article(
            article_id=f"case-{number:03}", source_id="demo", location="", content_sha256="", warc_file="",
            warc_offset=0, first_seen_at=seen, seen_date=seen.date(), published_at=instant,
            published_day=instant and instant.date(), published_precision=precision, date_confidence=confidence,
            date_reason=reason, not_before=instant, not_after=instant and instant + timedelta(hours=1),
        )  # fmt: skip
        articles.append(article)
        if in_family:
            members.append(
                FamilyMember(
                    run_id="night-1", run_date=DAY, article_id=article.article_id, family_id=article.article_id,
                    role="original", date_doubt=doubt,
                )
            )  # fmt: skip
        expected[article.article_id] = apply_date_doubt(article, doubt if in_family else None)
    assert {article.date_confidence for article in expected.values()} == set(confidences)
    assert any(expected[a.article_id] != a for a in articles)
    dated = "published_at published_day published_precision date_confidence date_reason not_before not_after".split()
    for view in ("placed_articles", "current_articles"):
        sql = f"SELECT * FROM {view}"
        found = {row["article_id"]: row for row in asked(build([a_run("night-1", 0), *articles, *members]), sql)}
        assert found.keys() == expected.keys()
        for name, article in expected.items():
            assert {f: found[name][f] for f in dated} == {f: getattr(article, f) for f in dated}, (view, article)


def test_a_date_that_the_family_shows_to_be_false_is_doubted(build, rows):
    why = "dated before Tuesday 2026-03-03, of which its text tells"
    told = [replace(r, date_doubt=why) if getattr(r, "role", "") == "mirror" else r for r in rows]
    sure = [
        replace(r, date_confidence="medium") if getattr(r, "location", "") == "demo/mirror.html" else r for r in told
    ]
    assert sure != told
    assert told != rows
    sql = "SELECT * FROM current_articles WHERE article_id = 'mirror'"
    (row,), (before,) = asked(build(sure), sql), asked(build(rows), sql)
    assert (row["date_confidence"], row["date_doubt"]) == ("low", why)
    assert row["date_reason"] == f"{before['date_reason']}, but {why}"
    assert (row["not_before"], row["not_after"]) == (None, row["first_seen_at"])
    (lost,) = asked(build(sure), "SELECT * FROM current_articles WHERE date_confidence = 'none' LIMIT 1")
    assert lost["date_doubt"] is None


def test_current_follows_leads_to_a_story_that_stands(lake):
    columns = "story_id, follows_story_id, kind, similarity, gap_days, last_changed_run"
    (found,) = asked(lake, f"SELECT {columns} FROM current_follows")
    assert list(found.values()) == ["story-dam", "story-bridge", "same series", 0.5, 40, "night-1"]


def test_current_stories_leaves_out_ended_ones(lake):
    found = {row["story_id"]: row["articles"] for row in asked(lake, "SELECT * FROM current_stories")}
    assert found == {"story-bridge": 2, "story-dam": 2, "story-lost": 1}


def test_rows_of_a_later_attempt_win_and_one_that_brought_none_changes_nothing(build, rows):
    later = FamilyMember(
        run_id="night-1", attempt=2, run_date=DAY, article_id="dam", family_id="bridge", role="excerpt"
    )
    found = {row["article_id"]: row for row in asked(build([*rows, later]), "SELECT * FROM current_families")}
    assert (found["dam"]["family_id"], found["dam"]["attempt"]) == ("bridge", 2)
    assert found["mirror"]["run_id"] == "night-2"  # night 1 was started again after night 2


def test_the_order_is_that_of_the_finish(build):
    """A run that was killed and taken up again after another one has the earlier start and the last word."""
    resumed, between = replace(a_run("resumed", 1), finished_at=a_run("", 9).finished_at), a_run("between", 5)
    rows = [resumed, between] + [
        FamilyMember(run_id=run.run_id, run_date=DAY, article_id="a", family_id=run.run_id, role="original")
        for run in (resumed, between)
    ]
    assert asked(build(rows), "SELECT family_id FROM current_families") == [{"family_id": "resumed"}]


def test_a_failed_attempt_alone_is_no_landed_run(build):
    assert asked(build([a_run("a", 1, status="failed")]), "SELECT * FROM landed_runs") == []


def test_successors_follow_merges_to_the_living_story(lake):
    found = asked(lake, "SELECT * FROM story_successors ORDER BY story_id")
    assert [tuple(row.values()) for row in found] == [
        ("story-mirror", "story-bridge"),
        ("story-older", "story-bridge"),
    ]


def test_mentions_of_digests_and_of_their_copies(build, rows, mention):
    others = [row for row in rows if not isinstance(row, StoryText | StoryLink)]

    def find(*given):
        found = asked(build([*others, *mention(*given)]), "SELECT * FROM story_mentions ORDER BY ALL")
        return [(row["article_id"], row["story_id"], row["similarity"], row["own_texts"]) for row in found]

    assert find("bridge", "dam", 0.5) == [("bridge", "story-dam", 0.5, 1), ("mirror", "story-dam", 0.5, 1)]
    assert find("dam", "bridge", 0.25) == [("dam", "story-bridge", 0.25, 1)]
    near, far = DAY + timedelta(days=14), DAY + timedelta(days=15)
    assert find("dam", "bridge", 0.25, (DAY, near)) == find("dam", "bridge", 0.25, (near, DAY)) != []
    assert find("dam", "bridge", 0.25, (DAY, far)) == find("dam", "bridge", 0.25, (far, DAY)) == []
    assert find("dam", "bridge", 0.25, (None, far)) != []
    assert asked(build(others), "FROM story_mentions") == []


def test_first_report_prefers_a_time_over_midnight_and_says_that_it_is_open(lake):
    found = {row["story_id"]: row for row in asked(lake, "SELECT * FROM first_reports")}
    assert found["story-bridge"]["article_id"] == "bridge"  # the mirror's midnight is doubted
    assert (found["story-dam"]["article_id"], found["story-dam"]["maybe_earlier"]) == ("dam-two", 1)
    assert "story-lost" not in found  # undated


def test_first_report_does_not_depend_on_the_time_zone(lake):
    here = asked(lake, "SELECT story_id, article_id FROM first_reports ORDER BY ALL")
    lake.execute("SET TimeZone = 'Pacific/Kiritimati'")
    assert asked(lake, "SELECT story_id, article_id FROM first_reports ORDER BY ALL") == here


def test_top_stories_are_ordered_by_independent_sources(lake):
    found = asked(lake, "SELECT * FROM top_stories ORDER BY place")
    assert [(row["place"], row["story_id"]) for row in found] == [
        (1, "story-dam"),
        (2, "story-bridge"),
        (3, "story-lost"),
    ]
    assert found[0]["outlet_names"] == ["The Daily Lantern", "Vale Tribune"]
    assert found[2]["outlet_names"] == []


def test_copies_by_outlet_counts_both_ways(lake):
    found = {row["outlet"]: row for row in asked(lake, "SELECT * FROM copies_by_outlet")}
    courier, gather, unknown = found["The Harrowmouth Courier"], found["NewsGather247"], found[None]
    assert (courier["originals"], courier["copied_by_others"], courier["share_copied"]) == (1, 1, 0.0)
    assert (gather["articles"], gather["copies_of_others"], gather["share_copied"]) == (1, 1, 1.0)
    assert unknown["copies_of_others"] == 1  # an unseen original is another's
    assert sum(row["articles"] for row in found.values()) == 5


def test_an_update_is_no_copy_of_others(build, rows):
    rows = [
        replace(row, role="update") if isinstance(row, FamilyMember) and row.role == "mirror" else row for row in rows
    ]
    found = {row["outlet"]: row for row in asked(build(rows), "SELECT * FROM copies_by_outlet")}
    assert found["NewsGather247"]["copies_of_others"] == 0


def test_night_summary_balances_and_a_failed_attempt_changed_nothing(lake):
    found = asked(lake, "SELECT * FROM night_summary")
    assert [(row["run_id"], row["attempt"], row["status"]) for row in found] == [
        ("night-1", 1, "landed"),
        ("night-2", 1, "failed"),
        ("night-2", 2, "landed"),
        ("night-3", 1, "landed"),
        ("night-1", 2, "landed"),
    ]
    assert all(row["pages_in"] == row["kept"] + row["rejected"] == 8 for row in found)
    assert [row["new_articles"] for row in found] == [3, 0, 2, 0, 0]
    assert [row["changed_articles"] for row in found] == [0, 0, 0, 1, 0]
    assert {row["moved_articles"] + row["gone_articles"] for row in found} == {0}
    assert [row["stories"] for row in found] == [3, 0, 3, 0, 0]
    assert {row["seconds"] for row in found} == {90.0}


names = st.sampled_from("abcdef")


@GENERATED
@given(changes=st.lists(st.dictionaries(names, names, max_size=6), min_size=1, max_size=6))
def test_current_families_is_the_last_word_on_each_article(build, changes):
    rows: list[object] = [a_run(f"run-{99 - n}", n) for n in range(len(changes))]  # ids do not sort as times do
    expected: dict[str, str] = {}
    for number, change in enumerate(changes):
        expected.update(change)
        rows += [
            FamilyMember(run_id=f"run-{99 - number}", run_date=DAY, article_id=a, family_id=f, role="original")
            for a, f in change.items()
        ]
    connection = build(rows)
    found = {row["article_id"]: row["family_id"] for row in asked(connection, "SELECT * FROM current_families")}
    connection.close()
    assert found == expected


@GENERATED
@given(steps=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_every_merged_story_resolves_to_a_living_one(build, steps):
    """Stories merge, and a dead one may come back; each dead one must lead to where its members went."""
    alive = {f"s{n}": True for n in range(6)}
    into: dict[str, str] = {}
    rows: list[object] = [a_run("run-0", 0), *(Story(run_id="run-0", run_date=DAY, story_id=s) for s in alive)]
    for hour, (one, other) in enumerate(steps, 1):
        dead, living = f"s{one}", f"s{other}"
        run_id = f"run-{hour}"
        if not alive[dead]:
            alive[dead] = True
            rows += [
                a_run(run_id, hour),
                Story(run_id=run_id, run_date=DAY, story_id=dead),
                Lineage(run_id=run_id, run_date=DAY, story_id=dead, event="revived"),
            ]
        elif one != other and alive[living]:
            alive[dead], into[dead] = False, living
            rows += [
                a_run(run_id, hour),
                Story(run_id=run_id, run_date=DAY, story_id=dead, status="ended"),
                Lineage(run_id=run_id, run_date=DAY, story_id=dead, event="merged", other_story_id=living),
            ]
    expected = {}
    for start in (s for s, lives in alive.items() if not lives):
        reached = into[start]
        while not alive[reached]:
            reached = into[reached]
        expected[start] = reached
    connection = build(rows)
    found = asked(connection, "SELECT * FROM story_successors")
    connection.close()
    assert len(found) == len(expected)
    assert {row["story_id"]: row["successor_story_id"] for row in found} == expected


def test_a_circle_of_merges_ends(build):
    ring = [("a", "b"), ("b", "c"), ("c", "a")]
    rows = [a_run("run-0", 0)]
    for dead, into in ring:
        rows += [
            Story(run_id="run-0", run_date=DAY, story_id=dead, status="ended"),
            Lineage(run_id="run-0", run_date=DAY, story_id=dead, event="merged", other_story_id=into),
        ]
    assert asked(build(rows), "SELECT * FROM story_successors") == []


@pytest.mark.parametrize("confidence", ["low", "none"])
def test_a_doubted_date_is_never_first(build, rows, confidence):
    rows = [replace(row, date_confidence=confidence) if isinstance(row, Article) else row for row in rows]
    assert asked(build(rows), "SELECT * FROM first_reports") == []


def test_no_query_of_ours_has_a_window_over_everything():
    """DuckDB 1.5.5 breaks on one now and then, and with it all that is asked after: see docs/dependencies.md."""
    root = FOLDER.parents[2]
    files = [*root.glob("storyfold/**/*.sql"), *root.glob("docs/sql.md")]
    files += [file for folder in ("storyfold", "tasks", "flows") for file in root.glob(f"{folder}/**/*.py")]
    assert len(files) > 100
    whole = re.compile(r"\bOVER\s*\(\s*\)|\bAS\s*\(\s*\)", re.IGNORECASE)  # spelled out, or named below WINDOW
    assert [file.name for file in files if whole.search(file.read_text(encoding="utf-8"))] == []


def test_a_guess_is_told_as_one(build, rows):
    """The same text in the same minute, and nothing that tells who was first: no first, no copier."""
    unsure = [
        replace(row, role="syndicated", original_confidence="low") if getattr(row, "role", "") == "mirror" else row
        for row in rows
    ]
    assert unsure != rows
    connection = build(unsure)
    first = {row["story_id"]: row for row in asked(connection, "SELECT * FROM first_reports")}["story-bridge"]
    assert (first["confidence"], first["same_text_outlets"]) == ("low", ["NewsGather247"])
    outlets = {row["outlet"]: row for row in asked(connection, "SELECT * FROM copies_by_outlet")}
    gather = outlets["NewsGather247"]
    assert (gather["copies_of_others"], gather["maybe_copies"], gather["share_copied"]) == (0, 1, 0.0)
    assert outlets["The Harrowmouth Courier"]["copied_by_others"] == 0


def test_a_sure_first_has_the_confidence_of_its_date(lake):
    found = {row["story_id"]: row for row in asked(lake, "SELECT * FROM first_reports")}
    assert (found["story-bridge"]["maybe_earlier"], found["story-bridge"]["confidence"]) == (0, "high")
    assert found["story-dam"]["confidence"] == "low"


def test_two_reports_of_the_same_minute_leave_it_open(build, rows):
    bridge = next(row for row in rows if isinstance(row, Article) and row.article_id == "bridge")
    twin = replace(
        bridge, article_id="twin", outlet="Vale Tribune", published_at=bridge.published_at + timedelta(seconds=20)
    )
    place = next(row for row in rows if isinstance(row, FamilyMember) and row.article_id == "bridge")
    member = next(row for row in rows if isinstance(row, Membership) and row.article_id == "bridge")
    added = [twin, replace(place, article_id="twin", family_id="twin", original_article_id="twin"),
             replace(member, article_id="twin")]  # fmt: skip
    found = {row["story_id"]: row for row in asked(build([*rows, *added]), "SELECT * FROM first_reports")}
    assert (found["story-bridge"]["maybe_earlier"], found["story-bridge"]["confidence"]) == (1, "low")


@pytest.mark.parametrize(("method", "is_gone"), [("archive", False), ("http", True)])
def test_only_the_web_says_that_a_page_is_gone(build, rows, method, is_gone):
    """An archive with one page that was not found is the place of all its other articles, too."""
    bridge = next(row for row in rows if isinstance(row, Article) and row.article_id == "bridge")
    refused = Fetch(run_id="night-3", attempt=1, run_date=DAY, fetch_id="404", source_id="s", method=method,
                    url=bridge.location, status=404, reason="http-error",
                    seen_at=datetime(2026, 3, 4, 5, tzinfo=UTC))  # fmt: skip
    connection = build([*rows, refused])
    (found,) = asked(connection, "SELECT gone_at IS NOT NULL AS gone FROM current_articles WHERE article_id = 'bridge'")
    assert found["gone"] is is_gone
    assert sum(row["gone_articles"] for row in asked(connection, "SELECT * FROM night_summary")) == is_gone


def test_links_are_those_of_the_texts_that_stand_and_lead_to_articles_of_the_lake(lake):
    rows = asked(lake, "SELECT * EXCLUDE (seen_date) FROM current_links ORDER BY article_id, position")
    shown = [(row["article_id"], row["version"], row["anchor"], row["linked_article_id"]) for row in rows]
    assert shown == [
        ("bridge", 2, "its sister paper", "dam"), ("bridge", 2, "earlier", None), ("bridge", 2, "minutes", None),
        ("bridge", 2, "reported", "dam"), ("dam", 1, None, None),
    ]  # fmt: skip
    assert {(row["outlet"], row["title"]) for row in rows if row["article_id"] == "bridge"} == {
        ("The Harrowmouth Courier", "Bridge, second version")
    }


def test_an_address_that_several_articles_have_leads_to_the_one_seen_first(rows, build):
    dam = next(row for row in rows if isinstance(row, Article) and row.article_id == "dam")
    later = replace(dam, article_id="a-later-one", first_seen_at=dam.first_seen_at + timedelta(days=1))
    lake = build([*rows, later])
    found = asked(
        lake, "SELECT position, linked_article_id FROM current_links WHERE article_id = 'bridge' ORDER BY ALL"
    )
    assert [row["linked_article_id"] for row in found] == ["dam", None, None, "dam"]


def test_citations_are_links_to_others_whose_own_address_is_known(lake):
    assert asked(lake, "FROM citations_by_outlet") == [
        {"outlet": "The Harrowmouth Courier", "cited_publisher": "dam.example", "links": 2, "articles": 1,
         "linked_articles": 1},
        {"outlet": "The Harrowmouth Courier", "cited_publisher": "council.example", "links": 1, "articles": 1,
         "linked_articles": 0},
    ]  # fmt: skip


def test_names_and_numbers_are_those_of_stories_that_stand(lake):
    columns = "story_id, name, kind, texts, times"
    found = asked(lake, f"SELECT {columns} FROM story_names ORDER BY ALL")
    assert [tuple(row.values()) for row in found] == [
        ("story-bridge", "Ann Marsh", "person", 1, 1),
        ("story-bridge", "Barrow", None, 2, 3),
    ]
    (number,) = asked(lake, "SELECT story_id, written, value, counted, texts FROM story_numbers")
    assert tuple(number.values()) == ("story-bridge", "12", 12, "beams", 2)
