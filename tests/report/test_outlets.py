"""The outlets of a lake: what each has, who owns it, and which only repeat others, with what shows it."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from storyfold.credits.listed_outlet import ListedOutlet
from storyfold.credits.listed_outlets import OutletList
from storyfold.report.outlet_record import OutletRecord, list_columns, read_outlets
from storyfold.report.outlets_terminal import render_outlet_lines
from storyfold.run.outlet_facts import find_outlet_facts
from storyfold.schemas import Article, FamilyMember, OutletFact
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.outlets import OutletSettings

_SPEC = importlib.util.spec_from_file_location("report_rows", Path(__file__).with_name("conftest.py"))
small = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(small)

DAY = small.DAY
DEFAULTS = OutletSettings()
LIST = OutletList(
    (
        ListedOutlet(
            name="The Harbour Post",
            domains=("post.example", "post-online.example"),
            owner="Vale Media",
            kind="newspaper",
            country="GB",
            source="https://post.example/imprint",
            date=date(2026, 1, 2),
        ),
    )
)


def reprints(count: int, host: str = "heap.example") -> list[object]:
    """Reports of one outlet that stand at another, two hours later."""
    rows: list[object] = [small.run("night-1", 3)]
    for number in range(count):
        first, copy = f"first-{number}", f"copy-{number}"
        day = small.at(2) + timedelta(hours=number)
        rows += [
            small.article(first, "night-1", "The Post", day, url=f"https://www.post.example/{number}"),
            small.article(copy, "night-1", "News Heap", day + timedelta(hours=2), url=f"https://{host}/{number}"),
            small.place(first, "night-1", first, "original", None, own=True),
            small.place(copy, "night-1", first, "mirror", first, own=False),
        ]
    return rows


def read(rows, listed=OutletList(), settings=DEFAULTS) -> dict[str, OutletRecord]:  # noqa: B008
    connection = small.make_lake(rows)
    found = read_outlets(connection, listed, settings.mirror_texts, settings.mirror_share)
    connection.close()
    return {record.outlet: record for record in found}


def test_a_record_counts_texts_copies_and_who_was_first():
    rows = reprints(3)
    rows.append(small.article("own", "night-1", "The Post", None, url="https://post-online.example/own"))
    rows.append(small.place("own", "night-1", "own", "original", None, own=True))
    found = read(rows, LIST)
    post, heap = found["post.example"], found["heap.example"]
    assert list(found) == ["post.example", "heap.example"]  # the most articles first
    assert (post.name, post.owner, post.kind, post.country) == ("The Harbour Post", "Vale Media", "newspaper", "GB")
    assert (post.source, post.source_date) == ("https://post.example/imprint", date(2026, 1, 2))
    assert (post.articles, post.families, post.originals, post.copies_of_others) == (4, 4, 4, 0)
    assert (post.shared_families, post.first_in, post.unsure_dates) == (3, 3, 1)
    assert (heap.name, heap.owner, heap.kind, heap.source_date) == ("News Heap", None, None, None)
    assert (heap.articles, heap.originals, heap.copies_of_others, heap.share_copied) == (3, 0, 3, 1.0)
    assert (heap.shared_families, heap.first_in, heap.median_lag_hours) == (3, 0, 2.0)


def test_domains_that_belong_together_copy_nobody_from_each_other():
    found = read(reprints(3, host="post-online.example"), LIST)
    assert [(r.outlet, r.articles, r.copies_of_others, r.shared_families) for r in found.values()] == [
        ("post.example", 6, 0, 0)
    ]


def test_the_view_says_what_the_night_was_told_and_the_record_what_the_list_says_now():
    connection = small.make_lake(reprints(2))
    names = list_columns()
    before = connection.execute("FROM outlets").to_arrow_table()
    assert before.column_names == names
    # without a row of the table an outlet is known by its printed name
    assert set(before["outlet"].to_pylist()) == {"The Post", "News Heap"}
    pages = connection.execute("FROM placed_articles").to_arrow_table()
    facts = [replace(f, run_id="night-1") for f in find_outlet_facts(connection, pages, LIST, DAY)]
    connection.register("facts", make_arrow_table(facts, OutletFact))
    connection.execute("INSERT INTO outlet_facts BY NAME FROM facts")
    seen = connection.execute("FROM outlets").to_arrow_table().to_pylist()
    now = read_outlets(connection, LIST, DEFAULTS.mirror_texts, DEFAULTS.mirror_share)
    assert [OutletRecord(**row) for row in seen] == now
    edited = read_outlets(connection, OutletList(), DEFAULTS.mirror_texts, DEFAULTS.mirror_share)
    assert [record.owner for record in edited] == [None, None]


@pytest.mark.parametrize(
    ("change", "is_mirror"),
    [
        ({}, True),
        ({"count": DEFAULTS.mirror_texts - 1}, False),  # too few to tell
        ({"host": "apnews.com"}, False),  # an agency's own page
        ({"own": 1}, True),  # one text of its own in twenty
        ({"own": 4}, False),
        ({"first": 1}, False),  # it was first once
        ({"unsure": 5}, False),  # of too many it is not known
        ({"first": 1, "unsure_first": True}, True),  # nothing tells whether it was first then
    ],
)
def test_who_has_others_texts_and_was_never_first_is_a_probable_mirror(change, is_mirror):
    count = change.get("count", DEFAULTS.mirror_texts)
    rows = reprints(count, host=change.get("host", "heap.example"))
    for number in range(change.get("own", 0)):
        rows.append(small.article(f"o{number}", "night-1", "News Heap", None, url=f"https://heap.example/o{number}"))
        rows.append(small.place(f"o{number}", "night-1", f"o{number}", "original", None, own=True))
    for number in range(change.get("first", 0)):
        a, b = f"a{number}", f"b{number}"
        rows.append(small.article(a, "night-1", "News Heap", None, url=f"https://heap.example/a{number}"))
        rows.append(small.article(b, "night-1", "Vale Voice", None, url=f"https://voice.example/{number}"))
        rows.append(small.place(a, "night-1", a, "original", None, own=True))
        told = "unknown" if change.get("unsure_first") else "high"
        rows.append(replace(small.place(b, "night-1", a, "mirror", a, own=False), original_confidence=told))
    unsure = {f"copy-{number}" for number in range(change.get("unsure", 0))}
    rows = [
        replace(row, original_confidence="unknown")
        if isinstance(row, FamilyMember) and row.article_id in unsure
        else row
        for row in rows
    ]
    record = read(rows)[change.get("host", "heap.example")]
    assert record.probable_mirror is is_mirror
    assert record.maybe_copies == len(unsure)
    # the view goes by the defaults of the settings
    connection = small.make_lake(rows)
    pages = connection.execute("FROM placed_articles").to_arrow_table()
    facts = [replace(f, run_id="night-1") for f in find_outlet_facts(connection, pages, OutletList(), DAY)]
    connection.register("facts", make_arrow_table(facts, OutletFact))
    connection.execute("INSERT INTO outlet_facts BY NAME FROM facts")
    (seen,) = connection.execute("SELECT probable_mirror FROM outlets WHERE outlet = ?", [record.outlet]).fetchall()
    assert seen == (is_mirror,)


def test_settings_say_from_when_on_an_outlet_is_a_mirror():
    rows = reprints(4)
    assert not read(rows)["heap.example"].probable_mirror
    assert read(rows, settings=OutletSettings(mirror_texts=4))["heap.example"].probable_mirror


def test_dates_that_families_contradict_are_evidence():
    rows = reprints(DEFAULTS.mirror_texts)
    rows = [
        replace(row, date_doubt="its original is dated later")
        if isinstance(row, FamilyMember) and row.role == "mirror"
        else row
        for row in rows
    ]
    record = read(rows)["heap.example"]
    assert (record.contradicted_dates, record.unsure_dates) == (DEFAULTS.mirror_texts, DEFAULTS.mirror_texts)
    assert record.median_lag_hours is None  # a doubted date tells no lag


def test_lines_name_owner_source_and_evidence_and_nothing_steers_the_terminal():
    rows = reprints(DEFAULTS.mirror_texts)
    rows = [
        replace(row, outlet="News\x1b[31m Heap") if isinstance(row, Article) and row.outlet == "News Heap" else row
        for row in rows
    ]
    lines = render_outlet_lines(list(read(rows, LIST).values()))
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert "Vale Media" in text
    assert "https://post.example/imprint, read on 2026-01-02" in text
    assert "20 of 20 texts are others'; first in 0 of 20 families of several" in text
    assert "in the median 2 hours behind the original" in text
    assert render_outlet_lines([]) == ["This lake has no article yet."]
    assert "none has a known owner" in render_outlet_lines(list(read(rows).values()))[-1]
