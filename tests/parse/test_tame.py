"""The first look at a page may clear only what `defuse` would leave as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyfold.outcomes import Rejected
from storyfold.parse.defuse import defuse
from storyfold.parse.tame import is_tame

NESTING = 20
PIECES = st.sampled_from(
    ["<div>", "</div>", "<p>", "<b>", "</b>", "<span a='>'>", "</span>", "<svg>", "<path d='x'/>", "</svg>", "<script>",
     "</script>", "<!--", "-->", '<a title="<div>">', "</a>", "<br/>", "text", "<", ">", '"', "'", "<x:y>", "<td>", "é"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=120))
def test_a_cleared_page_is_one_that_defuse_leaves_alone(pieces):
    markup = "".join(pieces)
    if is_tame(markup, NESTING):
        assert defuse(markup, NESTING) == markup


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 30,
        "<b>" * 30,
        "<div " + "a=1 " * 2_000 + ">",
        "<div " + 'a"b"' * 2_000 + ">",
        "<div a=",
        "<svg>" + "<path/>" * 30,
    ],
)
def test_a_page_in_doubt_is_not_cleared(markup):
    assert not is_tame(markup, NESTING)


def test_an_ordinary_page_is_cleared():
    text = "<div><p>Text <b>and</b> more.</p></div>" * 500
    page = f"<html><body>{text}<p data-state='{'x' * 100_000}'></p></body></html>"
    assert is_tame(page, NESTING)
    with pytest.raises(Rejected):
        defuse("<div>" * 30, NESTING)
