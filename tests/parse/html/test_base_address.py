"""A page's `<base>`, and pages as web archives show them: which address a page stands for, and where its links lead."""

import hashlib
from datetime import UTC, datetime

import pytest

from storyfold.identity.ids import make_article_id
from storyfold.parse.page import parse_page
from storyfold.schemas import Page
from storyfold.settings.parse import ParseSettings

TEXT = [
    "The goat that stood on the cliff since Sunday came down by itself on Tuesday, said the mayor of Merrow.",
    "Forty people had watched it with ropes and a ladder, and a helicopter had been ordered from the capital.",
    'Its owner <a href="{link}">told the council</a> that it goes up there in every spring and always comes back.',
    "The ropes are to be kept in the fire station, the mayor said, because next spring is sure to come as well.",
]
OWN = "https://goatpost.example/news/7/index.html"


def read(head, url=OWN, link="more.html"):
    """The article on a page of four paragraphs with this head, one of which links to `link`."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT).format(link=link)
    html = f"<!doctype html><html lang=en><head><title>Goat comes down</title>{head}</head>"
    content = f"{html}<body><article><h1>Goat comes down</h1>{text}</article></body></html>".encode()
    page = Page(
        item_id="i",
        source_id="s",
        location="x.html",
        name="x.html",
        url=url,
        seen_at=datetime(2026, 3, 4, tzinfo=UTC),
        bytes=len(content),
        content_sha256=hashlib.sha256(content).hexdigest(),
        warc_file="w",
        warc_offset=0,
    )
    parsed = parse_page(page, content, ParseSettings())
    assert parsed.reason is None
    return parsed.article


def canonical(href):
    return f'<link rel="canonical" href="{href}">'


def test_every_relative_address_is_read_against_the_base():
    head = '<base href="/desk/"><meta property="og:image" content="goat.jpg">' + canonical("2026/goat.html")
    found = read(head)
    assert found.canonical_url == "https://goatpost.example/desk/2026/goat.html"
    assert found.article_id == make_article_id(found.canonical_url, "s", "x.html")
    assert found.links == ("https://goatpost.example/desk/more.html",)
    assert found.image == "https://goatpost.example/desk/goat.jpg"
    assert found.url == OWN
    og = read('<base href="/desk/"><meta property="og:url" content="2026/goat.html">')
    assert og.canonical_url == found.canonical_url


def test_a_base_without_claims_moves_links_and_not_the_page():
    found = read('<base href="https://goatpost.example/desk/">')
    assert (found.canonical_url, found.links) == (OWN, ("https://goatpost.example/desk/more.html",))


def test_without_a_base_links_are_read_against_the_pages_own_address_and_not_its_canonical_one():
    found = read(canonical("https://www.goatpost.example/2026/goat"))
    assert found.canonical_url == "https://www.goatpost.example/2026/goat"
    assert found.links == ("https://goatpost.example/news/7/more.html",)


@pytest.mark.parametrize(
    "base",
    [
        '<base href="/desk/"><base href="/other/">',
        '<base target="_blank"><base href="/desk/">',
        '<BASE HREF=" /desk/ ">',
    ],
)
def test_the_first_base_with_an_address_counts(base):
    assert read(base).links == ("https://goatpost.example/desk/more.html",)


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "ftp://goatpost.example/", "http://[", "", "//", "x" * 5_000, "\x00"],
)
def test_a_base_that_leads_nowhere_is_as_none(href):
    found = read(f'<base href="{href}">' + canonical("goat.html"))
    assert found.canonical_url == "https://goatpost.example/news/7/goat.html"
    assert found.links == ("https://goatpost.example/news/7/more.html",)


def test_the_base_of_another_publisher_is_evidence_and_no_identity():
    found = read('<base href="https://original.example/">' + canonical("2026/goat.html"))
    assert found.canonical_url == OWN
    assert found.original_url == "https://original.example/2026/goat.html"
    assert found.links == ("https://original.example/more.html",)
    unclaimed = read('<base href="https://original.example/">')
    assert (unclaimed.canonical_url, unclaimed.original_url) == (OWN, None)


def test_the_base_of_a_subdomain_is_of_the_same_publisher():
    found = read('<base href="https://www.goatpost.example/">' + canonical("2026/goat.html"))
    assert (found.canonical_url, found.original_url) == ("https://www.goatpost.example/2026/goat.html", None)


def test_a_saved_page_is_known_by_its_base():
    found = read('<base href="https://goatpost.example/desk/">' + canonical("2026/goat.html"), url=None)
    assert found.canonical_url == "https://goatpost.example/desk/2026/goat.html"
    assert found.links == ("https://goatpost.example/desk/more.html",)
    bare = read('<base href="https://goatpost.example/">', url=None)
    assert (bare.canonical_url, bare.article_id) == (None, make_article_id(None, "s", "x.html"))


INNER = "https://goatpost.example/2026/03/02/goat"
REPLAY = f"https://web.archive.org/web/20260709101112/{INNER}"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("", REPLAY),
        (canonical(REPLAY), REPLAY),
        (canonical(INNER), REPLAY.replace("112/", "112id_/")),
        (canonical("/2026/03/02/goat"), REPLAY.replace("112/", "112id_/")),
        ('<base href="https://web.archive.org/web/20260709101112/https://goatpost.example/">'
         + canonical("2026/03/02/goat"), REPLAY),
        (canonical("https://archive.ph/2026.07.09-101112/" + INNER), "https://archive.ph/AbCdE"),
    ],
)  # fmt: skip
def test_an_archived_page_belongs_to_the_address_that_it_shows(head, url):
    found = read(head, url=url, link="/web/20260709101112/https://goatpost.example/2026/03/01/cliff")
    assert (found.canonical_url, found.original_url, found.url) == (INNER, None, url)
    assert found.outlet == "goatpost.example"
    days = [claim.words for claim in found.date_claims if claim.where == "url"]
    assert days == ["2026-03-02"]
    if "archive.org" in url:
        assert found.links == ("https://goatpost.example/2026/03/01/cliff",)


def test_the_stamp_of_an_archive_is_no_date_of_publication():
    found = read("", url="https://web.archive.org/web/20260301/https://goatpost.example/goat")
    assert (found.canonical_url, found.published_at) == ("https://goatpost.example/goat", None)
    assert [claim for claim in found.date_claims if claim.where == "url"] == []


def test_images_and_links_of_an_archived_page_are_those_that_it_shows():
    image = "https://web.archive.org/web/20260709101112im_/https://goatpost.example/goat.jpg"
    found = read(f'<meta property="og:image" content="{image}">', url=REPLAY, link="/elsewhere")
    assert found.image == "https://goatpost.example/goat.jpg"
    assert found.links == ("https://goatpost.example/elsewhere",)


def test_an_archived_copy_that_names_another_publisher_is_a_republication():
    found = read(canonical("https://web.archive.org/web/20260709101112/https://original.example/goat"), url=REPLAY)
    assert (found.canonical_url, found.original_url) == (INNER, "https://original.example/goat")
