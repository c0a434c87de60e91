"""Read the terms of a text, hashed to 64 bits: its words, and pairs of letters in scripts written without spaces.

Words are those of `normalize.py` without a final 's. Thai, Lao, Burmese, Khmer, kana and ideographs give overlapping
pairs of neighbouring letters, each letter with the vowel signs and tones that belong to it; so does Hangul, whose
particles are joined to the word. A letter alone is a term by itself.
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
    terms = read_text_terms(data, 0, len(data), characters, tables)
    return terms.hashes, terms.sizes, terms.begins, terms.ends


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


@compiled(called_by_kernels=True, makes_arrays=True)
def read_text_terms(
    data: ReadOnlyBytes, start: Number, end: Number, characters: Number, tables: CharacterTables
) -> Terms:
    """Read the terms of the first so many characters of the text `data[start:end]`."""
    most = end - start
    hashes, sizes = np.empty(most, np.uint64), np.empty(most, np.int8)
    begins, ends = np.empty(most, np.int32), np.empty(most, np.int32)
    terms = Terms(hashes, sizes, begins, ends)
    count = _write_terms(data[start:end], characters, tables, terms)
    return Terms(hashes[:count], sizes[:count], begins[:count], ends[:count])


@compiled(called_by_kernels=True)
def _write_terms(data: ReadOnlyBytes, characters: Number, tables: CharacterTables, terms: Terms) -> Number:
    """Write the terms of a text into arrays with an element for each byte; return how many they are."""
    at, position, count = 0, 0, 0
    while at < len(data) and position < characters:
        code, length = _decode(data, at)
        kind = tables.kinds[code if code < 0x80 else find_place(tables.blocks, code)]
        if kind == ALONE or (kind == LETTER and _is_hangul(code)):
            at, position, count = _read_pairs(data, at, position, characters, tables, terms, count)
        elif kind == LETTER:
            at, position = _read_word(data, at, position, characters, tables, terms, count)
            count += 1
        else:
            at, position = at + length, position + 1
    return count


@compiled(called_by_kernels=True)
def _decode(data: ReadOnlyBytes, at: Number) -> tuple[Number, Number]:
    """Decode a character; most of most texts are of one byte, and to decode those as others takes twice as long."""
    first = np.int64(data[at])
    return (first, np.int64(1)) if first < 0x80 else decode_character(data, at, len(data))


@compiled(called_by_kernels=True)
def _read_word(
    data: ReadOnlyBytes,
    at: Number,
    position: Number,
    characters: Number,
    tables: CharacterTables,
    terms: Terms,
    count: Number,
) -> tuple[Number, Number]:
    """Read the word that begins at a byte, and write it; return where it ends.

    It ends with the text, where words part, and before a letter whose terms are pairs. A final 's does not count.
    """
    letters, digits, state, stop, is_after_apostrophe = 0, 0, FNV_BASIS, position, False
    before, is_possessive = (FNV_BASIS, position), False  # the word without its last letter
    terms.begins[count] = position
    while at < len(data) and position < characters:
        code, length = _decode(data, at)
        place = code if code < 0x80 else find_place(tables.blocks, code)
        kind = tables.kinds[place]
        if kind == LETTER and not _is_hangul(code):
            folded = np.uint64(code + tables.shifts[place])
            if letters < MOST_LETTERS:
                before, is_possessive = (state, stop), is_after_apostrophe and folded == ord("s")
                state, stop, letters = (state ^ folded) * FNV_PRIME, position + 1, letters + 1
                digits += int(ord("0") <= folded <= ord("9"))
            is_after_apostrophe = False
        elif kind != INSIDE:
            break
        elif code in (0x27, 0x2019):
            is_after_apostrophe = True
        at, position = at + length, position + 1
    if is_possessive and letters > 1:
        (state, stop), letters = before, letters - 1
    terms.hashes[count], terms.ends[count] = mix_hash(state), stop
    terms.sizes[count] = -letters if digits == letters else letters
    return at, position


@compiled(called_by_kernels=True)
def _read_pairs(
    data: ReadOnlyBytes,
    at: Number,
    position: Number,
    characters: Number,
    tables: CharacterTables,
    terms: Terms,
    count: Number,
) -> tuple[Number, Number, Number]:
    """Read letters whose terms are pairs, and write these; return where they end, and how many terms there are then."""
    letters, last, begin, stop, is_after_apostrophe = 0, (np.uint64(0), position), position, position, False
    letter = np.uint64(0)  # the last one, which a vowel sign may still change; `last` is the one before it
    while at < len(data) and position < characters:
        code, length = _decode(data, at)
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
    terms.hashes[count] = mix_hash((first[0] * FNV_PRIME) ^ second)
    terms.sizes[count], terms.begins[count], terms.ends[count] = PAIR, first[1], stop


@compiled(called_by_kernels=True)
def _is_hangul(code: Number) -> bool:
    return bool(_HANGUL[0][0] <= code <= _HANGUL[0][1] or _HANGUL[1][0] <= code <= _HANGUL[1][1])


@compiled(called_by_kernels=True)
def _is_vowel_sign(code: Number) -> bool:
    """Say whether a mark is of a script whose vowels are marks: elsewhere it is an accent, which does not count."""
    return bool(_VOWEL_SIGNS[0][0] <= code <= _VOWEL_SIGNS[0][1] or _VOWEL_SIGNS[1][0] <= code <= _VOWEL_SIGNS[1][1])
