"""A page saved from a mirror names its original as canonical: an address, and no evidence of where it stood."""

from __future__ import annotations

import random

import orjson
import pytest
from copies.copies_support import choose_original, fold_file, make_article

from benchmarks.copy_documents import Event
from storyfold.copies.date_doubts import find_named_publisher
from storyfold.credits.agency_outlets import find_credited_agency, is_agency, is_agency_itself
from storyfold.output.article_rows import read_articles
from storyfold.settings.copies import CopySettings
from storyfold.web.publishers import find_serving_publisher

TEXT = "\n\n".join(Event(random.Random(3)).paragraphs(300))
WIRE = "https://apnews.com/article/dam"
PAPER = "https://paper.example/dam"
SAVED = {"url_is_claim": True, "canonical_url": WIRE, "outlet": "NewsHeap 24"}


def test_a_saved_mirror_of_an_agency_is_not_the_agency() -> None:
    mirror = make_article("m", TEXT, url=WIRE, agency="AP", **SAVED)
    assert find_serving_publisher(mirror) is None
    assert not is_agency_itself(mirror, "AP")
    assert not is_agency(make_article("m", TEXT, url=WIRE, **SAVED))
    assert find_credited_agency(make_article("m", TEXT, url=WIRE, **SAVED)) is None
    assert choose_original([mirror, make_article("p", TEXT, agency="AP", outlet="Paper", url=PAPER)]) is None


def test_the_agency_s_own_page_stays_the_original_beside_it() -> None:
    own = make_article("o", TEXT, url=WIRE, canonical_url=WIRE, agency="AP", outlet="AP News")
    mirror = make_article("a", TEXT, url=WIRE, agency="AP", **SAVED)
    assert choose_original([mirror, own]) is own


def test_what_others_link_to_as_their_original_is_not_the_saved_mirror() -> None:
    target = "https://daily.example/1"
    mirror = make_article("a", TEXT, url=target, canonical_url=target, url_is_claim=True, outlet="NewsHeap 24")
    own = make_article("b", TEXT, url=target, canonical_url=target, outlet="Daily")
    other = make_article("c", TEXT, url=PAPER, canonical_url=PAPER, original_url=target, outlet="Paper")
    assert choose_original([mirror, own, other]) is own
    assert find_named_publisher(other, own) == "daily.example"
    assert find_named_publisher(mirror, own) is None  # saved: nothing says that it stood elsewhere
    roles = {p.article_id: p.original_article_id for p in fold_file([mirror, own, other], CopySettings())}
    assert roles == {"a": "b", "b": "b", "c": "b"}


@pytest.mark.parametrize(
    ("row", "publisher"),
    [
        ({"url": WIRE, "canonical_url": WIRE, "path": "/saved/mirror.html"}, None),
        ({"url": None, "canonical_url": WIRE, "path": "/saved/mirror.html"}, None),
        ({"url": WIRE, "canonical_url": WIRE, "path": "/saved/crawl.warc.gz"}, "apnews.com"),
        ({"url": WIRE, "canonical_url": WIRE, "path": WIRE}, "apnews.com"),
        ({"url": PAPER, "canonical_url": WIRE, "path": "/saved/a.html"}, "paper.example"),
        ({"url": WIRE}, "apnews.com"),  # anybody's rows: what they say
    ],
)
def test_rows_tell_where_a_page_stood_by_what_it_came_out_of(tmp_path, row, publisher) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(orjson.dumps({"id": "a", "body": TEXT, **row}))
    (article,) = read_articles(file)
    assert article.url == (row["url"] or WIRE)
    assert article.canonical_url == row.get("canonical_url")
    assert find_serving_publisher(article) == publisher
