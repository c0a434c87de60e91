"""What is told of a block by itself: its text, its elements, those of the same markup."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, Floats, FloatTable, IntegerTable, Longs, ShortTable
from storyfold.kernels.compiled import compiled, compiled_array_part
from storyfold.parse.body.feature_columns import (
    BOLD_SHARE,
    CAPITAL_SHARE,
    COMMA_SHARE,
    DIGIT_SHARE,
    FAR,
    GROUP_SHARES,
    IDEOGRAPH_SHARE,
    ITALIC_SHARE,
    LAST_KIND,
    LENGTH,
    LIKES,
    LINE_COUNT,
    LINK_COUNT,
    LINK_SHARE,
    MARK_SHARE,
    MARKS_FROM,
    SENTENCE_LINKED,
    SENTENCE_WORDS,
    START_KIND,
    STOP_COUNT,
    TREE,
    WORD_CHARS,
    WORDS,
)
from storyfold.parse.html.block_vocabulary import BITS, GROUP_COUNTS
from storyfold.parse.html.scan_rows import (
    BOLD,
    CAPITALS,
    CHARS,
    COMMAS,
    DEPTH,
    DIGITS,
    END,
    FIRST,
    IDEOGRAPHS,
    INNER,
    IS_BLOCK,
    ITALIC,
    LAST,
    LINES,
    LINKED,
    LINKS,
    MARKS,
    OWNER,
    PARENT,
    SIGN,
    START,
    STOPS,
    WORD_FROM,
    WORD_TO,
)

_QUOTES = (34, 39, 0x201D, 0x2019, 0xBB, 0x300D, 0x201C)


@compiled
def fill_text(blocks: IntegerTable, groups: ShortTable, table: FloatTable) -> None:
    for b in range(len(blocks)):
        count = max(1, blocks[b, WORD_TO] - blocks[b, WORD_FROM])
        chars = max(1, blocks[b, CHARS])
        # Two ideographs or kana carry about as much as a word of a script with spaces.
        table[b, WORDS] = count - blocks[b, IDEOGRAPHS] / 2
        table[b, LENGTH] = chars
        table[b, LINK_SHARE] = blocks[b, LINKED] / chars
        table[b, LINK_COUNT] = blocks[b, LINKS]
        table[b, BOLD_SHARE] = blocks[b, BOLD] / chars
        table[b, STOP_COUNT] = blocks[b, STOPS]
        table[b, COMMA_SHARE] = blocks[b, COMMAS] / chars
        table[b, DIGIT_SHARE] = blocks[b, DIGITS] / chars
        table[b, CAPITAL_SHARE] = blocks[b, CAPITALS] / chars
        table[b, WORD_CHARS] = chars / count
        table[b, LAST_KIND] = _last_kind(blocks[b, LAST])
        table[b, START_KIND] = blocks[b, START]
        table[b, LINE_COUNT] = blocks[b, LINES]
        table[b, IDEOGRAPH_SHARE] = blocks[b, IDEOGRAPHS] / chars
        table[b, MARK_SHARE] = blocks[b, MARKS] / chars
        table[b, ITALIC_SHARE] = blocks[b, ITALIC] / chars
        for group in range(GROUP_COUNTS):
            table[b, GROUP_SHARES + group] = groups[b, group] / count


@compiled_array_part
def _last_kind(letter: int) -> int:
    if letter in (46, 0x3002, 0x0964):
        return 5
    if letter in (33, 63, 0xFF01, 0xFF1F, 0x061F):
        return 4
    if letter in _QUOTES:
        return 3
    if letter == 0x2026:
        return 2
    return 1 if letter in (58, 0xFF1A) else 0


@compiled
def fill_tree(elements: IntegerTable, marks: Longs, blocks: IntegerTable, table: FloatTable) -> Doubles:
    count = len(blocks)
    sentences, words, linked = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
    for b in range(count):
        is_sentence = (
            table[b, WORDS] >= SENTENCE_WORDS and table[b, LINK_SHARE] < SENTENCE_LINKED and blocks[b, STOPS] > 0
        )
        sentences[b + 1] = sentences[b] + (table[b, WORDS] if is_sentence else 0)
        words[b + 1] = words[b] + table[b, WORDS]
        linked[b + 1] = linked[b] + table[b, WORDS] * table[b, LINK_SHARE]
    whole = max(1.0, sentences[count])
    for b in range(count):
        row = table[b]
        row[MARKS_FROM : MARKS_FROM + BITS] = FAR
        element, distance = blocks[b, INNER], 0
        row[TREE] = elements[blocks[b, OWNER], DEPTH]
        row[TREE + 5 : TREE + 8] = FAR
        while element >= 0 and distance < FAR:
            if marks[element]:
                for bit in range(BITS):
                    if marks[element] >> bit & 1 and row[MARKS_FROM + bit] == FAR:
                        row[MARKS_FROM + bit] = distance
            if elements[element, IS_BLOCK]:
                first, end = elements[element, FIRST], elements[element, END]
                _note_ancestor(row, distance, (sentences[end] - sentences[first]) / whole)
                if distance in (1, 2, 3):
                    inside = max(1.0, words[end] - words[first])
                    row[TREE + 7 + distance] = (linked[end] - linked[first]) / inside
                    row[TREE + 10 + distance] = (sentences[end] - sentences[first]) / inside
                distance += 1
            element = elements[element, PARENT]
    return sentences


@compiled_array_part
def _note_ancestor(row: Floats, distance: int, share: float) -> None:
    if distance < 4:
        row[TREE + 1 + distance] = share
    for place in range(3):
        if row[TREE + 5 + place] == FAR and share >= 0.2 + 0.3 * place:
            row[TREE + 5 + place] = distance


@compiled
def fill_likes(elements: IntegerTable, blocks: IntegerTable, sentences: Doubles, table: FloatTable) -> None:
    """How much text is in blocks of the same sign: of the owner's with its parent's, and of the parent's."""
    size = 1024
    while size < 4 * len(blocks):
        size *= 2
    keys = np.zeros((2, size), np.int64)
    sums = np.zeros((2, size, 4))
    slots = np.zeros((2, len(blocks)), np.int64)
    total = 1.0
    for b in range(len(blocks)):
        owner = blocks[b, OWNER]
        above = max(0, elements[owner, PARENT])
        upper = max(0, elements[above, PARENT])
        total += table[b, WORDS]
        for level in range(2):
            key = np.int64(elements[owner, SIGN]) if level == 0 else np.int64(elements[upper, SIGN])
            key = key * 0x9E3779B1 + elements[above, SIGN] + 1
            slot = (key ^ (key >> 17)) & (size - 1)
            while keys[level, slot] not in (0, key):
                slot = (slot + 1) & (size - 1)
            keys[level, slot] = key
            slots[level, b] = slot
            sums[level, slot, 0] += table[b, WORDS]
            sums[level, slot, 1] += 1
            sums[level, slot, 2] += table[b, WORDS] * table[b, LINK_SHARE]
            sums[level, slot, 3] += sentences[b + 1] - sentences[b]
    whole = max(1.0, sentences[len(blocks)])
    for b in range(len(blocks)):
        for level in range(2):
            found, at = sums[level, slots[level, b]], LIKES + 5 * level
            table[b, at] = found[0] / found[1]
            table[b, at + 1] = found[1]
            table[b, at + 2] = found[2] / max(1.0, found[0])
            table[b, at + 3] = found[3] / max(1.0, found[0])
            table[b, at + 4] = found[3] / whole
