"""Compare a block's text, by runs of words, with what the page states of its text and with its other blocks."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable, Hashes, Longs, Number
from storyfold.kernels.compiled import compiled
from storyfold.parse.body.feature_columns import (
    DESCRIPTIONS_SHARE,
    GRAM,
    IN_DESCRIPTIONS,
    IN_JSON_LD,
    IN_TITLES,
    PAGE_JSON_LD_FOUND,
    PAGE_JSON_LD_RUNS,
    RUNS_AFTER,
    RUNS_BEFORE,
    SAME_BLOCKS,
)
from storyfold.parse.body.hash_slots import count_slots, find_slot
from storyfold.parse.html.scan_records import BlockRecords
from storyfold.parse.html.scan_text import find_hash


@compiled
def measure_shares(blocks: BlockRecords, words: Hashes, runs: Longs, singles: Longs) -> Doubles:
    """Return, for each block, the share of its word runs that are among `runs`; of shorter ones, of words in `singles`.

    `words` are the page's, `runs` and `singles` hashes, ascending.
    """
    shares = np.zeros(len(blocks))
    for b in range(len(blocks)):
        first, end = blocks[b].word_from, blocks[b].word_to
        hits = 0
        if end - first < GRAM:
            for i in range(first, end):
                hits += find_hash(words[i], singles) >= 0
            shares[b] = hits / max(1, end - first)
        else:
            for i in range(first, end - GRAM + 1):
                hits += find_hash(_mix_run(words[i], words[i + 1], words[i + 2]), runs) >= 0
            shares[b] = hits / (end - first - GRAM + 1)
    return shares


@compiled
def hash_word_runs(words: Hashes) -> Longs:
    """Return a hash of each run of `GRAM` words, as many fewer than words as a run has beyond one."""
    runs = np.empty(max(0, len(words) - GRAM + 1), np.int64)
    for i in range(len(runs)):
        runs[i] = _mix_run(words[i], words[i + 1], words[i + 2])
    return runs


@compiled(called_by_kernels=True)
def _mix_run(first: Number, second: Number, third: Number) -> Number:
    """Return one hash of 64 bits for the hashes of three words in their order."""
    mixed = np.int64(first) * 0x9E3779B1 + np.int64(second) * 0x85EBCA77 + np.int64(third) * 0xC2B2AE3D
    return mixed ^ (mixed >> 29)


@compiled
def fill_stated(
    blocks: BlockRecords,
    words: Hashes,
    json_ld_runs: Longs,
    description_runs: Longs,
    title_words: Longs,
    table: FloatTable,
) -> None:
    """Fill the columns of what the page states of its text, and how many blocks have the same words.

    `words` are the page's; the others hashes, ascending, of the word runs of its JSON-LD body and its descriptions, and
    of the words of its titles and credits. A loop, since each run is looked up.
    """
    size = count_slots(4 * len(blocks))
    keys, number = np.zeros(size, np.int64), np.zeros(size, np.int64)
    slots = np.zeros(len(blocks), np.int64)
    covered = 0
    for b in range(len(blocks)):
        first, end = blocks[b].word_from, blocks[b].word_to
        in_json_ld = in_descriptions = in_titles = 0
        key = np.int64(1)
        for i in range(first, end):
            key = (key * 31 + words[i]) & 0x7FFFFFFFFFFF
            in_titles += find_hash(words[i], title_words) >= 0
            if i + 2 < end:
                run = _mix_run(words[i], words[i + 1], words[i + 2])
                in_json_ld += find_hash(run, json_ld_runs) >= 0
                in_descriptions += find_hash(run, description_runs) >= 0
        covered += in_json_ld
        runs = max(1, end - first - 2)
        table[b, IN_JSON_LD] = in_json_ld / runs if len(json_ld_runs) else -1
        table[b, IN_DESCRIPTIONS] = in_descriptions / runs if len(description_runs) else -1
        table[b, IN_TITLES] = in_titles / max(1, end - first)
        table[b, DESCRIPTIONS_SHARE] = in_descriptions / max(1, len(description_runs))
        slot = find_slot(keys, key)
        keys[slot] = key
        number[slot] += 1
        slots[b] = slot
    for b in range(len(blocks)):
        table[b, SAME_BLOCKS] = number[slots[b]]
        table[b, PAGE_JSON_LD_FOUND] = min(3.0, covered / len(json_ld_runs)) if len(json_ld_runs) else -1
        table[b, PAGE_JSON_LD_RUNS] = len(json_ld_runs)


@compiled
def fill_repeats(blocks: BlockRecords, words: Hashes, table: FloatTable) -> None:
    """Fill the columns of word runs that stand before a block too, and after it: captions and teasers repeat the text.

    `words` are the page's. A loop, since each run is looked up: the first and last block that have it.
    """
    size = count_slots(2 * len(words))
    keys, first, last = np.zeros(size, np.int64), np.zeros(size, np.int32), np.zeros(size, np.int32)
    slots = np.zeros(len(words) + 1, np.int32)
    for b in range(len(blocks)):
        for i in range(blocks[b].word_from, blocks[b].word_to - GRAM + 1):
            run = _mix_run(words[i], words[i + 1], words[i + 2])
            slot = find_slot(keys, run)
            if keys[slot] == 0:
                keys[slot], first[slot] = run, b
            last[slot], slots[i] = b, slot
    for b in range(len(blocks)):
        before = after = 0
        for i in range(blocks[b].word_from, blocks[b].word_to - GRAM + 1):
            before += first[slots[i]] < b
            after += last[slots[i]] > b
        runs = max(1, blocks[b].word_to - blocks[b].word_from - GRAM + 1)
        table[b, RUNS_BEFORE], table[b, RUNS_AFTER] = before / runs, after / runs
