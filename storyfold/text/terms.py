"""Read the terms of a text, hashed to 64 bits: its words, and pairs of letters in scripts written without spaces.

Words are those of `normalize.py` without a final 's and what `endings.py` cuts; a Turkish dotless i counts as i, as its
capital does. Thai, Lao, Burmese, Khmer, kana and ideographs give overlapping pairs of neighbouring letters, each letter
with the vowel signs and tones that belong to it; so does Hangul, whose particles are joined to the word. A letter alone
is a term by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Integers, LongHashes, Number, ReadOnlyBytes, Tiny
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import FNV_BASIS, FNV_PRIME, mix_hash
from storyfold.text.characters import ALONE, INSIDE, LETTER, CharacterTables, find_place, read_character_tables
from storyfold.text.endings import (
    BITS,
    DOTLESS_I,
    LEAST_NAME,
    find_stem,
    is_ending,
)
from storyfold.text.words import decode_character

MOST_LETTERS = 40  # of a word; a longer run is an address or an encoded picture, cut so that it stays small
PAIR = 100  # the size of a term of a script without spaces, next to the number of letters of other words

_HANGUL = ((0x1100, 0x11FF), (0xAC00, 0xD7AF))  # jamo, syllables
_VOWEL_SIGNS = ((0x0E00, 0x17FF), (0xA9E0, 0xAA7F))  # the blocks from Thai to Khmer, and the extensions of Burmese


class Terms(NamedTuple):
    """The terms of one text, in order: hash, size, and where each begins and ends (characters).

    The size is the number of letters and digits, at most `MOST_LETTERS`, or `PAIR`; below 0 where all are digits.
    """

    hashes: LongHashes
    sizes: Tiny
    begins: Integers
    ends: Integers


def read_terms(text: str) -> Terms:
    """Return the terms of a text; never raises."""
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    return Terms(*_read_one_text(data, len(text), read_character_tables()))


@compiled
def _read_one_text(
    data: ReadOnlyBytes, characters: Number, tables: CharacterTables
) -> tuple[LongHashes, Tiny, Integers, Integers]:
    hashes, sizes = np.empty(len(data), np.uint64), np.empty(len(data), np.int8)
    begins, ends = np.empty(len(data), np.int32), np.empty(len(data), np.int32)
    count = write_terms(data, 0, len(data), characters, tables, Terms(hashes, sizes, begins, ends))
    return hashes[:count], sizes[:count], begins[:count], ends[:count]


def hash_listed(words: Sequence[str]) -> LongHashes:
    """Return the hash of each word of a list that is a term as a whole; 0 for one that is none or several."""
    lines = "\n".join(words)
    starts = np.cumsum([0, *(len(word) + 1 for word in words)])
    found = read_terms(lines)
    word_of = np.searchsorted(starts, found.begins, side="right") - 1
    is_whole = np.bincount(word_of, minlength=len(words)) == 1
    hashes = np.zeros(len(words), np.uint64)
    hashes[word_of] = found.hashes
    return np.where(is_whole, hashes, np.uint64(0))


def find_terms(texts: Iterable[str], hashes: Collection[int]) -> dict[int, str]:
    """Return those of the terms that the texts have, by hash: in small letters, as the first text that has one does."""
    wanted, found = np.array(sorted(hashes), np.uint64), dict[int, str]()
    for text in texts:
        if len(found) == len(hashes):
            break
        terms = read_terms(text)
        for at in np.flatnonzero(np.isin(terms.hashes, wanted)).tolist():
            printed = unicodedata.normalize("NFKC", text[terms.begins[at] : terms.ends[at]]).lower()
            found.setdefault(int(terms.hashes[at]), printed.replace("’", "'").replace("\u00ad", ""))
    return found


@compiled(called_by_kernels=True)
def write_terms(
    data: ReadOnlyBytes, start: Number, end: Number, characters: Number, tables: CharacterTables, terms: Terms
) -> Number:
    """Write the terms of the first so many characters of the text `data[start:end]`; return how many they are.

    `terms` needs an element for each of these characters, but no `begins` and `ends` where nobody asks for these.
    """
    at, position, count = start, 0, 0
    while at < end and position < characters:
        code, length = _decode(data, at, end)
        kind = tables.kinds[code if code < 0x80 else find_place(tables.blocks, code)]
        if kind == LETTER and code < 0x80:
            stop, term, size = _read_plain_word(data, at, min(end, at + characters - position), tables)
            if stop > 0:
                _write_term(terms, count, term, size, position, position + stop - at)
                at, position = stop, position + stop - at
            else:
                at, position = _read_word(data, at, end, position, characters, tables, terms, count)
            count += 1
        elif kind == ALONE or (kind == LETTER and _is_hangul(code)):
            at, position, count = _read_pairs(data, at, end, position, characters, tables, terms, count)
        elif kind == LETTER:
            at, position = _read_word(data, at, end, position, characters, tables, terms, count)
            count += 1
        else:
            at, position = at + length, position + 1
    return count


@compiled(called_by_kernels=True)
def _read_plain_word(
    data: ReadOnlyBytes, start: Number, end: Number, tables: CharacterTables
) -> tuple[Number, np.uint64, Number]:
    """Read a word of ASCII letters and digits, as most are, that begins at a byte: where it ends, its hash, its size.

    The end is 0 for any other, and for one that is too long.
    """
    at, stop, state, digits = start, min(end, start + MOST_LETTERS + 1), FNV_BASIS, 0
    while at < stop:
        byte = data[np.uint64(at)]  # of a signed number numba looks whether it counts from the end
        if byte >= 0x80 or tables.kinds[byte] != LETTER:
            break
        folded = np.uint64(byte + tables.shifts[byte])
        state = (state ^ folded) * FNV_PRIME
        digits += int(folded <= ord("9"))  # small letters are above
        at += 1
    letters = at - start
    if letters > MOST_LETTERS or (at < end and (data[at] >= 0x80 or tables.kinds[data[at]] == INSIDE)):
        return 0, np.uint64(0), 0
    return at, mix_hash(state), -letters if digits == letters else letters


@compiled(called_by_kernels=True)
def _write_term(terms: Terms, count: Number, term: np.uint64, size: Number, begin: Number, end: Number) -> None:
    """Write a term as that of a number."""
    terms.hashes[count], terms.sizes[count] = term, size
    if len(terms.begins) > 0:
        terms.begins[count], terms.ends[count] = begin, end


@compiled(called_by_kernels=True)
def _decode(data: ReadOnlyBytes, at: Number, end: Number) -> tuple[Number, Number]:
    """Decode a character; most of most texts are of one byte, and to decode those as others takes twice as long."""
    first = np.int64(data[at])
    return (first, np.int64(1)) if first < 0x80 else decode_character(data, at, end)


@compiled(called_by_kernels=True)
def _read_word(
    data: ReadOnlyBytes,
    at: Number,
    end: Number,
    position: Number,
    characters: Number,
    tables: CharacterTables,
    terms: Terms,
    count: Number,
) -> tuple[Number, Number]:
    """Read the word that begins at a byte, and write it; return where it ends.

    It ends with the text, where words part, and before a letter whose terms are pairs. A final 's does not count, nor
    does what `endings.py` names.
    """
    letters, digits, state, start, stop, is_after_apostrophe = 0, 0, FNV_BASIS, position, position, False
    head, tail, first = np.uint64(0), np.uint64(0), at
    name = (FNV_BASIS, position, -1, np.uint64(0))  # the word before its last apostrophe, its letters, the last of them
    while at < end and position < characters:
        code, length = _decode(data, at, end)
        place = code if code < 0x80 else find_place(tables.blocks, code)
        kind = tables.kinds[place]
        if kind == LETTER and not _is_hangul(code):
            if letters < MOST_LETTERS:
                if is_after_apostrophe:
                    name = (state, stop, letters, tail & np.uint64(0xFFFF))
                folded = _fold(code, place, tables)
                state, stop, letters = (state ^ folded) * FNV_PRIME, position + 1, letters + 1
                digits += int(ord("0") <= folded <= ord("9"))
                head = head if letters > 3 else head << np.uint64(BITS) | folded & np.uint64(0xFFFF)
                tail = tail << np.uint64(BITS) | folded & np.uint64(0xFFFF)
            is_after_apostrophe = False
        elif kind != INSIDE:
            break
        elif code in (0x27, 0x2019):
            is_after_apostrophe = True
        at, position = at + length, position + 1
    least = LEAST_NAME if digits >= name[2] else name[2]
    if name[2] > 0 and is_ending(tail, letters - name[2], name[3], least):
        state, stop, letters = name[0], name[1], name[2]
    skipped, kept = find_stem(head, tail, letters)
    if kept - skipped < letters:
        state, letters = _hash_letters(data, first, at, tables, skipped, kept), kept - skipped
    _write_term(terms, count, mix_hash(state), -letters if digits >= letters else letters, start, stop)
    return at, position


@compiled(called_by_kernels=True)
def _fold(code: Number, place: Number, tables: CharacterTables) -> np.uint64:
    """Return what a letter counts as in a term."""
    return np.uint64(ord("i")) if code == DOTLESS_I else np.uint64(code + tables.shifts[place])


@compiled(called_by_kernels=True)
def _hash_letters(
    data: ReadOnlyBytes, at: Number, end: Number, tables: CharacterTables, skipped: Number, kept: Number
) -> np.uint64:
    """Return the state of the hash of a word's letters without the first few, up to the last that counts."""
    state, letters = FNV_BASIS, 0
    while at < end and letters < kept:
        code, length = _decode(data, at, end)
        place = code if code < 0x80 else find_place(tables.blocks, code)
        if tables.kinds[place] == LETTER:
            letters += 1
            if letters > skipped:
                state = (state ^ _fold(code, place, tables)) * FNV_PRIME
        at += length
    return state


@compiled(called_by_kernels=True)
def _read_pairs(
    data: ReadOnlyBytes,
    at: Number,
    end: Number,
    position: Number,
    characters: Number,
    tables: CharacterTables,
    terms: Terms,
    count: Number,
) -> tuple[Number, Number, Number]:
    """Read letters whose terms are pairs, and write these; return where they end, and how many terms there are then."""
    letters, last, begin, stop, is_after_apostrophe = 0, (np.uint64(0), position), position, position, False
    letter = np.uint64(0)  # the last one, which a vowel sign may still change; `last` is the one before it
    while at < end and position < characters:
        code, length = _decode(data, at, end)
        place = code if code < 0x80 else find_place(tables.blocks, code)
        kind = tables.kinds[place]
        if kind == ALONE or (kind == LETTER and _is_hangul(code)):
            if letters > 1:
                _write_pair(terms, count, last, letter, stop)
                count += 1
            last = (letter, begin)
            letter = (FNV_BASIS ^ np.uint64(code + tables.shifts[place])) * FNV_PRIME
            begin, stop, letters, is_after_apostrophe = position, position + 1, letters + 1, False
        elif kind != INSIDE:
            break
        elif _is_vowel_sign(code) and not is_after_apostrophe:
            letter, stop = (letter ^ np.uint64(code)) * FNV_PRIME, position + 1
        elif code in (0x27, 0x2019):
            is_after_apostrophe = True
        at, position = at + length, position + 1
    _write_pair(terms, count, last if letters > 1 else (letter, begin), letter, stop)
    return at, position, count + 1


@compiled(called_by_kernels=True)
def _write_pair(terms: Terms, count: Number, first: tuple[np.uint64, Number], second: np.uint64, stop: Number) -> None:
    """Write the pair of a letter, given with its beginning, and the next one."""
    _write_term(terms, count, mix_hash((first[0] * FNV_PRIME) ^ second), PAIR, first[1], stop)


@compiled(called_by_kernels=True)
def _is_hangul(code: Number) -> bool:
    return bool(_HANGUL[0][0] <= code <= _HANGUL[0][1] or _HANGUL[1][0] <= code <= _HANGUL[1][1])


@compiled(called_by_kernels=True)
def _is_vowel_sign(code: Number) -> bool:
    """Say whether a mark is of a script whose vowels are marks: elsewhere it is an accent, which does not count."""
    return bool(_VOWEL_SIGNS[0][0] <= code <= _VOWEL_SIGNS[0][1] or _VOWEL_SIGNS[1][0] <= code <= _VOWEL_SIGNS[1][1])
