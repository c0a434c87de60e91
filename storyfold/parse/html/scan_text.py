"""The text of blocks, read character by character: white space folded, words hashed, marks counted."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import GivenBytes, Integers, IntegerTable, Longs, Number, Shorts
from storyfold.kernels.compiled import compiled_part
from storyfold.parse.html.block_vocabulary import GROUP_COUNTS
from storyfold.parse.html.scan_attributes import FNV, mix_byte
from storyfold.parse.html.scan_rows import (
    AMPERSAND,
    BEGUN,
    BLOCKS,
    BOLD,
    BOLD_DEPTH,
    BRACKET,
    BREAKS,
    CAPITAL,
    CAPITALS,
    CHARS,
    COMMA,
    COMMAS,
    COUNTS,
    DASH,
    DIGIT,
    DIGITS,
    GAP,
    IDEOGRAPH,
    IDEOGRAPHS,
    IMAGES,
    IMAGES_SEEN,
    IN_WORD,
    INNER,
    IS_BLOCK,
    ITALIC,
    ITALIC_DEPTH,
    LAST,
    LAST_LETTER,
    LETTER,
    LINES,
    LINK_DEPTH,
    LINKED,
    LINKS,
    MARK,
    MARKS,
    OPEN,
    OWNER,
    QUOTE,
    SIGN_MARK,
    SPACE,
    START,
    STOP,
    STOPS,
    TAG_BEGINS,
    TEXT,
    TEXT_FROM,
    TEXT_TO,
    WORD_FROM,
    WORD_HASH,
    WORD_TO,
    WORDS,
    Scan,
    Tables,
)


def _ascii_kind(letter: str) -> int:
    if letter <= " ":
        return SPACE
    if letter.isalnum() or letter == "_":
        return DIGIT if letter.isdigit() else CAPITAL if letter.isupper() else LETTER
    return STOP if letter in ".!?" else COMMA if letter in ",;" else MARK


_ASCII_KINDS = np.array([_ascii_kind(chr(code)) for code in range(128)], np.int64)


@compiled_part
def read_text(data: GivenBytes, place: int, stack: Integers, out: Scan, state: Longs) -> int:
    """The characters up to the next tag, with white space folded and words hashed."""
    text, words, at, word = out.text, out.words, state[TEXT], state[WORDS]
    value, in_word, gap, letter = state[WORD_HASH], state[IN_WORD], state[GAP], np.int64(0)
    chars = 0
    while data[place] != TAG_BEGINS:
        lead = np.int64(data[place])
        letter, width = lead, 1
        if lead >= 128 or lead == AMPERSAND:
            letter, width = _wide(lead, data[place + 1], data[place + 2], data[place + 3], data[place + 4])
        kind = _ASCII_KINDS[letter] if letter < 128 else _kind_of(letter)
        if in_word and (kind < LETTER or kind == IDEOGRAPH):
            words[word] = value
            word += 1
            in_word = 0
        if kind == SPACE:
            gap = 1
        else:
            if not state[BEGUN]:
                state[TEXT], state[WORDS] = at, word
                _begin_block(stack, out, state, _start_kind(letter, kind))
            elif gap:
                text[at] = 10 if state[BREAKS] else 32
                at += 1
            gap = state[BREAKS] = 0
            chars += 1
            state[COUNTS + kind] += 1
            if kind >= LETTER and not in_word:
                value, in_word = FNV, 1
            for i in range(1 if letter < 128 else width):
                byte = letter if letter < 128 else np.int64(data[place + i])
                text[at] = byte
                at += 1
                value = mix_byte(value, _lower(byte, lead, i))
            if kind == IDEOGRAPH:  # a word of its own, whatever follows
                words[word] = value
                word += 1
                in_word = 0
            state[LAST_LETTER] = letter
        place += width
    state[TEXT], state[WORDS], state[WORD_HASH], state[IN_WORD], state[GAP] = at, word, value, in_word, gap
    _note_links(out.blocks, state, chars)
    return place


@compiled_part
def _note_links(blocks: IntegerTable, state: Longs, chars: int) -> None:
    """Count the characters just read as linked, bold or italic, where they are."""
    if chars and state[LINK_DEPTH] > 0:
        blocks[state[BLOCKS], LINKED] += chars
        blocks[state[BLOCKS], LINKS] += 1
    if chars and state[BOLD_DEPTH] > 0:
        blocks[state[BLOCKS], BOLD] += chars
    if chars and state[ITALIC_DEPTH] > 0:
        blocks[state[BLOCKS], ITALIC] += chars


@compiled_part
def _start_kind(letter: Number, kind: Number) -> Number:
    """The kind of a block's first character, of marks more closely: captions, credits and quotes begin with some."""
    if kind != MARK:
        return kind
    if letter in (34, 39, 0xAB, 0xBB, 0x2018, 0x201C, 0x201E, 0x300C, 0x300E):
        return np.int64(QUOTE)
    if letter in (40, 91, 0x3010, 0xFF08):
        return np.int64(BRACKET)
    if letter in (42, 45, 0xB7, 0x2013, 0x2014, 0x2022, 0x30FB) or 0x25A0 <= letter <= 0x27FF:
        return np.int64(DASH)
    return np.int64(SIGN_MARK if letter in (35, 64, 0xA9) else MARK)


@compiled_part
def _lower(byte: Number, lead: Number, place: Number) -> Number:
    """The byte of the small letter, in ASCII and Latin-1."""
    if 65 <= byte <= 90 or (lead == 0xC3 and place == 1 and byte <= 0x9E):
        return byte + 32
    return byte


@compiled_part
def _wide(first: Number, second: Number, third: Number, fourth: Number, fifth: Number) -> tuple[Number, Number]:
    """The code point and its width in bytes, of UTF-8 beyond ASCII or of an entity as the HTML standard writes it."""
    if first == AMPERSAND:
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


@compiled_part
def _kind_of(letter: Number) -> Number:
    """What a character beyond ASCII is; blocks and marks as Unicode has them."""
    kind = LETTER
    if letter == 0xA0 or 0x2000 <= letter <= 0x200B or letter in (0x202F, 0x3000, 0xFEFF):
        kind = SPACE
    elif letter in (0x061F, 0x0964, 0x2026, 0x3002, 0xFF01, 0xFF1F):
        kind = STOP
    elif letter in (0x060C, 0x3001, 0xFF0C):
        kind = COMMA
    elif letter < 0xC0:
        kind = LETTER if letter in (0xAA, 0xB5, 0xBA) else MARK
    elif (letter <= 0xDE and letter != 0xD7) or 0x0410 <= letter <= 0x042F:
        kind = CAPITAL
    elif letter in (0xD7, 0xF7, 0x30FB) or 0x200C <= letter <= 0x2BFF or _is_wide_mark(letter):
        kind = MARK
    elif 0x3040 <= letter <= 0x9FFF or letter >= 0x20000 or _is_south_asian(letter):
        kind = IDEOGRAPH
    return kind


@compiled_part
def _is_wide_mark(letter: Number) -> Number:
    return 0x3001 <= letter <= 0x3030 or 0xFF00 <= letter <= 0xFF0F


@compiled_part
def _is_south_asian(letter: Number) -> Number:
    """Thai, Lao, Burmese and Khmer: written without spaces between words."""
    return 0x0E00 <= letter <= 0x0EFF or 0x1000 <= letter <= 0x109F or 0x1780 <= letter <= 0x17FF


@compiled_part
def _begin_block(stack: Integers, out: Scan, state: Longs, kind: int) -> None:
    state[BEGUN] = 1
    row = out.blocks[state[BLOCKS]]
    depth = state[OPEN]
    row[INNER] = stack[depth]
    while depth > 0 and not out.elements[stack[depth], IS_BLOCK]:
        depth -= 1
    row[OWNER] = stack[depth]
    row[TEXT_FROM] = state[TEXT]
    row[WORD_FROM] = state[WORDS]
    row[START] = kind
    row[LINES] = 1
    row[IMAGES] = state[IMAGES_SEEN]
    state[IMAGES_SEEN] = 0


@compiled_part
def break_line(tables: Tables, out: Scan, state: Longs) -> None:
    """A `<br>`: a line end within the block; a second one with no text between ends the block."""
    if state[BREAKS]:
        close_block(out, state, tables.words, tables.groups)
    elif state[BEGUN]:
        state[BREAKS] = state[GAP] = 1
        out.blocks[state[BLOCKS], LINES] += 1


@compiled_part
def close_block(out: Scan, state: Longs, word_table: Longs, group_table: Shorts) -> None:
    state[GAP] = state[BREAKS] = 0
    if not state[BEGUN]:
        return
    state[BEGUN] = 0
    block = state[BLOCKS]
    row = out.blocks[block]
    if state[IN_WORD]:
        out.words[state[WORDS]] = state[WORD_HASH]
        state[WORDS] += 1
        state[IN_WORD] = 0
    row[TEXT_TO], row[WORD_TO], row[LAST] = state[TEXT], state[WORDS], state[LAST_LETTER]
    for kind in range(1, 8):
        row[CHARS] += state[COUNTS + kind]
    row[STOPS], row[COMMAS] = state[COUNTS + STOP], state[COUNTS + COMMA]
    row[DIGITS], row[CAPITALS] = state[COUNTS + DIGIT], state[COUNTS + CAPITAL]
    row[IDEOGRAPHS], row[MARKS] = state[COUNTS + IDEOGRAPH], state[COUNTS + MARK]
    state[COUNTS : COUNTS + 8] = 0
    for place in range(row[WORD_FROM], row[WORD_TO]):
        found = find_element(out.words[place], word_table)
        if found >= 0:
            for group in range(GROUP_COUNTS):
                out.groups[block, group] += group_table[found] >> group & 1
    if block + 1 < len(out.blocks):
        state[BLOCKS] += 1
    else:
        row[:] = 0  # no room: the last row is never kept


@compiled_part
def find_element(wanted: Number, ascending: Longs) -> Number:
    """Where it stands, or -1."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(ascending) and ascending[low] == wanted else -1
