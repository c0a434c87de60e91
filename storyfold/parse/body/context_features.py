"""What the second model is told beside the features: how likely the blocks around are text, by the first."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, DoubleTable, FloatTable, IntegerTable
from storyfold.kernels.compiled import compiled, compiled_array_part
from storyfold.parse.body.feature_columns import WORDS
from storyfold.parse.html.scan_rows import END, FIRST, OWNER, PARENT, SIGN, Scan

SURE = 0.7  # chance: a block from which others' distance is counted
NEUTRAL = 0.4  # chance at which a block neither speaks for nor against the run or element it lies in
FAR = 30  # blocks

CHANCE = 0
NEIGHBOURS = 1  # 5 before, 5 after
WINDOWS = NEIGHBOURS + 10  # mean over 3 and 8 blocks either side, by words
ANCESTORS = WINDOWS + 2  # of three elements upwards: mean chance, share of the page's expected words
LIKES = ANCESTORS + 6  # of the same sign, on two levels: mean chance, share of the page's expected words
PLACE = LIKES + 4
COLUMNS = PLACE + 12


def measure_context(scan: Scan, table: FloatTable, chances: Doubles) -> FloatTable:
    """The features and `COLUMNS` more, from each block's chance of being text."""
    more = np.zeros((len(table), COLUMNS), np.float32)
    if len(table):
        words = table[:, WORDS].astype(np.float64)
        sums = _fill_chances(words, chances, more)
        _fill_ancestors(scan.elements, scan.blocks, sums, more)
        _fill_likes(scan.elements, scan.blocks, words, chances, more)
        _fill_place(scan.elements, chances, sums, more)
    return np.hstack([table, more])


@compiled
def _fill_chances(words: Doubles, chances: Doubles, more: FloatTable) -> DoubleTable:
    """Also returns running sums of words, expected words, and words for against `NEUTRAL`."""
    count = len(words)
    sums = np.zeros((3, count + 1))
    for b in range(count):
        sums[0, b + 1] = sums[0, b] + words[b]
        sums[1, b + 1] = sums[1, b] + words[b] * chances[b]
        sums[2, b + 1] = sums[2, b] + words[b] * (chances[b] - NEUTRAL)
    for b in range(count):
        more[b, CHANCE] = chances[b]
        for place in range(10):
            other = b + (place - 5 if place < 5 else place - 4)
            more[b, NEIGHBOURS + place] = chances[other] if 0 <= other < count else -1
        for window in range(2):
            reach = 3 + 5 * window
            first, end = max(0, b - reach), min(count, b + reach + 1)
            around = sums[0, end] - sums[0, first] - words[b]
            expected = sums[1, end] - sums[1, first] - words[b] * chances[b]
            more[b, WINDOWS + window] = expected / max(1.0, around)
    return sums


@compiled
def _fill_ancestors(elements: IntegerTable, blocks: IntegerTable, sums: DoubleTable, more: FloatTable) -> None:
    count = len(blocks)
    whole = max(1.0, sums[1, count])
    for b in range(count):
        element = blocks[b, OWNER]
        for level in range(3):
            element = max(0, elements[element, PARENT])
            first, end = elements[element, FIRST], min(count, elements[element, END])
            expected = sums[1, end] - sums[1, first]
            more[b, ANCESTORS + 2 * level] = expected / max(1.0, sums[0, end] - sums[0, first])
            more[b, ANCESTORS + 2 * level + 1] = expected / whole


@compiled
def _fill_likes(
    elements: IntegerTable, blocks: IntegerTable, words: Doubles, chances: Doubles, more: FloatTable
) -> None:
    size = 1024
    while size < 4 * len(blocks):
        size *= 2
    for level in range(2):
        keys, sums = np.zeros(size, np.int64), np.zeros((size, 2))
        slots = np.zeros(len(blocks), np.int64)
        whole = 1.0
        for b in range(len(blocks)):
            owner = blocks[b, OWNER]
            above = max(0, elements[owner, PARENT])
            lower = owner if level == 0 else max(0, elements[above, PARENT])
            key = np.int64(elements[lower, SIGN]) * 0x9E3779B1 + elements[above, SIGN] + 1
            slot = (key ^ (key >> 17)) & (size - 1)
            while keys[slot] not in (0, key):
                slot = (slot + 1) & (size - 1)
            keys[slot], slots[b] = key, slot
            sums[slot, 0] += words[b]
            sums[slot, 1] += words[b] * chances[b]
            whole += words[b] * chances[b]
        for b in range(len(blocks)):
            found = sums[slots[b]]
            more[b, LIKES + 2 * level] = found[1] / max(1.0, found[0])
            more[b, LIKES + 2 * level + 1] = found[1] / whole


@compiled
def _fill_place(elements: IntegerTable, chances: Doubles, sums: DoubleTable, more: FloatTable) -> None:
    count = len(chances)
    whole = max(1.0, sums[1, count])
    run_from, run_to = _best_run(sums[2])
    element = _best_element(elements, sums[2], count)
    inside_from, inside_to = elements[element, FIRST], min(count, elements[element, END])
    last, last_words = -FAR, 0.0
    for b in range(count):
        more[b, PLACE] = sums[1, b] / whole
        more[b, PLACE + 1] = (sums[1, count] - sums[1, b + 1]) / whole
        more[b, PLACE + 2] = whole
        more[b, PLACE + 3] = sums[0, count] - whole
        more[b, PLACE + 4] = min(FAR, b - last)
        more[b, PLACE + 5] = sums[0, b] - last_words
        more[b, PLACE + 6] = max(-FAR, min(FAR, b - run_from))
        more[b, PLACE + 7] = max(-FAR, min(FAR, run_to - 1 - b))
        more[b, PLACE + 8] = max(-FAR, min(FAR, b - inside_from))
        more[b, PLACE + 9] = max(-FAR, min(FAR, inside_to - 1 - b))
        if chances[b] > SURE:
            last, last_words = b, sums[0, b + 1]
    last, last_words = count + FAR, sums[0, count]
    for b in range(count - 1, -1, -1):
        more[b, PLACE + 10] = min(FAR, last - b)
        more[b, PLACE + 11] = last_words - sums[0, b + 1]
        if chances[b] > SURE:
            last, last_words = b, sums[0, b]


@compiled_array_part
def _best_run(balance: Doubles) -> tuple[int, int]:
    """The run of blocks whose words speak most for text (Kadane's algorithm)."""
    low, best, start, end = 0, 0.0, 0, 0
    for b in range(1, len(balance)):
        if balance[b] - balance[low] > best:
            best, start, end = balance[b] - balance[low], low, b
        if balance[b] < balance[low]:
            low = b
    return start, end


@compiled_array_part
def _best_element(elements: IntegerTable, balance: Doubles, count: int) -> int:
    """The element whose words speak most for text; of equal ones the innermost."""
    best, found = 0.0, 0
    for element in range(len(elements)):
        value = balance[min(count, elements[element, END])] - balance[elements[element, FIRST]]
        if value >= best:
            best, found = value, element
    return found
