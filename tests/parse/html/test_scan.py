"""The scan of a page's markup: blocks, their text and counts, elements, and markup made to mislead it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests_support import costs_at_most

from storyfold.parse.html import scan_records as s
from storyfold.parse.html.block_vocabulary import hash_name, make_class_automaton
from storyfold.parse.html.scan import MAX_BLOCKS, MAX_ELEMENTS, hash_words, scan_markup


def scanned(markup: str) -> s.Scan:
    return scan_markup(LexborHTMLParser(markup).html or "")


def texts(markup: str) -> list[str]:
    found = scanned(markup)
    return [found.block_text(b) for b in range(len(found.blocks))]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One <b>two</b>\n three</p><p>Four</p>", ["One two three", "Four"]),
        ("<div>a<p>b</p>c</div>", ["a", "b", "c"]),
        ("one<br>two<br><br>three", ["one\ntwo", "three"]),
        ("<p>Fish &amp; chips &lt;5&nbsp;€ &gt;</p>", ["Fish & chips <5 € >"]),
        ("<p>f<b>er</b>ry</p>", ["ferry"]),
        ("<p>a<script>if (a < b) '<p>no</p>'</script>b</p>", ["ab"]),
        ("<svg><text>no</text></svg><p>yes</p><style>p {}</style><!-- <p>no</p> -->", ["yes"]),
        ("<head><script>'<head>'</script><title>no</title></head><body><p>yes</p>", ["yes"]),
        ("<p title='a>b \"<p>no'>yes</p>", ["yes"]),
        ("<table><tr><td>1<td>2", ["1", "2"]),
        ("", []),
    ],
)
def test_blocks_are_runs_of_inline_content(markup, expected):
    assert texts(markup) == expected


def test_counts_of_a_block():
    found = scanned('<p>The <a href="x">Ferry</a>, 12 <b>boats</b>. Gone?</p>')
    row = found.blocks[0]
    assert (row.chars, row.linked_chars, row.bold_chars) == (len("TheFerry,12boats.Gone?"), 5, 5)
    assert (row.stops, row.commas, row.digits, row.capitals) == (2, 1, 2, 3)
    assert found.words.tolist() == [hash_name(w) for w in ("the", "ferry", "12", "boats", "gone")]


def test_ideographs_are_words_of_their_own():
    found = scanned("<p>東京で、火事。</p>")
    assert found.blocks[0].ideographs == 5
    assert len(found.words) == 5
    assert found.blocks[0].stops == 1


def test_an_ideograph_is_a_word_before_a_latin_letter_too():
    assert scanned("<p>東NHK京AI</p>").words.tolist() == [hash_name(w) for w in ("東", "nhk", "京", "ai")]


def test_italics_images_and_first_marks():
    blocks = scanned(
        "<p>Plain</p><img src=a><picture><img src=b></picture><p><em>A goat</em>, seen</p><p>“No”</p><p>(end)</p>"
        "<p>– Cleo</p><p>© Bugle</p>"
    ).blocks
    assert blocks["italic_chars"].tolist() == [0, 5, 0, 0, 0, 0]
    assert blocks["images"].tolist() == [0, 2, 0, 0, 0, 0]
    assert blocks["first_kind"].tolist() == [
        s.KIND_CAPITAL,
        s.KIND_CAPITAL,
        s.KIND_QUOTE,
        s.KIND_BRACKET,
        s.KIND_DASH,
        s.KIND_SIGN,
    ]


def test_words_hash_the_same_whatever_their_case():
    assert np.array_equal(hash_words("Été À LA Plage")[0], hash_words("", "été à la plage")[1])


@pytest.mark.parametrize(
    ("name", "group"),
    [("article-body", 0), ("articleBody", 1), ("related_links", 3), ("user-comments", 6), ("sideBar ad", 12)],
)
def test_class_words_are_found_within_names(name, group):
    found = scanned(f'<div class="{name}"><p>x</p></div>')
    assert int(found.marks[found.elements[found.blocks[0].block_element].parent]) >> group & 1


def test_class_words_keep_to_word_edges():
    found = scanned('<div class="stage shadow"><p>x</p></div>')
    classes = int(found.marks[found.elements[found.blocks[0].block_element].parent])
    assert not classes & (1 << 12 | 1 << 14)  # no advertisement, no topic
    assert make_class_automaton().steps.max() < len(make_class_automaton().groups)


def test_blocks_of_an_element_are_a_range():
    found = scanned("<div><p>a</p><section><p>b</p><p>c</p></section></div><p>d</p>")
    ranges = set(found.elements[["first_block", "end_block"]].tolist())
    assert {(0, 3), (1, 3), (3, 4), (0, 4)} <= ranges


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='aB c'>", "</div>", "<br>", "<a href=x>", "</a>", "<!--", "-->", "<script>",
     "</script>", "<table><td>", "<svg>", "</svg>", "text & more", "日本。", "\u00a0", "&nbsp", "<p \"=a<b>",
     "<x-y z='\">'>", "<![CDATA[", "<select><option>", "</select>", "<title>", "</title>", "<template>", "é", "<", ">",
     '"', "="]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_markup_is_scanned_within_bounds(pieces):
    for markup in ("".join(pieces), LexborHTMLParser("".join(pieces)).html or ""):
        found = scan_markup(markup)
        for b in range(len(found.blocks)):
            assert found.block_text(b).strip() == found.block_text(b) != ""
        assert (found.blocks["text_from"] <= found.blocks["text_to"]).all()
        assert (found.elements["end_block"] <= len(found.blocks)).all()
        assert (found.elements["parent"][1:] < np.arange(1, len(found.elements))).all()


@pytest.mark.parametrize(
    "markup",
    [
        "<" * 3_000_000,
        "<p>" * 1_000_000,
        "<a b=" * 500_000,
        '<p class="' + "x" * 5_000_000,
        "<!--" * 500_000,
        "&" * 3_000_000,
    ],
    ids=["brackets", "paragraphs", "attributes", "attribute", "comments", "ampersands"],
)
def test_markup_made_to_hurt_takes_linear_time(markup):
    with costs_at_most(5):  # seconds; each takes some hundredths
        found = scan_markup(markup)
    assert len(found.elements) <= MAX_ELEMENTS
    assert len(found.blocks) < MAX_BLOCKS
