"""The addresses that a text links to, and what an article says of its own changes."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests_support import costs_at_most

from storyfold.parse.body.notices import MAX_NOTICES, find_notices
from storyfold.parse.html.links import MAX_ANCHOR, MAX_KEPT, find_written_links, list_addresses, read_links
from storyfold.parse.html.scan import scan_markup
from storyfold.schemas import TextLink

URL = "https://bugle.example/goat"


def read(markup: str, body: str, url: str | None = URL, base: str | None = None) -> tuple[TextLink, ...]:
    """The links of a page whose text are these paragraphs, apart by an empty line."""
    scan, numbers = scan_markup(LexborHTMLParser(markup).html or ""), {t: n for n, t in enumerate(body.split("\n\n"))}
    lines = {
        block: [numbers.get(" ".join(line.split())) for line in scan.block_text(block).splitlines() if line.strip()]
        for block in range(len(scan.blocks))
    }
    return read_links(find_written_links(scan, lines), url, base)


def links(markup: str, body: str) -> tuple[str, ...]:
    return list_addresses(read(markup, body))


BODY = "The goat said to the council that it came down by itself.\n\nIts owner agreed with what the goat said there."
MARKUP = (
    "<nav><p>Go to <a href=/news>The goat</a> and all its news</p></nav>"
    "<p>The goat said to the <a href='https://council.example/x?utm_source=a#b'>council</a> that it came down by "
    "<a href='/itself'>itself</a>.</p>"
    "<p>Its <a href=#top>owner</a> agreed with <a href='mailto:a@b.example'>what</a> "
    f"the <a href='{URL}'>goat</a> said <a href='https://council.example/x'>there</a>.</p>"
    "<p>Read more: <a href='/sheep'>The goat</a> and the sheep of it</p><ul><li><a href='/itself2'>itself</a></ul>"
)


def test_links_of_the_text_are_kept_and_others_not():
    assert links(MARKUP, BODY) == ("https://council.example/x", "https://bugle.example/itself")
    assert links(MARKUP, "") == ()


def test_each_link_has_its_line_its_words_and_whose_the_address_is():
    assert read(MARKUP, BODY) == (
        TextLink(line=0, address="https://council.example/x", anchor="council", publisher="council.example",
                 is_internal=False),
        TextLink(line=0, address="https://bugle.example/itself", anchor="itself", publisher="bugle.example",
                 is_internal=True),
        TextLink(line=1, address="https://council.example/x", anchor="there", publisher="council.example",
                 is_internal=False),
    )  # fmt: skip
    unknown = read(MARKUP, BODY, url=None)
    assert [(link.address, link.is_internal) for link in unknown] == [
        ("https://council.example/x", None), (URL, None), ("https://council.example/x", None),
    ]  # fmt: skip


def test_lines_of_one_block_and_links_over_several_blocks():
    body = "The goat came down at last.\n\nThe mayor was glad of it.\n\nThe owner was not at home that day."
    markup = (
        "<p>The goat <a href=/1>came\n  down</a> at last.<br>Words that were cut <a href=/2>away</a>.<br>The "
        "<a href=/3><b>may</b>or</a> was glad of it.</p>"
        "<div><a href=/4><p>The owner was not at home that day.</p><p>No text</p></a></div>"
    )
    assert [(link.line, link.anchor) for link in read(markup, body)] == [(0, "came down"), (1, "mayor")]
    spread = "<div>The owner was not <a href=/5>at home that day.<br>The mayor was glad of it.<p>And more</p></a></div>"
    assert [(link.line, link.anchor) for link in read(spread, body)] == [
        (2, "at home that day. The mayor was glad of it.")
    ]


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,<p>goat", "mailto:goat@bugle.example", "tel:112", "ftp://bugle.example/g",
     "#goat", "", " ", "http://", "https://[", "https://x:port/", "about:blank", "jav&#x09;ascript:alert(1)",
     "https://bugle.example/" + "x" * 9_000, "https://bugle.example/" + "x" * 3_000],
)  # fmt: skip
def test_addresses_that_are_none_of_the_web_are_left_out(href):
    body = "The goat said to the council that it came down by itself."
    markup = f'<p>The goat said to the <a href="{href}">council</a> that it came down by <a href="/a">itself</a>.</p>'
    assert links(markup, body) == ("https://bugle.example/a",)


def test_relative_addresses_are_read_against_the_base_and_internal_is_of_the_page():
    body = "The goat said to the council that it came down by itself."
    markup = (
        "<p>The goat said to the <a href=council>council</a> that it came down by <a href=//x.example>itself</a>.</p>"
    )
    found = read(markup, body, base="https://original.example/desk/")
    assert [(link.address, link.publisher, link.is_internal) for link in found] == [
        ("https://original.example/desk/council", "original.example", False),
        ("https://x.example/", "x.example", False),
    ]
    assert read(markup, body, base="https://www.bugle.example/")[0].is_internal


def test_words_of_a_link_are_as_printed_and_bounded():
    text = "The council, which the goat had asked for help in words that nobody there understood, came to it."
    printed = "\u202eтаог\u202c ﻉ &amp; <b>\u05e2\u05d6</b>\u200f 山羊 &#x1F410;"
    shown = "\u202eтаог\u202c ﻉ & \u05e2\u05d6\u200f 山羊 \U0001f410"
    (link,) = read(f"<p>{text} <a href=/1>{printed}</a></p>", f"{text} {shown}")
    assert link.anchor == shown
    for letter in ("x", "ж", "山", "\U0001f410", "g o"):
        long = letter * 10_000
        (link,) = read(f"<p>{text} <a href=/1>{long}</a></p>", f"{text} {long}")
        assert link.anchor == long[:MAX_ANCHOR].rstrip()


def test_links_are_capped_and_cheap():
    words = " ".join(f"w{n}" for n in range(50))
    markup = "".join(f"<p>{words} see <a href=/{n}>this</a> end</p>" for n in range(3_000))
    one = f"<p>{words} " + "<br>".join(f"and <a href=/{n}>it</a>" for n in range(100_000))
    with costs_at_most(10):
        assert len(read(markup, words + " see this end")) == MAX_KEPT
        links("<ul><li>" * 500 + "<a href=x>this</a> one two three" * 3_000, "this one two three")
        links("<article><ul><li>one two three four <a href=x>this</a>" * 900, "one two three four this")
    late = (
        f"<p>{words} " + "of many lines<br>" * 200_000 + "<br>".join(f"and <a href=/{n}>it</a>" for n in range(3_000))
    )
    with costs_at_most(20):
        assert len(read(one, "and it")) == MAX_KEPT
        assert len(read(late.replace("and", "x" * 40 + " and"), "x" * 40 + " and it")) == MAX_KEPT


@pytest.mark.parametrize(
    ("paragraph", "kind"),
    [
        ("Correction: An earlier version of this report misspelt the goat's name.", "correction"),
        ("CORRECTION (3 May): The goat is called Gerald.", "correction"),
        ("• Correction, 11 May: the goat weighs 40 kilos and not 400.", "correction"),
        ("This article was amended on 3 May 2031 to correct the goat's age.", "correction"),
        ("An earlier version of this article said that it was a sheep.", "correction"),
        ("Fe de errores: la cabra se llama Gerald.", "correction"),
        ("In einer früheren Version stand, es sei ein Schaf.", "correction"),
        ("Rectificatif : la chèvre s'appelle Gerald.", "correction"),
        ("Update: the goat has since been fed.", "update"),
        ("UPDATED 3 May: the goat has since been fed.", "update"),
        ("This is a developing story and will be changed.", "update"),
        ("Dieser Artikel wurde am Abend um die Reaktion der Ziege aktualisiert.", "update"),
        ("Editor’s note: The goat is a friend of this newspaper.", "note"),
        ("Anmerkung der Redaktion: Die Ziege ist uns bekannt.", "note"),
        ("Anm. d. Red.: Die Ziege ist uns bekannt.", "note"),
        ("Updated: 3 May 2031, 10:15", None),
        ("Corrections officers fed the goat on the roof.", None),
        ("Updates on the goat are rare in this part of the country.", None),
        ("The goat made a correction: it stepped to the left.", None),
        ("Update: " + "the goat went on. " * 100, None),
        ("", None),
    ],
)
def test_notices(paragraph, kind):
    assert [n.kind for n in find_notices([paragraph])] == ([kind] if kind else [])


def test_notices_are_kept_once_as_printed_and_capped():
    (notice,) = find_notices(["Update:  the goat\nhas been fed.", "Update: the goat has been fed."])
    assert notice.words == "Update: the goat has been fed."
    assert len(find_notices([f"Update: the goat has been fed {n} times." for n in range(100)])) == MAX_NOTICES


@pytest.mark.parametrize("text", ["_" * 1_000, "this " * 200, "an earlier version of this " * 30, "in einer " * 100])
def test_hostile_paragraphs_cost_little(text):
    with costs_at_most(3):
        find_notices([text] * 2_000)
