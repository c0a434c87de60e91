"""Skip tags, comments and elements without markup, as the tokeniser of the HTML standard reads them; in kernels."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from storyfold.kernels.arrays import ROW, Longs, ReadOnlyBytes, declare_record
from storyfold.kernels.compiled import compiled
from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.hostile_markup import MAX_ATTRIBUTES
from storyfold.parse.html.markup_bytes import (
    APOSTROPHE,
    BANG,
    DASH,
    EQUALS,
    QUESTION,
    QUOTE,
    SLASH,
    TAG_END,
    TAG_START,
    ends_name,
    is_letter,
    is_space,
    lower_byte,
)
from storyfold.parse.html.scan_attributes import FNV, mix_byte
from storyfold.parse.html.scan_text import find_hash

PADDING = 64  # bytes of white space after the markup, so that no look ahead leaves it
_SCRIPT, _STYLE, _SVG, _TITLE, _DESC = map(hash_name, ("script", "style", "svg", "title", "desc"))
_DATA_TESTID, _ARIA_HIDDEN = map(hash_name, ("data-testid", "aria-hidden"))
_NEEDLESS = tuple(map(hash_name, ("srcset", "src", "sizes", "alt", "target", "onclick", "loading", "width", "height")))
_DATA, _ARIA = np.frombuffer(b"data-", np.uint8), np.frombuffer(b"aria-", np.uint8)
_SCRIPT_NAME = np.frombuffer(b"script", np.uint8)
_JSON_LD = np.frombuffer(b"ld+json", np.uint8)

SPAN = declare_record(start=np.int64, end=np.int64)  # bytes of markup, the end not among them
Spans = Annotated[NDArray[np.record], ROW, SPAN]


@compiled(called_by_kernels=True)
def hash_tag_name(data: ReadOnlyBytes, position: int, size: int) -> tuple[int, int]:
    """Return the hash of the name that begins here, in small letters, and the byte that ends it."""
    value = FNV
    while position < size and not ends_name(data[position]):
        value = mix_byte(value, lower_byte(data[position]))
        position += 1
    return value, position


@compiled(called_by_kernels=True)
def skip_tag(data: ReadOnlyBytes, position: int, size: int, spans: Spans) -> tuple[int, int]:
    """Return the byte after the tag, and how many of `spans` now hold attributes that nobody reads.

    `position` is the byte after its name. -1 where the tag has no end, or more attributes than any honest one.
    """
    found = 0
    for _ in range(MAX_ATTRIBUTES):
        start = position
        while position < size and (is_space(data[position]) or data[position] == SLASH):
            position += 1
        if position >= size:
            return -1, 0
        if data[position] == TAG_END:
            return position + 1, found
        name_from, value = position, FNV
        while position < size and (position == name_from or data[position] != EQUALS) and not ends_name(data[position]):
            value = mix_byte(value, lower_byte(data[position]))
            position += 1
        is_needless = (
            value in _NEEDLESS
            or (value != _DATA_TESTID and _starts_with(data, name_from, _DATA))
            or (value != _ARIA_HIDDEN and _starts_with(data, name_from, _ARIA))
        )
        position = _skip_value(data, position, size)
        # one that what follows is glued to stays, lest that be taken for part of what stands before
        if is_needless and found < len(spans) and ends_name(data[position]):
            spans[found].start, spans[found].end = start, position
            found += 1
    return -1, 0


@compiled(called_by_kernels=True)
def _skip_value(data: ReadOnlyBytes, position: int, size: int) -> int:
    """Return the byte after an attribute's equals sign and value; where there are none, that after its name."""
    after = position
    while after < size and is_space(data[after]):
        after += 1
    if data[after] != EQUALS:
        return position
    after += 1
    while after < size and is_space(data[after]):
        after += 1
    quote = data[after]
    if quote in (QUOTE, APOSTROPHE):
        after += 1
        while after < size and data[after] != quote:
            after += 1
        return after + 1
    while after < size and not is_space(data[after]) and data[after] != TAG_END:
        after += 1
    return after


@compiled(called_by_kernels=True)
def _starts_with(data: ReadOnlyBytes, position: int, word: ReadOnlyBytes) -> bool:
    """Say whether this word, of small letters and marks, stands here in letters of any case; there is padding after."""
    for i in range(len(word)):  # noqa: SIM110 (kernels have no generators)
        if lower_byte(data[position + i]) != word[i]:
            return False
    return True


@compiled(called_by_kernels=True)
def _opens_comment(data: ReadOnlyBytes, position: int) -> bool:
    """Say whether `!--` follows this byte."""
    return bool(data[position + 1] == BANG and data[position + 2] == DASH and data[position + 3] == DASH)


@compiled(called_by_kernels=True)
def skip_markup(data: ReadOnlyBytes, position: int, size: int) -> int:
    """Return the byte after the comment, or what counts as one, that begins here; `position` where none does."""
    mark = data[position + 1]
    if _opens_comment(data, position):
        after = position + 4
        if data[after] == TAG_END:  # <!-->
            return after + 1
        if data[after] == DASH and data[after + 1] == TAG_END:  # <!--->
            return after + 2
        while after < size and not (
            data[after] == DASH
            and data[after + 1] == DASH
            and (data[after + 2] == TAG_END or (data[after + 2] == BANG and data[after + 3] == TAG_END))
        ):
            after += 1
        return min(size, after + (3 if data[after + 2] == TAG_END else 4))
    if not (mark in (BANG, QUESTION) or (mark == SLASH and not is_letter(data[position + 2]))):
        return position
    while position < size and data[position] != TAG_END:
        position += 1
    return min(size, position + 1)


@compiled(called_by_kernels=True)
def skip_raw_text(data: ReadOnlyBytes, start: int, position: int, size: int, name: int) -> tuple[int, int]:
    """Return where an element's content without markup ends, and where the element does if nobody reads it, else 0.

    `start` is the byte of its start tag, `position` the one after it.
    """
    content = position
    position = _find_script_end(data, position, size) if name == _SCRIPT else _find_raw_end(data, position, size, name)
    if position >= size or not (name == _STYLE or (name == _SCRIPT and not _is_json_ld(data, start, content))):
        return position, 0
    end = position
    while end < size and data[end] != TAG_END:
        if data[end] in (QUOTE, APOSTROPHE):
            return position, 0
        end += 1
    return position, end + 1 if end < size else 0


@compiled(called_by_kernels=True)
def _find_raw_end(data: ReadOnlyBytes, position: int, size: int, name: int) -> int:
    """Return the byte where the end tag of this name begins."""
    while position < size and not (
        data[position] == TAG_START
        and data[position + 1] == SLASH
        and hash_tag_name(data, position + 2, size)[0] == name
    ):
        position += 1
    return position


@compiled(called_by_kernels=True)
def _find_script_end(data: ReadOnlyBytes, position: int, size: int) -> int:
    """Return the byte where a script's end tag begins.

    Behind the mark of a comment, a script within the script hides its own end tag (HTML standard).
    """
    depth = 0  # 1 behind such a mark, 2 in a script there
    while position < size:
        if data[position] == TAG_START:
            if data[position + 1] == SLASH and _names_script(data, position + 2):
                if depth < 2:
                    return position
                depth = 1
            elif depth == 1 and _names_script(data, position + 1):
                depth = 2
            elif depth == 0 and _opens_comment(data, position):
                depth, position = 1, position + 1  # its dashes may be those that end it
        elif depth and data[position] == DASH and data[position + 1] == DASH and data[position + 2] == TAG_END:
            depth = 0
        position += 1
    return position


@compiled(called_by_kernels=True)
def _names_script(data: ReadOnlyBytes, position: int) -> bool:
    """Say whether the name of a tag that begins here is `script`."""
    return _starts_with(data, position, _SCRIPT_NAME) and ends_name(data[position + len(_SCRIPT_NAME)])


@compiled(called_by_kernels=True)
def _is_json_ld(data: ReadOnlyBytes, start: int, end: int) -> bool:
    """Say whether a script's start tag has the word of JSON-LD."""
    for position in range(start, end):  # noqa: SIM110 (kernels have no generators)
        if data[position] | 32 == 108 and _starts_with(data, position, _JSON_LD):
            return True
    return False


@compiled(called_by_kernels=True)
def skip_drawing(data: ReadOnlyBytes, position: int, size: int, drawn: Longs, no_spans: Spans) -> int:
    """Return the byte after the drawing whose start tag ends here; 0 where it holds what may end it sooner."""
    if data[position - 2] == SLASH:
        return 0
    title, depth = 0, 1  # the name of an open title: what stands in it is HTML, so it must be text alone
    while position < size and depth:
        if data[position] != TAG_START:
            position += 1
            continue
        if data[position + 1] == BANG and data[position + 2] == DASH:
            position = skip_markup(data, position, size)
            continue
        closing = data[position + 1] == SLASH
        first = position + 2 if closing else position + 1
        if not is_letter(data[first]):
            return 0
        name, position = hash_tag_name(data, first, size)
        position, _ = skip_tag(data, position, size, no_spans)
        if position < 0 or find_hash(name, drawn) < 0 or (title and not (closing and name == title)):
            return 0
        title = name if name in (_TITLE, _DESC) and not closing else 0
        if name == _SVG and data[position - 2] != SLASH:
            depth += -1 if closing else 1
    return position if depth == 0 else 0
