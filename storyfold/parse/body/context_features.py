"""Measure a block by how likely the blocks around it are text: what the second model reads besides the features."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable
from storyfold.kernels.compiled import compiled
from storyfold.parse.body.feature_columns import WORDS
from storyfold.parse.body.hash_slots import count_slots, find_slot
from storyfold.parse.html.scan_records import BlockRecords, ElementRecords, Scan

SURE = 0.7  # chance: a block from which others' distance is counted
NEUTRAL = 0.4  # chance at which a block neither speaks for nor against the run or element it lies in
FAR = 30  # blocks

# Columns after the features. Expected words are a block's words times its chance.
CHANCE = 0
NEIGHBOURS = 1  # 5 before, 5 after; -1 where the page has none
WINDOWS = NEIGHBOURS + 10  # mean over 3 and 8 blocks either side, by words
ANCESTORS = WINDOWS + 2  # of three elements upwards: mean chance, share of the page's expected words
SIMILAR = ANCESTORS + 6  # of the same markup, on two levels: mean chance, share of the page's expected words
# Shares of the page's expected words before and after; those words, and the others; blocks and words since the last
# sure block and to the next; blocks from and to the ends of the page's best run of blocks and of its best element.
POSITION = SIMILAR + 4
(
    EXPECTED_BEFORE, EXPECTED_AFTER, EXPECTED_WORDS, OTHER_WORDS, SINCE_SURE, WORDS_SINCE_SURE, FROM_RUN_START,
    TO_RUN_END, FROM_ELEMENT_START, TO_ELEMENT_END, TO_SURE, WORDS_TO_SURE,
) = range(POSITION, POSITION + 12)  # fmt: skip
COLUMNS = POSITION + 12


class RunningSums(NamedTuple):
    """Sums over the blocks before each block, and over all."""

    words: Doubles
    expected: Doubles  # words times chance
    balance: Doubles  # words times what the chance is above `NEUTRAL`


def measure_context(scan: Scan, table: FloatTable, chances: Doubles) -> FloatTable:
    """Return the features with `COLUMNS` more, measured by each block's chance of being text."""
    context = np.zeros((len(table), COLUMNS), np.float32)
    if len(table):
        words = table[:, WORDS].astype(np.float64)
        sums = RunningSums(*(np.zeros(len(table) + 1) for _ in RunningSums._fields))
        _fill_chances(words, chances, sums, context)
        _fill_ancestors(scan.elements, scan.blocks, sums, context)
        _fill_similar(scan.elements, scan.blocks, words, chances, context)
        _fill_position(scan.elements, chances, sums, context)
    return np.hstack([table, context])


@compiled
def _fill_chances(words: Doubles, chances: Doubles, sums: RunningSums, context: FloatTable) -> None:
    """Fill the running sums, and the columns of a block's own chance and of those near it.

    `words` and `chances` are of blocks; `context` has a row a block, here and below.
    """
    count = len(words)
    for b in range(count):
        sums.words[b + 1] = sums.words[b] + words[b]
        sums.expected[b + 1] = sums.expected[b] + words[b] * chances[b]
        sums.balance[b + 1] = sums.balance[b] + words[b] * (chances[b] - NEUTRAL)
    for b in range(count):
        context[b, CHANCE] = chances[b]
        for neighbour in range(10):
            other = b + (neighbour - 5 if neighbour < 5 else neighbour - 4)
            context[b, NEIGHBOURS + neighbour] = chances[other] if 0 <= other < count else -1
        for window in range(2):
            reach = 3 + 5 * window
            first, end = max(0, b - reach), min(count, b + reach + 1)
            around = sums.words[end] - sums.words[first] - words[b]
            expected = sums.expected[end] - sums.expected[first] - words[b] * chances[b]
            context[b, WINDOWS + window] = expected / max(1.0, around)


@compiled
def _fill_ancestors(elements: ElementRecords, blocks: BlockRecords, sums: RunningSums, context: FloatTable) -> None:
    """Fill the columns of the three elements above a block's own. A loop, since each block has its own way up."""
    count = len(blocks)
    whole = max(1.0, sums.expected[count])
    for b in range(count):
        number = blocks[b].block_element
        for level in range(3):
            number = max(0, elements[number].parent)
            first, end = elements[number].first_block, min(count, elements[number].end_block)
            expected = sums.expected[end] - sums.expected[first]
            context[b, ANCESTORS + 2 * level] = expected / max(1.0, sums.words[end] - sums.words[first])
            context[b, ANCESTORS + 2 * level + 1] = expected / whole


@compiled
def _fill_similar(
    elements: ElementRecords, blocks: BlockRecords, words: Doubles, chances: Doubles, context: FloatTable
) -> None:
    """Fill the columns of blocks of the same markup, on two levels as in `block_features.fill_similar`.

    A loop, since blocks are grouped by a hash.
    """
    size = count_slots(4 * len(blocks))
    for level in range(2):
        keys, sums, expected = np.zeros(size, np.int64), np.zeros(size), np.zeros(size)
        slots = np.zeros(len(blocks), np.int64)
        whole = 1.0
        for b in range(len(blocks)):
            owner = elements[blocks[b].block_element]
            above = elements[max(0, owner.parent)]
            lower = owner if level == 0 else elements[max(0, above.parent)]
            key = np.int64(lower.class_hash) * 0x9E3779B1 + above.class_hash + 1
            slot = find_slot(keys, key)
            keys[slot], slots[b] = key, slot
            sums[slot] += words[b]
            expected[slot] += words[b] * chances[b]
            whole += words[b] * chances[b]
        for b in range(len(blocks)):
            slot = slots[b]
            context[b, SIMILAR + 2 * level] = expected[slot] / max(1.0, sums[slot])
            context[b, SIMILAR + 2 * level + 1] = expected[slot] / whole


@compiled
def _fill_position(elements: ElementRecords, chances: Doubles, sums: RunningSums, context: FloatTable) -> None:
    """Fill the columns of a block's position among those that are likely text. Loops, since distances run on."""
    count = len(chances)
    whole = max(1.0, sums.expected[count])
    run_from, run_to = _find_best_run(sums.balance)
    best = elements[_find_best_element(elements, sums.balance, count)]
    inside_from, inside_to = best.first_block, min(count, best.end_block)
    last, last_words = -FAR, 0.0
    for b in range(count):
        row = context[b]
        row[EXPECTED_BEFORE] = sums.expected[b] / whole
        row[EXPECTED_AFTER] = (sums.expected[count] - sums.expected[b + 1]) / whole
        row[EXPECTED_WORDS] = whole
        row[OTHER_WORDS] = sums.words[count] - whole
        row[SINCE_SURE] = min(FAR, b - last)
        row[WORDS_SINCE_SURE] = sums.words[b] - last_words
        row[FROM_RUN_START] = max(-FAR, min(FAR, b - run_from))
        row[TO_RUN_END] = max(-FAR, min(FAR, run_to - 1 - b))
        row[FROM_ELEMENT_START] = max(-FAR, min(FAR, b - inside_from))
        row[TO_ELEMENT_END] = max(-FAR, min(FAR, inside_to - 1 - b))
        if chances[b] > SURE:
            last, last_words = b, sums.words[b + 1]
    last, last_words = count + FAR, sums.words[count]
    for b in range(count - 1, -1, -1):
        context[b, TO_SURE] = min(FAR, last - b)
        context[b, WORDS_TO_SURE] = last_words - sums.words[b + 1]
        if chances[b] > SURE:
            last, last_words = b, sums.words[b]


@compiled(called_by_kernels=True)
def _find_best_run(balance: Doubles) -> tuple[int, int]:
    """Return the first block and the end of the run whose words speak most for text (Kadane's algorithm)."""
    low, best, start, end = 0, 0.0, 0, 0
    for b in range(1, len(balance)):
        if balance[b] - balance[low] > best:
            best, start, end = balance[b] - balance[low], low, b
        if balance[b] < balance[low]:
            low = b
    return start, end


@compiled(called_by_kernels=True)
def _find_best_element(elements: ElementRecords, balance: Doubles, count: int) -> int:
    """Return the row of the element whose words speak most for text; of equal ones the innermost."""
    best, found = 0.0, 0
    for number in range(len(elements)):
        value = balance[min(count, elements[number].end_block)] - balance[elements[number].first_block]
        if value >= best:
            best, found = value, number
    return found
