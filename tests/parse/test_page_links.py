"""Links of whole pages: each stands in its line of the body, and goes with its article into the batch's part."""

import hashlib
from datetime import UTC, datetime

from storyfold.parse.batch import decide_fate, write_batch
from storyfold.parse.page import parse_page
from storyfold.run.parts import read_arrow_table, read_rows
from storyfold.schemas import Article, Page, ParsedLinks
from storyfold.settings.parse import ParseSettings

PARAGRAPHS = [
    "The goat that stood on the cliff since Sunday came down by itself on Tuesday, said <a href=/mayor>the mayor</a>.",
    "Forty people had watched it with ropes and a ladder, and <a href=https://www.flyers.example/7?utm_medium=x>a "
    "helicopter</a> had been ordered from the capital.<br>Its owner told the <a href=//council.example>council of "
    "Merrow</a> that it goes up there in every spring, and <a href='mailto:owner@goat.example'>wrote</a> it down.",
    "The ropes are to be kept in the fire station, the mayor said, because next spring is sure to come "
    "<a href=https://flyers.example/7>as well</a>.",
]
TEASERS = "<ul>" + "".join(f"<li><a href=/{n}>Sheep number {n} stands on a cliff as well</a></li>" for n in range(3))


def make_page(content, name="x.html"):
    digest = hashlib.sha256(content).hexdigest()
    seen = {"seen_at": datetime(2026, 3, 4, tzinfo=UTC), "bytes": len(content), "content_sha256": digest}
    place = {"location": name, "name": name, "url": f"https://www.goatpost.example/{name}", "warc_file": "w"}
    return Page(item_id=name, source_id="s", warc_offset=0, **place, **seen)


def make_content(paragraphs=PARAGRAPHS, title="Goat comes down"):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    nav = "<nav><a href=/news>News of the day</a> <a href=/sport>Sport and games</a></nav>"
    head = f"<!doctype html><html lang=en><head><title>{title}</title></head><body>{nav}"
    return f"{head}<article><h1>{title}</h1>{text}</article><aside>{TEASERS}</ul></aside></body></html>".encode()


def read(content, name="x.html"):
    return parse_page(make_page(content, name), content, ParseSettings())


def test_links_of_a_page_stand_in_the_lines_of_its_body():
    parsed = read(make_content())
    assert parsed.reason is None
    assert [(link.line, link.anchor, link.publisher, link.is_internal) for link in parsed.links] == [
        (0, "the mayor", "goatpost.example", True),
        (1, "a helicopter", "flyers.example", False),
        (2, "council of Merrow", "council.example", False),
        (3, "as well", "flyers.example", False),
    ]
    lines = parsed.article.body.split("\n\n")
    assert len(lines) == 4
    assert all(link.anchor in lines[link.line] for link in parsed.links)
    assert parsed.article.links == (
        "https://www.goatpost.example/mayor", "https://www.flyers.example/7", "https://council.example/",
        "https://flyers.example/7",
    )  # fmt: skip


def test_an_address_twice_is_two_links_and_stands_in_the_column_once():
    again = "Nobody had asked the goat, which <a href=/mayor>the office</a> in Merrow regrets, as it told us on Friday."
    parsed = read(make_content([*PARAGRAPHS, again]))
    assert [link.anchor for link in parsed.links if link.address.endswith("/mayor")] == ["the mayor", "the office"]
    assert sum(address.endswith("/mayor") for address in parsed.article.links) == 1


def test_plain_text_and_pages_that_are_no_article_have_no_links():
    text = (
        "\n\n".join(["Goat comes down", *PARAGRAPHS]).replace("<br>", " ").replace("<a href=", "[").replace("</a>", "]")
    )
    assert read(text.replace(">", " ").encode(), "x.txt").links == ()
    assert read(b"<html><body><p>Short <a href=/x>link</a> here</p></body></html>").reason is not None


def test_a_batch_writes_the_links_of_each_article_in_their_order(tmp_path):
    contents = [
        make_content(),
        make_content(["Short <a href=/x>link</a>."]),
        make_content(PARAGRAPHS[1:], "Goat again"),
    ]
    contents.append("\n\n".join(["Goat is heard of", *(p.partition("<")[0] * 2 for p in PARAGRAPHS)]).encode())
    pages = [make_page(content, f"{n}.html") for n, content in enumerate(contents)]
    bytes_of = dict(zip((page.location for page in pages), contents, strict=True))
    fates = [decide_fate(page, lambda page: bytes_of[page.location], ParseSettings()) for page in pages]
    part = write_batch(pages, fates, out=tmp_path / "part", started=0.0)
    rows = read_rows([part], ParsedLinks)
    assert [row.location for row in rows] == read_arrow_table([part], Article)["location"].to_pylist()
    assert [(row.location, len(row.links)) for row in rows] == [("0.html", 4), ("2.html", 3), ("3.html", 0)]
    assert [row.links for row in rows] == [fate.links for fate in fates if fate.reject is None]
