"""Measure a block by itself: its text, the elements around it, and the blocks of the same markup."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, Floats, FloatTable, Longs, ShortTable, declare_record
from storyfold.kernels.compiled import compiled
from storyfold.parse.body.feature_columns import (
    BOLD_SHARE,
    CAPITAL_SHARE,
    COMMA_SHARE,
    DEPTH,
    DIGIT_SHARE,
    FAR,
    GROUP_SHARES,
    HEIGHTS,
    IDEOGRAPH_SHARE,
    ITALIC_SHARE,
    LAST_KIND,
    LENGTH,
    LINE_COUNT,
    LINK_COUNT,
    LINK_SHARE,
    LINKED_WITHIN,
    MARK_SHARE,
    MARKS_FROM,
    PAGE_SENTENCES_WITHIN,
    SENTENCE_LINKED,
    SENTENCE_WORDS,
    SENTENCES_WITHIN,
    SIMILAR,
    SIMILAR_COLUMNS,
    START_KIND,
    STOP_COUNT,
    WORD_CHARS,
    WORDS,
)
from storyfold.parse.body.hash_slots import count_slots, find_slot
from storyfold.parse.html.block_vocabulary import BITS, GROUP_COUNTS
from storyfold.parse.html.scan_records import BlockRecords, ElementRecords

_QUOTES = (34, 39, 0x201D, 0x2019, 0xBB, 0x300D, 0x201C)
# What blocks of the same markup have together; words by where they stand.
_TOTALS = declare_record(words=np.float64, blocks=np.float64, linked=np.float64, sentences=np.float64)


@compiled
def fill_text(blocks: BlockRecords, groups: ShortTable, table: FloatTable) -> None:
    """Fill the columns of a block's text from what the scan counted. `groups` and `table` have a row a block."""
    for b in range(len(blocks)):
        block, row = blocks[b], table[b]
        count = max(1, block.word_to - block.word_from)
        chars = max(1, block.chars)
        # Two ideographs or kana carry about as much as a word of a script with spaces.
        row[WORDS] = count - block.ideographs / 2
        row[LENGTH] = chars
        row[LINK_SHARE] = block.linked_chars / chars
        row[LINK_COUNT] = block.links
        row[BOLD_SHARE] = block.bold_chars / chars
        row[STOP_COUNT] = block.stops
        row[COMMA_SHARE] = block.commas / chars
        row[DIGIT_SHARE] = block.digits / chars
        row[CAPITAL_SHARE] = block.capitals / chars
        row[WORD_CHARS] = chars / count
        row[LAST_KIND] = _classify_last(block.last_letter)
        row[START_KIND] = block.first_kind
        row[LINE_COUNT] = block.lines
        row[IDEOGRAPH_SHARE] = block.ideographs / chars
        row[MARK_SHARE] = block.marks / chars
        row[ITALIC_SHARE] = block.italic_chars / chars
        for group in range(GROUP_COUNTS):
            row[GROUP_SHARES + group] = groups[b, group] / count


@compiled(called_by_kernels=True)
def _classify_last(letter: int) -> int:
    """Return what a block's last character says of its end: 5 a full stop, 4 another, to 1 a colon, 0 none."""
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
def fill_tree(elements: ElementRecords, marks: Longs, blocks: BlockRecords, table: FloatTable) -> Doubles:
    """Fill the columns of the elements around each block, and return the words in sentences before each, and in all.

    `marks` are of elements. A loop, since each block has its own way up to the root.
    """
    count = len(blocks)
    sentences, words, linked = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
    for b in range(count):
        is_sentence = (
            table[b, WORDS] >= SENTENCE_WORDS and table[b, LINK_SHARE] < SENTENCE_LINKED and blocks[b].stops > 0
        )
        sentences[b + 1] = sentences[b] + (table[b, WORDS] if is_sentence else 0)
        words[b + 1] = words[b] + table[b, WORDS]
        linked[b + 1] = linked[b] + table[b, WORDS] * table[b, LINK_SHARE]
    whole = max(1.0, sentences[count])
    for b in range(count):
        row = table[b]
        row[MARKS_FROM : MARKS_FROM + BITS] = FAR
        row[DEPTH] = elements[blocks[b].block_element].depth
        row[HEIGHTS : HEIGHTS + 3] = FAR
        number, distance = blocks[b].inner_element, 0
        while number >= 0 and distance < FAR:
            element = elements[number]
            if marks[number]:
                for bit in range(BITS):
                    if marks[number] >> bit & 1 and row[MARKS_FROM + bit] == FAR:
                        row[MARKS_FROM + bit] = distance
            if element.is_block:
                first, end = element.first_block, element.end_block
                _fill_ancestor(row, distance, (sentences[end] - sentences[first]) / whole)
                if distance in (1, 2, 3):
                    inside = max(1.0, words[end] - words[first])
                    row[LINKED_WITHIN + distance - 1] = (linked[end] - linked[first]) / inside
                    row[SENTENCES_WITHIN + distance - 1] = (sentences[end] - sentences[first]) / inside
                distance += 1
            number = element.parent
    return sentences


@compiled(called_by_kernels=True)
def _fill_ancestor(row: Floats, distance: int, share: float) -> None:
    """Fill the columns of one block element upwards, which has this share of the page's sentences."""
    if distance < 4:
        row[PAGE_SENTENCES_WITHIN + distance] = share
    for step in range(3):
        if row[HEIGHTS + step] == FAR and share >= 0.2 + 0.3 * step:
            row[HEIGHTS + step] = distance


@compiled
def fill_similar(elements: ElementRecords, blocks: BlockRecords, sentences: Doubles, table: FloatTable) -> None:
    """Fill the columns of similar blocks: how much text stands in blocks of the same markup.

    On the first level the block's element and its parent are the same, on the second that parent and its own.
    `sentences` are what `fill_tree` returns. A loop, since blocks are grouped by a hash.
    """
    size = count_slots(4 * len(blocks))
    keys = np.zeros((2, size), np.int64)
    totals = np.zeros((2, size), _TOTALS)
    slots = np.zeros((2, len(blocks)), np.int64)
    for b in range(len(blocks)):
        owner = elements[blocks[b].block_element]
        above = elements[max(0, owner.parent)]
        upper = elements[max(0, above.parent)]
        for level in range(2):
            key = np.int64(owner.class_hash) if level == 0 else np.int64(upper.class_hash)
            key = key * 0x9E3779B1 + above.class_hash + 1
            slot = find_slot(keys[level], key)
            keys[level, slot], slots[level, b] = key, slot
            total = totals[level, slot]
            total.words += table[b, WORDS]
            total.blocks += 1
            total.linked += table[b, WORDS] * table[b, LINK_SHARE]
            total.sentences += sentences[b + 1] - sentences[b]
    whole = max(1.0, sentences[len(blocks)])
    for b in range(len(blocks)):
        for level in range(2):
            total, column = totals[level, slots[level, b]], SIMILAR + SIMILAR_COLUMNS * level
            table[b, column] = total.words / total.blocks
            table[b, column + 1] = total.blocks
            table[b, column + 2] = total.linked / max(1.0, total.words)
            table[b, column + 3] = total.sentences / max(1.0, total.words)
            table[b, column + 4] = total.sentences / whole
