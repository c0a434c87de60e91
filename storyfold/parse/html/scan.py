"""One pass over a page's markup: its elements, and its blocks of running text with what can be counted in them.

The markup is what the HTML parser writes of its tree (well nested, quoted, five entities), so that a plain tokeniser
reads it. A block is a run of inline content: it ends where a block element begins or ends, or at a doubled `<br>`.
"""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import GivenBytes, Hashes, Integers, Longs
from storyfold.kernels.compiled import compiled, compiled_part
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
from storyfold.parse.html.scan_attributes import mix_byte, read_attributes, read_name
from storyfold.parse.html.scan_rows import (
    BEGINS,
    BLOCK_COLUMNS,
    BLOCKS,
    BOLD_DEPTH,
    CLOSED,
    DEPTH,
    ELEMENT_COLUMNS,
    ELEMENTS,
    END,
    ENDS,
    FIRST,
    IMAGES_SEEN,
    IS_BLOCK,
    ITALIC_DEPTH,
    LINK_DEPTH,
    NAMED,
    OPEN,
    PARENT,
    SIGN,
    SKIPPED_DEPTH,
    SKIPPED_NAME,
    STATE_SIZE,
    TAG,
    TAG_BEGINS,
    TAG_ENDS,
    TEXT,
    WORD_FROM,
    WORD_TO,
    Scan,
    Tables,
)
from storyfold.parse.html.scan_text import break_line, close_block, find_element, read_text

MAX_ELEMENTS = 200_000  # read of one page; the largest of 323 real pages has 8,000 tags
MAX_BLOCKS = 20_000  # likewise; the largest has some 3,000
PADDING = 8  # bytes after the markup, so that no look ahead leaves it

_A, _STRONG, _B, _EM, _I, _IMG = (hash_name(name) for name in ("a", "strong", "b", "em", "i", "img"))


def scan_markup(markup: str) -> Scan:
    """The elements and blocks of a page as its HTML parser writes it; never raises."""
    data = np.frombuffer(markup.encode("utf-8", "replace") + b"<" * PADDING, np.uint8)
    tables = Tables(*make_tag_table(), *make_text_word_table(), *make_class_automaton())
    tags = markup.count("<") + 2
    room, blocks_room = min(MAX_ELEMENTS, tags), min(MAX_BLOCKS, tags)
    out = Scan(
        np.zeros((room, ELEMENT_COLUMNS), np.int32),
        np.zeros(room, np.int64),
        np.zeros((blocks_room, BLOCK_COLUMNS), np.int32),
        np.zeros((blocks_room, GROUP_COUNTS), np.int16),
        np.empty(len(data) + 16, np.uint8),
        np.empty(len(data) // 2 + 16, np.uint32),
        data,
    )
    state = _scan(data, tables, out)
    elements, blocks, text, words = (int(n) for n in state[:4])
    return Scan(
        out.elements[:elements], out.marks[:elements], out.blocks[:blocks], out.groups[:blocks], out.text[:text],
        out.words[:words], data,
    )  # fmt: skip


def hash_words(*texts: str) -> list[Hashes]:
    """The words of each text as the scan hashes them; one scan for all, since its set-up is most of its cost."""
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;") for text in texts)
    scan = scan_markup("".join(f"<p>{text}</p>" for text in escaped))
    found = []
    for first, end in scan.elements[1:, [FIRST, END]].tolist():
        words = scan.blocks[[first, end - 1], [WORD_FROM, WORD_TO]] if end > first else (0, 0)
        found.append(scan.words[words[0] : words[1]])
    return found


@compiled
def _scan(data: GivenBytes, tables: Tables, out: Scan) -> Longs:
    """Fills `out`; gives the state, whose first four numbers say how much of it."""
    state = np.zeros(STATE_SIZE, np.int64)
    state[ELEMENTS] = 1
    out.elements[0, PARENT] = -1
    out.elements[0, IS_BLOCK] = 1
    stack = np.zeros(len(out.elements) + 1, np.int32)
    place, size = 0, len(data) - PADDING
    while place < size:
        if data[place] == TAG_BEGINS:
            place = _read_tag(data, place, stack, tables, out, state)
        elif state[SKIPPED_DEPTH]:
            place = _after_text(data, place)
        else:
            place = read_text(data, place, stack, out, state)
    close_block(out, state, tables.words, tables.groups)
    while state[OPEN] >= 0:
        out.elements[stack[state[OPEN]], END] = state[BLOCKS]
        out.elements[stack[state[OPEN]], ENDS] = state[TEXT]
        state[OPEN] -= 1
    return state


@compiled_part
def _read_tag(data: GivenBytes, place: int, stack: Integers, tables: Tables, out: Scan, state: Longs) -> int:
    following = data[place + 1]  # there is always padding
    if following in (33, 63):  # ! ?
        return _after_comment(data, place)
    closing = following == 47  # /
    name, place = read_name(data, place + 2 if closing else place + 1)
    row = find_element(name, tables.tags)
    kind = tables.kinds[row] if row >= 0 else BLOCK
    if kind <= BLOCK and not closing and not state[SKIPPED_DEPTH]:
        return _open(data, place, name, row, stack, tables, out, state)
    if kind == RAW and not closing:
        return _after_raw(data, _after_tag(data, place), name)
    if kind == SKIPPED or state[SKIPPED_DEPTH]:
        _skip(name, closing, state)
    elif closing:
        place = _after_tag(data, place)
        _close(name, kind, place, stack, tables, out, state)
        return place
    elif kind == BREAK:
        break_line(tables, out, state)
    elif name == _IMG:
        state[IMAGES_SEEN] += 1
    return _after_tag(data, place)


@compiled_part
def _skip(name: int, closing: bool, state: Longs) -> None:  # noqa: FBT001 (kernels take no keywords)
    """Count how deep an element whose text is none stands in others of its name."""
    if not state[SKIPPED_DEPTH] and not closing:
        state[SKIPPED_NAME] = name
    if name == state[SKIPPED_NAME]:
        state[SKIPPED_DEPTH] += -1 if closing else 1
        if state[SKIPPED_DEPTH] <= 0:
            state[SKIPPED_DEPTH] = state[SKIPPED_NAME] = 0


@compiled_part
def _after_comment(data: GivenBytes, place: int) -> int:
    size = len(data)
    if not (place + 3 < size and data[place + 2] == 45 and data[place + 3] == 45):
        while place < size and data[place] != TAG_ENDS:
            place += 1
        return place + 1
    place += 4
    while place + 2 < size and not (data[place] == 45 and data[place + 1] == 45 and data[place + 2] == 62):
        place += 1
    return place + 3


@compiled_part
def _after_tag(data: GivenBytes, place: int) -> int:
    size = len(data)
    while place < size and data[place] != 62:
        if data[place] == 34 and data[place - 1] == 61:  # ="
            place += 1
            while place < size and data[place] != 34:
                place += 1
        place += 1
    return place + 1


@compiled_part
def _after_raw(data: GivenBytes, place: int, name: int) -> int:
    size = len(data)
    while place < size:
        if data[place] == 60 and place + 1 < size and data[place + 1] == 47:
            found, after = read_name(data, place + 2)
            if found == name:
                return _after_tag(data, after)
        place += 1
    return place


@compiled_part
def _after_text(data: GivenBytes, place: int) -> int:
    while data[place] != TAG_BEGINS:
        place += 1
    return place


@compiled_part
def _open(
    data: GivenBytes, place: int, name: int, row: int, stack: Integers, tables: Tables, out: Scan, state: Longs
) -> int:
    is_inline = row >= 0 and tables.kinds[row] == INLINE
    if not is_inline:
        close_block(out, state, tables.words, tables.groups)
    named = place
    marks, sign, place = read_attributes(data, place, tables.steps, tables.found)
    number = state[ELEMENTS]
    if number >= len(out.elements):
        return len(data)
    parent = stack[state[OPEN]]
    element = out.elements[number]
    element[PARENT] = parent
    element[TAG] = name & 0x7FFFFFFF
    element[DEPTH] = out.elements[parent, DEPTH] + (not is_inline)
    element[FIRST] = state[BLOCKS]
    element[SIGN] = mix_byte(sign ^ name, 0) & 0x7FFFFFFF
    element[IS_BLOCK] = not is_inline
    element[BEGINS] = state[TEXT]
    element[NAMED] = named
    out.marks[number] = marks | (tables.bits[row] if row >= 0 else 0)
    state[ELEMENTS] += 1
    state[OPEN] += 1
    stack[state[OPEN]] = number
    if name == _A:
        state[LINK_DEPTH] += 1
    elif name in (_STRONG, _B):
        state[BOLD_DEPTH] += 1
    elif name in (_EM, _I):
        state[ITALIC_DEPTH] += 1
    return place


@compiled_part
def _close(name: int, kind: int, place: int, stack: Integers, tables: Tables, out: Scan, state: Longs) -> None:
    wanted = name & 0x7FFFFFFF
    depth = state[OPEN]
    if depth <= 0 or out.elements[stack[depth], TAG] != wanted:
        return  # no end tag of the innermost element: a tag that the tokeniser saw where there is none
    if kind != INLINE:
        close_block(out, state, tables.words, tables.groups)
    out.elements[stack[depth], END] = state[BLOCKS]
    out.elements[stack[depth], ENDS] = state[TEXT]
    out.elements[stack[depth], CLOSED] = place
    state[OPEN] -= 1
    if name == _A:
        state[LINK_DEPTH] -= 1
    elif name in (_STRONG, _B):
        state[BOLD_DEPTH] -= 1
    elif name in (_EM, _I):
        state[ITALIC_DEPTH] -= 1
