"""Evidence over nights, on a real lake: what was cut, what it rests on, and that unchanged pages get no new version."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests_support import landed_run, write_parsed

from storyfold.boilerplate.cut import rebuild_text
from storyfold.dates.claims import read_claim
from storyfold.dates.dated_rows import apply_dating
from storyfold.dates.weigh import weigh_claims
from storyfold.identity.ids import hash_text
from storyfold.lake.lake import Lake
from storyfold.report import list_view_statements
from storyfold.run.attempt import Attempt
from storyfold.run.parts import read_arrow_table
from storyfold.schemas import Article, Cut, PageLines, Reject, Run
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.stages import Settings
from tasks.resources import Recipe, Resources
from tasks.versions import cut_boilerplate_and_number_versions

START = datetime(2026, 3, 4, 2, tzinfo=UTC)
OUTLET = "Vale Tribune"
FOOTER = "Follow the Tribune on every channel there is"
TITLES = (
    "Ferry crews vote for a strike at Easter",
    "Hallin dam is approved by one vote",
    "Orchard sold to the neighbours of the mill",
    "Choir of the valley wins in the capital",
    "School at Merrow opens with nine children",
)


def own(number):
    """A text of ten paragraphs that no other has."""
    return [
        f"Paragraph {line} of report {number} says what was seen at place {7 * number + line}." for line in range(9)
    ]


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    lake.create(list_view_statements())
    return lake


def article(number, lines, night, title=None, **more):
    seen, body = START + timedelta(days=night), "\n\n".join(lines)
    return Article(
        article_id=f"a{number}",
        seen_date=seen.date(),
        source_id="vale",
        outlet=OUTLET,
        location=f"{number}.html",
        title=title or TITLES[number],
        body=body,
        word_count=len(body.split()),
        text_sha256=hash_text(title or TITLES[number], body),
        first_seen_at=seen,
        content_sha256=hash_text(None, body),
        warc_file="w",
        warc_offset=number,
        **more,
    )


def land(lake, night, articles, again=0):
    """One night's parsed articles into the lake, as the flow settles and lands them."""
    started = START + timedelta(days=night, hours=again)
    attempt = Attempt(
        run_id=f"night-{night}-{again}",
        number=1,
        night=started.date(),
        started_at=started,
        begun_at=started,
        lake_folder=str(lake.folder),
        settings_fingerprint="",
        sources_fingerprint="",
        code_version="",
        engine="local",
    )
    parsed = write_parsed(attempt.stage("parse") / "0", articles)
    with Resources(Recipe(str(lake.folder), 1)) as resources:
        part = cut_boilerplate_and_number_versions.fn(attempt, [parsed], Settings(), resources)
    run = landed_run(attempt.run_id, started)
    rows = {cls: read_arrow_table([part], cls) for cls in (Article, Cut, PageLines)}
    lake.land({Run: make_arrow_table([run], Run), **rows}, lambda _: [], run)
    return {cls: table.num_rows for cls, table in rows.items()}


def asked(lake, sql):
    return lake.read(sql).to_pylist()


def current(lake):
    rows = asked(lake, "SELECT article_id, max_by(body, version) AS body, max(version) AS v FROM articles GROUP BY 1")
    return {row["article_id"]: (row["v"], row["body"].split("\n\n")) for row in rows}


def uncut(lake):
    cuts = {}
    for row in asked(lake, "FROM cuts"):
        cuts.setdefault((row["article_id"], row["version"]), []).append((row["position"], row["text"]))
    found = asked(lake, "SELECT article_id, version, body FROM articles")
    return {
        (r["article_id"], r["version"]): rebuild_text(r["body"], cuts.get((r["article_id"], r["version"]), ()))
        for r in found
    }


def test_three_nights_of_growing_evidence_make_no_version_of_a_page_that_has_not_changed(lake):
    first = [article(n, [*own(n), FOOTER], 0) for n in (0, 1)]
    assert land(lake, 0, first) == {Article: 2, Cut: 0, PageLines: 2}  # two pages show nothing yet

    again = [article(n, [*own(n), FOOTER], 1) for n in (0, 1)]
    listed = article(2, [*own(2), FOOTER, "Related", TITLES[0], TITLES[1]], 1)
    assert land(lake, 1, [*again, listed]) == {Article: 1, Cut: 4, PageLines: 1}
    assert current(lake)["a2"] == (1, own(2))
    assert current(lake)["a0"] == (1, [*own(0), FOOTER])  # what has landed is not rewritten

    again = [article(n, [*own(n), FOOTER], 2) for n in (0, 1)]
    other_list = article(2, [*own(2), FOOTER, "Related", TITLES[1], TITLES[3]], 2)
    new = article(3, [TITLES[0], *own(3), FOOTER], 2)
    assert land(lake, 2, [*again, other_list, new]) == {Article: 1, Cut: 2, PageLines: 1}
    assert current(lake)["a2"] == (1, own(2))  # only its list has changed
    assert current(lake)["a3"] == (1, own(3))
    assert uncut(lake)["a2", 1] == "\n\n".join([*own(2), FOOTER, "Related", TITLES[0], TITLES[1]])
    assert uncut(lake)["a3", 1] == "\n\n".join([TITLES[0], *own(3), FOOTER])


def test_a_page_that_has_changed_is_cut_by_what_is_known_now(lake):
    land(lake, 0, [article(n, [*own(n), FOOTER], 0) for n in (0, 1)])
    land(lake, 1, [article(n, [*own(n), FOOTER], 1) for n in (2, 3)])
    changed = [*own(0), "One paragraph more, of the next morning.", FOOTER]
    assert land(lake, 2, [article(0, changed, 2)]) == {Article: 1, Cut: 1, PageLines: 1}
    assert current(lake)["a0"] == (2, changed[:-1])
    (cut,) = asked(lake, "SELECT reason, pages, example_article_id, position FROM cuts WHERE article_id = 'a0'")
    assert cut == {"reason": "repeated-line", "pages": 4, "example_article_id": "a0", "position": 10}


def test_a_night_run_again_adds_nothing_and_order_is_nothing(lake, tmp_path):
    pages = [article(n, [*own(n), FOOTER, TITLES[(n + 1) % 5], TITLES[(n + 2) % 5]], 0) for n in range(5)]
    counts = land(lake, 0, pages)
    assert counts == {Article: 5, Cut: 15, PageLines: 5}
    seen_later = [replace(page, first_seen_at=page.first_seen_at + timedelta(hours=1)) for page in pages]
    assert land(lake, 0, seen_later, again=1) == {Article: 0, Cut: 0, PageLines: 0}
    other = Lake(tmp_path / "other")
    other.create(list_view_statements())
    land(other, 0, pages[::-1])
    for table in ("articles", "cuts", "page_lines"):
        assert asked(other, f"FROM {table} ORDER BY ALL") == asked(lake, f"FROM {table} ORDER BY ALL")


def test_evidence_is_that_of_a_month(lake):
    land(lake, 0, [article(n, [*own(n), FOOTER], 0) for n in (0, 1)])
    assert land(lake, 40, [article(2, [*own(2), FOOTER, TITLES[0]], 40)])[Cut] == 0
    assert land(lake, 41, [article(3, [*own(3), FOOTER, TITLES[2]], 41)])[Cut] == 1


def test_a_report_that_an_outlet_carries_again_each_night_keeps_its_text(lake):
    for night in range(4):
        told = article(night, own(9), night, title="The same report under another address")
        assert land(lake, night, [told]) == {Article: 1, Cut: 0, PageLines: 1}
    assert {tuple(lines) for _, lines in current(lake).values()} == {tuple(own(9))}


def test_titles_of_rejected_pages_count_and_so_do_those_of_the_lake(lake):
    gallery = Reject(
        reject_id="r",
        seen_date=date(2026, 3, 4),
        stage="parse",
        source_id="vale",
        reason="not-an-article",
        kind="gallery",
        title="Pictures: The storm over the old valley",
        location="g.html",
        first_seen_at=START,
    )
    lake.land({Reject: make_arrow_table([gallery], Reject)}, lambda _: [], None)
    assert land(lake, 1, [article(0, [*own(0), "The storm over the old valley"], 1)])[Cut] == 1


LAUNCHED = "2024-06-01"


def claiming(number, night, *claims):
    """An article with these claims, dated by them as its page alone would be."""
    read = tuple(read_claim(where, words) for where, words in claims)
    told = article(number, own(number), night, f"{TITLES[number % 5]} as of {number}", date_claims=read)
    dating = weigh_claims(read, text=told.body, agency=None, seen_at=told.first_seen_at, republished=False)
    return apply_dating(told, dating)


def dates(lake):
    rows = asked(lake, "SELECT article_id, published_at::DATE::VARCHAR AS day, date_reason FROM articles ORDER BY ALL")
    return {row["article_id"]: (row["day"], row["date_reason"]) for row in rows}


def test_a_date_that_stands_on_the_pages_of_all_nights_is_believed_no_more(lake):
    for number in range(6):  # one new page every other night, none contradicted by a claim of its own
        land(lake, 2 * number, [claiming(number, 2 * number, ("meta", LAUNCHED))])
    found = dates(lake)
    assert [found[f"a{n}"][0] for n in range(4)] == [LAUNCHED] * 4  # what has landed is not rewritten
    reason = "2024-06-01, given by a meta tag, is stamped on {} pages of this outlet"
    assert [found[f"a{n}"] for n in (4, 5)] == [(None, reason.format(5)), (None, reason.format(6))]
    (kept,) = asked(lake, "SELECT date_claims FROM articles WHERE article_id = 'a5'")
    assert [claim["words"] for claim in kept["date_claims"]] == [LAUNCHED]


def test_a_night_run_again_dates_its_pages_alike_and_order_is_nothing(lake, tmp_path):
    before = [claiming(n, 0, ("meta", LAUNCHED), ("url", f"2026-02-0{n + 1}")) for n in range(2)]
    tonight = [claiming(n, 1, ("meta", LAUNCHED), ("url", f"2026-02-0{n + 1}")) for n in range(2, 5)]
    land(lake, 0, before)
    land(lake, 1, tonight)
    assert [dates(lake)[f"a{n}"][0] for n in range(2, 5)] == ["2026-02-03", "2026-02-04", "2026-02-05"]
    assert "stamped on 5 pages" in dates(lake)["a3"][1]
    assert land(lake, 1, tonight, again=1)[Article] == 0
    other = Lake(tmp_path / "other")
    other.create(list_view_statements())
    land(other, 0, before[::-1])
    land(other, 1, tonight[::-1])
    assert dates(other) == dates(lake)


def test_busy_days_of_an_honest_outlet_night_after_night(lake):
    for night in range(3):
        day = (START + timedelta(days=night - 1)).date().isoformat()
        land(lake, night, [claiming(10 * night + n, night, ("json-ld", day), ("feed", day)) for n in range(9)])
    assert {reason.partition(" on ")[0] for _, reason in dates(lake).values()} == {"JSON-LD and the feed agree"}


def test_a_monthly_that_dates_its_issue_alike_is_no_constant(lake):
    for number in range(6):
        land(lake, 4 * number, [claiming(number, 4 * number, ("meta", "2026-03-01"))])
    assert {day for day, _ in dates(lake).values()} == {"2026-03-01"}
