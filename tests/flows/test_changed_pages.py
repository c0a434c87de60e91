"""Pages that change what they say of themselves, on a real lake, settled and landed as the flow does it."""

from datetime import UTC, datetime, timedelta

import pytest
from tests_support import landed_run, write_parsed

from storyfold.dates.claims import read_claim
from storyfold.identity.ids import hash_text, make_article_id
from storyfold.lake.audit import audit_lake
from storyfold.lake.lake import Lake
from storyfold.lake.landing_checks import check_landing
from storyfold.outcomes import StageCounts
from storyfold.report import list_view_statements
from storyfold.run.assemble import RunParts, make_landing_rows
from storyfold.run.attempt import Attempt, end_attempt
from storyfold.run.parts import write_part
from storyfold.schemas import Article, Fetch
from storyfold.schemas.pages import Notice
from storyfold.settings.stages import Settings
from tasks.resources import Recipe, Resources
from tasks.versions import cut_boilerplate_and_number_versions

NOT_RUN = {"complete-families", "complete-story_articles"}  # checks of stages that did not run here
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
FERRY, MOVED = "https://vale.example/2026/ferry", "https://vale.example/news/ferry-strike"
TITLE = "Ferry stays in port"
BODY = "The ferry to Merrow stays in port. The crew of 14 votes on Monday.\n\nTickets are paid back."


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    lake.create(list_view_statements())
    yield lake
    wrong = {finding.name for finding in audit_lake(lake, list_view_statements()) if finding.state != "ok"}
    assert wrong <= NOT_RUN


def page(night, address=FERRY, asked=None, body=BODY, title=TITLE, **more):
    seen = START + timedelta(days=night)
    values = {
        "authors": ("Ada Marsh",),
        "warc_file": "w",
        "date_claims": (read_claim("json-ld", "2026-03-02T09:00:00Z"),),
    }
    return Article(
        article_id=make_article_id(address, "vale", ""),
        seen_date=seen.date(),
        source_id="vale",
        outlet="Vale Tribune",
        location=asked or address,
        url=address,
        canonical_url=address,
        title=title,
        body=body,
        word_count=len(body.split()),
        text_sha256=hash_text(title, body),
        first_seen_at=seen,
        content_sha256=f"served on night {night} {title}",
        warc_offset=night,
        **{**values, **more},
    )


def land(lake, night, articles, again=0, gone=()):
    """A night whose pages were these, and whose other addresses answered 404; its parts, settled and landed."""
    started = START + timedelta(days=night, hours=again)
    attempt = Attempt(
        run_id=f"night-{night}",
        number=1 + again,
        night=started.date(),
        started_at=started,
        begun_at=started,
        lake_folder=str(lake.folder),
        settings_fingerprint="",
        sources_fingerprint="",
        code_version="",
        engine="local",
    )
    count, none = len(articles), StageCounts("", 0, 0)
    asked = [
        *((a.location, {"status": 200, "final_url": a.url}) for a in articles if a.location.startswith("http")),
        *((url, {"status": 404, "reason": "http-error"}) for url in gone),
    ]
    fetches = [
        Fetch(
            run_id="",
            attempt=0,
            run_date=started.date(),
            fetch_id=f"{number}",
            source_id="vale",
            method="http",
            url=url,
            seen_at=started,
            **said,
        )
        for number, (url, said) in enumerate(asked)
    ]
    fetched = write_part(attempt.stage("fetch") / "0", {Fetch: fetches}, StageCounts("fetch", count, count))
    parsed = write_parsed(attempt.stage("parse") / "0", articles)
    empty = write_part(attempt.stage("copies") / "night", {}, none)
    with Resources(Recipe(str(lake.folder), 1)) as resources:
        versions = cut_boilerplate_and_number_versions.fn(attempt, [parsed], Settings(), resources)
    parts = RunParts([], [fetched], [parsed], versions, empty, empty)
    run = landed_run(attempt.run_id, started, attempt.number)
    rows = make_landing_rows(lake, parts, [], run)
    checks = []
    lake.land(rows, lambda connection: checks.extend(check_landing(run, rows, connection)) or [], run)
    end_attempt(attempt, landed=True)
    assert {check.name for check in checks if not check.passed} <= NOT_RUN
    return {cls: table.num_rows for cls, table in rows.items()}


def asked(lake, sql):
    return lake.read(sql).to_pylist()


CHANGES = "SELECT what, before, after, version, run_id FROM article_changes ORDER BY seen_at, what"


def test_a_moved_date_and_an_exchanged_author_land_once_and_make_no_version(lake):
    land(lake, 0, [page(0)])
    edited = {"authors": ("Bo Lind",), "date_claims": (read_claim("json-ld", "2026-03-08T09:00:00Z"),)}
    land(lake, 5, [page(5, **edited)])
    wanted = [
        {"what": "authors", "before": "Ada Marsh", "after": "Bo Lind", "version": 1, "run_id": "night-5"},
        {
            "what": "published_at",
            "before": "2026-03-02T09:00:00+00:00",
            "after": "2026-03-08T09:00:00+00:00",
            "version": 1,
            "run_id": "night-5",
        },
    ]
    assert asked(lake, CHANGES) == wanted
    land(lake, 5, [page(5, **edited)], again=1)  # the same night again
    land(lake, 6, [page(6, **edited)])
    assert asked(lake, CHANGES) == wanted
    land(lake, 7, [page(-2, authors=("Cy Orr",))])  # an older page, as an archive brings it
    assert asked(lake, CHANGES) == wanted
    assert asked(lake, "SELECT count(*) AS n, max(version) AS v FROM articles") == [{"n": 1, "v": 1}]
    # the article keeps what it landed with, and the view says both
    assert asked(lake, "SELECT authors FROM current_articles") == [{"authors": ["Ada Marsh"]}]
    found = asked(lake, "SELECT what, before, after, silent FROM corrections ORDER BY what")
    assert found[0] == {"what": "authors", "before": ["Ada Marsh"], "after": ["Bo Lind"], "silent": True}


def test_corrections_and_silent_edits_from_version_to_version(lake):
    notice = Notice(kind="correction", words="An earlier version gave another number.")
    land(lake, 0, [page(0)])
    land(lake, 1, [page(1, body=BODY.replace("14", "40"), notices=(notice,))])
    land(lake, 2, [page(2, body="The ferry to Merrow sails again.", title="Ferry sails", notices=(notice,))])
    found = asked(lake, "SELECT version, what, before, after, silent FROM corrections ORDER BY version, what")
    crew = "The crew of {} votes on Monday."
    assert [tuple(row.values()) for row in found] == [
        (2, "numbers", ["14"], ["40"], False),
        (2, "sentences", [crew.format(14)], [crew.format(40)], False),
        (3, "headline", [TITLE], ["Ferry sails"], True),
        (3, "numbers", ["40"], [], True),
        (
            3,
            "sentences",
            ["The ferry to Merrow stays in port.", crew.format(40), "Tickets are paid back."],
            ["The ferry to Merrow sails again."],
            True,
        ),
    ]
    assert asked(lake, "SELECT DISTINCT notices FROM corrections WHERE NOT silent") == [
        {"notices": [{"kind": notice.kind, "words": notice.words}]}
    ]


ARTICLES = "SELECT article_id, version, url FROM articles"


def test_a_page_that_moved_is_one_article_with_two_addresses(lake):
    land(lake, 0, [page(0)])
    land(lake, 1, [page(1, MOVED, asked=FERRY)])  # the old address redirects to the new one
    (article,) = asked(lake, ARTICLES)
    assert article == {"article_id": make_article_id(FERRY, "vale", ""), "version": 1, "url": FERRY}
    assert asked(lake, "SELECT alias_id, article_id, reason, run_id FROM article_aliases") == [
        {
            "alias_id": make_article_id(MOVED, "vale", ""),
            "article_id": article["article_id"],
            "reason": "moved",
            "run_id": "night-1",
        }
    ]
    moved = [
        {"what": what, "before": FERRY, "after": MOVED, "version": 1, "run_id": "night-1"}
        for what in ("canonical_url", "url")
    ]
    assert asked(lake, CHANGES) == moved
    land(lake, 2, [page(2, MOVED)])  # the feed names the new address from now on
    land(lake, 3, [page(3, MOVED, asked=FERRY)])
    assert asked(lake, CHANGES) == moved
    body = BODY.replace("14", "40")
    land(lake, 4, [page(4, MOVED, body=body)])
    assert asked(lake, ARTICLES + " WHERE version > 1") == [{**article, "version": 2, "url": MOVED}]
    third = "https://vale.example/3"
    land(lake, 5, [page(5, third, asked=MOVED, body=body)])
    assert len(asked(lake, "FROM current_articles")) == 1
    assert [r["after"] for r in asked(lake, CHANGES)][2:] == [third, third]


def test_a_redirect_to_another_article_or_to_the_front_page_is_no_move(lake):
    dam = "https://vale.example/2026/dam"
    land(lake, 0, [page(0), page(0, dam, body="The dam holds.", title="The dam")])
    other = page(1, "https://vale.example/all-news", asked=FERRY, body="What the day brought.", title="All news")
    land(lake, 1, [other, page(1, dam, body="The dam holds.", title="The dam")])
    land(lake, 2, [page(2, dam, asked=FERRY, body="The dam holds.", title="The dam")])
    assert asked(lake, "FROM article_aliases") == asked(lake, "FROM article_changes") == []
    assert len(asked(lake, ARTICLES)) == 3


def test_the_same_text_at_a_second_address_is_no_move_while_the_first_stands(lake):
    land(lake, 0, [page(0)])
    land(lake, 1, [page(1), page(1, MOVED, asked=FERRY + "?print")])
    land(lake, 2, [page(2), page(2, "https://vale.example/amp/ferry", asked=FERRY)])
    assert asked(lake, "FROM article_aliases") == []


SEEN = "SELECT last_seen_at, gone_at FROM current_articles"


def day(number):
    return START + timedelta(days=number)


def test_a_page_that_answers_404_is_gone_until_it_answers_again(lake):
    land(lake, 0, [page(0)])
    land(lake, 1, [page(1)])
    assert asked(lake, SEEN) == [{"last_seen_at": day(1), "gone_at": None}]
    land(lake, 2, [], gone=[FERRY, "https://vale.example/never-an-article"])
    land(lake, 3, [], gone=[FERRY])
    assert asked(lake, SEEN) == [{"last_seen_at": day(1), "gone_at": day(2)}]
    land(lake, 4, [page(4)])
    assert asked(lake, SEEN) == [{"last_seen_at": day(4), "gone_at": None}]


def test_an_article_is_not_gone_while_it_answers_at_its_new_address(lake):
    land(lake, 0, [page(0)])
    land(lake, 1, [page(1, MOVED, asked=FERRY)])
    land(lake, 2, [page(2, MOVED)], gone=[FERRY])
    assert asked(lake, SEEN) == [{"last_seen_at": day(2), "gone_at": None}]
    land(lake, 3, [], gone=[FERRY, MOVED])
    assert asked(lake, SEEN) == [{"last_seen_at": day(2), "gone_at": day(3)}]


def test_an_article_of_an_archive_whose_address_is_gone(lake):
    land(lake, 0, [page(-9, asked="old.warc", warc_file="old.warc")])
    assert asked(lake, SEEN) == [{"last_seen_at": day(-9), "gone_at": None}]
    land(lake, 1, [], gone=[FERRY])
    assert asked(lake, SEEN) == [{"last_seen_at": day(-9), "gone_at": day(1)}]


def test_new_changed_moved_and_gone_are_four_numbers_of_each_attempt(lake):
    dam, port = "https://vale.example/2026/dam", "https://vale.example/2026/port"
    land(lake, 0, [page(0), page(0, dam, title="The dam"), page(0, port, title="The port")])
    # one changed, one moved, one gone, one new
    land(
        lake,
        1,
        [page(1, body=BODY.replace("14", "40")), page(1, MOVED, asked=dam, title="The dam"), page(1, dam + "/2")],
        gone=[port],
    )
    land(lake, 1, [page(1, "https://vale.example/late", body="It came late.")], again=1, gone=[port])
    land(lake, 2, [page(2, port, title="The port")])
    land(lake, 3, [], gone=[port])
    names = ("new_articles", "changed_articles", "moved_articles", "gone_articles")
    found = asked(lake, f"SELECT night, attempt, {', '.join(names)} FROM night_summary ORDER BY started_at")
    assert [tuple(row.values())[1:] for row in found] == [
        (1, 3, 0, 0, 0),
        (1, 1, 1, 1, 1),
        (2, 1, 0, 0, 0),
        (1, 0, 0, 0, 0),
        (1, 0, 0, 0, 1),
    ]
