"""One table of agencies, read by those who read bylines and by those who know whose page it is."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest

from storyfold.credits.agencies import FILE, counts_only_as_printed, find_agency_code, is_agency_name, read_agencies
from storyfold.credits.agency_outlets import find_credited_agency, is_agency, is_agency_itself
from storyfold.schemas.pages import Article
from storyfold.text.normalize import fold_accents

SEEN = datetime(2026, 3, 2, tzinfo=UTC)
AGENCIES = pytest.mark.parametrize("agency", read_agencies(), ids=lambda agency: agency.code)


def make_article(**given: object) -> Article:
    values = {"source_id": "s", "location": "", "content_sha256": "", "warc_file": "", "warc_offset": 0} | given
    return Article(article_id="a", body="", first_seen_at=SEEN, seen_date=SEEN.date(), **values)


def test_each_agency_is_listed_once_with_known_fields():
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["agency"]
    fields = {"code", "names", "only_as_printed", "outlet_code", "outlets"}
    assert all(row.keys() <= fields and row["names"] for row in rows)
    assert len({row["code"].casefold() for row in rows}) == len(rows) == len(read_agencies())


def test_no_outlet_is_two_agencies():
    outlets = [name for agency in read_agencies() for name in agency.outlets]
    assert len(set(outlets)) == len(outlets)
    assert all(name == name.casefold() for name in outlets)
    assert all(a.outlet_code == a.code.casefold() for a in read_agencies() if not a.outlets)


@AGENCIES
def test_every_name_finds_its_code(agency):
    for name in (name for name in agency.names if not name.endswith(".")):  # a credit loses its full stops first
        assert find_agency_code(name) == find_agency_code(f"({name}).") == agency.code
        assert is_agency_name(fold_accents(name))
        assert counts_only_as_printed(name.lower()) == (name in agency.only_as_printed)
        small = fold_accents(name)
        assert find_agency_code(small) == (None if name in agency.only_as_printed and small != name else agency.code)
    assert set(agency.only_as_printed) <= set(agency.names)


@AGENCIES
def test_every_outlet_is_the_page_of_its_agency(agency):
    for outlet in agency.outlets:
        page = make_article(outlet=f"The {outlet.upper()}")
        assert is_agency(page)
        assert find_credited_agency(page) == agency.outlet_code
        assert is_agency_itself(page, f"Wire/{agency.outlet_code.upper()}")
        assert not is_agency_itself(page, "Wire")
        if "." in outlet:
            assert is_agency(make_article(url=f"https://www.{outlet}/news/1"))


@pytest.mark.parametrize("name", ["", "The Harbour Post", "Jonas Berg", "Wire", "post.example", "Northwire"])
def test_other_names_are_no_agency(name):
    assert find_agency_code(name) is None
    assert not is_agency_name(name)
    assert not is_agency(make_article(outlet=name, url="https://post.example/1"))
    assert find_credited_agency(make_article(outlet=name)) is None
