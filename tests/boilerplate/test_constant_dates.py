"""Dates that an outlet puts on all its pages are not believed; those that many honest pages share are."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from storyfold.boilerplate.cut_articles import date_articles
from storyfold.boilerplate.date_stamps import NoKnownDateStamps
from storyfold.dates.claims import read_claim
from storyfold.dates.dated_rows import apply_dating
from storyfold.dates.weigh import weigh_claims
from storyfold.schemas import Article
from storyfold.settings.boilerplate import BoilerplateSettings

SEEN = datetime(2031, 5, 20, 2, 30, tzinfo=UTC)
OUTLET = "Merrow Lantern"
NAMES = "ferry orchard mill bridge council signal meadow engine tower quarry choir school harbour archive".split()
LAUNCH = ("meta", "2027-03-01")
HEAD = ("visible", "Tuesday, 20 May 2031")
BUILD = ("meta", "2031-05-19T21:04:17Z")


def title(number):
    return f"{NAMES[number % 14].capitalize()} {NAMES[(3 * number + 5) % 14]} {1000 + number}"


def page(number, *claims, seen_at=SEEN, text="", **more):
    article = Article(
        article_id=f"p{number:03}",
        seen_date=seen_at.date(),
        source_id="lantern",
        location=f"{number}.html",
        first_seen_at=seen_at,
        content_sha256=str(number),
        warc_file="w",
        warc_offset=number,
        **{"outlet": OUTLET, "title": title(number), **more},
        date_claims=tuple(read_claim(where, words) for where, words in claims),
        body=text,
    )
    return apply_dating(
        article, weigh_claims(article.date_claims, text=text, agency=None, seen_at=seen_at, republished=False)
    )


def dated(pages, known=None):
    return date_articles(pages, known or NoKnownDateStamps(), BoilerplateSettings())


def days(pages):
    return [p.published_at.date().isoformat() if p.published_at else None for p in pages]


def day(number):
    return f"2031-05-{1 + number:02}"


def honest(pages):
    """What the same pages are dated when each is read alone."""
    assert all(p.published_at for p in pages)
    assert dated(pages) == pages


def test_a_date_of_the_template_gives_way_to_the_pages_own():
    pages = [page(n, LAUNCH, ("url", day(n))) for n in range(7)]
    assert set(days(pages)) == {"2027-03-01"}
    found = dated(pages)
    assert days(found) == [day(n) for n in range(7)]
    assert found[0].date_reason.endswith("2027-03-01, given by a meta tag, is stamped on 7 pages of this outlet")
    assert [p.date_claims for p in found] == [p.date_claims for p in pages]


def test_a_date_of_the_template_beside_time_elements():
    found = dated([page(n, LAUNCH, ("time", f"{day(n)}T08:15:00Z")) for n in range(4)])
    assert days(found) == [day(n) for n in range(4)]


def test_todays_date_in_the_head_of_old_pages():
    pages = [page(n, HEAD, ("byline", f"{1 + n} May 2031")) for n in range(6)]
    assert days(dated(pages)) == [day(n) for n in range(6)]


def test_the_time_of_the_last_build_is_the_time_of_no_page():
    built = "2031-05-11T21:04:17Z"
    pages = [page(n, ("meta", built), ("modified-meta", built)) for n in range(5)]
    found = dated(pages)
    assert days(found) == [None] * 5
    assert {(p.date_confidence, p.modified_at) for p in found} == {("none", None)}
    assert found[0].date_reason == "2031-05-11, given by a meta tag, is stamped on 5 pages of this outlet"
    assert found[0].not_after == SEEN


def test_pages_that_may_have_been_put_out_together_keep_the_day_and_it_is_doubted():
    found = dated([page(n, BUILD, ("json-ld", BUILD[1])) for n in range(5)])
    assert days(found) == ["2031-05-19"] * 5
    assert {(p.date_confidence, p.published_precision, p.not_before) for p in found} == {("low", "day", None)}
    assert found[0].date_reason.endswith("is stamped on 5 pages of this outlet, which may have been put out together")
    found = dated([page(n, BUILD, ("url", "2031-05-19")) for n in range(5)])
    assert {p.date_confidence for p in found} == {"medium"}
    assert found[0].date_reason.startswith("the address alone gives 2031-05-19")


def test_texts_that_tell_of_later_days():
    told = [f"The {NAMES[n]} was closed on 1{n} April 2031, said the council." for n in range(5)]
    pages = [page(n, ("meta", "2031-03-01"), text=text) for n, text in enumerate(told)]
    assert set(days(pages)) == {"2031-03-01"}
    assert days(dated(pages)) == [None] * 5


def test_the_order_of_the_pages_does_not_matter():
    pages = [page(n, LAUNCH, ("url", day(n)), HEAD) for n in range(8)] + [page(n, BUILD) for n in range(8, 14)]
    shuffled = random.Random(5).sample(pages, len(pages))
    assert sorted(dated(shuffled), key=lambda p: p.article_id) == dated(pages)


@pytest.mark.parametrize(
    "claims",
    [
        [("json-ld", "2031-05-19")],
        [("json-ld", "2031-05-19T00:00:00+02:00"), ("url", "2031-05-19")],
        [("json-ld", "2031-05-19T05:00:00Z")],
        [("feed", "2031-05-19")],
        [("visible", "Monday, 19 May 2031"), ("byline", "19 May 2031")],
        [("meta", "2031-05-19T06:00:00Z"), ("json-ld", "2031-05-19T06:00:00Z")],
    ],
    ids=["day", "midnight", "midnight elsewhere", "feed of days", "printed", "set hour"],
)
def test_a_busy_day_is_no_constant(claims):
    honest([page(n, *claims) for n in range(40)])


def test_a_busy_day_with_the_dates_of_teasers_and_changes_around_it():
    chance = random.Random(3)
    honest(
        [
            page(
                n,
                ("json-ld", "2031-05-19"),
                ("time", day(chance.randrange(18))),
                ("time", day(chance.randrange(18))),
                ("modified-json-ld", f"{day(18)}T{n % 24:02}:11:00Z"),
            )
            for n in range(30)
        ]
    )


def test_a_busy_day_with_some_pages_that_came_out_before():
    honest(
        [page(n, ("meta", "2031-05-19"), ("url", day(n) if n < 8 else "2031-05-19")) for n in range(20)],
    )


def test_a_weekly_that_comes_out_on_one_day_and_tells_when_its_reports_were_begun():
    day_out = "2031-05-19T06:00:00Z"
    honest(
        [page(n, ("json-ld", day_out), ("feed", day_out), ("meta", f"{day(8 + n % 9)}T11:20:13Z")) for n in range(12)]
    )


def test_an_old_busy_day_read_from_a_folder_with_plans_and_teasers():
    text = "The fair opens on 2 June 2028, a year after the last."
    honest([page(n, ("meta", "2027-03-01"), ("time", day(n)), ("time", day(n + 1)), text=text) for n in range(9)])


def test_two_reports_of_one_second_and_a_report_in_many_parts():
    honest([page(n, BUILD) for n in range(2)] + [page(n, ("meta", f"2031-05-19T1{n}:07:31Z")) for n in range(2, 9)])
    honest([page(n, BUILD, title=f"The long way of the Skerrin ferry, part {n}") for n in range(7)])


def test_a_live_page_at_several_addresses():
    honest([page(n, BUILD, title="Live: the storm over Skerrin") for n in range(12)])


def test_a_wire_that_comes_in_by_the_minute_is_no_constant_of_the_whole_outlet():
    wire = [page(n, ("json-ld", "2031-05-19T14:07:00Z")) for n in range(6)]
    honest(wire + [page(n, ("json-ld", f"2031-05-19T{n:02}:31:00Z")) for n in range(8, 16)])


def test_outlets_do_not_count_together():
    honest([page(n, LAUNCH, ("url", day(n)), outlet=f"Paper {n}") for n in range(6)])


def test_a_stamp_that_is_already_impossible_is_left_to_the_page():
    served = SEEN + timedelta(seconds=5)
    pages = [page(n, ("meta", served.isoformat()), ("url", day(n))) for n in range(6)]
    assert dated(pages) == pages
    assert days(pages) == [day(n) for n in range(6)]


def test_how_many_pages_must_contradict_a_date_is_a_setting():
    pages = [page(n, LAUNCH, ("url", day(n))) for n in range(4)]
    assert days(dated(pages)) == [day(n) for n in range(4)]
    strict = BoilerplateSettings(contradicted_pages=5)
    assert days(date_articles(pages, NoKnownDateStamps(), strict)) == ["2027-03-01"] * 4
