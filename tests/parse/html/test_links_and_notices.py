"""The addresses that a text links to, and what an article says of its own changes."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests_support import costs_at_most

from storyfold.parse.body.notices import MAX_NOTICES, find_notices
from storyfold.parse.html.links import MAX_KEPT, find_linked_addresses, list_links
from storyfold.parse.html.scan import scan_markup

URL = "https://bugle.example/goat"


def links(markup: str, body: str) -> tuple[str, ...]:
    scan = scan_markup(LexborHTMLParser(markup).html or "")
    blocks = {block for block in range(len(scan.blocks)) if scan.block_text(block) in body}
    return list_links(find_linked_addresses(scan, blocks), URL)


def test_links_of_the_text_are_kept_and_others_not():
    body = (
        "The goat said to the council that it came down by itself.\n\nIts owner agreed with what the goat said there."
    )
    markup = (
        "<nav><p>Go to <a href=/news>The goat</a> and all its news</p></nav>"
        "<p>The goat said to the <a href='https://council.example/x?utm_source=a#b'>council</a> that it came down by "
        "<a href='/itself'>itself</a>.</p>"
        "<p>Its <a href=#top>owner</a> agreed with <a href='mailto:a@b.example'>what</a> "
        f"the <a href='{URL}'>goat</a> said <a href='https://council.example/x'>there</a>.</p>"
        "<p>Read more: <a href='/sheep'>The goat</a> and the sheep of it</p><ul><li><a href='/itself2'>itself</a></ul>"
    )
    assert links(markup, body) == ("https://council.example/x", "https://bugle.example/itself")
    assert links(markup, "") == ()


def test_links_are_capped_and_cheap():
    words = " ".join(f"w{n}" for n in range(50))
    markup = "".join(f"<p>{words} see <a href=/{n}>this</a> end</p>" for n in range(3_000))
    with costs_at_most(10):
        assert len(links(markup, words + " see this end")) == MAX_KEPT
        links("<ul><li>" * 500 + "<a href=x>this</a> one two three" * 3_000, "this one two three")
        links("<article><ul><li>one two three four <a href=x>this</a>" * 900, "one two three four this")


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
