"""The scan for pages made to hurt parsers."""

from __future__ import annotations

import contextlib

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests_support import costs_at_most

from storyfold.outcomes import Reason, Rejected
from storyfold.parse.html.clean_markup import clean_markup
from storyfold.parse.html.hostile_markup import MAX_ATTRIBUTES, reject_hostile_markup

FLAT_PAGES = [
    "<div>" * 100 + "</div>" * 100,
    "<p>a<li>b" * 5_000,
    "<br/>" * 9_000,
    "</div>" * 9_000,
    "<div></div>" * 9_000,
    "<svg>" + "<path/>" * 5_000 + "</svg>",
    "1 < 2 " * 9_000,
]


@pytest.mark.parametrize("text", FLAT_PAGES)
def test_what_is_not_deep_is_left_alone(text):
    assert reject_hostile_markup(text, 2_000) == text


@pytest.mark.parametrize("unit", ["<div>", "<DIV\n>", "<section><p>", "<x-y>", "<i>", "<svg><g>", "<div/>"])
def test_depth_is_refused_early(unit):
    with pytest.raises(Rejected) as rejected:
        reject_hostile_markup(unit * 20_000, 2_000)
    assert rejected.value.reason is Reason.NESTED_TOO_DEEP


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        '<a="',
        '<a "',
        "<!--",
        "<script",
        "<script>",
        "</",
        "<title>",
        " = ",
        "<div\n",
        "<!",
        "</d",
        "<d",
        "&",
        "<svg",
        "<svg>",
        "<!-- ",
        "<a b=",
        " <",
        "\n\n",
    ],
)
def test_the_scan_is_linear(unit):
    with costs_at_most(20):  # what grows with the square takes hours
        for text in (
            unit * 200_000,
            "<d" + unit * 200_000,
            "<script><!--" + unit * 200_000,
            "<svg><title>" + unit * 200_000,
        ):
            clean_markup(text.encode(), 2_000)
            with contextlib.suppress(Rejected):
                LexborHTMLParser(reject_hostile_markup(text, 2_000))


def test_swarms_of_attributes_are_dropped():
    swarm = " ".join(f'a{n}="x>y"' for n in range(2_000))
    assert reject_hostile_markup(f"<p>One</p><div {swarm}>two</div>", 2_000) == "<p>One</p><div>two</div>"
    assert reject_hostile_markup(f"""<div a='"' b="> {swarm}'>two</div>""", 2_000).startswith(
        "<div a="
    )  # where quotes do not pair
    hidden = " ".join(f"a{n}" for n in range(2_000))
    for start in ('<div x" ', "<div a=b=' ", '<div "" ', "<div x' "):  # quotation marks that open no value
        assert hidden not in reject_hostile_markup(f"{start}{hidden} \"'>two</div>", 2_000)
    few = f'<div data-x="{"<p> " * 5_000}" id=b>two</div>'
    assert reject_hostile_markup(few, 2_000) == few


def test_attributes_of_an_end_tag_are_dropped_too():
    swarm = " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES + 1))
    assert reject_hostile_markup(f"<p>One</p {swarm}>two", 2_000) == "<p>One</p>two"
