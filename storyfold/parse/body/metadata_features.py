"""What is told of a block by what the page says of its text elsewhere, compared by runs of words."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable, Hashes, IntegerTable, Longs, Number
from storyfold.kernels.compiled import compiled, compiled_array_part
from storyfold.parse.body.feature_columns import AGAIN, GRAM, PAGE, SAID
from storyfold.parse.html.scan_rows import WORD_FROM, WORD_TO
from storyfold.parse.html.scan_text import find_element


@compiled
def measure_shares(blocks: IntegerTable, words: Hashes, runs: Longs, singles: Longs) -> Doubles:
    shares = np.zeros(len(blocks))
    for b in range(len(blocks)):
        first, end = blocks[b, WORD_FROM], blocks[b, WORD_TO]
        hits = 0
        if end - first < GRAM:
            for i in range(first, end):
                hits += find_element(words[i], singles) >= 0
            shares[b] = hits / max(1, end - first)
        else:
            for i in range(first, end - GRAM + 1):
                hits += find_element(_run(words[i], words[i + 1], words[i + 2]), runs) >= 0
            shares[b] = hits / (end - first - GRAM + 1)
    return shares


@compiled
def hash_word_runs(words: Hashes) -> Longs:
    """A hash of each run of `GRAM` words."""
    runs = np.empty(max(0, len(words) - GRAM + 1), np.int64)
    for i in range(len(runs)):
        runs[i] = _run(words[i], words[i + 1], words[i + 2])
    return runs


@compiled_array_part
def _run(first: Number, second: Number, third: Number) -> Number:
    mixed = np.int64(first) * 0x9E3779B1 + np.int64(second) * 0x85EBCA77 + np.int64(third) * 0xC2B2AE3D
    return mixed ^ (mixed >> 29)


@compiled
def fill_said(
    blocks: IntegerTable, words: Hashes, spoken: Longs, described: Longs, heads: Longs, table: FloatTable
) -> None:
    size = 1024
    while size < 4 * len(blocks):
        size *= 2
    keys, number = np.zeros(size, np.int64), np.zeros(size, np.int64)
    slots = np.zeros(len(blocks), np.int64)
    covered = 0
    for b in range(len(blocks)):
        first, end = blocks[b, WORD_FROM], blocks[b, WORD_TO]
        in_spoken = in_described = in_heads = 0
        key = np.int64(1)
        for i in range(first, end):
            key = (key * 31 + words[i]) & 0x7FFFFFFFFFFF
            in_heads += find_element(words[i], heads) >= 0
            if i + 2 < end:
                run = _run(words[i], words[i + 1], words[i + 2])
                in_spoken += find_element(run, spoken) >= 0
                in_described += find_element(run, described) >= 0
        covered += in_spoken
        runs = max(1, end - first - 2)
        table[b, SAID] = in_spoken / runs if len(spoken) else -1
        table[b, SAID + 1] = in_described / runs if len(described) else -1
        table[b, SAID + 2] = in_heads / max(1, end - first)
        table[b, SAID + 3] = in_described / max(1, len(described))
        slot = (key ^ (key >> 17)) & (size - 1)
        while keys[slot] not in (0, key):
            slot = (slot + 1) & (size - 1)
        keys[slot] = key
        number[slot] += 1
        slots[b] = slot
    for b in range(len(blocks)):
        table[b, SAID + 4] = number[slots[b]]
        table[b, PAGE + 3] = min(3.0, covered / len(spoken)) if len(spoken) else -1
        table[b, PAGE + 4] = len(spoken)


@compiled
def fill_again(blocks: IntegerTable, words: Hashes, table: FloatTable) -> None:
    """How much of a block is said before it and after it: captions, pull quotes and teasers repeat the text."""
    size = 1024
    while size < 2 * len(words):
        size *= 2
    keys, first, last = np.zeros(size, np.int64), np.zeros(size, np.int32), np.zeros(size, np.int32)
    slots = np.zeros(len(words) + 1, np.int32)
    for b in range(len(blocks)):
        for i in range(blocks[b, WORD_FROM], blocks[b, WORD_TO] - GRAM + 1):
            run = _run(words[i], words[i + 1], words[i + 2])
            slot = (run ^ (run >> 17)) & (size - 1)
            while keys[slot] not in (0, run):
                slot = (slot + 1) & (size - 1)
            if keys[slot] == 0:
                keys[slot], first[slot] = run, b
            last[slot], slots[i] = b, slot
    for b in range(len(blocks)):
        before = after = 0
        for i in range(blocks[b, WORD_FROM], blocks[b, WORD_TO] - GRAM + 1):
            before += first[slots[i]] < b
            after += last[slots[i]] > b
        runs = max(1, blocks[b, WORD_TO] - blocks[b, WORD_FROM] - GRAM + 1)
        table[b, AGAIN], table[b, AGAIN + 1] = before / runs, after / runs
