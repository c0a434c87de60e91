"""What is taken out of a page or its lines, and notices of subscription."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.body.body_trace import BodyDecision
from storyfold.parse.body.paywall import is_truncated, judge_subscriptions
from storyfold.parse.body.prune import judge_furniture, prune, remove_furniture

LONG = " ".join(["The goat came down from the roof while the brigade was still unfolding its ladder."] * 20)


def test_pruning_leaves_sentences_with_links():
    tree = LexborHTMLParser(
        "<p>The <a href=x>goat of Much Barrow</a> came down.</p><p><a href=y>All about the goat</a></p>"
        "<figure><figcaption>A goat</figcaption></figure><p><a href=z>Gerald</a></p>"
    )
    prune(tree)
    assert tree.body is not None
    assert tree.body.text() == "The goat of Much Barrow came down.Gerald"


def test_furniture_of_the_head_is_dropped_there_only():
    lines = ["Goat on roof", "By Cleo Marsh", "Updated 15 July 2031, 16:20", LONG, "Read more: sheep", "Goat on roof"]
    heads = ["Goat on roof", "Cleo Marsh"]
    assert remove_furniture(lines, heads) == [LONG, "Goat on roof"]
    head = [BodyDecision.HEAD, BodyDecision.HEAD, BodyDecision.TIME]
    assert judge_furniture(lines, heads) == [*head, None, BodyDecision.POINTER, None]


@pytest.mark.parametrize(
    "line",
    [
        "Externer Inhalt nicht verfügbar",
        "This website uses cookies to show you what it thinks you like.",
        "For more of Much Barrow, sign up for our weekly newsletter.",
        "Abonnez-vous gratuitement à notre newsletter du soir",
        "Follow Cleo Marsh on Instagram",
    ],
)
def test_what_a_page_asks_of_its_reader_is_no_text(line):
    assert remove_furniture([LONG, line, LONG], []) == [LONG, LONG]


@pytest.mark.parametrize(
    "line",
    [
        "The baker gives the goat cookies, and it follows her home.",
        "The parish newsletter was late, said Cleo Marsh.",
        LONG[:400] + " We use cookies, said the baker.",
    ],
)
def test_sentences_on_cookies_and_newsletters_stay(line):
    assert remove_furniture([line], []) == [line]


def test_offers_of_subscription_are_cut_and_noted():
    offer = "To continue reading, subscribe to the Bugle today."
    assert judge_subscriptions(["A text.", offer]) == [None, BodyDecision.SUBSCRIPTION]
    assert judge_subscriptions(["本文。", "無料で会員登録できます。"]) == [None, BodyDecision.SUBSCRIPTION]
    assert judge_subscriptions([LONG + " Subscribe to read the full story."]) == [None]
    assert is_truncated("A text", notice=True, free=True)
    assert is_truncated("A text…", notice=False, free=False)
    assert not is_truncated(LONG * 3, notice=False, free=True)
    assert not is_truncated("", notice=True, free=False)
