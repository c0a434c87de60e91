"""Feeds, sitemaps and pages read the same words alike, in every zone; and a day alone stays that day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storyfold.dates.claims import read_claim
from storyfold.dates.weigh import weigh_claims
from storyfold.discover.discover_source import discover
from storyfold.parse.html.elements import read_elements
from storyfold.parse.html.metadata import read_metadata
from storyfold.schemas.pages import DateClaim
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.sources import Source
from storyfold.web.messages import Response

SEEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONES = [None, "UTC", "Europe/Berlin", "Europe/London", "Europe/Moscow", "America/New_York", "America/Sao_Paulo",
         "America/St_Johns", "Asia/Kolkata", "Asia/Tokyo", "Asia/Shanghai", "Asia/Riyadh", "Asia/Jerusalem",
         "Australia/Sydney", "Pacific/Kiritimati", "Pacific/Pago_Pago"]  # fmt: skip
WORDS = [
    "Wed, 4 Mar 2026", "4 Mar 2026", "2026-03-04", "20260304", "2026-W10-3", "4. März 2026", "4 mars 2026",
    "Mi, 4 Mär 2026 08:15:00 +0100", "ср, 4 мар 2026 08:15:00 +0300", "Wed, 4 Mar 26 08:15 GMT", "March 4, 2026",
    *(f"Wed, 04 Mar 2026 00:15:00 {z}" for z in "GMT UT Z EST PDT IST AST ART BST CST CEST AEDT XYZ +0530".split()),
    "Wed, 04 Mar 2026 23:45:00", "2026-03-04T00:15", "2026-03-04T00:15Z", "2026-03-04T00:15:07.25-03:30",
    "2026-03-04 00:15:07", "2026-03-04T24:00:00Z", "1772583307", "1772583307250", "04/03/2026 08:00", "04.03.26",
    "2026-03", "yesterday", "Wed, 44 Mar 2026 10:00:00 GMT",
]  # fmt: skip


def in_lists(words: list[str], zone: str | None) -> tuple[list[DateClaim], list[DateClaim]]:
    """The claims of a feed and of a sitemap that print these words, as discover reads them."""
    items = (f"<item><link>/{n}</link><pubDate>{escape(w)}</pubDate></item>" for n, w in enumerate(words))
    urls = (
        f"<url><loc>https://a.example/s{n}</loc><publication_date>{escape(w)}</publication_date></url>"
        for n, w in enumerate(words)
    )
    pages = {
        "https://a.example/rss": f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>',
        "https://a.example/map": f"<urlset>{''.join(urls)}</urlset>",
    }

    def ask(url: str, limit: int) -> Response:
        content = pages[url].encode()
        return Response(url=url, final_url=url, status=200, status_text="OK", headers=(), content=content,
                      payload=content, seen_at=SEEN)  # fmt: skip

    source = Source(id="s", zone=zone, feeds=("https://a.example/rss",), sitemaps=("https://a.example/map",))
    claims = [claim for item in discover(source, ask, DiscoverSettings(), SEEN).items for claim in item.date_claims]
    return [c for c in claims if c.where == "feed"], [c for c in claims if c.where == "sitemap"]


def in_page(words: str, zone: str | None) -> DateClaim:
    """The claim of a page that has these words in a meta tag, as parse reads it."""
    tree = LexborHTMLParser(f'<head><meta property="article:published_time" content="{escape(words)}"></head>')
    return next(c for c in read_metadata(read_elements(tree), zone).date_claims if c.where == "meta")


def read(claim: DateClaim) -> tuple[str, datetime | None, str]:
    return claim.words, claim.value, claim.precision


@pytest.mark.parametrize("zone", ZONES)
def test_feeds_and_sitemaps_and_pages_read_alike(zone):
    feed, sitemap = in_lists(WORDS, zone)
    page = [in_page(words, zone) for words in WORDS]
    assert [read(c) for c in feed] == [read(c) for c in sitemap] == [read(c) for c in page]


DAYS = st.dates(date(1971, 1, 1), date(2068, 12, 31))  # what two digits of a year can name
ALL_ZONES = st.sampled_from(sorted(available_timezones()))
FORMS = [
    lambda d: d.isoformat(),
    lambda d: d.strftime("%Y%m%d"),
    lambda d: "{}-W{:02}-{}".format(*d.isocalendar()),
    lambda d: format_datetime(datetime.combine(d, time())).rsplit(" ", 2)[0],
    lambda d: d.strftime("%d %b %Y"),
    lambda d: d.strftime("%B %d, %Y"),
    lambda d: d.strftime("%Y/%m/%d"),
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
]


@given(DAYS, ALL_ZONES, st.sampled_from(FORMS), st.sampled_from(["feed", "sitemap", "meta", "visible"]))
@example(date(2026, 3, 4), "Asia/Tokyo", FORMS[3], "feed")
def test_a_day_alone_stays_that_day_in_every_zone(day, zone, form, where):
    claim = read_claim(where, form(day), zone=zone)
    assert (claim.value, claim.precision) == (datetime.combine(day, time(), UTC), "day")


NAMED = "GMT EST PDT IST AST BST CST CET JST XYZ Z +0530 -0330 +1400 +9900".split()


@given(
    DAYS,
    st.times(),
    ALL_ZONES | st.none(),
    st.sampled_from(["", *NAMED]),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %I:%M %p", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]),
)
def test_a_day_that_is_no_instant_is_a_day_that_the_words_name(day, hour, zone, named, form):
    claim = read_claim("feed", f"{datetime.combine(day, hour).strftime(form)} {named}".strip(), zone=zone)
    assert claim.value is not None
    if claim.precision == "day":
        assert claim.value.date() in {day, swapped(day)}


def swapped(day: date) -> date:
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else day


@given(st.datetimes(datetime(1971, 1, 1), datetime(2068, 12, 31)), ALL_ZONES)  # noqa: DTZ001
def test_what_is_printed_with_an_offset_is_that_instant(naive, zone):
    instant = naive.replace(microsecond=0, tzinfo=ZoneInfo(zone))
    if instant.utcoffset().seconds % 60:
        return
    for words in (instant.isoformat(), format_datetime(instant), instant.strftime("%d %b %y %H:%M:%S %z")):
        claim = read_claim("feed", words, zone="Asia/Tokyo")
        assert (claim.value, claim.precision) == (instant, "second")


@pytest.mark.parametrize("zone", ZONES)
def test_a_feed_s_day_lands_as_that_day(zone):
    (claim,), _ = in_lists(["Wed, 4 Mar 2026"], zone)
    dating = weigh_claims([claim], text="", agency=None, seen_at=SEEN)
    assert dating.published_at == dating.not_before == datetime(2026, 3, 4, tzinfo=UTC)
    assert dating.not_after.date() == date(2026, 3, 4)
    assert (dating.precision, dating.confidence) == ("day", "high")
