"""What pages say of themselves: JSON-LD, meta tags, titles, addresses, kinds."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.html.elements import read_elements
from storyfold.parse.html.json_ld import get_text, list_names, read_json_ld
from storyfold.parse.html.metadata import Metadata, read_metadata
from storyfold.parse.html_page import choose_url, find_original_url, read_url_claims


def metadata_of(head: str, body: str = "") -> Metadata:
    return read_metadata(read_elements(LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>")))


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Rain"}',
        '[{"@type": "NewsArticle", "headline": "Rain"}]',
        '{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "Rain"}]}',
        '{"@type": "NewsArticle", "headline": "Rain",}',
        '<!-- {"@type": "NewsArticle", "headline": "Rain"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Rain"}\n//]]>',
        '{"@type": "NewsArticle", "description": "two\nlines\tand a \\& sign", "headline": "Rain"};',
        '{"@type": "http://schema.org/NewsArticle", "headline": " Rain "}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Rain&quot;}",
    ],
)
def test_json_ld_is_read_mended_or_not(script):
    assert metadata_of(ld(script)).headlines == ["Rain"]


@pytest.mark.parametrize("script", ["", "null", "3", '"x"', "{", "[" * 100_000, '{"@type":' * 50_000, "{}" * 10, "nan"])
def test_hopeless_json_ld_is_left_out(script):
    assert read_json_ld([script]) == []


def test_json_ld_is_read_breadth_first_and_bounded():
    deep = '{"@type":"Thing","x":' * 100 + "1" + "}" * 100
    assert 1 <= len(read_json_ld([deep])) <= 30
    many = "[" + ",".join(['{"@type":"Thing"}'] * 20_000) + "]"
    assert len(read_json_ld([many] * 100)) <= 5_000


def test_names_in_every_shape():
    nodes = [{"@id": "#a", "name": "Ada Ray"}]
    value = ["Bo Li", {"name": "Cy Ott"}, {"@id": "#a"}, {"@id": "#b"}, {"name": ["Di Eck", "Ed Fox"]}, 7, None]
    assert list_names(value, nodes) == ["Bo Li", "Cy Ott", "Ada Ray", "Di Eck", "Ed Fox"]
    assert get_text({"@value": "a &amp;amp; b"}) == "a & b"


KEYS = "@type name @id author headline keywords image datePublished publisher articleBody".split()
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
JSON = st.recursive(PLAIN, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(KEYS), c))


@given(JSON)
def test_any_json_is_read(value):
    try:
        script = orjson.dumps({"@type": "NewsArticle", "author": value, "image": value, "keywords": value, "x": value})
    except (TypeError, orjson.JSONEncodeError):
        return  # an integer wider than 64 bits
    assert isinstance(metadata_of(ld(script.decode().replace("<", ""))), Metadata)


def test_persons_are_preferred_to_the_site_as_author():
    head = '<meta property="og:site_name" content="Barrow Bugle">' + ld(
        '{"@type":"NewsArticle","author":{"@type":"Organization","name":"Barrow Bugle"}}'
    )
    assert metadata_of(head, '<p class="byline">By Cleo Marsh</p>').credits == ("By Cleo Marsh",)
    assert metadata_of(head + '<meta name="author" content="Cleo Marsh">').credits == ("Cleo Marsh",)
    assert metadata_of(head).credits == ("Barrow Bugle",)
    assert metadata_of('<meta property="article:author" content="https://face.example/cleo">').credits == ()


def test_the_house_account_and_the_site_s_places_are_no_persons():
    account = '{"@type":"Person","name":"Bugle D","url":"https://bugle.example/author/admin/"}'
    head = ld('{"@type":"NewsArticle","author":' + account + "}")
    assert metadata_of(head, '<p class="byline">By Cleo Marsh</p>').credits == ("By Cleo Marsh",)
    assert metadata_of(head).house == ("Bugle D",)
    site = (
        '<meta property="og:site_name" content="bugle.example">'
        '<meta name="author" content="bugle.example, Barrow, Norland">'
    )
    desk = ld('{"@type":"NewsArticle","author":{"@type":"Organization","name":"Redaktion bugle.example"}}')
    assert metadata_of(site + desk).credits == ("Redaktion bugle.example",)


def test_a_plug_in_s_label_names_the_writer():
    head = '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Cleo Marsh">'
    assert metadata_of(head).credits == ("Cleo Marsh",)
    assert metadata_of(head.replace("Verfasst von", "Reading time")).credits == ()


def test_lists_in_lists_of_authors_are_read():
    author = '[{"@type":"Person","name":"Cleo Marsh"},[{"@type":"Person","name":"Abel Stone"}]]'
    assert metadata_of(ld('{"@type":"NewsArticle","author":' + author + "}")).credits == ("Cleo Marsh", "Abel Stone")


def test_what_is_said_of_other_things_on_the_page_is_not_said_of_it():
    head = (
        '<meta property="og:title" content="Goat on roof">'
        + ld('{"@type":"NewsArticle","headline":"Sheep in well","datePublished":"2031-01-01","author":"Abel Stone"}')
        + ld('{"@type":"NewsArticle","headline":"Goat on roof","datePublished":"2031-05-01","author":"Cleo Marsh"}')
    )
    video = (
        '<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="2031-05-02">'
        '<div itemscope itemtype="https://schema.org/VideoObject"><meta itemprop="datePublished" content="2031-01-02">'
        '<span itemprop="datePublished">2031-01-03</span></div></div>'
    )
    found = metadata_of(head, video)
    assert found.credits == ("Cleo Marsh",)
    assert [c.words for c in found.date_claims] == ["2031-05-01", "2031-05-02"]


@pytest.mark.parametrize(
    ("tag", "claim"),
    [
        ('<meta name="article:published:time" content="2031-05-01">', ("meta", "2031-05-01")),
        ('<meta name="Publish-Date" content="2031-05-01">', ("meta", "2031-05-01")),
        ('<meta name="last-modified" content="2031-05-01">', ("modified-meta", "2031-05-01")),
        ('<meta http-equiv="Last-Modified" content="2031-05-01">', ("modified-meta", "2031-05-01")),
        ('<meta http-equiv="date" content="2031-05-01">', None),  # when it was sent
    ],
)
def test_meta_tags_of_dates(tag, claim):
    assert [(c.where, c.words) for c in metadata_of(tag).date_claims] == ([claim] if claim else [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<h1>x</h1><time datetime=2031-05-01></time><p>y<h3>z</h3><time datetime=2031-01-01></time>"
         "<time datetime=2031-01-02></time>", ["2031-05-01", "2031-01-01"]),
        ("<time datetime=2031-01-01></time><h1>x</h1><time datetime=2031-05-01></time>", ["2031-05-01"]),
        ("<time datetime=2031-01-01></time><h1>x</h1><time class=entry-date datetime=2031-05-01></time>",
         ["2031-05-01"]),
        ("<h1>x</h1><a href=y><time datetime=2031-01-01></time></a><li><time datetime=2031-01-02></time></li>", []),
        ("<h1>x</h1><a href=y><time class=published datetime=2031-05-01></time></a>", ["2031-05-01"]),
    ],
)  # fmt: skip
def test_time_elements_of_teasers_do_not_count(body, words):
    assert [c.words for c in metadata_of("", body).date_claims] == words


def test_claims_name_their_place():
    head = (
        ld('{"@type":"NewsArticle","datePublished":"2031-05-01T10:00:00Z","dateModified":"2031-05-02T10:00:00Z"}')
        + '<meta name="DC.date" content="2031-05-01"><meta property="article:modified_time" content="2031-05-03">'
    )
    body = '<time datetime="2031-05-01T10:00Z">1 May</time><time class="updated" datetime="2031-05-02">2 May</time>'
    claims = {(c.where, c.words) for c in metadata_of(head, body).date_claims}
    assert claims == {
        ("json-ld", "2031-05-01T10:00:00Z"),
        ("modified-json-ld", "2031-05-02T10:00:00Z"),
        ("meta", "2031-05-01"),
        ("modified-meta", "2031-05-03"),
        ("time", "2031-05-01T10:00Z"),
        ("modified-time", "2031-05-02"),
    }


@pytest.mark.parametrize(
    ("canonical", "og", "url", "chosen"),
    [
        ("https://a.example/x?utm_source=y", None, None, "https://a.example/x"),
        ("/x", None, "http://www.a.example/y", "https://www.a.example/x"),
        ("/x", None, None, None),
        ("https://m.a.example/x", None, "https://www.a.example/y", "https://m.a.example/x"),
        ("https://www.a.example/x", None, "https://edition.a.example/y", "https://www.a.example/x"),
        ("https://www.a.co.uk/x", "https://b.co.uk/x", "https://sport.a.co.uk/y", "https://www.a.co.uk/x"),
        ("https://b.co.uk/x", None, "https://a.co.uk/y", "https://a.co.uk/y"),
        ("https://b.blogspot.com/x", None, "https://a.blogspot.com/y", "https://a.blogspot.com/y"),
        ("https://www.a.example/", None, "https://edition.a.example/y", "https://edition.a.example/y"),
        ("http://10.0.0.1:8001/x", None, "http://10.0.0.1:8000/y", "https://10.0.0.1:8000/y"),
        ("http://10.0.0.1:8000/x", None, "http://10.0.0.1:8000/y", "https://10.0.0.1:8000/x"),
        ("https://b.example/x", None, "https://a.example/y", "https://a.example/y"),
        ("https://b.example/x", "https://a.example/z", "https://a.example/y", "https://a.example/z"),
        ("https://a.example/", None, "https://a.example/y", "https://a.example/y"),
        ("https://a.example/", None, "https://a.example/", "https://a.example/"),
        ("https://a.example/", None, None, None),
        ("javascript:void(0)", "http://[", "https://a.example/y", "https://a.example/y"),
    ],
)
def test_canonical_address(canonical, og, url, chosen):
    assert choose_url(Metadata(canonical=canonical, og_url=og), url) == chosen


@pytest.mark.parametrize(
    ("metadata", "url", "original"),
    [
        (Metadata(canonical="https://b.example/x?utm_source=y"), "https://a.example/y", "https://b.example/x"),
        (Metadata(canonical="https://a.example/y", originals=("https://b.example/x",)), "https://a.example/y",
         "https://b.example/x"),
        (Metadata(canonical="https://www.a.example/x"), "https://m.a.example/x", None),
        (Metadata(canonical="https://www.a.example/x"), "https://edition.a.example/x", None),
        (Metadata(canonical="https://b.github.io/x"), "https://a.github.io/x", "https://b.github.io/x"),
        (Metadata(canonical="https://b.example/"), "https://a.example/y", None),
        (Metadata(canonical="https://b.example/x"), None, None),
        (Metadata(canonical="javascript:x"), "https://a.example/y", None),
        (Metadata(), "https://a.example/y", None),
    ],
)  # fmt: skip
def test_a_page_that_names_another_as_its_original(metadata, url, original):
    assert find_original_url(metadata, url) == original


def test_what_a_page_is_a_copy_of():
    head = '<meta name="syndication-source" content="https://b.example/x">' + ld(
        '{"@type":"NewsArticle","isBasedOn":[{"@id":"https://c.example/x"},"https://d.example/x",7]}'
    )
    assert metadata_of(head).originals == ("https://b.example/x", "https://c.example/x", "https://d.example/x", "7")


def test_addresses_name_days():
    assert [c.words for c in read_url_claims("https://a.example/2031/05/03/goat")] == ["2031-05-03"]
    assert [c.words for c in read_url_claims("https://a.example/goat-20310503.html")] == ["2031-05-03"]
    assert read_url_claims("https://a.example/2031/13/03/goat") == ()
    assert read_url_claims("https://a.example/id/120310503123") == ()
    assert read_url_claims(None) == ()


def test_a_list_describes_its_entries_and_an_article_itself():
    entries = ",".join(f'{{"@type":"NewsArticle","headline":"Goat {n}"}}' for n in range(4))
    listing = ld('{"@type":"CollectionPage","mainEntity":{"@type":"ItemList","itemListElement":[' + entries + "]}}")
    assert metadata_of(listing, "<h1>Goats</h1>").is_listing
    assert not metadata_of(listing, "<h1>Goat 2</h1>").is_listing
    assert not metadata_of(ld('{"@type":"NewsArticle","headline":"Goat"}'), "<h1>Another</h1>").is_listing
