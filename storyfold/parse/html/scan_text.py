"""Read the text of blocks, character by character: white space folded, words hashed, marks counted."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Integers, Longs, Number, ReadOnlyBytes, Shorts
from storyfold.kernels.compiled import compiled
from storyfold.parse.html.block_vocabulary import GROUP_COUNTS
from storyfold.parse.html.markup_bytes import AMPERSAND, SEMICOLON, TAG_START, is_capital
from storyfold.parse.html.scan_attributes import FNV, mix_byte
from storyfold.parse.html.scan_records import (
    CHARACTER_KINDS,
    KIND_BRACKET,
    KIND_CAPITAL,
    KIND_COMMA,
    KIND_DASH,
    KIND_DIGIT,
    KIND_IDEOGRAPH,
    KIND_LETTER,
    KIND_MARK,
    KIND_QUOTE,
    KIND_SIGN,
    KIND_SPACE,
    KIND_STOP,
    BlockRecords,
    Scan,
    ScanState,
    Tables,
)

LINE_END, BLANK = ord("\n"), ord(" ")


def _classify_ascii(letter: str) -> int:
    if letter <= " ":
        return KIND_SPACE
    if letter.isalnum() or letter == "_":
        return KIND_DIGIT if letter.isdigit() else KIND_CAPITAL if letter.isupper() else KIND_LETTER
    return KIND_STOP if letter in ".!?" else KIND_COMMA if letter in ",;" else KIND_MARK


_ASCII_KINDS = np.array([_classify_ascii(chr(code)) for code in range(128)], np.int64)


@compiled(called_by_kernels=True)
def read_text(data: ReadOnlyBytes, position: int, stack: Integers, out: Scan, state: ScanState) -> int:
    """Read the characters up to the next tag, with white space folded and words hashed, and return its byte."""
    text, words, at, word = out.text, out.words, state.text, state.words
    value, in_word, space_pending, letter = state.word_hash, state.in_word, state.space_pending, np.int64(0)
    chars = 0
    while data[position] != TAG_START:
        lead = np.int64(data[position])
        letter, width = lead, 1
        if lead >= 128 or lead == AMPERSAND:
            letter, width = _read_wide(
                lead, data[position + 1], data[position + 2], data[position + 3], data[position + 4]
            )
        kind = _ASCII_KINDS[letter] if letter < 128 else _classify(letter)
        if in_word and (kind < KIND_LETTER or kind == KIND_IDEOGRAPH):
            words[word] = value
            word += 1
            in_word = 0
        if kind == KIND_SPACE:
            space_pending = 1
        else:
            if not state.in_block:
                state.text, state.words = at, word
                _begin_block(stack, out, state, _classify_first(letter, kind))
            elif space_pending:
                text[at] = LINE_END if state.break_pending else BLANK
                at += 1
            space_pending = state.break_pending = 0
            chars += 1
            state.kinds[kind] += 1
            if kind >= KIND_LETTER and not in_word:
                value, in_word = FNV, 1
            for i in range(1 if letter < 128 else width):
                byte = letter if letter < 128 else np.int64(data[position + i])
                text[at] = byte
                at += 1
                value = mix_byte(value, _lower_latin(byte, lead, i))
            if kind == KIND_IDEOGRAPH:  # a word of its own, whatever follows
                words[word] = value
                word += 1
                in_word = 0
            state.last_letter = letter
        position += width
    state.text, state.words, state.word_hash, state.in_word = at, word, value, in_word
    state.space_pending = space_pending
    _count_styled(out.blocks, state, chars)
    return position


@compiled(called_by_kernels=True)
def _count_styled(blocks: BlockRecords, state: ScanState, chars: int) -> None:
    """Count the characters just read as linked, bold or italic, where they are."""
    block = blocks[state.blocks]
    if chars and state.link_depth > 0:
        block.linked_chars += chars
        block.links += 1
    if chars and state.bold_depth > 0:
        block.bold_chars += chars
    if chars and state.italic_depth > 0:
        block.italic_chars += chars


@compiled(called_by_kernels=True)
def _classify_first(letter: Number, kind: Number) -> Number:
    """Return the kind of a block's first character, of marks more closely: captions, credits and quotes have some."""
    if kind != KIND_MARK:
        return kind
    if letter in (34, 39, 0xAB, 0xBB, 0x2018, 0x201C, 0x201E, 0x300C, 0x300E):
        return np.int64(KIND_QUOTE)
    if letter in (40, 91, 0x3010, 0xFF08):
        return np.int64(KIND_BRACKET)
    if letter in (42, 45, 0xB7, 0x2013, 0x2014, 0x2022, 0x30FB) or 0x25A0 <= letter <= 0x27FF:
        return np.int64(KIND_DASH)
    return np.int64(KIND_SIGN if letter in (35, 64, 0xA9) else KIND_MARK)


@compiled(called_by_kernels=True)
def _lower_latin(byte: Number, lead: Number, index: Number) -> Number:
    """Return the byte of the small letter, in ASCII and Latin-1; it is the `index`th of one that begins with `lead`."""
    if is_capital(byte) or (lead == 0xC3 and index == 1 and byte <= 0x9E):
        return byte + 32
    return byte


@compiled(called_by_kernels=True)
def _read_wide(first: Number, second: Number, third: Number, fourth: Number, fifth: Number) -> tuple[Number, Number]:
    """Return a code point and its bytes, of UTF-8 beyond ASCII or of an entity as the HTML standard writes it."""
    if first == AMPERSAND:
        if second == 97 and fifth == SEMICOLON:  # &amp;
            return np.int64(AMPERSAND), 5
        if second in (103, 108) and fourth == SEMICOLON:  # &gt; &lt;
            return np.int64(60 if second == 108 else 62), 4
        return (np.int64(BLANK), 6) if second == 110 and third == 98 and fifth == 112 else (np.int64(38), 1)  # &nbsp;
    if first < 0xE0:
        return (np.int64(first & 0x1F) << 6) | (second & 0x3F), 2
    if first < 0xF0:
        return (np.int64(first & 0x0F) << 12) | (np.int64(second & 0x3F) << 6) | (third & 0x3F), 3
    return np.int64(0x20000), 4  # which of the rarer characters does not matter


@compiled(called_by_kernels=True)
def _classify(letter: Number) -> Number:
    """Return the kind of a character beyond ASCII; blocks and marks as Unicode has them."""
    kind = KIND_LETTER
    if letter == 0xA0 or 0x2000 <= letter <= 0x200B or letter in (0x202F, 0x3000, 0xFEFF):
        kind = KIND_SPACE
    elif letter in (0x061F, 0x0964, 0x2026, 0x3002, 0xFF01, 0xFF1F):
        kind = KIND_STOP
    elif letter in (0x060C, 0x3001, 0xFF0C):
        kind = KIND_COMMA
    elif letter < 0xC0:
        kind = KIND_LETTER if letter in (0xAA, 0xB5, 0xBA) else KIND_MARK
    elif (letter <= 0xDE and letter != 0xD7) or 0x0410 <= letter <= 0x042F:
        kind = KIND_CAPITAL
    elif letter in (0xD7, 0xF7, 0x30FB) or 0x200C <= letter <= 0x2BFF or _is_wide_mark(letter):
        kind = KIND_MARK
    elif 0x3040 <= letter <= 0x9FFF or letter >= 0x20000 or _is_southeast_asian(letter):
        kind = KIND_IDEOGRAPH
    return kind


@compiled(called_by_kernels=True)
def _is_wide_mark(letter: Number) -> Number:
    """Say whether it is a mark of Chinese or Japanese, or of full width."""
    return 0x3001 <= letter <= 0x3030 or 0xFF00 <= letter <= 0xFF0F


@compiled(called_by_kernels=True)
def _is_southeast_asian(letter: Number) -> Number:
    """Say whether it is Thai, Lao, Burmese and Khmer: written without spaces between words."""
    return 0x0E00 <= letter <= 0x0EFF or 0x1000 <= letter <= 0x109F or 0x1780 <= letter <= 0x17FF


@compiled(called_by_kernels=True)
def _begin_block(stack: Integers, out: Scan, state: ScanState, kind: int) -> None:
    """Begin a block where its first character, of this kind, stands."""
    state.in_block = 1
    block = out.blocks[state.blocks]
    depth = state.depth
    block.inner_element = stack[depth]
    while depth > 0 and not out.elements[stack[depth]].is_block:
        depth -= 1
    block.block_element = stack[depth]
    block.text_from = state.text
    block.word_from = state.words
    block.first_kind = kind
    block.lines = 1
    block.images = state.images
    state.images = 0


@compiled(called_by_kernels=True)
def break_line(tables: Tables, out: Scan, state: ScanState) -> None:
    """Read a `<br>`: a line end within the block; a second one with no text between ends the block."""
    if state.break_pending:
        close_block(out, state, tables.words, tables.groups)
    elif state.in_block:
        state.break_pending = state.space_pending = 1
        out.blocks[state.blocks].lines += 1


@compiled(called_by_kernels=True)
def close_block(out: Scan, state: ScanState, word_table: Longs, group_table: Shorts) -> None:
    """End the current block, if one has begun, with its counts of characters and of words of the vocabulary."""
    state.space_pending = state.break_pending = 0
    if not state.in_block:
        return
    state.in_block = 0
    block = out.blocks[state.blocks]
    if state.in_word:
        out.words[state.words] = state.word_hash
        state.words += 1
        state.in_word = 0
    block.text_to, block.word_to, block.last_letter = state.text, state.words, state.last_letter
    kinds = state.kinds
    for kind in range(1, CHARACTER_KINDS):
        block.chars += kinds[kind]
    block.stops, block.commas, block.digits = kinds[KIND_STOP], kinds[KIND_COMMA], kinds[KIND_DIGIT]
    block.capitals, block.ideographs, block.marks = kinds[KIND_CAPITAL], kinds[KIND_IDEOGRAPH], kinds[KIND_MARK]
    kinds[:] = 0
    for word in range(block.word_from, block.word_to):
        found = find_hash(out.words[word], word_table)
        if found >= 0:
            for group in range(GROUP_COUNTS):
                out.groups[state.blocks, group] += group_table[found] >> group & 1
    if state.blocks + 1 < len(out.blocks):
        state.blocks += 1
    else:  # no room: the last record is filled again and again, and never kept
        block.chars = block.linked_chars = block.links = block.bold_chars = block.italic_chars = 0


@compiled(called_by_kernels=True)
def find_hash(wanted: Number, ascending: Longs) -> Number:
    """Return where the number stands in the ascending ones, or -1: `np.searchsorted` for one, within a kernel."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(ascending) and ascending[low] == wanted else -1
