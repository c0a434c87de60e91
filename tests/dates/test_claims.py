"""Claims as read from their words, wherever they stand."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.dates.claims import read_claim, read_claims
from storyfold.dates.days import find_named_days
from storyfold.dates.read import remove_times

READ = [
    # words, zone, value, precision
    ("2023-02-25T20:30:00Z", None, "2023-02-25T20:30:00", "second"),
    ("2023-02-25T15:30:00-05:00", None, "2023-02-25T20:30:00", "second"),
    ("2023-02-25T15:30-0500", None, "2023-02-25T20:30:00", "minute"),
    ("2023-02-25 20:30:00.123 +0000 UTC", None, "2023-02-25T20:30:00", "second"),
    ("20230225T203000Z", None, "2023-02-25T20:30:00", "second"),
    ("2023-02-25T20:30:00", None, "2023-02-25T20:30:00", "day"),
    ("2023-02-25T20:30:00", "Europe/Berlin", "2023-02-25T19:30:00", "second"),
    ("2023-02-25", "Asia/Tokyo", "2023-02-25T00:00:00", "day"),
    ("1677357000", None, "2023-02-25T20:30:00", "second"),
    ("1677357000123", None, "2023-02-25T20:30:00", "second"),
    ("02/25/23 3:30 PM ET", None, "2023-02-25T20:30:00", "minute"),
    ("07/25/23 3:30 PM ET", None, "2023-07-25T19:30:00", "minute"),
    ("07/25/23 3:30 PM EST", None, "2023-07-25T20:30:00", "minute"),
    ("Feb. 25, 2023 8 a.m. PST", None, "2023-02-25T16:00:00", "minute"),
    ("Feb 25, 2023 12:05 AM CT", None, "2023-02-25T06:05:00", "minute"),
    ("March 3rd, 2024 at 5 p.m. Pacific Time", None, "2024-03-04T01:00:00", "minute"),
    ("Sat, 25 Feb 2023 20:30:00 GMT", None, "2023-02-25T20:30:00", "second"),
    ("Sat Feb 25 20:30:00 +0000 2023", None, "2023-02-25T20:30:00", "second"),
    ("Sat Feb 25 2023 15:30:00 GMT-0500 (Eastern Standard Time)", None, "2023-02-25T20:30:00", "second"),
    ("5 August 2024 07.15 BST", None, "2024-08-05T06:15:00", "minute"),
    ("5 August 2024 07:15 CEST", None, "2024-08-05T05:15:00", "minute"),
    ("Feb. 24, 2022 5:40 p.m. IST", None, "2022-02-24T12:10:00", "minute"),
    ("Feb. 24, 2022 5:40 p.m. IST", "Asia/Kolkata", "2022-02-24T12:10:00", "minute"),
    ("July 24, 2022 5:40 p.m. IST", "Europe/Dublin", "2022-07-24T16:40:00", "minute"),
    ("2022-07-24 17:40 CST", "Asia/Shanghai", "2022-07-24T09:40:00", "minute"),
    ("25.02.2023", None, "2023-02-25T00:00:00", "day"),
    ("03.04.2023", None, "2023-04-03T00:00:00", "day"),
    ("25/02/2023", None, "2023-02-25T00:00:00", "day"),
    ("03/04/2023", None, "2023-03-04T00:00:00", "day"),
    ("03/04/2023 10:00 AM UTC", None, "2023-04-03T10:00:00", "minute"),
    ("03/04/2023 10:00", "Europe/Paris", "2023-04-03T08:00:00", "minute"),
    ("03/04/2023 10:00", "America/New_York", "2023-03-04T15:00:00", "minute"),
    ("Feb. 25, 2023", None, "2023-02-25T00:00:00", "day"),
    ("25 février 2023 à 15h30", "Europe/Paris", "2023-02-25T14:30:00", "minute"),
    ("1er août 2022", None, "2022-08-01T00:00:00", "day"),
    ("Samstag, 25. Februar 2023, 15.30 Uhr", "Europe/Berlin", "2023-02-25T14:30:00", "minute"),
    ("3. Jänner 2023", None, "2023-01-03T00:00:00", "day"),
    ("25 de febrero de 2023", None, "2023-02-25T00:00:00", "day"),
    ("25 marzo 2023", None, "2023-03-25T00:00:00", "day"),
    ("25 de março de 2023 às 15h30", None, "2023-03-25T15:30:00", "day"),
    ("25 maart 2023", None, "2023-03-25T00:00:00", "day"),
    ("5 марта 2024, 12:30 МСК", None, "2024-03-05T09:30:00", "minute"),
    ("5 października 2024", None, "2024-10-05T00:00:00", "day"),
    ("2023年2月25日 15時30分", "Asia/Tokyo", "2023-02-25T06:30:00", "minute"),
    ("2023. 5. 3. 오후 3:30", "Asia/Seoul", "2023-05-03T06:30:00", "minute"),
    ("Published Feb 3, 2023 | Updated Feb 4, 2023 3:30 PM EST", None, "2023-02-03T00:00:00", "day"),
    ("2023-02-25 25:61:00", None, "2023-02-25T00:00:00", "day"),
    ("2023-02-25T20:30:00+99:00", None, "2023-02-25T20:30:00", "day"),
    # as feeds and sitemaps print them
    ("Sat, 21 Nov 2026 10:00:05 GMT", None, "2026-11-21T10:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 +0200", None, "2026-11-21T08:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 +02:00", None, "2026-11-21T08:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00 EST", None, "2026-11-21T15:00:00", "minute"),
    ("Sat, 21 Nov 2026 10:00:05 CEST", None, "2026-11-21T08:00:05", "second"),
    ("Sat, 21 Nov 26 10:00:05 GMT", None, "2026-11-21T10:00:05", "second"),
    ("Sat, 21 Nov 70 10:00 GMT", None, "1970-11-21T10:00:00", "minute"),
    ("Sat, 21 Nov 26", "Asia/Tokyo", "2026-11-21T00:00:00", "day"),
    ("21 Nov 2026 10:00:05 Z", None, "2026-11-21T10:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05", None, "2026-11-21T10:00:05", "day"),
    ("Sat, 21 Nov 2026 10:00:05", "Asia/Tokyo", "2026-11-21T01:00:05", "second"),
    ("Wed, 4 Mar 2026", "Europe/Berlin", "2026-03-04T00:00:00", "day"),
    ("Tue, 15 Sept 2026 15:53:56 +0300", None, "2026-09-15T12:53:56", "second"),
    ("Do, 22 Okt 2026 10:00:00 +0200", None, "2026-10-22T08:00:00", "second"),
    ("Mi, 4 Mär 2026 10:00:00 +0100", None, "2026-03-04T09:00:00", "second"),
    ("Пн, 16 ноя 2026 14:30:00 +0300", None, "2026-11-16T11:30:00", "second"),
    ("Вт, 15 сент. 2026 14:30:00 +0300", None, "2026-09-15T11:30:00", "second"),
    ("śr., 14 paź 2026 10:00:00 +0200", None, "2026-10-14T08:00:00", "second"),
    ("2026. márc. 4. 10:00", "Europe/Budapest", "2026-03-04T09:00:00", "minute"),
    ("2026-11-21T10:00:05.1234567+01:00", None, "2026-11-21T09:00:05", "second"),
    ("2026-11-21T10:00:05,1Z", None, "2026-11-21T10:00:05", "second"),
    ("2026-11-21t10:00:05z", None, "2026-11-21T10:00:05", "second"),
    ("2026-11-21T10:00:60Z", None, "2026-11-21T10:00:59", "second"),
    ("2026-11-21T10+01:00", None, "2026-11-21T09:00:00", "minute"),
    ("2026-11-21 10:00:05 +0100", None, "2026-11-21T09:00:05", "second"),
    ("2026-W47-6", None, "2026-11-21T00:00:00", "day"),
    ("2026W476T1000Z", None, "2026-11-21T10:00:00", "minute"),
    # short names of zones with several meanings: the source's own, else what feeds print them for
    ("Sat, 21 Nov 2026 10:00:05 IST", None, "2026-11-21T04:30:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 IST", "Asia/Jerusalem", "2026-11-21T08:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 IST", "Europe/Berlin", "2026-11-21T04:30:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 AST", None, "2026-11-21T14:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 AST", "Asia/Riyadh", "2026-11-21T07:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 ART", None, "2026-11-21T13:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 CST", "America/New_York", "2026-11-21T16:00:05", "second"),
    ("Sat, 21 Nov 2026 10:00:05 BST", "Asia/Dhaka", "2026-11-21T04:00:05", "second"),
    # a day whose order of numbers is a guess is not moved by its hour
    ("03/04/2023 00:30 +02:00", None, "2023-03-04T00:30:00", "day"),
]


@pytest.mark.parametrize(("words", "zone", "value", "precision"), READ, ids=[f"{r[0]} {r[1]}" for r in READ])
def test_read_claim(words, zone, value, precision):
    claim = read_claim("meta", words, zone=zone)
    assert claim.value == datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert claim.precision == precision
    assert claim.words == words


@pytest.mark.parametrize(
    "words",
    ["", "yesterday", "2 hours ago", "Feb 25", "15:30", "2024-13-45", "31.02.2024", "June 2, 1850", "3 May 2200",
     "2024", "May 2024", "not a date", "99/99/2024", "0000000000"[:9], "1999999", "12345678",
     "2026-11", "2026-W47", "2026-W60-1",
     "Sat, 99 Nov 2026 10:00:00 GMT", "Sat, 21 Nov 99999 10:00:00 GMT", "0001-01-01T00:00:00+10:00", "21 Nov 6"],
)  # fmt: skip
def test_unreadable_words_have_no_value(words):
    claim = read_claim("visible", words)
    assert (claim.value, claim.precision, claim.words) == (None, "none", words)


def test_an_address_names_a_day():
    claim = read_claim("url", "https://example.org/2024/05/03/at-12-30-the-bells")
    assert (claim.value, claim.precision) == (datetime(2024, 5, 3, tzinfo=UTC), "day")
    assert read_claim("url", "/2024/may/03/story").value == datetime(2024, 5, 3, tzinfo=UTC)


def test_the_hour_in_an_address_does_not_move_its_day():
    assert read_claim("url", "/2026/03/04/08h30-bells", zone="Asia/Tokyo").value == datetime(2026, 3, 4, tzinfo=UTC)


def test_no_words_make_no_claim():
    said = [("feed", None), ("modified-feed", ""), ("sitemap", "  \n"), ("modified-sitemap", " 4\n Mar 2026 ")]
    assert [(c.where, c.words) for c in read_claims(said)] == [("modified-sitemap", "4 Mar 2026")]


def test_words_are_cut():
    assert len(read_claim("visible", "x" * 1_000).words) == 200


def test_an_unknown_zone_counts_as_none():
    for zone in ("Mars/Olympus", "../etc/passwd", "America", ""):
        assert read_claim("meta", "2023-02-25T20:30:00", zone=zone).precision == "day"


@given(st.one_of(st.text(max_size=300), st.text("0123456789-:+TWZ., JanFebSat", max_size=60)), st.text(max_size=20))
def test_read_claim_never_raises(words, zone):
    claim = read_claim("visible", words, zone=zone)
    assert (claim.value is None) == (claim.precision == "none")


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Europe/Berlin", "Pacific/Auckland"]),
)
def test_every_written_instant_is_read_back(naive, zone):
    instant = naive.replace(tzinfo=ZoneInfo(zone), microsecond=0)
    if instant.utcoffset().seconds % 60:
        return
    claim = read_claim("json-ld", instant.isoformat())
    assert claim.value == instant
    day = naive.strftime("%B %d, %Y")
    assert read_claim("visible", day).value.date() == naive.date()


def test_named_days_do_not_overlap():
    text = "On 25 February 2023, and again on Feb. 26, 2023 (2023-02-27), then 28.02.2023."
    assert [n.day.day for n in find_named_days(text)] == [25, 26, 27, 28]


def test_without_times():
    assert remove_times("Ann Lee - 02/25/23 3:30 PM ET").split() == ["Ann", "Lee", "-"]


def test_long_words_take_no_time():
    started = time.process_time()
    for words in ("1" * 10**6, "1:" * 500_000, "Sat, " * 200_000, " " * 10**6 + "A", "-" * 10**6, "1 May 1 " * 10**5):
        read_claim("feed", words)
        read_claims([("feed", words)])
    assert time.process_time() - started < 2
