"""A page from a file has the address that it names for itself."""

from datetime import UTC, datetime

import pytest

from storyfold.output.article_rows import make_article_row
from storyfold.parse.batch import decide_fate
from storyfold.parse.page import parse_page
from storyfold.schemas import Article, Page
from storyfold.settings.parse import ParseSettings

NAMED = "https://paper.example/2026/ferry"
LINE = "<p>" + "The ferry came late again to the harbour. " * 8 + "</p>"


def page_with(head: str, url: str | None = None, body: str = LINE) -> tuple[Page, bytes]:
    html = f"<html><head><title>Ferry late</title>{head}</head><body><article><h1>Ferry late</h1>{body}</article>"
    seen = datetime(2026, 3, 20, tzinfo=UTC)
    page = Page(item_id="i", source_id="s", location="saved/a.html", name="a.html", url=url, bytes=len(html),
                seen_at=seen, content_sha256="c", warc_file="w", warc_offset=0)  # fmt: skip
    return page, html.encode()


def article_of(head: str, url: str | None = None) -> Article:
    page, html = page_with(head, url)
    return parse_page(page, html, ParseSettings()).article


@pytest.mark.parametrize(
    "head", [f'<link rel="canonical" href="{NAMED}">', f'<meta property="og:url" content="{NAMED}?utm_source=x">']
)
def test_the_address_falls_back_to_the_canonical_one(head):
    article = article_of(head)
    assert (article.url, article.canonical_url, article.url_is_claim) == (NAMED, NAMED, True)
    row = make_article_row(article, "saved/a.html", None)
    assert (row["url"], row["canonical_url"]) == (NAMED, NAMED)


def test_where_the_page_stood_is_its_address_whatever_it_names():
    mirror = "https://mirror.example/ferry"
    article = article_of(f'<link rel="canonical" href="{NAMED}">', mirror)
    assert (article.url, article.canonical_url, article.url_is_claim) == (mirror, mirror, False)
    assert article.original_url == NAMED
    own = article_of(f'<link rel="canonical" href="{NAMED}">', NAMED + "?page=1")
    assert (own.url, own.canonical_url, own.url_is_claim) == (NAMED + "?page=1", NAMED, False)


def test_a_page_that_names_none_has_none():
    article = article_of("")
    assert (article.url, article.canonical_url, article.url_is_claim) == (None, None, False)


def test_a_rejected_page_has_the_address_too():
    page, html = page_with(f'<link rel="canonical" href="{NAMED}">', body="<p>Too short.</p>")
    fate = decide_fate(page, lambda _: html, ParseSettings())
    assert (fate.reject.reason, fate.reject.url) == ("too-short", NAMED)
