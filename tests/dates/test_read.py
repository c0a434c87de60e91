"""Times as machines write them are read in a shorter way, to the same instants."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from storyfold.dates.read import _read_iso, _read_words, read_time

TWO = st.integers(0, 70).map("{:02d}".format)
FORMS = st.builds(
    "{}-{}-{}T{}:{}{}{}{}".format,
    st.integers(1890, 2110).map("{:04d}".format),
    TWO,
    TWO,
    TWO,
    TWO,
    st.sampled_from(["", ":00", ":59", ":61", ":30.5"]),
    st.sampled_from(["", ".123", ".123456789"]),
    st.sampled_from(["Z", "+00:00", "-05:00", "+0530", "+14:00", "-14:30", "+15:00", "+01:75", " Z", "z", ""]),
)


@settings(max_examples=2_000)
@given(FORMS)
@example("2023-02-25T24:00:00Z")
@example("2023-02-30T10:00:00Z")
def test_the_short_way_gives_what_the_long_one_does(words):
    short = _read_iso(words)
    if short is not None:
        assert short == _read_words(words, None)
    assert read_time(words) == _read_words(words, None)


def test_most_machines_are_read_the_short_way():
    assert _read_iso("2023-02-25T15:30:10.123-05:00") == (datetime(2023, 2, 25, 20, 30, 10, tzinfo=UTC), "second")
    assert _read_iso("2023-02-25T15:30Z") == (datetime(2023, 2, 25, 15, 30, tzinfo=UTC), "minute")
