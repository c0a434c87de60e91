"""What pages change of themselves while their text stands: each change once, and nothing that is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storyfold.dates.claims import read_claim
from storyfold.identity.ids import hash_text
from storyfold.run.page_changes import find_changes
from storyfold.schemas import Article
from storyfold.schemas.pages import Notice

START = datetime(2026, 3, 4, 2, tzinfo=UTC)
PAGE = "https://vale.example/2026/ferry.html"
BODY = "The ferry to Merrow stays in port until the crew has voted."


def page(night=0, content="as first served", **more):
    seen = START + timedelta(days=night)
    values = {
        "title": "Ferry stays in port",
        "authors": ("Ada Marsh",),
        "location": PAGE,
        "url": PAGE,
        "canonical_url": PAGE,
        "warc_file": "w",
        "date_claims": (read_claim("json-ld", "2026-03-02T09:00:00Z"),),
        "text_sha256": hash_text("Ferry stays in port", BODY),
    }
    return Article(
        article_id="ferry",
        seen_date=seen.date(),
        source_id="vale",
        body=BODY,
        first_seen_at=seen,
        content_sha256=content,
        warc_offset=night,
        **{**values, **more},
    )


def dated(*claims):
    return tuple(read_claim(where, words) for where, words in claims)


def changes(tonight, held=None, since=(), new=(), moved=()):
    known = {"ferry": held} if held else {}
    return find_changes(tonight, new, known, {"ferry": list(since)}, moved)


def told(found):
    return [(c.what, c.before, c.after) for c in found]


def test_a_date_moved_by_six_days_and_an_author_exchanged_are_two_changes():
    later = page(
        5,
        "edited",
        authors=("Bo Lind",),
        date_claims=dated(("time", "2026-03-01"), ("json-ld", "2026-03-08T09:00:00Z")),
    )
    found = changes([later], page())
    assert told(found) == [
        ("authors", "Ada Marsh", "Bo Lind"),
        ("published_at", "2026-03-02T09:00:00+00:00", "2026-03-08T09:00:00+00:00"),
    ]
    assert [c.evidence for c in found] == [PAGE, "json-ld: 2026-03-08T09:00:00Z"]
    assert {(c.article_id, c.version, c.seen_at, c.seen_date) for c in found} == {
        ("ferry", 1, later.first_seen_at, later.seen_date)
    }


@pytest.mark.parametrize(
    ("more", "change"),
    [
        ({"title": "Ferry stays in port?"}, ("title", "Ferry stays in port", "Ferry stays in port?")),
        ({"authors": ()}, ("authors", "Ada Marsh", None)),
        ({"date_claims": ()}, ("published_at", "2026-03-02T09:00:00+00:00", None)),
        ({"date_claims": dated(("meta", "2026-03-08"))}, ("published_at", "2026-03-02T09:00:00+00:00", "2026-03-08")),
        ({"url": "https://vale.example/archive/ferry"}, ("url", PAGE, "https://vale.example/archive/ferry")),
    ],
)
def test_each_kind_of_change_says_what_it_was_and_is(more, change):
    assert told(changes([page(1, "edited", **more)], page())) == [change]


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Ferry  stays in port"},
        {"authors": ("ADA MARSH",)},
        {"date_claims": dated(("json-ld", "2026-03-02"))},  # another precision of the same date
        {"date_claims": dated(("json-ld", "2026-03-02T09:00Z"))},
        {"date_claims": dated(("json-ld", "2026-03-02T09:00:00Z"), ("feed", "2026-03-08T09:00:00Z"))},
        {"url": PAGE + "?from=feed"},
        {"canonical_url": "https://vale.example/other"},  # of a page that has not moved: another rule of reading it
        {"content_sha256": "as first served", "authors": ("Bo Lind",)},  # the same bytes, another program
        {"text_sha256": "of another text", "authors": ("Bo Lind",)},  # a version's matter
    ],
)
def test_what_is_no_change(more):
    assert changes([replace(page(1, "edited"), **more)], page()) == []


def test_the_same_bytes_at_another_address_have_moved_and_say_nothing_else_new():
    elsewhere = "https://vale.example/archive/ferry"
    moved = page(1, url=elsewhere, canonical_url=elsewhere, authors=("Bo Lind",))
    assert told(changes([moved], page(), moved=["ferry"])) == [
        ("url", PAGE, elsewhere),
        ("canonical_url", PAGE, elsewhere),
    ]


def test_an_older_page_of_an_archive_is_no_change():
    earlier = page(-3, "long ago", authors=("Bo Lind",), location="old.warc", warc_file="old.warc")
    assert changes([earlier], page()) == []


def test_a_page_elsewhere_with_the_same_text_is_no_change_of_this_one():
    elsewhere = page(
        1, "print", authors=(), location="https://vale.example/print/9", url="https://vale.example/print/9"
    )
    assert changes([elsewhere], page()) == []


def test_what_the_lake_knows_is_not_found_again_and_going_back_is_a_change():
    first, second = page(), page(1, "edited", authors=("Bo Lind",))
    landed = changes([second], first)
    assert changes([page(2, "edited again", authors=("Bo Lind",))], first, landed) == []
    assert changes([second], first, landed) == []  # the same night again
    back = changes([page(2)], first, landed)
    assert told(back) == [("authors", "Bo Lind", "Ada Marsh")]
    again = changes([page(3, "edited", authors=("Bo Lind",))], first, [*landed, *back])
    assert told(again) == told(landed)
    assert again[0].change_id != landed[0].change_id


def test_of_two_dates_on_both_pages_it_is_no_change_which_is_believed():
    both = dated(("json-ld", "2026-03-02T09:00:00Z"), ("time", "2026-02-20T09:00:00Z"))
    third = (*both, *dated(("byline", "2026-02-20"), ("meta", "2026-02-20T09:00:00Z"), ("visible", "2026-02-20")))
    (moved,) = changes([page(1, "edited", date_claims=third)], page(date_claims=both))
    assert moved.evidence == "meta: 2026-02-20T09:00:00Z"  # new on the page
    stamped = dated(("time", "2026-03-05T02:00:10Z"), ("json-ld", "2026-03-02T09:00:00Z"))  # the time it was served
    assert changes([page(1, "edited", date_claims=stamped)], page()) == []


def test_the_time_or_day_of_asking_is_no_date_of_the_page_and_one_to_come_is():
    today = [page(n, f"{n}", date_claims=dated(("visible", f"2026-03-0{4 + n}"))) for n in (0, 1)]
    assert changes(today[1:], today[0]) == []
    planned = page(1, "edited", date_claims=dated(("json-ld", "2026-03-20T09:00:00Z")))
    assert told(changes([planned], page())) == [
        ("published_at", "2026-03-02T09:00:00+00:00", "2026-03-20T09:00:00+00:00")
    ]


def test_captures_of_one_archive_read_in_one_night_tell_their_changes():
    first = page(0, "a", location="old.warc", warc_file="old.warc")
    later = page(4, "b", location="old.warc", warc_file="old.warc", authors=("Bo Lind",))
    assert told(changes([later, first], new=[first])) == [("authors", "Ada Marsh", "Bo Lind")]


def test_a_notice_that_came_with_the_change_stands_beside_it():
    notice = Notice(kind="correction", words="Correction: the date was wrong.")
    edited = page(1, "edited", notices=(notice,), date_claims=dated(("json-ld", "2026-03-08T09:00:00Z")))
    (found,) = changes([edited], page())
    assert found.notices == (notice,)
    later = page(2, "edited again", notices=(notice,), date_claims=dated(("json-ld", "2026-03-09T09:00:00Z")))
    assert changes([later], page(), [found])[0].notices == ()
