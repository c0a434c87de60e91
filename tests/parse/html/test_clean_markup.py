"""Clean markup: it may clear only what `reject_hostile_markup` would leave, and leave out only what nobody reads."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storyfold.outcomes import Rejected
from storyfold.parse.html.clean_markup import clean_markup
from storyfold.parse.html.hostile_markup import reject_hostile_markup
from storyfold.parse.html.scan import scan_markup

NESTING = 20
PIECES = st.sampled_from(
    ["<div>", "</div>", "<p>", "<b>", "</b>", "<span a='>'>", "</span>", "<svg>", "<path d='x'/>", "</svg>", "<script>",
     "</script>", "<!--", "-->", '<a title="<div>">', "</a>", "<br/>", "text", "<", ">", '"', "'", "<x:y>", "<td>", "é",
     "<!-->", "--!>", "<!x", "<?", "</3", "<style>", "</style>", "<p data-a='1' class=x>", "<i a=it's>", "words",
     "<svg/>", "<title>", "</title>", "<script/x", "<p title=a data-b srcset='c d' data-testid=e>",
     "<svg class=x><title>", "<script>", "<!--", "-->", "</script>", "<fefunca/>",
     '<p data-a="1"class=x>', '<b data-x=""x>', "<p a=\x01\">", "<script\x01>", "<!d ", "<![CDATA["]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=120))
def test_a_cleared_page_is_one_that_defuse_leaves_alone(pieces):
    markup = "".join(pieces)
    if clean_markup(markup.encode(), NESTING) is not None:
        assert reject_hostile_markup(markup, NESTING) == markup


def read(markup: str | bytes) -> list[str]:
    """The text of a page's blocks."""
    tree = LexborHTMLParser(markup)
    tree.strip_tags(["script", "style", "svg"], recursive=True)
    scan = scan_markup(tree.html or "")
    return [scan.block_text(block) for block in range(len(scan.blocks))]


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=60))
def test_no_text_is_lost_and_none_is_won(pieces):
    markup = "<p>x" + "".join(pieces)
    cleaned = clean_markup(markup.encode(), NESTING)
    if cleaned is not None:
        assert read(cleaned) == read(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 30,
        "<b>" * 30,
        "<div " + "a=1 " * 2_000 + ">",
        "<div " + 'a"b" ' * 2_000 + ">",
        "<div a=",
        "<svg>" + "<path/>" * 30 + "<p>",
        "<!-->" + "<div>" * 30,
        "<!--->" + "<div>" * 30,
        "<!-- a --!>" + "<div>" * 30,
        "<plaintext>" + "<div>",
    ],
)
def test_a_page_in_doubt_is_not_cleared(markup):
    assert clean_markup(markup.encode(), NESTING) is None


@pytest.mark.parametrize(
    "start",
    ["<!-->", "<!--->", "<!-- a --!>", "<!-- a -->", "<svg><script>", "<math><title>", "<svg></svg></svg><svg><style>"],
)
def test_what_only_looks_hidden_is_counted(start):
    assert clean_markup((start + "<div>" * 30).encode(), NESTING) is None
    with pytest.raises(Rejected):
        reject_hostile_markup(start + "<div>" * 30, NESTING)


def test_attributes_that_are_glued_together_stay_apart():
    page = '<a target="_blank"href="x">w</a><div data-x="y"class=z><p data-x=""y><a id=x data-f="b"href="z" data-c>'
    assert clean_markup(page.encode(), NESTING) == page.replace(" data-c", "").encode()


def test_an_ordinary_page_is_cleared():
    text = "<div><p>Text <b>and</b> more.</p></div>" * 500
    page = f"<html><body>{text}<p title='{'x' * 100_000}'></p></body></html>"
    assert clean_markup(page.encode(), NESTING) == page.encode()
    with pytest.raises(Rejected):
        reject_hostile_markup("<div>" * 30, NESTING)


def test_what_nobody_reads_is_left_out():
    page = (
        '<!DOCTYPE html><html><head><title>A <b></title><script>if (a < b) "<p>"</script><STYLE>p {}</style\n>'
        '<script type="application/LD+json">{"a": "</p>"}</script></head><body><!-- a > b --><p data-a="1>" class="b" '
        "data-testid=c>One<svg viewBox='0'><title>d</title><path d='e'/></svg></p>"
        '<img srcset="f 1x" alt=g><svg><p>two</svg></body>'
    )
    cleaned = clean_markup(page.encode(), NESTING)
    assert cleaned is not None
    assert cleaned.decode() == (
        '<!DOCTYPE html><html><head><title>A <b></title><script type="application/LD+json">{"a": "</p>"}</script>'
        '</head><body><p class="b" data-testid=c>One</p><img><svg><p>two</svg></body>'
    )
