"""The publisher of an article, by each name that a stage needs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storyfold.credits.listed_outlets import OutletList
from storyfold.credits.publisher import (
    find_outlet,
    list_source_names,
    name_article,
    name_outlet_or_source,
)
from storyfold.schemas.pages import Article

SEEN = datetime(2026, 3, 2, tzinfo=UTC)


def make_article(**given: object) -> Article:
    values = {"source_id": "s", "location": "", "content_sha256": "", "warc_file": "", "warc_offset": 0} | given
    return Article(article_id="a", body="", first_seen_at=SEEN, seen_date=SEEN.date(), **values)


@pytest.mark.parametrize(
    ("given", "outlet", "or_source", "names"),
    [
        ({}, None, "s", ["source s"]),
        ({"outlet": "The  Paper"}, "The  Paper", "The  Paper", ["outlet the paper"]),
        ({"url": "https://www.paper.example/1"}, "paper.example", "s", ["publisher paper.example"]),
        ({"url": "https://edition.paper.example/1"}, "paper.example", "s", ["publisher paper.example"]),
        ({"url": "https://paper.wordpress.com/1"}, "paper.wordpress.com", "s", ["publisher paper.wordpress.com"]),
        ({"canonical_url": "https://paper.example/1"}, "paper.example", "s", ["publisher paper.example"]),
        (
            {"outlet": "The Paper", "url": "https://paper.example/1", "canonical_url": "https://other.example/1"},
            "The Paper",
            "The Paper",
            ["outlet the paper", "publisher paper.example"],
        ),
        ({"outlet": "The Paper", "agency": "dpa/AFP"}, "The Paper", "The Paper", ["agency dpa"]),
    ],
)
def test_each_name_of_a_publisher(given, outlet, or_source, names):
    article = make_article(**given)
    assert find_outlet(article) == outlet
    assert name_article(article) == (outlet or "a")
    assert name_outlet_or_source(article) == or_source
    assert list_source_names(article, OutletList()) == names
