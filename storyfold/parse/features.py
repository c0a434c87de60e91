"""What the model is told of each block: its text, its place in the tree, its likes, its neighbours.

None of it names a site: class names count by generic words in them (`block_words`), and by being the same as those of
other blocks of the page.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.compiled import compiled
from storyfold.parse.arrays import Doubles, Floats, Hashes, Integers, Longs, Shorts
from storyfold.parse.block_words import BITS, ELEMENT_GROUPS, FIRST_ELEMENT_BIT
from storyfold.parse.hints import Hints
from storyfold.parse.scan import (
    BOLD,
    CAPITALS,
    CHARS,
    COMMAS,
    DEPTH,
    DIGITS,
    END,
    FIRST,
    GROUP_COUNTS,
    IDEOGRAPHS,
    INNER,
    IS_BLOCK,
    LAST,
    LINES,
    LINKED,
    LINKS,
    OWNER,
    PARENT,
    SIGN,
    START,
    STOPS,
    WORD_FROM,
    WORD_TO,
    Scan,
    hash_words,
)

# A sentence of running text: so many words, so little of it linked, an end mark. Only to place other blocks by.
SENTENCE_WORDS, SENTENCE_LINKED = 12, 0.3
FAR = 16  # elements or blocks away: as good as absent
GRAM = 3  # words; the same as the copies' shingles
MOST_SAID = 50_000  # words read of what the page says of its own text

# Columns, in groups.
WORDS, LENGTH, LINK_SHARE, LINK_COUNT, BOLD_SHARE, STOP_COUNT, COMMA_SHARE, DIGIT_SHARE, CAPITAL_SHARE = range(9)
WORD_CHARS, LAST_KIND, START_KIND, LINE_COUNT, IDEOGRAPH_SHARE = range(9, 14)
GROUP_SHARES = 14
MARKS_FROM = GROUP_SHARES + GROUP_COUNTS
TREE = MARKS_FROM + BITS  # depth, shares of the page's sentences in 4 elements upwards, heights to 20, 50, 80 %, ...
TREE_COLUMNS = 14
LIKES = TREE + TREE_COLUMNS  # of the same sign: share of words, number, link share, share in sentences, mean words
LIKES_COLUMNS = 10
PLACE = LIKES + LIKES_COLUMNS
PLACE_COLUMNS = 11
SAID = PLACE + PLACE_COLUMNS  # share of words in the JSON-LD body, the descriptions, the titles; doubles
SAID_COLUMNS = 5
PAGE = SAID + SAID_COLUMNS
PAGE_COLUMNS = 5
NEAR = PAGE + PAGE_COLUMNS  # of the blocks 1, 2, 3 before and after
NEAR_COLUMNS = 6 * 5
COLUMNS = NEAR + NEAR_COLUMNS

_BIT = {name: FIRST_ELEMENT_BIT + i for i, names in enumerate(ELEMENT_GROUPS) for name in names.split()}
_P, _H1, _H2, _LI = _BIT["p"], _BIT["h1"], _BIT["h2"], _BIT["li"]
_QUOTES = (34, 39, 0x201D, 0x2019, 0xBB, 0x300D, 0x201C)


class Said(NamedTuple):
    """What the page says of its text, as ascending hashes of word runs and of words."""

    spoken: Longs
    described: Longs
    heads: Longs


def said_of(hints: Hints) -> Said:
    """The page's own words on its text: its JSON-LD body, its descriptions, its titles and credits."""
    heads = np.unique(hash_words("\n".join(hints.heads)).astype(np.int64))
    return Said(_grams(hints.spoken), _grams("\n".join(hints.descriptions)), heads)


def _grams(text: str) -> Longs:
    return np.unique(_runs(hash_words(text)[:MOST_SAID]))


def features_of(scan: Scan, said: Said) -> Floats:
    """A row of `COLUMNS` numbers for each block."""
    table = np.zeros((len(scan.blocks), COLUMNS), np.float32)
    if len(table):
        _fill_text(scan.blocks, scan.groups, table)
        sentences = _fill_tree(scan.elements, scan.marks, scan.blocks, table)
        _fill_likes(scan.elements, scan.blocks, sentences, table)
        _fill_place(scan.blocks, sentences, table)
        _fill_said(scan.blocks, scan.words, said.spoken, said.described, said.heads, table)
        _fill_near(scan.elements, scan.blocks, sentences, table)
    return table


def shares_within(scan: Scan, text: str) -> Doubles:
    """For each block, the share of its word runs that the text has too; of shorter blocks, of its words."""
    words = hash_words(text)
    return _shares(scan.blocks, scan.words, np.unique(_runs(words)), np.unique(words.astype(np.int64)))


@compiled
def _shares(blocks: Integers, words: Hashes, runs: Longs, singles: Longs) -> Doubles:
    shares = np.zeros(len(blocks))
    for b in range(len(blocks)):
        first, end = blocks[b, WORD_FROM], blocks[b, WORD_TO]
        hits = 0
        if end - first < GRAM:
            for i in range(first, end):
                hits += _holds(singles, words[i])
            shares[b] = hits / max(1, end - first)
        else:
            for i in range(first, end - GRAM + 1):
                hits += _holds(runs, _run(words[i], words[i + 1], words[i + 2]))
            shares[b] = hits / (end - first - GRAM + 1)
    return shares


@compiled
def _runs(words: Hashes) -> Longs:
    runs = np.empty(max(0, len(words) - GRAM + 1), np.int64)
    for i in range(len(runs)):
        runs[i] = _run(words[i], words[i + 1], words[i + 2])
    return runs


@compiled
def _run(first: int, second: int, third: int) -> int:
    mixed = np.int64(first) * 0x9E3779B1 + np.int64(second) * 0x85EBCA77 + np.int64(third) * 0xC2B2AE3D
    return mixed ^ (mixed >> 29)


@compiled
def _fill_text(blocks: Integers, groups: Shorts, table: Floats) -> None:
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
        for group in range(GROUP_COUNTS):
            table[b, GROUP_SHARES + group] = groups[b, group] / count


@compiled
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
def _fill_tree(elements: Integers, marks: Longs, blocks: Integers, table: Floats) -> Doubles:
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
                _note_ancestor(row, distance, (sentences[end] - sentences[first]) / whole, end - first)
                if distance in (1, 2, 3):
                    inside = max(1.0, words[end] - words[first])
                    row[TREE + 7 + distance] = (linked[end] - linked[first]) / inside
                    row[TREE + 10 + distance] = (sentences[end] - sentences[first]) / inside
                distance += 1
            element = elements[element, PARENT]
    return sentences


@compiled
def _note_ancestor(row: Floats, distance: int, share: float, blocks: Integers) -> None:
    if distance < 4:
        row[TREE + 1 + distance] = share
    for place in range(3):
        if row[TREE + 5 + place] == FAR and share >= 0.2 + 0.3 * place:
            row[TREE + 5 + place] = distance


@compiled
def _fill_likes(elements: Integers, blocks: Integers, sentences: Doubles, table: Floats) -> None:
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


@compiled
def _fill_place(blocks: Integers, sentences: Doubles, table: Floats) -> None:
    count = len(blocks)
    words, whole, whole_words = 0.0, max(1.0, sentences[count]), max(1.0, table[:, WORDS].sum())
    headline, heading, sentence, headline_words = -1000, -1000, -1000, -1.0
    for b in range(count):
        table[b, PLACE] = b / count
        table[b, PLACE + 1] = words / whole_words
        table[b, PLACE + 2] = sentences[b] / whole
        table[b, PLACE + 3] = sentences[b]
        table[b, PLACE + 4] = min(b - headline, 200)
        table[b, PLACE + 5] = min(b - heading, 50)
        table[b, PLACE + 6] = min(b - sentence, 30)
        table[b, PLACE + 7] = words - headline_words if headline_words >= 0 else -1
        words += table[b, WORDS]
        if table[b, MARKS_FROM + _H1] < 2:
            headline, headline_words = b, words
        if table[b, MARKS_FROM + _H2] < 2:
            heading = b
        if sentences[b + 1] > sentences[b]:
            sentence = b
    headline, sentence = count + 1000, count + 1000
    for b in range(count - 1, -1, -1):
        table[b, PLACE + 8] = min(sentence - b, 30)
        table[b, PLACE + 9] = min(headline - b, 200)
        table[b, PLACE + 10] = whole - sentences[b]
        if sentences[b + 1] > sentences[b]:
            sentence = b
        if table[b, MARKS_FROM + _H1] < 2:
            headline = b
        table[b, PAGE] = whole_words
        table[b, PAGE + 1] = whole
        table[b, PAGE + 2] = count


@compiled
def _holds(ascending: Longs, wanted: int) -> bool:
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < len(ascending) and ascending[low] == wanted


@compiled
def _fill_said(blocks: Integers, words: Hashes, spoken: Longs, described: Longs, heads: Longs, table: Floats) -> None:
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
            in_heads += _holds(heads, words[i])
            if i + 2 < end:
                run = _run(words[i], words[i + 1], words[i + 2])
                in_spoken += _holds(spoken, run)
                in_described += _holds(described, run)
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
def _fill_near(elements: Integers, blocks: Integers, sentences: Doubles, table: Floats) -> None:
    for b in range(len(blocks)):
        for place in range(6):
            other = b + (place - 3 if place < 3 else place - 2)
            at = NEAR + 5 * place
            if not 0 <= other < len(blocks):
                table[b, at : at + 5] = -1
                continue
            table[b, at] = table[other, WORDS]
            table[b, at + 1] = table[other, LINK_SHARE]
            table[b, at + 2] = sentences[other + 1] - sentences[other]
            table[b, at + 3] = table[other, MARKS_FROM + _P]
            own, theirs = blocks[b, OWNER], blocks[other, OWNER]
            table[b, at + 4] = (elements[own, SIGN] == elements[theirs, SIGN]) + (
                elements[own, PARENT] == elements[theirs, PARENT]
            )
