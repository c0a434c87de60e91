"""Sketch texts by FracMinHash: keep the eighth of a text's word triples whose hash is smallest (Irber et al. 2022).

Triples, because 2, 3 and 4 words measured equal and 5 worse: three are seldom shared by chance, as two are, and one
changed word breaks three of them, not four.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storyfold.kernels.arrays import LongHashes, Longs, ReadOnlyBytes
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import mix_hash
from storyfold.text.characters import CharacterTables
from storyfold.text.words import MOST_WORDS, Hashes, ReadTexts, Texts, read_words

SHINGLE_WORDS = 3
FRACTION = 8  # one hash in eight is kept: about 37 a news article, enough to find 100-word briefs (measured)
BOUND = 2**64 // FRACTION  # hashes below it are kept
SORTED_BITS = 6  # of a hash, by which a sketch is sorted at first: as many slots as a news article has hashes
MOST_INSERTED = 1_000  # hashes: a text made so that all begin alike takes half a million steps, no more
LEAST_HASHES = 8  # of a short text at least so many, the smallest (measured)


@dataclass(frozen=True, slots=True)
class Sketched:
    """The sketches of texts: text n has the hashes `hashes[starts[n]:starts[n + 1]]`, ascending, and `words[n]` words.

    `text_hash` is of all words in order: texts that differ in case, marks, space or Chinese script alone have one.
    """

    starts: Longs
    hashes: Hashes
    words: Longs
    text_hash: Hashes


def sketch_texts(texts: Texts, numbers: Longs, tables: CharacterTables) -> Sketched:
    """Sketch the texts of these numbers, in this order."""
    made = _sketch_texts(numbers, texts.data, texts.starts, tables)
    return Sketched(*made)


def sketch_read_texts(read: ReadTexts) -> Sketched:
    """Sketch texts that are read into words already."""
    return Sketched(*_sketch_words(read))


@compiled(called_by_kernels=True)
def hash_shingle(words: LongHashes, position: int) -> np.uint64:
    """Hash the word triple that begins at a position."""
    state = mix_hash(words[position] + np.uint64(0x9E3779B97F4A7C15))  # the odd increment of SplitMix64
    state = mix_hash(state ^ words[position + 1]) + np.uint64(0x9E3779B97F4A7C15)
    return mix_hash(state ^ words[position + 2])


@compiled(called_by_kernels=True)
def _hash_text(words: LongHashes, count: int) -> np.uint64:
    """Hash the words of a text in their order, mixed at each: a polynomial has collisions that anybody can write."""
    state = np.uint64(count)
    for position in range(count):
        state = (state ^ words[position]) * np.uint64(0x9E3779B97F4A7C15)  # the odd increment of SplitMix64
        state ^= state >> np.uint64(32)
    return mix_hash(state)


@compiled(called_by_kernels=True, makes_arrays=True)
def _sample_shingles(words: LongHashes, count: int, kept: LongHashes, room: LongHashes) -> int:
    """Keep the hashes of a text's triples that a sketch has, ascending and each once; return how many.

    `kept` and `room` have room for as many hashes as there are words.
    """
    bound = np.uint64(BOUND)
    found = 0
    for position in range(count - SHINGLE_WORDS + 1):
        shingle = hash_shingle(words, position)
        kept[found] = shingle  # written over by the next where it is not kept: no branch that is guessed wrong
        found += int(shingle < bound)
    _sort_kept(kept[:found], room)
    distinct = _drop_repeated(kept, found)
    if distinct < LEAST_HASHES and count >= SHINGLE_WORDS:
        for position in range(count - SHINGLE_WORDS + 1):
            kept[position] = hash_shingle(words, position)
        kept[: count - SHINGLE_WORDS + 1].sort()
        distinct = min(LEAST_HASHES, _drop_repeated(kept, count - SHINGLE_WORDS + 1))
    return distinct


@compiled(called_by_kernels=True, makes_arrays=True)
def _sort_kept(values: LongHashes, room: LongHashes) -> None:
    """Sort hashes below the bound: by their first bits into `room`, then by insertion, for few have the same."""
    if len(values) > MOST_INSERTED:
        values.sort()
        return
    places = np.zeros(2**SORTED_BITS + 1, np.int32)
    shift = np.uint64(61 - SORTED_BITS)  # the bound clears three bits
    for value in values:
        places[(value >> shift) + np.uint64(1)] += 1
    for slot in range(2**SORTED_BITS):
        places[slot + 1] += places[slot]
    for value in values:
        slot = value >> shift
        room[places[slot]] = value
        places[slot] += 1
    for place in range(len(values)):
        value, before = room[place], place
        while before > 0 and values[before - 1] > value:
            values[before] = values[before - 1]
            before -= 1
        values[before] = value


@compiled(called_by_kernels=True)
def _drop_repeated(values: LongHashes, count: int) -> int:
    """Keep each of the first values, which are sorted, once; return how many are left."""
    kept = 0
    for position in range(count):
        if position == 0 or values[position] != values[kept - 1]:
            values[kept] = values[position]
            kept += 1
    return kept


@compiled
def _sketch_texts(
    numbers: Longs, data: ReadOnlyBytes, starts: Longs, tables: CharacterTables
) -> tuple[Longs, Hashes, Longs, Hashes]:
    """Sketch the texts `data[starts[n]:starts[n + 1]]` of these numbers; see `Sketched`."""
    texts = len(numbers)
    words, quoted = np.empty(MOST_WORDS, np.uint64), np.empty(MOST_WORDS, np.bool_)
    kept, room = np.empty(MOST_WORDS, np.uint64), np.empty(MOST_WORDS, np.uint64)
    ends, counts, whole = np.zeros(texts + 1, np.int64), np.zeros(texts, np.int64), np.zeros(texts, np.uint64)
    hashes = np.empty(max(64 * texts, 1024), np.uint64)
    for text in range(texts):
        count = read_words(data, starts[numbers[text]], starts[numbers[text] + 1], tables, words, quoted)
        found = _sample_shingles(words, count, kept, room)
        end = ends[text] + found
        while end > len(hashes):
            hashes = np.append(hashes, hashes)  # twice as long; the copy is written over
        hashes[ends[text] : end] = kept[:found]
        ends[text + 1], counts[text], whole[text] = end, count, _hash_text(words, count)
    return ends, hashes[: ends[texts]].copy(), counts, whole


@compiled
def _sketch_words(read: ReadTexts) -> tuple[Longs, Hashes, Longs, Hashes]:
    """Sketch texts that are read into words; see `Sketched`."""
    texts = len(read.starts) - 1
    kept, room = np.empty(MOST_WORDS, np.uint64), np.empty(MOST_WORDS, np.uint64)
    ends, counts, whole = np.zeros(texts + 1, np.int64), np.zeros(texts, np.int64), np.zeros(texts, np.uint64)
    hashes = np.empty(max(64 * texts, MOST_WORDS), np.uint64)  # what is left over is never touched
    for text in range(texts):
        words = read.hashes[read.starts[text] : read.starts[text + 1]]
        found = _sample_shingles(words, len(words), kept, room)
        end = ends[text] + found
        while end > len(hashes):
            hashes = np.append(hashes, hashes)  # twice as long; the copy is written over
        hashes[ends[text] : end] = kept[:found]
        ends[text + 1], counts[text], whole[text] = end, len(words), _hash_text(words, len(words))
    return ends, hashes[: ends[texts]], counts, whole
