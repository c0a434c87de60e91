"""The day that an article's page prints: in the source's zone, in the offset written, or as the bare day it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.boilerplate.cut_articles import date_articles
from storyfold.boilerplate.date_stamps import NoKnownDateStamps
from storyfold.dates.claims import read_claim
from storyfold.dates.weigh import Dating, weigh_claims
from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Article, Page
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.settings.parse import ParseSettings

SEEN = datetime(2026, 3, 20, 12, tzinfo=UTC)
FOURTH, FIFTH = date(2026, 3, 4), date(2026, 3, 5)
ZONES = (None, "UTC", "America/New_York", "America/Sao_Paulo", "Europe/Berlin", "Asia/Tokyo", "Pacific/Kiritimati")


def dated(*claims: tuple[str, str], zone: str | None = None) -> Dating:
    read = [read_claim(where, words, zone=zone) for where, words in claims]
    return weigh_claims(read, text="", agency=None, seen_at=SEEN, zone=zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("words", ["2026-03-05", "5 March 2026", "Thu, 5 Mar 26", "20260305", "2026-W10-4"])
def test_a_bare_day_is_that_day_in_every_zone(words, zone):
    assert dated(("meta", words), zone=zone).published_day == FIFTH


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("offset", ["Z", "+09:00", "-08:00", "+14:00", "-12:00"])
def test_a_midnight_is_the_day_that_it_begins(offset, zone):
    dating = dated(("json-ld", f"2026-03-05T00:00:00{offset}"), zone=zone)
    assert (dating.published_day, dating.precision) == (FIFTH, "day")
    assert "2026-03-05" in dating.reason  # and not the day before, which it is in UTC east of Greenwich


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-03-05T05:30:00+09:00", FIFTH),  # 20:30 of the 4th in UTC
        ("2026-03-04T23:30:00-05:00", FOURTH),  # 04:30 of the 5th in UTC
        ("Thu, 05 Mar 2026 05:30:00 +0900", FIFTH),
        ("March 4, 2026 11:30 PM EST", FOURTH),
        ("2026-03-04T20:30:00Z", FOURTH),
        ("2026-03-04 23:45", FOURTH),  # of an unknown zone
        ("1772656200", FOURTH),  # Unix time writes no day: 20:30 in UTC
    ],
)
def test_without_a_known_zone_a_time_is_of_the_day_that_is_written(words, day):
    assert dated(("json-ld", words)).published_day == day


@pytest.mark.parametrize("words", ["2026-03-04T20:30:00Z", "Wed, 04 Mar 2026 20:30:00 GMT", "1772656200",
                                   "2026-03-05T05:30:00+09:00", "2026-03-04T15:30:00-05:00"])  # fmt: skip
def test_an_exact_time_is_of_the_day_in_the_source_s_zone(words):
    assert dated(("json-ld", words), zone="Asia/Tokyo").published_day == FIFTH
    assert dated(("json-ld", words), zone="America/New_York").published_day == FOURTH


def test_a_time_in_utc_gives_way_to_the_same_instant_with_an_offset():
    claims = [("json-ld", "2026-03-04T20:30:00Z"), ("meta", "2026-03-05T05:30:00+09:00")]
    assert dated(*claims).published_day == dated(*claims[::-1]).published_day == FIFTH


def test_no_date_has_no_day():
    assert dated(("meta", "soon")).published_day is None


@given(
    instant=st.datetimes(datetime(2001, 1, 1), datetime(2026, 3, 1)),  # noqa: DTZ001 (hypothesis wants them so)
    zone=st.sampled_from([z for z in ZONES if z]),
)
def test_a_paper_s_day_is_what_its_clock_shows(instant, zone):
    local = instant.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        local += timedelta(minutes=1)
    for words in (local.isoformat(), local.astimezone(UTC).isoformat(), f"{local:%Y-%m-%dT%H:%M:%S}"):
        if "T00:00:00" not in words:
            assert dated(("json-ld", words), zone=zone).published_day == local.date()


def page_of(zone: str | None) -> Article:
    html = (
        '<html><head><meta property="article:published_time" content="2026-03-04T20:30:00Z"><title>Ferry</title></head>'
        f"<body><article><h1>Ferry</h1>{'<p>' + 'The ferry came late again to the harbour. ' * 8 + '</p>'}</article>"
    ).encode()
    page = Page(item_id="i", source_id="s", zone=zone, location="a.html", name="a.html", seen_at=SEEN, bytes=len(html),
                content_sha256="c", warc_file="w", warc_offset=0)  # fmt: skip
    return parse_page(page, html, ParseSettings()).article


def test_a_page_s_row_has_the_day_and_the_zone_that_it_is_of():
    assert (page_of("Asia/Tokyo").published_day, page_of("Asia/Tokyo").zone) == (FIFTH, "Asia/Tokyo")
    assert (page_of(None).published_day, page_of(None).zone) == (FOURTH, None)


def test_a_date_that_other_pages_show_to_be_no_one_s_takes_its_day_with_it():
    claims = [read_claim("meta", "2026-03-04T20:31:07Z"), read_claim("url", "/2026/03/1")]
    alone = page_of("Asia/Tokyo")
    titles = ("Ferry late", "Mill sold", "Choir wins", "School opens", "Dam approved")
    pages = [
        replace(alone, article_id=f"a{n}", title=title, outlet="Merrow Lantern", location=f"{n}.html",
                date_claims=(claims[0], read_claim("url", f"2026-03-{10 + n}")))
        for n, title in enumerate(titles)
    ]  # fmt: skip
    found = date_articles(pages, NoKnownDateStamps(), BoilerplateSettings())
    assert [a.published_day for a in found] == [date(2026, 3, 10 + n) for n in range(5)]
    bare = [replace(a, date_claims=(read_claim("meta", "2026-01-04T20:31:07Z"),)) for a in pages]
    assert {
        (a.published_at, a.published_day) for a in date_articles(bare, NoKnownDateStamps(), BoilerplateSettings())
    } == {(None, None)}
