"""Scan a page's markup once: its elements, and its blocks of running text with what can be counted in them.

The markup is what the HTML parser writes of its tree (well nested, quoted, five entities), so that a plain tokeniser
reads it. A block is a run of inline content: it ends where a block element begins or ends, or at a doubled `<br>`.
"""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Hashes, Integers, ReadOnlyBytes
from storyfold.kernels.compiled import compiled
from storyfold.parse.html.block_vocabulary import (
    BLOCK,
    BREAK,
    GROUP_COUNTS,
    INLINE,
    RAW,
    SKIPPED,
    hash_name,
    make_class_automaton,
    make_tag_table,
    make_text_word_table,
)
from storyfold.parse.html.markup_bytes import BANG, DASH, EQUALS, QUESTION, QUOTE, SLASH, TAG_END, TAG_START
from storyfold.parse.html.scan_attributes import mix_byte, read_attributes, read_name
from storyfold.parse.html.scan_records import (
    BLOCK_RECORD,
    ELEMENT_RECORD,
    SCAN_STATE,
    Scan,
    ScanState,
    ScanStates,
    Tables,
)
from storyfold.parse.html.scan_text import break_line, close_block, find_hash, read_text

MAX_ELEMENTS = 200_000  # read of one page; the largest of 323 real pages has 8,000 tags
MAX_BLOCKS = 20_000  # likewise; the largest has some 3,000
PADDING = 8  # bytes after the markup, so that no look ahead leaves it

_A, _STRONG, _B, _EM, _I, _IMG = (hash_name(name) for name in ("a", "strong", "b", "em", "i", "img"))


def scan_markup(markup: str) -> Scan:
    """Return the elements and blocks of a page as its HTML parser writes it. Never raises."""
    data = np.frombuffer(markup.encode("utf-8", "replace") + b"<" * PADDING, np.uint8)
    tables = Tables(*make_tag_table(), *make_text_word_table(), *make_class_automaton())
    tags = markup.count("<") + 2
    element_room, block_room = min(MAX_ELEMENTS, tags), min(MAX_BLOCKS, tags)
    out = Scan(
        np.zeros(element_room, ELEMENT_RECORD),
        np.zeros(element_room, np.int64),
        np.zeros(block_room, BLOCK_RECORD),
        np.zeros((block_room, GROUP_COUNTS), np.int16),
        np.empty(len(data) + 16, np.uint8),
        np.empty(len(data) // 2 + 16, np.uint32),
        data,
    )
    states = np.zeros(1, SCAN_STATE)
    _scan(data, tables, out, states)
    elements, blocks, text, words = (int(states[0][name]) for name in ("elements", "blocks", "text", "words"))
    return Scan(
        out.elements[:elements], out.marks[:elements], out.blocks[:blocks], out.groups[:blocks], out.text[:text],
        out.words[:words], data,
    )  # fmt: skip


def hash_words(*texts: str) -> list[Hashes]:
    """Return the words of each text as the scan hashes them; one scan for all, since its set-up is most of its cost."""
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;") for text in texts)
    scan = scan_markup("".join(f"<p>{text}</p>" for text in escaped))
    words_from, words_to = scan.blocks["word_from"].tolist(), scan.blocks["word_to"].tolist()
    return [
        scan.words[words_from[first] : words_to[end - 1]] if end > first else scan.words[:0]
        for first, end in scan.elements[1:][["first_block", "end_block"]].tolist()
    ]


@compiled
def _scan(data: ReadOnlyBytes, tables: Tables, out: Scan, states: ScanStates) -> None:
    """Fill `out` from the markup, a byte at a time; afterwards the one state says how much of it is filled.

    `data` is the markup in UTF-8 and `PADDING`. A loop, since what a byte means depends on all that stand before it.
    """
    state = states[0]
    state.elements = 1
    out.elements[0].parent = -1
    out.elements[0].is_block = 1
    stack = np.zeros(len(out.elements) + 1, np.int32)
    position, size = 0, len(data) - PADDING
    while position < size:
        if data[position] == TAG_START:
            position = _read_tag(data, position, stack, tables, out, state)
        elif state.skipped_depth:
            position = _skip_text(data, position)
        else:
            position = read_text(data, position, stack, out, state)
    close_block(out, state, tables.words, tables.groups)
    while state.depth >= 0:
        element = out.elements[stack[state.depth]]
        element.end_block = state.blocks
        element.text_to = state.text
        state.depth -= 1


@compiled(called_by_kernels=True)
def _read_tag(data: ReadOnlyBytes, position: int, stack: Integers, tables: Tables, out: Scan, state: ScanState) -> int:
    """Read the tag or comment that begins here, open or close its element, and return the byte after it.

    `stack` has the rows of the open elements, from the outermost on.
    """
    following = data[position + 1]  # there is always padding
    if following in (BANG, QUESTION):
        return _skip_comment(data, position)
    closing = following == SLASH
    name, position = read_name(data, position + 2 if closing else position + 1)
    row = find_hash(name, tables.tags)
    kind = tables.kinds[row] if row >= 0 else BLOCK
    if kind <= BLOCK and not closing and not state.skipped_depth:
        return _open(data, position, name, row, stack, tables, out, state)
    if kind == RAW and not closing:
        return _skip_raw_text(data, _skip_tag(data, position), name)
    if kind == SKIPPED or state.skipped_depth:
        _count_skipped(name, closing, state)
    elif closing:
        position = _skip_tag(data, position)
        _close(name, kind, position, stack, tables, out, state)
        return position
    elif kind == BREAK:
        break_line(tables, out, state)
    elif name == _IMG:
        state.images += 1
    return _skip_tag(data, position)


@compiled(called_by_kernels=True)
def _count_skipped(name: int, closing: bool, state: ScanState) -> None:  # noqa: FBT001 (kernels take no keywords)
    """Count how deep an element whose content is skipped stands in others of its name."""
    if not state.skipped_depth and not closing:
        state.skipped_name = name
    if name == state.skipped_name:
        state.skipped_depth += -1 if closing else 1
        if state.skipped_depth <= 0:
            state.skipped_depth = state.skipped_name = 0


@compiled(called_by_kernels=True)
def _skip_comment(data: ReadOnlyBytes, position: int) -> int:
    """Return the byte after the comment, or other markup that is no tag, that begins here."""
    size = len(data)
    if not (position + 3 < size and data[position + 2] == DASH and data[position + 3] == DASH):
        while position < size and data[position] != TAG_END:
            position += 1
        return position + 1
    position += 4
    while position + 2 < size and not (
        data[position] == DASH and data[position + 1] == DASH and data[position + 2] == TAG_END
    ):
        position += 1
    return position + 3


@compiled(called_by_kernels=True)
def _skip_tag(data: ReadOnlyBytes, position: int) -> int:
    """Return the byte after the tag in which this one stands; a `>` within a quoted value does not end it."""
    size = len(data)
    while position < size and data[position] != TAG_END:
        if data[position] == QUOTE and data[position - 1] == EQUALS:
            position += 1
            while position < size and data[position] != QUOTE:
                position += 1
        position += 1
    return position + 1


@compiled(called_by_kernels=True)
def _skip_raw_text(data: ReadOnlyBytes, position: int, name: int) -> int:
    """Return the byte after the end tag of this name: up to there, what looks like a tag is none."""
    size = len(data)
    while position < size:
        if data[position] == TAG_START and position + 1 < size and data[position + 1] == SLASH:
            found, after = read_name(data, position + 2)
            if found == name:
                return _skip_tag(data, after)
        position += 1
    return position


@compiled(called_by_kernels=True)
def _skip_text(data: ReadOnlyBytes, position: int) -> int:
    """Return the byte where the next tag begins."""
    while data[position] != TAG_START:
        position += 1
    return position


@compiled(called_by_kernels=True)
def _open(
    data: ReadOnlyBytes,
    position: int,
    name: int,
    row: int,
    stack: Integers,
    tables: Tables,
    out: Scan,
    state: ScanState,
) -> int:
    """Begin an element after its name (`row` of the tables, -1 of an unknown one) and return the byte after the tag."""
    is_inline = row >= 0 and tables.kinds[row] == INLINE
    if not is_inline:
        close_block(out, state, tables.words, tables.groups)
    attributes_from = position
    marks, class_hash, position = read_attributes(data, position, tables.steps, tables.found)
    number = state.elements
    if number >= len(out.elements):
        return len(data)
    parent = stack[state.depth]
    element = out.elements[number]
    element.parent = parent
    element.tag = name & 0x7FFFFFFF
    element.depth = out.elements[parent].depth + (not is_inline)
    element.first_block = state.blocks
    element.class_hash = mix_byte(class_hash ^ name, 0) & 0x7FFFFFFF
    element.is_block = not is_inline
    element.text_from = state.text
    element.attributes_from = attributes_from
    out.marks[number] = marks | (tables.bits[row] if row >= 0 else 0)
    state.elements += 1
    state.depth += 1
    stack[state.depth] = number
    _count_styles(name, 1, state)
    return position


@compiled(called_by_kernels=True)
def _close(name: int, kind: int, position: int, stack: Integers, tables: Tables, out: Scan, state: ScanState) -> None:
    """End the innermost open element if it has this name; `position` is the byte after its end tag."""
    element = out.elements[stack[state.depth]]
    if state.depth <= 0 or element.tag != name & 0x7FFFFFFF:
        return  # no end tag of the innermost element: a tag that the tokeniser saw where there is none
    if kind != INLINE:
        close_block(out, state, tables.words, tables.groups)
    element.end_block = state.blocks
    element.text_to = state.text
    element.end_tag_to = position
    state.depth -= 1
    _count_styles(name, -1, state)


@compiled(called_by_kernels=True)
def _count_styles(name: int, change: int, state: ScanState) -> None:
    """Count the open elements that link or print bold or italic: `change` is 1 for a start tag, -1 for an end tag."""
    if name == _A:
        state.link_depth += change
    elif name in (_STRONG, _B):
        state.bold_depth += change
    elif name in (_EM, _I):
        state.italic_depth += change
