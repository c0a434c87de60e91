"""One pass over a page's markup: its elements, and its blocks of running text with what can be counted in them.

The markup is what the HTML parser writes of its tree (well nested, quoted, five entities), so that a plain tokeniser
reads it. A block is a run of inline content: it ends where a block element begins or ends, or at a doubled `<br>`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storyfold.compiled import compiled
from storyfold.parse.arrays import Bytes, Hashes, Integers, Longs, Shorts
from storyfold.parse.block_words import (
    BLOCK,
    BREAK,
    INLINE,
    MARK_BODY,
    MARK_HIDDEN,
    RAW,
    SKIPPED,
    VOID,
    Automaton,
    class_automaton,
    name_hash,
    tag_table,
    text_word_table,
)

MAX_ELEMENTS = 200_000  # read of one page; the largest of 323 real pages has 8,000 tags
MAX_BLOCKS = 20_000  # likewise; the largest has some 3,000
PADDING = 8  # bytes after the markup, so that no look ahead leaves it

# Columns of `Scan.elements`: the blocks of an element are FIRST to END, its parent comes before it.
PARENT, TAG, DEPTH, FIRST, END, SIGN, IS_BLOCK, INSIDE_P = range(8)
# Columns of `Scan.blocks`; TEXT and WORD are half-open ranges, the rest counts.
(
    TEXT_FROM, TEXT_TO, OWNER, INNER, WORD_FROM, WORD_TO, CHARS, LINKED, LINKS, BOLD, STOPS, COMMAS, DIGITS, CAPITALS,
    LAST, START, LINES, IDEOGRAPHS,
) = range(18)  # fmt: skip
BLOCK_COLUMNS = 18
GROUP_COUNTS = 9  # counters of `TEXT_GROUPS`

# Places in the kernel's state.
_ELEMENTS, _BLOCKS, _TEXT, _WORDS, _OPEN, _BEGUN, _GAP, _BREAKS, _LINK_DEPTH, _BOLD_DEPTH, _WORD_HASH, _IN_WORD = range(
    12
)
_LAST, _COUNTS = 12, 13
_SPACE, _MARK, _STOP, _COMMA, _LETTER, _DIGIT, _CAPITAL, _IDEOGRAPH = range(8)  # kinds of characters
_STATE = _COUNTS + 8
_TAG_BEGINS, _TAG_ENDS, _AMPERSAND = 60, 62, 38


def _ascii_kind(letter: str) -> int:
    if letter <= " ":
        return _SPACE
    if letter.isalnum() or letter == "_":
        return _DIGIT if letter.isdigit() else _CAPITAL if letter.isupper() else _LETTER
    return _STOP if letter in ".!?" else _COMMA if letter in ",;" else _MARK


_ASCII_KINDS = np.array([_ascii_kind(chr(code)) for code in range(128)], np.int64)

_FNV = 0x811C9DC5
_A, _STRONG, _B = (name_hash(name) for name in ("a", "strong", "b"))
_CLASS, _ID, _ROLE, _ITEMPROP, _STYLE, _HIDDEN, _ARIA_HIDDEN, _TESTID = (
    name_hash(name) for name in ("class", "id", "role", "itemprop", "style", "hidden", "aria-hidden", "data-testid")
)
_ARTICLE_BODY = name_hash("articlebody")
_DISPLAY_NONE = np.frombuffer(b"display:none", np.uint8)


class Scan(NamedTuple):
    """A page as arrays: a row an element, a row a block, and the blocks' text and words one after another."""

    elements: Integers
    marks: Longs  # of elements: the groups of `block_words` that its name and attributes belong to
    blocks: Integers
    groups: Shorts  # of blocks: how many of its words belong to each of `TEXT_GROUPS`
    text: Bytes  # UTF-8, white space folded
    words: Hashes  # FNV-1a of each word in lower case

    def block_text(self, block: int) -> str:
        """The text of one block, line ends where `<br>` stood."""
        start, end = self.blocks[block, TEXT_FROM], self.blocks[block, TEXT_TO]
        return self.text[start:end].tobytes().decode("utf-8", "replace")


class _Tables(NamedTuple):
    tags: Longs
    kinds: NDArray[np.int8]
    bits: Longs
    words: Longs
    groups: Shorts
    steps: Shorts
    found: Longs


def scan_markup(markup: str) -> Scan:
    """The elements and blocks of a page as its HTML parser writes it; never raises."""
    data = np.frombuffer(markup.encode("utf-8", "replace") + b"<" * PADDING, np.uint8)
    automaton: Automaton = class_automaton()
    tables = _Tables(*tag_table(), *text_word_table(), *automaton)
    tags = markup.count("<") + 2
    room, blocks_room = min(MAX_ELEMENTS, tags), min(MAX_BLOCKS, tags)
    out = Scan(
        np.zeros((room, 8), np.int32),
        np.zeros(room, np.int64),
        np.zeros((blocks_room, BLOCK_COLUMNS), np.int32),
        np.zeros((blocks_room, GROUP_COUNTS), np.int16),
        np.empty(len(data) + 16, np.uint8),
        np.empty(len(data) // 2 + 16, np.uint32),
    )
    state = _scan(data, tables, out)
    elements, blocks, text, words = (int(n) for n in state[:4])
    return Scan(
        out.elements[:elements], out.marks[:elements], out.blocks[:blocks], out.groups[:blocks], out.text[:text],
        out.words[:words],
    )  # fmt: skip


def hash_words(text: str) -> Hashes:
    """The words of a text as the scan hashes them."""
    return scan_markup(text.replace("&", "&amp;").replace("<", "&lt;")).words


@compiled
def _scan(data: Bytes, tables: _Tables, out: Scan) -> Longs:
    state = np.zeros(_STATE, np.int64)
    state[_ELEMENTS] = 1
    out.elements[0, PARENT] = -1
    out.elements[0, IS_BLOCK] = 1
    stack = np.zeros(len(out.elements) + 1, np.int32)
    place, size, skipped = 0, len(data) - PADDING, 0
    skip = 0
    while place < size:
        if data[place] != _TAG_BEGINS:
            place = _read_text(data, place, stack, out, state) if not skipped else _after_text(data, place)
            continue
        if place + 1 < size and data[place + 1] == 33:  # !
            place = _after_comment(data, place)
            continue
        closing = place + 1 < size and data[place + 1] == 47  # /
        start = place + (2 if closing else 1)
        name, place = _read_name(data, start)
        row = _place_of(name, tables.tags)
        kind = tables.kinds[row] if row >= 0 else BLOCK
        if kind == RAW and not closing:
            place = _after_raw(data, _after_tag(data, place), name)
        elif skipped or (kind == SKIPPED and not closing):
            place = _after_tag(data, place)
            if not skipped:
                skip, skipped = name, 1
            elif name == skip:
                skipped += -1 if closing else 1
        elif closing:
            place = _after_tag(data, place)
            _close(name, kind, stack, tables, out, state)
        elif kind == BREAK:
            place = _after_tag(data, place)
            _break(tables, out, state)
        elif kind == VOID:
            place = _after_tag(data, place)
        else:
            place = _open(data, place, name, kind, tables.bits[row] if row >= 0 else 0, stack, tables, out, state)
    _end_block(out, state, tables.words, tables.groups)
    while state[_OPEN] >= 0:
        out.elements[stack[state[_OPEN]], END] = state[_BLOCKS]
        state[_OPEN] -= 1
    return state


@compiled
def _mixed(value: int, byte: int) -> int:
    """One step of FNV-1a."""
    return ((np.int64(value) ^ np.int64(byte)) * 0x01000193) & 0xFFFFFFFF


@compiled
def _place_of(wanted: int, ascending: Longs) -> int:
    """Where it stands, or -1."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(ascending) and ascending[low] == wanted else -1


@compiled
def _read_name(data: Bytes, place: int) -> tuple[int, int]:
    value = _FNV
    while place < len(data):
        byte = data[place]
        if byte <= 32 or byte in (62, 47, 61):
            break
        value = _mixed(value, byte + 32 if 65 <= byte <= 90 else byte)
        place += 1
    return value, place


@compiled
def _after_comment(data: Bytes, place: int) -> int:
    size = len(data)
    if not (place + 3 < size and data[place + 2] == 45 and data[place + 3] == 45):
        return _after_tag(data, place + 2)
    place += 4
    while place + 2 < size and not (data[place] == 45 and data[place + 1] == 45 and data[place + 2] == 62):
        place += 1
    return place + 3


@compiled
def _after_tag(data: Bytes, place: int) -> int:
    size = len(data)
    while place < size and data[place] != 62:
        if data[place] == 34 and data[place - 1] == 61:  # ="
            place += 1
            while place < size and data[place] != 34:
                place += 1
        place += 1
    return place + 1


@compiled
def _after_raw(data: Bytes, place: int, name: int) -> int:
    size = len(data)
    while place < size:
        if data[place] == 60 and place + 1 < size and data[place + 1] == 47:
            found, after = _read_name(data, place + 2)
            if found == name:
                return _after_tag(data, after)
        place += 1
    return place


@compiled
def _open(
    data: Bytes, place: int, name: int, kind: int, bits: int, stack: Integers, tables: _Tables, out: Scan, state: Longs
) -> int:
    if kind != INLINE:
        _end_block(out, state, tables.words, tables.groups)
    marks, sign, place = _read_attributes(data, place, tables.steps, tables.found)
    number = state[_ELEMENTS]
    if number >= len(out.elements):
        return len(data)
    parent = stack[state[_OPEN]]
    row = out.elements[number]
    row[PARENT] = parent
    row[TAG] = name & 0x7FFFFFFF
    row[DEPTH] = out.elements[parent, DEPTH] + (kind != INLINE)
    row[FIRST] = state[_BLOCKS]
    row[SIGN] = _mixed(sign ^ name, 0) & 0x7FFFFFFF
    row[IS_BLOCK] = kind != INLINE
    out.marks[number] = marks | bits
    state[_ELEMENTS] += 1
    state[_OPEN] += 1
    stack[state[_OPEN]] = number
    if name == _A:
        state[_LINK_DEPTH] += 1
    elif name in (_STRONG, _B):
        state[_BOLD_DEPTH] += 1
    return place


@compiled
def _close(name: int, kind: int, stack: Integers, tables: _Tables, out: Scan, state: Longs) -> None:
    wanted = name & 0x7FFFFFFF
    depth = state[_OPEN]
    if depth <= 0 or out.elements[stack[depth], TAG] != wanted:
        return  # no end tag of the innermost element: a tag that the tokeniser saw where there is none
    if kind != INLINE:
        _end_block(out, state, tables.words, tables.groups)
    out.elements[stack[depth], END] = state[_BLOCKS]
    state[_OPEN] -= 1
    if name == _A:
        state[_LINK_DEPTH] -= 1
    elif name in (_STRONG, _B):
        state[_BOLD_DEPTH] -= 1


@compiled
def _read_attributes(data: Bytes, place: int, steps: Shorts, found: Longs) -> tuple[int, int, int]:
    """The groups that a tag's attributes name, a hash of its class, and where the tag ends."""
    marks, sign, size = np.int64(0), np.int64(_FNV), len(data)
    while place < size and data[place] != _TAG_ENDS:
        start, name = place, np.int64(_FNV)
        while place < size and data[place] > 32 and data[place] != 61 and data[place] != _TAG_ENDS:  # =
            name = _mixed(name, data[place])  # the parser writes names in small letters
            place += 1
        if name == _HIDDEN:
            marks |= np.int64(1) << MARK_HIDDEN
        if not (place + 1 < size and data[place] == 61 and data[place + 1] == 34):  # ="
            place += place == start or data[place] != _TAG_ENDS
            continue
        place += 2
        start = place
        while place < size and data[place] != 34:
            place += 1
        if name == _CLASS or name == _ID or name == _ROLE or name == _ITEMPROP or name == _TESTID:
            groups, value = _class_groups(data, start, place, steps, found)
            marks |= groups
            if name == _CLASS:
                sign = value
            elif name == _ITEMPROP and value == _ARTICLE_BODY:
                marks |= np.int64(1) << MARK_BODY
        elif (name == _ARIA_HIDDEN and place - start == 4) or (name == _STYLE and _hides(data, start, place)):
            marks |= np.int64(1) << MARK_HIDDEN
        place += 1
    return marks, sign, place + 1


@compiled
def _class_groups(data: Bytes, start: int, end: int, steps: Shorts, found: Longs) -> tuple[int, int]:
    """The groups whose words occur, and a hash; a capital after a small letter begins a word, as in `storyBody`."""
    groups, step, small, value = np.int64(0), np.int64(steps[0, 0]), False, np.int64(_FNV)
    for place in range(start, end + 1):
        byte = np.int64(data[place]) if place < end else 32
        if 65 <= byte <= 90:
            byte += 32
            if small:
                step = np.int64(steps[step, 0])
                groups |= found[step]
            small = False
        else:
            small = 97 <= byte <= 122
        if place < end:
            value = _mixed(value, byte)
        step = np.int64(steps[step, byte - 96 if 97 <= byte <= 122 else 0])
        groups |= found[step]
    return groups, value


@compiled
def _hides(data: Bytes, start: int, end: int) -> bool:
    matched = 0
    for place in range(start, end):
        byte = data[place]
        if byte == 32:
            continue
        matched = matched + 1 if byte == _DISPLAY_NONE[matched] else int(byte == _DISPLAY_NONE[0])
        if matched == len(_DISPLAY_NONE):
            return True
    return False


@compiled
def _break(tables: _Tables, out: Scan, state: Longs) -> None:
    """A `<br>`: a line end within the block; a second one with no text between ends the block."""
    if state[_BREAKS]:
        _end_block(out, state, tables.words, tables.groups)
    elif state[_BEGUN]:
        state[_BREAKS] = state[_GAP] = 1
        out.blocks[state[_BLOCKS], LINES] += 1


@compiled
def _end_block(out: Scan, state: Longs, word_table: Longs, group_table: Shorts) -> None:
    state[_GAP] = state[_BREAKS] = 0
    if not state[_BEGUN]:
        return
    state[_BEGUN] = 0
    block = state[_BLOCKS]
    row = out.blocks[block]
    if state[_IN_WORD]:
        out.words[state[_WORDS]] = state[_WORD_HASH]
        state[_WORDS] += 1
        state[_IN_WORD] = 0
    row[TEXT_TO], row[WORD_TO], row[LAST] = state[_TEXT], state[_WORDS], state[_LAST]
    for kind in range(1, 8):
        row[CHARS] += state[_COUNTS + kind]
    row[STOPS], row[COMMAS] = state[_COUNTS + _STOP], state[_COUNTS + _COMMA]
    row[DIGITS], row[CAPITALS] = state[_COUNTS + _DIGIT], state[_COUNTS + _CAPITAL]
    row[IDEOGRAPHS] = state[_COUNTS + _IDEOGRAPH]
    state[_COUNTS : _COUNTS + 8] = 0
    for place in range(row[WORD_FROM], row[WORD_TO]):
        found = _place_of(out.words[place], word_table)
        if found >= 0:
            for group in range(GROUP_COUNTS):
                out.groups[block, group] += group_table[found] >> group & 1
    if block + 1 < len(out.blocks):
        state[_BLOCKS] += 1
    else:
        row[:] = 0  # no room: the last row is never kept


@compiled
def _begin_block(stack: Integers, out: Scan, state: Longs, kind: int) -> None:
    state[_BEGUN] = 1
    row = out.blocks[state[_BLOCKS]]
    depth = state[_OPEN]
    row[INNER] = stack[depth]
    while depth > 0 and not out.elements[stack[depth], IS_BLOCK]:
        depth -= 1
    row[OWNER] = stack[depth]
    row[TEXT_FROM] = state[_TEXT]
    row[WORD_FROM] = state[_WORDS]
    row[START] = kind
    row[LINES] = 1


@compiled
def _after_text(data: Bytes, place: int) -> int:
    while data[place] != _TAG_BEGINS:
        place += 1
    return place


@compiled
def _read_text(data: Bytes, place: int, stack: Integers, out: Scan, state: Longs) -> int:
    """The characters up to the next tag, with white space folded and words hashed."""
    text, words, at, word = out.text, out.words, state[_TEXT], state[_WORDS]
    value, in_word, gap, letter, first = state[_WORD_HASH], state[_IN_WORD], state[_GAP], np.int64(0), at
    chars = 0
    while data[place] != _TAG_BEGINS:
        lead = np.int64(data[place])
        letter, width = lead, 1
        if lead >= 128 or lead == _AMPERSAND:
            letter, width = _wide(lead, data[place + 1], data[place + 2], data[place + 3], data[place + 4])
        kind = _ASCII_KINDS[letter] if letter < 128 else _kind_of(letter)
        if in_word and (kind < _LETTER or kind == _IDEOGRAPH):
            words[word] = value
            word += 1
            in_word = 0
        if kind == _SPACE:
            gap = 1
        else:
            if not state[_BEGUN]:
                state[_TEXT], state[_WORDS] = at, word
                _begin_block(stack, out, state, kind)
            elif gap:
                text[at] = 10 if state[_BREAKS] else 32
                at += 1
            gap = state[_BREAKS] = 0
            chars += 1
            state[_COUNTS + kind] += 1
            if kind >= _LETTER and not in_word:
                value, in_word = _FNV, 1
            for i in range(1 if letter < 128 else width):
                byte = letter if letter < 128 else np.int64(data[place + i])
                text[at] = byte
                at += 1
                value = _mixed(value, _lower(byte, lead, i))
            state[_LAST] = letter
        place += width
    state[_TEXT], state[_WORDS], state[_WORD_HASH], state[_IN_WORD], state[_GAP] = at, word, value, in_word, gap
    if chars:
        blocks = out.blocks
        blocks[state[_BLOCKS], LINKED] += chars if state[_LINK_DEPTH] > 0 else 0
        blocks[state[_BLOCKS], LINKS] += state[_LINK_DEPTH] > 0
        blocks[state[_BLOCKS], BOLD] += chars if state[_BOLD_DEPTH] > 0 else 0
    return place


@compiled
def _lower(byte: int, lead: int, place: int) -> int:
    """The byte of the small letter, in ASCII and Latin-1."""
    if 65 <= byte <= 90 or (lead == 0xC3 and place == 1 and byte <= 0x9E):
        return byte + 32
    return byte


@compiled
def _wide(first: int, second: int, third: int, fourth: int, fifth: int) -> tuple[int, int]:
    """The code point and its width in bytes, of UTF-8 beyond ASCII or of an entity as the HTML standard writes it."""
    if first == _AMPERSAND:
        if second == 97 and fifth == 59:  # &amp;
            return np.int64(38), 5
        if second in (103, 108) and fourth == 59:  # &gt; &lt;
            return np.int64(60 if second == 108 else 62), 4
        return (np.int64(32), 6) if second == 110 and third == 98 and fifth == 112 else (np.int64(38), 1)  # &nbsp;
    if first < 0xE0:
        return (np.int64(first & 0x1F) << 6) | (second & 0x3F), 2
    if first < 0xF0:
        return (np.int64(first & 0x0F) << 12) | (np.int64(second & 0x3F) << 6) | (third & 0x3F), 3
    return np.int64(0x20000), 4  # which of the rarer characters does not matter


@compiled
def _kind_of(letter: int) -> int:
    """What a character beyond ASCII is; blocks and marks as Unicode has them."""
    if letter < 0xC0:
        if letter in (0xAA, 0xB5, 0xBA):
            return _LETTER
        return _SPACE if letter == 0xA0 else _MARK
    if letter <= 0x1FFF:
        if 0x0E00 <= letter <= 0x0EFF or 0x1000 <= letter <= 0x109F or 0x1780 <= letter <= 0x17FF:
            return _IDEOGRAPH
        if letter in (0xD7, 0xF7):
            return _MARK
        if letter in (0x061F, 0x0964):
            return _STOP
        if letter == 0x060C:
            return _COMMA
        return _CAPITAL if letter <= 0xDE or 0x0410 <= letter <= 0x042F else _LETTER
    if letter in (0x2026, 0x3002, 0xFF01, 0xFF1F):
        return _STOP
    if letter in (0x3001, 0xFF0C):
        return _COMMA
    if letter <= 0x200B or letter in (0x202F, 0x3000, 0xFEFF):
        return _SPACE
    if letter <= 0x2BFF or 0x3001 <= letter <= 0x3030 or letter == 0x30FB or 0xFF00 <= letter <= 0xFF0F:
        return _MARK
    return _IDEOGRAPH if 0x3040 <= letter <= 0x9FFF or letter >= 0x20000 else _LETTER
