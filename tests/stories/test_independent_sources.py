"""How many sources tell a story: publishers with a text of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from storyfold.schemas.pages import Article
from storyfold.stories.independent_sources import count_sources

SEEN = datetime(2026, 3, 4, tzinfo=UTC)


def article(**given: Any) -> Article:
    values = {"article_id": "a", "source_id": "s", "location": "", "content_sha256": "", "warc_file": "",
              "warc_offset": 0, "first_seen_at": SEEN, "seen_date": SEEN.date()}  # fmt: skip
    return Article(**(values | given))


@pytest.mark.parametrize(
    ("texts", "sources"),
    [
        ([{"outlet": "The Courier"}, {"outlet": "the  courier"}], 1),  # two reports by one paper
        ([{"outlet": "The Courier"}, {"outlet": "Vale Tribune"}], 2),
        ([{"url": "https://edition.paper.example/a"}, {"url": "https://www.paper.example/b"}], 1),
        ([{"url": "https://one.blogspot.com/a"}, {"url": "https://two.blogspot.com/b"}], 2),
        # one paper by its name here, by its address there
        ([{"outlet": "Courier", "url": "https://courier.example/a"}, {"outlet": "Courier"},
          {"url": "https://m.courier.example/b"}], 1),
        # three texts of one agency are one source, wherever they stand; its own page too
        ([{"outlet": "Courier", "agency": "AP"}, {"outlet": "Tribune", "agency": "ap"},
          {"outlet": "AP News", "url": "https://apnews.com/a"}], 1),
        ([{"outlet": "Courier", "agency": "AP"}, {"outlet": "Tribune", "agency": "Reuters"}, {"outlet": "Tribune"}], 3),
        ([{"source_id": "one"}, {"source_id": "two"}], 2),
        ([], 0),
    ],
)  # fmt: skip
def test_publishers_count_once(texts: list[dict[str, Any]], sources: int) -> None:
    assert count_sources(article(**text) for text in texts) == sources
    assert count_sources(article(**text) for text in reversed(texts)) == sources
