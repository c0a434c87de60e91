"""The trace of a page: the kept lines of an explanation are exactly the article's text, whichever rule decided."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyfold.parse.explain.explain_page import explain_page
from storyfold.parse.page import parse_page
from storyfold.parse.plaintext.body_lines import choose_body
from storyfold.parse.plaintext.line_model import load_line_model
from storyfold.parse.plaintext.line_trace import LineDecision
from storyfold.parse.plaintext.lines import read_lines
from storyfold.schemas import Page
from storyfold.schemas.pages import DateClaim
from storyfold.settings.parse import ParseSettings

ROOT = Path(__file__).parents[3]
FOLDERS = ("data/demo/*/*.html", "tests/golden/pages/*.html", "tests/golden/dumps/*.txt")
SAVED = [path for folder in FOLDERS for path in sorted(ROOT.glob(folder))]
POINTER = "Read more: the eel that came back"
TITLE = "Weir at Orrin Mill is opened for the eels"
SENTENCES = [
    "The weir at Orrin Mill was opened on Friday so that the eels can climb to the upper lake again after sixty years.",
    "“My father closed it with his own hands,” said Tilda Marsh, who held the lever while forty neighbours looked on.",
    "The trust paid 31,000 crowns for the gate, of which the county gave a third and the anglers the smaller rest.",
    "Biologists will count the animals until October, and the mill's owner will keep its turbine still at night.",
    "Below the bridge the water rose by a hand, which the fire brigade had expected, and it had laid out sacks.",
]
PARTS = [
    *(f"<p>{sentence}</p>" for sentence in SENTENCES),
    f"<p>{SENTENCES[0]}<br>{POINTER}<br>{SENTENCES[1]}</p>",
    f"<p>{TITLE}</p>",
    "<p>By Cleo Marsh</p>",
    "<p>Updated: 15 July 2031, 16:20</p>",
    "<p>Read more: what the eel eats</p>",
    "<p>For more of the valley, sign up for our weekly newsletter.</p>",
    "<p>To continue reading, subscribe to the Orrin Bugle today.</p>",
    f"<div class='print-version'>{''.join(f'<p>{sentence}</p>' for sentence in SENTENCES)}</div>",
    "<nav><ul><li><a href='/a'>News</a></li><li><a href='/b'>Sport</a></li></ul></nav>",
    "<aside class='related'><p><a href='/c'>Ten mills that you can see on foot in spring</a></p></aside>",
    "<ol class='comments'><li class='comment'><p>I saw the eel myself and it was not a large one at all.</p></li></ol>",
    "<footer><p>© Orrin Bugle. All rights reserved.</p></footer>",
]
LINES = [
    *SENTENCES,
    TITLE,
    "",
    "Home",
    "Sport",
    "By Cleo Marsh",
    "15 July 2031",
    "Photo: Cleo Marsh",
    "This website uses cookies to give you the best experience.",
    "3 comments",
    "Tilda on July 15, 2031 at 4:20 pm said:",
    "Reply",
    "Most popular",
    "Die Katze sitzt gern am Fenster und sieht den Vögeln im Garten zu, solange die Sonne scheint und niemand ruft.",
]
THREAD = [
    line
    for n in range(4)
    for line in (
        f"Tilda on July {n + 3}, 2031 at 4:{n}0 pm said:",
        f"I think that the gate was far too dear, and that the town should have asked all of us before it paid {n}.",
        "Reply",
    )
]


def make_page(content: bytes, name: str, claims: tuple[DateClaim, ...] = ()) -> Page:
    return Page(
        item_id="i", source_id="s", location=name, name=name, seen_at=datetime(2031, 7, 16, tzinfo=UTC),
        bytes=len(content), content_sha256="0" * 64, warc_file="", warc_offset=0, date_claims=claims,
    )  # fmt: skip


def make_html(parts: list[str], spoken: str = "") -> str:
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, **({"articleBody": spoken} if spoken else {})})
    return (
        f"<!doctype html><html lang=en><head><title>{TITLE}</title><script type='application/ld+json'>{data}</script>"
        f"</head><body><h1>{TITLE}</h1><article>{''.join(parts)}</article></body></html>"
    )


def check(content: bytes, name: str = "page") -> set[str]:
    """Check that the kept lines are the article's text and that the trace changes nothing; return the reasons."""
    page = make_page(content, name)
    explanation = explain_page(page, content, ParseSettings())
    parsed = parse_page(page, content, ParseSettings())
    assert (explanation.article, explanation.reason) == (parsed.article, parsed.reason)
    kept = [
        line
        for block in explanation.blocks
        if block.kept
        for line in ([block.text] if parsed.article.extractor == "lines" else block.text.splitlines())
    ]
    assert "\n\n".join(filter(None, (" ".join(line.split()) for line in kept))) == "\n\n".join(
        " ".join(paragraph.split()) for paragraph in parsed.article.body.split("\n\n")
    )
    assert all(block.reason for block in explanation.blocks)
    return {block.reason for block in explanation.blocks}


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name)
def test_kept_lines_are_the_article_of_saved_pages(path):
    check(path.read_bytes(), path.name)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=14), st.sampled_from(["", "\n".join(SENTENCES), SENTENCES[2] * 9]))
def test_kept_lines_are_the_article_of_any_page(parts, spoken):
    check(make_html(parts, spoken).encode())


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=40))
def test_kept_lines_are_the_article_of_any_dump(lines):
    check("\n".join(lines).encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (make_html(["<p>By Cleo Marsh</p>"], "\n".join(SENTENCES)), "the text that the page states in its JSON-LD"),
        (make_html([PARTS[0]], "\n".join(SENTENCES)), "the text in the page's JSON-LD, of which this is a small part"),
        (make_html([*PARTS[:5], PARTS[9]]), "points to another article"),
        (make_html([*PARTS[:5], *PARTS[:5]]), "the same words stand before it"),
        ("\n".join([TITLE, *SENTENCES, SENTENCES[0]]), "the same words stand before it"),
        ("\n".join([*SENTENCES[:2], "Most popular", *SENTENCES[2:]]), "a heading of the page's furniture"),
        ("\n".join([*SENTENCES[:2], "Most popular", *SENTENCES[2:]]), "the headline, or above it"),
        ("\n".join([TITLE, *SENTENCES, "3 comments", *SENTENCES[:1], THREAD[1]]), "below a heading of comments"),
    ],
)
def test_the_rule_that_decided_is_named(content, reason):
    assert any(given.startswith(reason) for given in check(content.encode()))


def test_each_rule_for_dumps_gives_its_own_decision():
    notice = "This website uses cookies to give you the best experience."
    text = ["Sport", *SENTENCES[:2], "Most popular", "Photo: Cleo Marsh", notice, *SENTENCES[1:], *THREAD]
    lines = read_lines("\n".join(text))
    decisions = choose_body(lines, [2.0] * len(lines), load_line_model().title)
    d = LineDecision
    head = [d.RAGGED_END, d.KEPT, d.KEPT, d.LABEL, d.CREDIT, d.NOTICE, d.REPEATED, d.KEPT, d.KEPT, d.KEPT]
    assert decisions[: len(head)] == head
    assert set(decisions[len(head) :]) <= {d.REMARKS, d.REPEATED, d.LABEL}
    assert d.REMARKS in decisions


def test_a_block_with_kept_and_cut_lines_is_explained_in_parts():
    content = make_html([PARTS[5], *PARTS[2:5]]).encode()
    blocks = explain_page(make_page(content, "page"), content, ParseSettings()).blocks
    parts = [(block.kept, block.text) for block in blocks if block.text in (*SENTENCES[:2], POINTER)]
    assert parts == [(True, SENTENCES[0]), (False, POINTER), (True, SENTENCES[1])]


def test_a_page_that_is_not_read_has_no_blocks():
    explanation = explain_page(make_page(b"%PDF-1.7 \x00", "x.pdf"), b"%PDF-1.7 \x00", ParseSettings())
    assert explanation.reason is not None
    assert explanation.blocks == ()


def test_a_date_long_before_a_day_of_the_text_is_not_believed_for_that():
    text = SENTENCES[0].replace("on Friday", "on 11 July 2031")
    content = make_html([f"<p>{text}</p>", *PARTS[1:5]]).encode()
    claim = DateClaim(where="url", words="2029-02-03", value=datetime(2029, 2, 3, tzinfo=UTC), precision="day")
    (explained,) = explain_page(make_page(content, "page", (claim,)), content, ParseSettings()).claims
    assert explained.fate == "not believed: the text names 2031-07-11 as past"
