"""One page's bytes to one article: golden pages, hostile pages, and what must hold for any bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.outcomes import Reason
from storyfold.parse.page import is_html, parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.parse import ParseSettings

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "pages"
SEEN_AT = datetime(2031, 12, 1, tzinfo=UTC)
SENTENCE = "The ferry from Kettleby was late again on Tuesday, and nobody on the quay could say when it would come. "


def a_page(content: bytes, **values) -> Page:
    fields = {
        "item_id": "1",
        "source_id": "golden",
        "location": "/pages/page.html",
        "name": "page.html",
        "seen_at": SEEN_AT,
        "bytes": len(content),
        "content_sha256": hashlib.sha256(content).hexdigest(),
        "warc_file": "x.warc.gz",
        "warc_offset": 0,
    }
    return Page(**(fields | values))


def parsed(content: bytes | str, **values):
    content = content.encode() if isinstance(content, str) else content
    return parse_page(a_page(content, **values), content, ParseSettings())


def shown(value):
    return value.isoformat() if isinstance(value, datetime) else list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.html")), ids=lambda p: p.stem)
def test_golden_page(path):
    case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    content = path.read_bytes()
    result = parsed(content, location=str(path), name=path.name, **case["given"])
    expected = dict(case["expected"])
    assert (result.reason and result.reason.value) == expected.pop("reason"), result.detail
    if "body" in expected:
        assert result.article.body.split("\n\n") == expected.pop("body")
    assert {key: shown(getattr(result.article, key)) for key in expected} == expected


def test_golden_pages_are_there():
    assert len(list(GOLDEN.glob("*.html"))) >= 6


def test_a_page_says_the_same_whatever_came_before():
    contents = [path.read_bytes() for path in sorted(GOLDEN.glob("*.html"))]
    alone = [parsed(content) for content in contents]
    for _ in range(3):
        again = [parsed(content) for content in reversed(contents)]
        assert again[::-1] == alone


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY_PAGE),
        (b" \n\t ", Reason.EMPTY_PAGE),
        (b"%PDF-1.7\n" + b"text " * 100, Reason.NOT_TEXT),
        (bytes(range(256)) * 100, Reason.NOT_TEXT),
        (b"\x00" * 10_000, Reason.NOT_TEXT),
        (b"<html>" + b"<div>" * 100_000, Reason.NESTED_TOO_DEEP),
        (b"<html>" + b"<b>" * 100_000 + b"x", Reason.NESTED_TOO_DEEP),
        (b"<html>" + b"<a><div>" * 100_000, Reason.NESTED_TOO_DEEP),
        (b"<html>" + b"<div>" * 1_900 + b"<p></p>" * 1_000_000, Reason.NESTED_TOO_DEEP),
        (b"<html><body></body></html>", Reason.EMPTY_PAGE),
        (b"<html><script>var a = 1;</script><style>p {}</style></html>", Reason.EMPTY_PAGE),
        (b"<html><body><p " + b" ".join(b"a%d" % n for n in range(50_000)) + b"></p></body></html>", Reason.EMPTY_PAGE),
        (b"<html><body><p>Soon.</p></body></html>", Reason.TOO_SHORT),
        (b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>", Reason.NOT_AN_ARTICLE),
        (b"<html><script type='application/ld+json'>" + b"[" * 500_000 + b"</script>", Reason.EMPTY_PAGE),
    ],
    ids=lambda v: v.value if isinstance(v, Reason) else None,
)
def test_bad_page_is_rejected_with_its_reason(content, reason):
    with costs_at_most(10):  # seconds; each takes well under one on the machine it was written on
        result = parsed(content)
        assert result.reason is reason, result.detail


@pytest.mark.parametrize(
    "before",
    [
        "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        '<div data-state="' + "x" * 5_000_000 + '">',
        "<svg>" + "<path d='M0'/>" * 4_000 + "</svg>",
        "<h1>" + "<span>" * 1_500 + "word " * 100_000 + "</span>" * 1_500 + "</h1>",
        "<ul><li><a href=x>one two three four</a>" * 500 + "</ul>" * 500,
        "<!--" + "-" * 1_000_000 + "-->",
        "<script>if (a <b && c> d) '<div><div>' + \"</p>\";</script>" * 2_000,
    ],
    ids=["attributes", "attribute", "drawing", "spans", "lists", "comment", "scripts"],
)
def test_hostile_furniture_costs_neither_the_article_nor_the_night(before):
    with costs_at_most(15):
        text = "".join(f"<p>{n} {SENTENCE * 3}</p>" for n in range(10))
        result = parsed(f"<!doctype html><html><body>{before}<article>{text}</article></body></html>")
        assert result.reason is None
        assert result.article.body.count("The ferry from Kettleby") == 30


def test_nuls_in_a_page_are_dropped():
    body = "".join(f"<p>{n} {SENTENCE * 3}</p>" for n in range(5))
    result = parsed(f"<html><body>{body}</body></html>".replace("ferry", "fer\x00ry"))
    assert result.reason is None
    assert "ferry" in result.article.body


def test_text_is_told_from_html_by_its_content():
    assert is_html(b"<!DOCTYPE html><html><p>x", "text/plain")
    assert not is_html(b"He wrote <b>so</b> in plain text.\n" * 3, None)
    assert is_html(b"<p>One</p>", "text/html")
    dump = "\n".join(["Home", "News", "Sport", *[f"{n} {SENTENCE * 4}" for n in range(6)], "Contact"])
    result = parsed(dump, name="dump.txt")
    assert result.reason is None
    assert result.article.extractor == "lines"


def test_ids_and_times_of_the_row():
    content = (GOLDEN / "wire_jsonld.html").read_bytes()
    article = parsed(content).article
    other = parsed(content, source_id="another").article
    assert article.article_id == other.article_id  # one address, whoever brought it
    assert (article.version, article.run_id) == (1, "")
    assert article.first_seen_at == SEEN_AT
    assert article.seen_date == SEEN_AT.date()
    assert article.word_count == len(article.body.replace("£4.2", "4 2").replace("“", "").split())


def test_outlet_of_the_source_wins():
    content = (GOLDEN / "wire_jsonld.html").read_bytes()
    assert parsed(content, outlet="Courier, Kettleby").article.outlet == "Courier, Kettleby"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_give_one_fate(content):
    assert parsed(content) == parsed(content)


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='a'>", "</div>", "<h1>", "<a href='x'>", "</a>", "<!--", "-->", "<script>", "</script>",
     "<table>", "<td>", "<svg/>", "<meta property='article:published_time' content='", "'>", SENTENCE, "\x00", "&#0;",
     "<script type='application/ld+json'>", '{"@type":"NewsArticle","headline":', "]", "<time datetime='2031-",
     "\ud7ff",
     "<html lang=''>", "<link rel=canonical href='http://[", "<title>", "404", "<template>", "<noscript>", "<![CDATA["]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=60))
def test_any_tags_give_one_fate(pieces):
    content = "<!doctype html>" + "".join(pieces)
    first = parsed(content)
    assert first == parsed(content)
    assert (first.reason is None) == (len(first.article.body) >= 150 and first.article.kind not in ("list", "error"))
