"""Words, numbers and small pictures of the report."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storyfold.output.visible import strip_marks
from storyfold.report import read_night_summary
from storyfold.report.charts import MARGIN, NEAR, TICKS, WIDTH, draw_axis, draw_bar, draw_timeline
from storyfold.report.formatting import (
    find_web_address,
    format_count,
    format_duration,
    format_moment,
    format_number,
    make_plain,
)

NOON = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)


def test_bar_pieces_fill_the_width():
    pieces = draw_bar([("kept", 3), ("empty", 0), ("rejected", 1)])
    assert [(p.name, p.start, p.width) for p in pieces] == [("kept", 0, 0.75 * WIDTH), ("rejected", 75, 0.25 * WIDTH)]
    assert draw_bar([("kept", 0), ("rejected", 0)]) == ()


def test_timeline_has_only_sure_dates_within_its_width(lake):
    dam, bridge, _ = read_night_summary(lake, "night-2").stories
    line = draw_timeline(dam)
    assert line is not None
    assert (line.end - line.start) == timedelta(hours=23)
    assert [dot.x for dot in line.dots] == [MARGIN, WIDTH - MARGIN]
    assert draw_timeline(bridge) is None  # the mirror's date is doubted, so only one is left


def test_articles_of_one_moment_share_a_dot_that_counts_them(lake):
    dam, *_ = read_night_summary(lake, "night-2").stories
    first, last = (
        replace(dam.members[0], published_at=at, role="original") for at in (NOON, NOON + timedelta(hours=9))
    )
    copy = replace(first, role="mirror")
    line = draw_timeline(replace(dam, members=(first,) * 13 + (last, copy, copy)))
    assert [(dot.copied, dot.articles) for dot in line.dots] == [(False, 13), (False, 1), (True, 2)]
    for copied in (False, True):
        places = [dot.x for dot in line.dots if dot.copied == copied]
        assert all(after - before >= NEAR for before, after in itertools.pairwise(places))
    (alone,) = draw_timeline(replace(dam, members=(first,) * 13)).dots
    assert (alone.x, alone.articles) == (WIDTH / 2, 13)


@pytest.mark.parametrize("length", [timedelta(seconds=20), timedelta(hours=9), timedelta(days=3), timedelta(days=9000)])
def test_the_axis_has_a_few_marks_at_round_times(length):
    ticks = draw_axis(NOON, NOON + length)
    assert 1 <= len(ticks) <= TICKS
    assert all(0 <= tick.x <= WIDTH for tick in ticks)
    assert ticks[0].words.startswith("2 Mar") or length > timedelta(days=1)
    assert len({tick.words for tick in ticks}) == len(ticks)


def test_the_axis_names_days_where_they_begin():
    ticks = draw_axis(NOON, NOON + timedelta(hours=20))
    assert [tick.words for tick in ticks] == ["2 Mar, 18:00", "3 Mar", "06:00"]


def test_words():
    when = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    assert (format_moment(when), format_moment(when, "day"), format_moment(None)) == (
        "2 Mar 2026, 08:05",
        "2 Mar 2026",
        "unknown",
    )
    assert [format_duration(s) for s in (0.04, 59.94, 59.97, 3599.7, 90, 12_000)] == [
        "0.0 s",
        "59.9 s",
        "1 min 0 s",
        "1 h 0 min",
        "1 min 30 s",
        "3 h 20 min",
    ]
    assert (format_number(12345), format_number(0.5), format_number(1.0)) == ("12,345", "0.5", "1")
    assert (format_count(1, "story", "stories"), format_count(2, "story", "stories")) == ("1 story", "2 stories")
    assert make_plain("  a\n\tb\u202e\x1b[0m ") == "a b\\u202e\\u001b[0m"
    assert strip_marks("  a\n\tb\u202e\x1b[0m ") == "a b [0m"
    for line in (make_plain, strip_marks):
        assert line("Ha" + "\u0301" * 3_000 + "rbour") == "Ha" + "\u0301" * 4 + "rbour"
        assert line("שָׁלוֹם") == "שָׁלוֹם"
    assert make_plain("word " * 100, 20) == "word word word word…"
    assert make_plain(None) == ""
    assert find_web_address("HTTPS://x.example/") == "HTTPS://x.example/"
    assert find_web_address("javascript:alert(1)") is None
