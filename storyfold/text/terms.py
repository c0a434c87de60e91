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

from storyfold.kernels.arrays import Bytes, Integers, LongHashes, Number, ReadOnlyCodes, Tiny
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import FNV_BASIS, FNV_PRIME, mix_hash
from storyfold.text.characters import ALONE, INSIDE, LETTER, CharacterTables, find_place, read_character_tables

MOST_LETTERS = 40  # of a word; a longer run is an address or an encoded picture, cut so that it stays small
PAIR = 100  # the size of a term of a script without spaces, next to the number of letters of other words

_PAIRED, _APART, _AFTER_APOSTROPHE = 1, 2, 4  # marks of a letter: see `_read_letters`
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
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    hashes, sizes = np.empty(len(codes), np.uint64), np.empty(len(codes), np.int8)
    begins, ends = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32)
    count = _read_terms(codes, read_character_tables(), Terms(hashes, sizes, begins, ends))
    return Terms(hashes[:count], sizes[:count], begins[:count], ends[:count])


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


@compiled
def _read_terms(codes: ReadOnlyCodes, tables: CharacterTables, terms: Terms) -> int:
    """Write the terms of a text into arrays with an element for each code point; return how many they are."""
    letters, marks = np.empty(len(codes), np.uint64), np.empty(len(codes), np.uint8)
    begins, ends = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32)
    size = _read_letters(codes, tables, letters, marks, begins, ends)
    count, first = 0, 0
    while first < size:
        after = first + 1
        while after < size and not marks[after] & _APART and (marks[after] ^ marks[first]) & _PAIRED == 0:
            after += 1
        if marks[first] & _PAIRED:
            for letter in range(first, max(first + 1, after - 1)):
                last = min(letter + 1, after - 1)
                terms.hashes[count] = mix_hash((letters[letter] * FNV_PRIME) ^ letters[last])
                terms.sizes[count], terms.begins[count], terms.ends[count] = PAIR, begins[letter], ends[last]
                count += 1
        else:
            last = _find_last_letter(letters, marks, first, after)
            terms.hashes[count], terms.sizes[count] = _hash_word(letters, first, last)
            terms.begins[count], terms.ends[count] = begins[first], ends[last]
            count += 1
        first = after
    return count


@compiled(called_by_kernels=True)
def _read_letters(
    codes: ReadOnlyCodes,
    tables: CharacterTables,
    letters: LongHashes,
    marks: Bytes,
    begins: Integers,
    ends: Integers,
) -> Number:
    """Write the letters of a text: what each counts as, its marks, where it begins and ends; return how many.

    Marks: of a script whose terms are pairs; first after what parts words; after an apostrophe.
    """
    size, mark = 0, _APART
    for position in range(len(codes)):
        code = np.int64(codes[position])
        place = code if code < 0x80 else find_place(tables.blocks, code)  # many times faster in most texts
        kind = tables.kinds[place]
        if kind in (LETTER, ALONE):
            is_paired = kind == ALONE or (code >= _HANGUL[0][0] and _is_hangul(code))
            folded = np.uint64(code + tables.shifts[place])
            letters[size] = (FNV_BASIS ^ folded) * FNV_PRIME if is_paired else folded
            marks[size] = mark | (_PAIRED if is_paired else 0)
            begins[size], ends[size] = position, position + 1
            size, mark = size + 1, 0
        elif kind != INSIDE:
            mark = _APART
        elif size and not mark and marks[size - 1] & _PAIRED and _is_vowel_sign(code):
            letters[size - 1] = (letters[size - 1] ^ np.uint64(code)) * FNV_PRIME
            ends[size - 1] = position + 1
        elif code in (0x27, 0x2019) and not mark:
            mark = _AFTER_APOSTROPHE
    return size


@compiled(called_by_kernels=True)
def _is_hangul(code: Number) -> bool:
    return bool(_HANGUL[0][0] <= code <= _HANGUL[0][1] or _HANGUL[1][0] <= code <= _HANGUL[1][1])


@compiled(called_by_kernels=True)
def _is_vowel_sign(code: Number) -> bool:
    """Say whether a mark is of a script whose vowels are marks: elsewhere it is an accent, which does not count."""
    return bool(_VOWEL_SIGNS[0][0] <= code <= _VOWEL_SIGNS[0][1] or _VOWEL_SIGNS[1][0] <= code <= _VOWEL_SIGNS[1][1])


@compiled(called_by_kernels=True)
def _find_last_letter(letters: LongHashes, marks: Bytes, first: Number, after: Number) -> Number:
    """Return the last letter of the word from `first` up to `after`, which counts: not the final 's."""
    last = min(after, first + MOST_LETTERS) - 1
    is_possessive = last > first and letters[last] == ord("s") and marks[last] & _AFTER_APOSTROPHE
    return last - 1 if is_possessive else last


@compiled(called_by_kernels=True)
def _hash_word(letters: LongHashes, first: Number, last: Number) -> tuple[np.uint64, int]:
    """Return a word's hash, and its letters; below 0 where all are digits."""
    state, are_digits = FNV_BASIS, True
    for letter in range(first, last + 1):
        state = (state ^ letters[letter]) * FNV_PRIME
        are_digits = are_digits and ord("0") <= letters[letter] <= ord("9")
    size = last + 1 - first
    return mix_hash(state), -size if are_digits else size
