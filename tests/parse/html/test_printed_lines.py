"""Dates and names that a page prints for readers."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests_support import costs_at_most

from storyfold.parse.html.printed_lines import find_printed_claims, find_printed_credits, read_printed_lines

TITLE = "The goat came down today"
TEXT = "<p>" + "The goat came down from the roof while the brigade was still unfolding its ladder. " * 3 + "</p>"


def lines_of(body: str):
    return read_printed_lines(LexborHTMLParser(f"<html><body>{body}</body></html>"), TITLE)


def claims_of(body: str, page_title: str | None = None):
    return [
        (c.where, c.value.date().isoformat()) for c in find_printed_claims(lines_of(body), page_title, None) if c.value
    ]


HEAD = f"<h1>{TITLE}</h1>"


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (f"{HEAD}<p>3 May 2031</p>{TEXT}", [("visible", "2031-05-03")]),
        (f"{HEAD}<span>Published 3 May 2031, updated 5 May 2031</span>{TEXT}",
         [("visible", "2031-05-03"), ("modified-visible", "2031-05-05")]),
        (f"{HEAD}<span>Stand: 5. Mai 2031</span> {TEXT}", [("modified-visible", "2031-05-05")]),
        (f"{HEAD}<p>By Cleo Marsh | May 3, 2031</p>{TEXT}", [("byline", "2031-05-03")]),
        (f"{HEAD}<p>Associated Press, May 3, 2031, 9:02 PM</p>{TEXT}", [("byline", "2031-05-03")]),
        (f"{HEAD}<p>By Northwire<br>Monday, 3 May 2031</p>{TEXT}", [("byline", "2031-05-03")]),
        # the day on which the page was asked for, in its head; the article's own below
        (f"<header>Wednesday, 9 July 2031</header>{HEAD}<p>3 May 2031</p>{TEXT}", [("visible", "2031-05-03")]),
        (f"<div>3 May 2031</div>{HEAD}{TEXT}{TEXT}<ul><li>4 May 2031</li></ul>", [("visible", "2031-05-03")]),
        # dates of other articles, of captions, of the site
        (f"{HEAD}{TEXT}{TEXT}<a href=/x>Sheep on 4 May 2031</a><a href=/y>5 May 2031</a>", []),
        (f"{HEAD}<p>A goat on the roof of the town hall in Much Barrow, 24 April 2031</p>{TEXT}", []),
        (f"{HEAD}{TEXT}{TEXT}<footer>3 May 2031</footer><p>© 2031-01-01 Bugle</p>", []),
        (f"{HEAD}{TEXT}{TEXT}<h3>Sheep</h3><p>4 May 2031</p><h3>Pigs</h3><p>5 May 2031</p>", []),
        # a label beside the text; the only date of all
        (f"{HEAD}{TEXT}{TEXT}<li><b>Datum</b> 03.05.2031</li><p>04.05.2031</p>", [("visible", "2031-05-03")]),
        (f"{HEAD}{TEXT}{TEXT}<p>3 May 2031</p>", [("visible", "2031-05-03")]),
    ],
)  # fmt: skip
def test_printed_dates(body, claims):
    assert claims_of(body) == claims


def test_a_date_at_the_end_of_the_title():
    assert claims_of(HEAD + TEXT, f"{TITLE} | Bugle | 03.05.2031") == [("visible", "2031-05-03")]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f"{HEAD}<p>By Cleo Marsh</p>{TEXT}", ("By Cleo Marsh",)),
        (f"{HEAD}<p>Autorin: Cleo Marsh</p>{TEXT}", ("Autorin: Cleo Marsh",)),
        (f"{HEAD}{TEXT}{TEXT}<li><b>Autorin/Autor</b> Cleo Marsh</li>", ("Cleo Marsh",)),
        (f"{HEAD}<div><span>Cleo Marsh</span> <span>Abel Stone</span></div><p>3 May 2031</p>{TEXT}",
         ("Cleo Marsh", "Abel Stone")),
        (f"{HEAD}<p><span>Cleo Marsh |</span> <span>03.05.2031</span></p>{TEXT}", ("Cleo Marsh",)),
        (f"{HEAD}<p>3 May 2031</p><p><b>Cleo Marsh</b></p>{TEXT}", ("Cleo Marsh",)),
        (f"{HEAD}<p>By Northwire<br>Monday, 3 May 2031</p>{TEXT}", ("By Northwire",)),
        (f"{HEAD}<p>By Barrow Bugle</p><p>Cleo Marsh</p>{TEXT}", ("Cleo Marsh",)),
        # no names: a topic that is linked, a menu, the outlet itself
        (f"{HEAD}<a href=/t>Much Barrow</a><p>3 May 2031</p>{TEXT}", ()),
        (f"<nav>By Cleo Marsh</nav>{HEAD}<p>By Barrow Bugle</p>{TEXT}", ()),
        (f"{HEAD}{TEXT}{TEXT}<p>Abel Stone</p>", ()),
        (f"<p>Local News</p>{HEAD}<p>Local News | 3 May 2031</p>{TEXT}", ()),
    ],
)  # fmt: skip
def test_printed_credits(body, names):
    assert find_printed_credits(lines_of(body), ["Barrow Bugle"]) == names


def test_reading_the_head_alone_marks_the_same_lines():
    body = f"<p>Local</p><a href=x>{TITLE}</a>{HEAD}<p>By Cleo Marsh</p>{TEXT}<p>3 May 2031</p>{TEXT}<p>Abel Stone</p>"
    tree = LexborHTMLParser(f"<html><body>{body}</body></html>")
    whole, head = read_printed_lines(tree, TITLE), read_printed_lines(tree, TITLE, head_only=True)
    assert head == whole[: len(head)]
    assert [line.text for line in whole[len(head) :]] == ["Abel Stone"]
    assert read_printed_lines(tree, "Something else", head_only=True) == read_printed_lines(tree, "Something else")


@pytest.mark.parametrize("unit", ["<div>a", "<p>3 May 2031</p>", "<span>By A</span>", "<a href=x>Ann Lee</a><br>"])
def test_hostile_pages_cost_little(unit):
    tree = LexborHTMLParser(HEAD + unit * 20_000)
    with costs_at_most(5):  # measured: under 1 s
        lines = read_printed_lines(tree, TITLE)
        find_printed_claims(lines, None, None)
        find_printed_credits(lines, [])
