"""The body by the learnt model: what is kept of invented pages, repeats, rescue, the fast mode, and its reasons."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from storyfold.kernels.trees import HOPELESS_ODDS, TREES_BEFORE_GIVING_UP, Trees, predict_chances, read_model
from storyfold.parse.body import block_model
from storyfold.parse.body.block_model import weigh_page
from storyfold.parse.body.feature_columns import COLUMNS, REPEATS
from storyfold.parse.body.features import hash_stated, measure_features
from storyfold.parse.body.find_body import MAX_NESTED, count_nested_characters, find_body, is_unsure, needs_check
from storyfold.parse.body.hints import Hints
from storyfold.parse.body.trafilatura_check import select_hopeful_markup
from storyfold.parse.explain.explained_body import explain_body
from storyfold.parse.html.scan import scan_markup

PARAGRAPHS = [
    "The harbour council of Kettleby voted on Monday to keep the winter ferry running until the end of March.",
    "Two of its three engines failed in December, and the company had asked to stop the service for the season.",
    "“We cannot leave four hundred people without a way to the hospital,” said Mara Linden, who leads the council.",
    "The repair will cost some 4.2 million crowns, of which the region pays half; the rest is lent by the port.",
    "Fishermen had offered to carry passengers in their own boats, but the coast guard refused to license them.",
    "A new vessel, ordered from a yard in Brunsholm two years ago, is expected in the autumn at the earliest.",
]
TITLE = "Kettleby keeps its winter ferry"


def page(text: str, after: str = "") -> str:
    nav = "".join(f'<li><a href="/{n}">{n}</a></li>' for n in ("News", "Sport", "Harbour", "Weather", "Letters"))
    related = "".join(
        f'<li class="card"><a href="/{n}">Storm number {n} closes the northern road for a whole day again</a></li>'
        for n in range(6)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{TITLE}</title></head><body>"
        f"<header><nav><ul>{nav}</ul></nav></header>"
        f'<main><article class="story"><h1>{TITLE}</h1><div class="story-body">{text}</div></article>{after}</main>'
        f'<aside class="related"><h2>More stories</h2><ul>{related}</ul></aside>'
        "<footer><p>© Kettleby Courier. All rights reserved.</p></footer></body></html>"
    )


def paragraphs(texts: list[str] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def body(markup: str, hints: Hints | None = None, **options: bool) -> str:
    return find_body(LexborHTMLParser(markup), hints or Hints(heads=(TITLE,)), **options).text


@pytest.mark.parametrize("fast", [False, True])
def test_the_paragraphs_and_nothing_else(fast):
    assert body(page(paragraphs()), fast=fast).split("\n\n") == PARAGRAPHS


def test_comments_are_no_text():
    said = [
        f"I took that ferry {n} times last winter and never once did it leave when it should have." for n in range(9)
    ]
    thread = "".join(f'<li class="comment"><p>Reader {n}</p><p>{text}</p></li>' for n, text in enumerate(said))
    found = body(page(paragraphs(), f'<section class="comments"><h2>9 comments</h2><ol>{thread}</ol></section>'))
    assert "I took that ferry" not in found
    assert found.startswith(PARAGRAPHS[0])


def test_a_text_that_stands_twice_is_given_once():
    twice = page(paragraphs() + f'<div class="print-version">{paragraphs()}</div>')
    assert body(twice).split("\n\n") == PARAGRAPHS


def test_a_refrain_stays_where_it_is_no_copy():
    refrain = "What would you ask the council first?"
    lines = [line for paragraph in PARAGRAPHS for line in (refrain, paragraph)]
    assert body(page(paragraphs(lines))).split("\n\n") == lines


def test_a_long_block_that_stood_before_in_parts_is_left_out():
    markup = page(paragraphs() + f"<div>{' '.join(PARAGRAPHS)}</div>")
    assert body(markup).split("\n\n") == PARAGRAPHS


def test_long_paragraphs_stay_beside_a_line_that_stands_twice():
    long = [" ".join(PARAGRAPHS[:3]) * 2, " ".join(PARAGRAPHS[3:]) * 2]
    refrain = "What would you ask the council of Kettleby first of all?"
    assert body(page(paragraphs([refrain, long[0], refrain, long[1]]))).split("\n\n") == [refrain, *long]


def test_how_much_of_a_block_is_said_elsewhere():
    texts = ["one two three four five", "six seven eight nine ten", "two three four five", "a b"]
    scan = scan_markup(LexborHTMLParser(paragraphs(texts)).html or "")
    table = measure_features(scan, hash_stated(Hints()))
    assert np.allclose(table[:, REPEATS], [0, 0, 1, 0])
    assert np.allclose(table[:, REPEATS + 1], [2 / 3, 0, 0, 0])


def test_a_page_without_text_is_rescued_by_its_json_ld():
    found = find_body(LexborHTMLParser(page("")), Hints(heads=(TITLE,), spoken="\n".join(PARAGRAPHS)))
    assert (found.text.split("\n\n"), found.extractor) == (PARAGRAPHS, "json-ld")


def test_text_without_spaces_between_words():
    sentences = [
        f"ケトルビー港の評議会は{n}日、冬のフェリーを三月末まで運航し続けることを賛成多数で決めた。費用は地域が半分を負担する。"
        for n in range(1, 9)
    ]
    assert body(page(paragraphs(sentences))).split("\n\n") == sentences


@pytest.mark.parametrize("markup", ["", "<html></html>", "<frameset><frame></frameset>", "<p>x", "<svg><p>x"])
def test_pages_with_next_to_nothing(markup):
    assert find_body(LexborHTMLParser(markup), Hints()).text in ("", "x")


def test_reasons_agree_with_the_body():
    markup = page(paragraphs())
    traces = []
    found = find_body(LexborHTMLParser(markup), Hints(heads=(TITLE,)), record=traces.append)
    blocks = explain_body(*traces)
    assert "\n\n".join(b.text for b in blocks if b.kept) == found.text == body(markup)
    assert all(b.reason and 0 <= b.chance <= 1 for b in blocks)
    reasons = {b.text: b.reason for b in blocks}
    assert reasons["Sport"] == "in the page's navigation"
    assert reasons["© Kettleby Courier. All rights reserved."] == "in a footer"
    assert len({b.reason for b in blocks}) >= 4


def test_trees_go_down_on_values_up_to_the_bound():
    trees = Trees(
        roots=np.array([0, 1], np.int32),
        feature=np.array([0, 1], np.int16),
        bound=np.array([1.5, 0.0], np.float32),
        lower=np.array([~0, ~2], np.int32),
        upper=np.array([~1, ~3], np.int32),
        value=np.array([1.0, -1.0, 0.5, 0.0], np.float32),
    )
    table = np.array([[1.5, 0.0], [2.0, 0.0], [2.0, 1.0]], np.float32)
    assert np.allclose(predict_chances(trees, table), 1 / (1 + np.exp(-np.array([1.5, -0.5, -1.0]))))


def test_only_the_reviewed_model_is_read(tmp_path):
    path = Path(block_model.__file__).with_name("block_model.npz")
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == block_model.FINGERPRINT
    assert len(content) <= 200_000  # bytes: small enough to be looked at
    (tmp_path / "other.npz").write_bytes(content + b" ")
    with pytest.raises(ValueError, match="not the model that was reviewed"):
        read_model(tmp_path / "other.npz", block_model.FINGERPRINT)


def test_features_name_no_site():
    plain = '<div class="{}"><h1>A</h1><p>{}</p></div>'
    tables = []
    for name in ("kettleby-courier-x1", "brunsholm-bugle-y2"):
        scan = scan_markup(LexborHTMLParser(plain.format(name, PARAGRAPHS[0])).html or "")
        tables.append(measure_features(scan, hash_stated(Hints())))
    assert tables[0].shape[1] == COLUMNS
    assert np.array_equal(*tables)


@pytest.mark.parametrize(("depth", "asked"), [(10, True), (250, False)])
def test_no_check_on_text_that_is_nested_too_often(depth, asked):
    """A hostile page of 10 MB, its parts repeated inside each other, took 4 GB of memory in trafilatura."""
    text = paragraphs([p for p in PARAGRAPHS for _ in range(700)])
    weighed = weigh_page(LexborHTMLParser("<div>" * depth + text), Hints())
    kept = weighed.chances >= 2  # nothing: as unsure as can be
    nested = count_nested_characters(weighed)
    assert nested >= depth * 700 * len("".join("".join(PARAGRAPHS).split()))
    assert is_unsure(weighed, kept)
    assert needs_check(weighed, kept) is (nested <= MAX_NESTED) is asked


def test_trafilatura_is_not_shown_what_has_no_chance():
    markup = page(paragraphs())
    weighed = weigh_page(LexborHTMLParser(markup), Hints(heads=(TITLE,)))
    shown = select_hopeful_markup(weighed).decode()
    assert all(text in shown for text in PARAGRAPHS)
    assert "Weather" not in shown
    assert len(LexborHTMLParser(shown).css("article p")) == len(PARAGRAPHS)
    hopeless = weigh_page(LexborHTMLParser("<p>Soon.</p>"), Hints())
    assert b"Soon." in select_hopeful_markup(hopeless)


def test_trees_give_up_only_rows_that_look_hopeless():
    many = TREES_BEFORE_GIVING_UP + 10
    trees = Trees(
        np.zeros(many, np.int32),
        np.zeros(1, np.int16),
        np.zeros(1, np.float32),
        np.array([~0], np.int32),
        np.array([~1], np.int32),
        np.array([-0.06, 0.06], np.float32),
    )
    table = np.array([[-1.0], [1.0]], np.float32)
    whole, quick = predict_chances(trees, table), predict_chances(trees, table, give_up=True)
    assert quick[1] == whole[1]
    assert quick[0] == pytest.approx(1 / (1 + np.exp(-HOPELESS_ODDS)))
    assert whole[0] != quick[0]
