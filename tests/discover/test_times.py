from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.discover.times import claim


def utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("Sat, 21 Nov 2026 10:00:05 GMT", utc(2026, 11, 21, 10, 0, 5), "second"),
        ("Sat, 21 Nov 2026 10:00:05 +0200", utc(2026, 11, 21, 8, 0, 5), "second"),
        ("Sat, 21 Nov 2026 10:00 EST", utc(2026, 11, 21, 15), "minute"),
        ("Sat, 21 Nov 2026 10:00:05 CEST", utc(2026, 11, 21, 8, 0, 5), "second"),
        ("Sat, 21 Nov 2026 10:00:05 IST", utc(2026, 11, 21, 4, 30, 5), "second"),
        ("21 Nov 2026 10:00:05 Z", utc(2026, 11, 21, 10, 0, 5), "second"),
        ("Sat, 21 Nov 2026 10:00:05", utc(2026, 11, 21, 10, 0, 5), "day"),
        ("21 Nov 2026", utc(2026, 11, 21), "day"),
        ("2026-11-21", utc(2026, 11, 21), "day"),
        ("2026-11-21T10:00Z", utc(2026, 11, 21, 10), "minute"),
        ("2026-11-21T10:00:05.1234567+01:00", utc(2026, 11, 21, 9, 0, 5).replace(microsecond=123456), "second"),
        ("2026-11-21 10:00:05 +0100", utc(2026, 11, 21, 9, 0, 5), "second"),
        ("2026-11-21 10:00:05 UTC", utc(2026, 11, 21, 10, 0, 5), "second"),
        ("2026-11-21T10:00:05", utc(2026, 11, 21, 10, 0, 5), "day"),
        ("2026", None, "none"),
        ("2026-11", None, "none"),
        ("yesterday", None, "none"),
        ("Sat, 99 Nov 2026 10:00:00 GMT", None, "none"),
        ("Sat, 21 Nov 99999 10:00:00 GMT", None, "none"),
        ("0001-01-01T00:00:00+10:00", None, "none"),
    ],
)
def test_times_as_feeds_print_them(words, value, precision):
    made = claim("feed", words)
    assert made is not None
    assert (made.where, made.words, made.value, made.precision) == ("feed", words, value, precision)


def test_a_time_without_a_zone_is_read_in_the_source_s():
    made = claim("feed", "2026-07-01T10:00:05", "Europe/Berlin")
    assert made is not None
    assert (made.value, made.precision) == (utc(2026, 7, 1, 8, 0, 5), "second")
    day = claim("feed", "2026-07-01", "Europe/Berlin")
    assert day is not None
    assert (day.value, day.precision) == (utc(2026, 6, 30, 22), "day")


def test_no_words_make_no_claim():
    assert claim("feed", None) is claim("feed", "") is claim("feed", "  \n") is None


@given(st.one_of(st.text(max_size=120), st.text("0123456789-:+TZ., JanFebSat", max_size=60)))
def test_any_words_give_a_claim_with_or_without_a_time(words):
    made = claim("feed", words)
    if made is not None:
        assert made.value is None or made.value.tzinfo is UTC
        assert (made.value is None) == (made.precision == "none")


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_what_is_printed_is_read(moment):
    instant = moment.replace(tzinfo=UTC)
    made = claim("feed", instant.isoformat())
    mail = claim("feed", instant.strftime("%a, %d %b %Y %H:%M:%S +0000"))
    assert made is not None
    assert mail is not None
    assert (made.value, mail.value) == (instant, instant.replace(microsecond=0))


def test_long_words_take_no_time():
    with costs_at_most(2):
        for words in ("1" * 10**6, "1:" * 500_000, "Sat, " * 200_000, " " * 10**6 + "A", "-" * 10**6):
            claim("feed", words)
