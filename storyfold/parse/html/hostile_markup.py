"""Recognise pages made to hurt a parser, by one linear scan before any parser sees them.

Lexbor takes time in the square of the depth of nested blocks (100,000 nested `<div>`: 21 s) and in the square
of the attributes of one tag (100,000: more than two minutes); measured with selectolax 1.0.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from storyfold.outcomes import Reason, Rejected

MAX_ATTRIBUTES = 1_000  # of one tag; the most of any tag on 323 real news pages is below 100
LONG_TAG = 4_000  # characters: 1,000 attributes need more
# Formatting tags left open are reopened in each new paragraph but hardly deeper (the "Noah's Ark clause" of the
# HTML standard), and shapes of a drawing are mostly closed at once: more of them may seem open.
LOOSE_FACTOR = 5
# The parser looks through the open elements at nearly every tag, some 5 * 10**8 of them in a second. Real pages take
# less than 10**6 such steps.
MAX_STEPS = 10**9

_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# Void, or closed by what follows them: they do not nest by being left open.
FLAT_ELEMENTS = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th tbody "
    "thead tfoot colgroup caption html head body".split()
)
SHAPE_ELEMENTS = frozenset(
    "path use circle rect line polygon polyline ellipse stop image animate animatetransform g defs symbol".split()
)
RAW_ELEMENTS = frozenset("script style textarea title xmp iframe noembed noframes".split())
_RAW_END = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in RAW_ELEMENTS}
_SCRIPT_MARK = re.compile(r"<!--|-->|</?script(?=[\t\n\f\r />])", re.IGNORECASE)
_TAG = re.compile(r"<(?:(!--)|([!?]|/(?![a-zA-Z]))|(/?)([a-zA-Z][^\t\n\f\r />]{0,40}))")
_SHORT_TAG = re.compile(r"""[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
# A tag as the HTML standard's tokeniser reads it, with `MAX_ATTRIBUTES` at most: a quotation mark opens a value only
# right after the equals sign of a name.
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_ATTRIBUTES = (
    rf"(?:[\t\n\f\r /]*+(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+{_VALUE})?)"
    rf"{{0,{MAX_ATTRIBUTES}}}+[\t\n\f\r /]*+>"
)
_SMALL = rf"[^\t\n\f\r />]*+{_ATTRIBUTES}"
# Text, small tags, elements whose content is no markup, comments: what is not of these stops it.
_RAW_NAMES = rf"(?i:{'|'.join(sorted(RAW_ELEMENTS))})(?=[\t\n\f\r />])"
_WHOLE_RAW_ELEMENTS = "|".join(
    rf"<(?i:{name})(?=[\t\n\f\r />]){_ATTRIBUTES}(?:[^<]++|<(?!/(?i:{name})))*+" for name in sorted(RAW_ELEMENTS)
)  # written out, since a group in a possessive repeat trips the engine (CPython 3.11 to 3.13)
_SMALL_TAGS = re.compile(
    rf"(?:[^<]++|</?(?!{_RAW_NAMES})[a-zA-Z]{_SMALL}|</{_RAW_NAMES}{_ATTRIBUTES}|{_WHOLE_RAW_ELEMENTS}"
    r"|<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>|\Z))|<(?![a-zA-Z/]|!--)|</(?![a-zA-Z]))*+"
)
_FOREIGN = re.compile(r"<(?:svg|math)\b", re.IGNORECASE)
_COMMENT_END = re.compile(r"--!?>")
_EMPTY_COMMENT = re.compile(r"-?>")  # after `<!--`
_ATTRIBUTE = re.compile(
    r"""[^\t\n\f\r "'>/=]+(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"[^"]*"|'[^']*'|[^\t\n\f\r "'>]+))?|["'=]"""
)


def reject_hostile_markup(text: str, nesting: int) -> str:
    """Return the page with the attributes of tags that have more than `MAX_ATTRIBUTES` of them left out.

    Raises `Rejected` (nested-too-deep) where more than `nesting` elements stand open in one another.
    """
    if _is_harmless(text, nesting):
        return text
    count = _OpenElements(nesting)
    kept: list[str] = []
    start = after = 0
    for position, name, closing in _list_tags(text):
        if position < after:
            continue  # what looks like a tag inside a long tag is one of its attributes
        end = _SHORT_TAG.match(text, position, position + LONG_TAG)
        if end:
            after = end.end()
        else:
            after, attributes = _find_tag_end(text, position)
            if attributes > MAX_ATTRIBUTES:
                kept += [text[start:position], ">"]
                start = after
        if name not in RAW_ELEMENTS:
            count.add(name, closing=closing, closed=text[after - 2 : after] == "/>")
    return "".join([*kept, text[start:]]) if kept else text


def _is_harmless(text: str, nesting: int) -> bool:
    """Say whether the page cannot be harmful by its counts alone, as nearly all are: a tenth of the scan's time.

    As many elements at most can stand open as there are tags that are no end tags.
    """
    if _FOREIGN.search(text):
        return False  # what stands in a script within a drawing is markup
    tags = text.count("<")
    if tags * nesting > MAX_STEPS or (tags > nesting and tags - text.count("</") > nesting):
        return False
    small = _SMALL_TAGS.match(text)
    return small is not None and small.end() == len(text)


class _OpenElements:
    """The elements that stand open, counted by kind, and the steps that a parser needs to look through them."""

    def __init__(self, nesting: int) -> None:
        self._limits = (nesting, nesting * LOOSE_FACTOR, nesting * LOOSE_FACTOR)
        self._depth = [0, 0, 0]  # of blocks, of formatting, of shapes
        self._open_by_name: dict[str, int] = {}
        self._steps = 0

    def add(self, name: str, *, closing: bool, closed: bool) -> None:
        """Count one tag; raises `Rejected` (nested-too-deep) past a limit."""
        self._steps += sum(self._depth)
        if self._steps > MAX_STEPS:
            raise Rejected(Reason.NESTED_TOO_DEEP, "too many elements in too great a depth")
        if name in FLAT_ELEMENTS:
            return
        if closing and name == "svg":
            self._depth[2] = 0
        number = self._open_by_name.get(name, 0)
        if closing and not number:
            return
        which = 2 if closed and name in SHAPE_ELEMENTS else int(name in _FORMATTING)
        if which < 2:
            self._open_by_name[name] = number + (-1 if closing else 1)
        self._depth[which] += -1 if closing else 1
        if self._depth[which] > self._limits[which]:
            raise Rejected(Reason.NESTED_TOO_DEEP, f"more than {self._limits[which]} elements are open at once")


def _list_tags(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each tag outside comments and scripts: where its name ends, the name, and whether it is an end tag."""
    position = foreign = 0
    while found := _TAG.search(text, position):
        position = found.end()
        comment, odd, slash, name = found.groups()
        if comment:
            end = _EMPTY_COMMENT.match(text, position) or _COMMENT_END.search(text, position)
            position = end.end() if end else len(text)
            continue
        if odd:  # counts as a comment, or is the document's type
            position = text.find(">", position) + 1 or len(text)
            continue
        name = name.lower()
        yield position, name, bool(slash)
        if name in ("svg", "math"):
            foreign = max(0, foreign + (-1 if slash else 1))
        if name in RAW_ELEMENTS and not slash and not foreign:
            position = _find_raw_end(text, position, name)


def _find_raw_end(text: str, position: int, name: str) -> int:
    """Return where the end tag of an element without markup has its name; the end of the page where it is not closed.

    Behind the mark of a comment, a script within a script hides its own end tag (HTML standard, "script data double
    escaped state").
    """
    if name != "script":
        end = _RAW_END[name].search(text, position)
        return end.end() if end else len(text)
    depth = 0
    while found := _SCRIPT_MARK.search(text, position):
        position, mark = found.end(), found[0].lower()
        if mark == "-->":
            depth = 0
        elif mark == "<!--":
            depth, position = max(depth, 1), position - 2  # its dashes may be those that end it
        elif mark == "<script":
            depth = 2 if depth else 0
        elif depth < 2:
            return position
        else:
            depth = 1
    return len(text)


def _find_tag_end(text: str, position: int) -> tuple[int, int]:
    """Return where the tag ends, after its `>`, and how many attributes it has."""
    attributes = 0
    while position < len(text) and text[position] != ">":
        found = _ATTRIBUTE.match(text, position)
        if found:
            attributes += 1
            position = found.end()
        else:
            position += 1
    return min(position + 1, len(text)), attributes
