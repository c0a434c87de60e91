"""Text from pages in the Markdown of a night: shown as it is, whatever it is."""

import html

import pytest

from storyfold.report.markdown import escape_markdown

HOSTILE = (
    "a | b | c",
    "[press here](javascript:alert(1))",
    "![x](https://a.test/p.png)",
    "<script>alert(1)</script> & <b>",
    "`code` **bold** _it_ ~~no~~ # head",
    "https://a.test/x www.a.test me@a.test",
    "\\| \\[ &#124; &lt;",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_title_means_anything(text):
    cell = escape_markdown(text)
    assert html.unescape(cell) == text
    assert not set(html.unescape(cell)) - set(text)
    left = cell
    for reference in {word.split(";")[0] for word in cell.split("&")[1:]}:
        assert reference[0] == "#"
        assert reference[1:].isdigit()
        left = left.replace(f"&{reference};", "")
    assert not set(left) & set('|[]<>&`*_~#:.@\\!"')


def test_it_is_one_line_of_bounded_length():
    assert escape_markdown("a\n| b\r\n\u202e" + "x" * 10_000, 50).count("\n") == 0
    assert len(html.unescape(escape_markdown("x" * 10_000, 50))) == 50
    assert escape_markdown(None) == ""
