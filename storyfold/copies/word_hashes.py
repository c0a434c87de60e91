"""Split a text into words, hash each to 64 bits, and mark the quoted ones.

A word is a run of letters and digits, case, width, accents and apostrophes folded away; each ideograph, kana and
letter of a script written without spaces is a word of its own. The hash is FNV-1a over code points with the
finaliser of SplitMix64, so it is the same in every process and on every machine.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np

from storyfold.kernels.arrays import Bytes, Flags, Integers, LongHashes, ReadOnlyCodes, UnsignedIntegers
from storyfold.kernels.compiled import compiled

MOST_WORDS = 50_000  # words read of one text: five times the longest newspaper features
MOST_CHARACTERS = 20 * MOST_WORDS  # characters read of one text, so that one endless word ends too
MOST_QUOTED = 300  # words in one quotation; a mark left open by mistake must not swallow the text

BREAK, LETTER, INSIDE, ALONE, LINE, QUOTE, OPENING = range(7)
_QUOTES = '"«»”‟〞〟」』'  # what may open or close, whatever the language's order
_OPENING = "“„「『〝"  # what is left open at a paragraph's end by those who quote over several
_INSIDE = "'’‘ʼ`´\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Blocks of scripts written without spaces (Unicode Blocks.txt): each letter stands for a word.
_ALONE = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0x20000, 0x323AF))
_HANGUL = (0xAC00, 0xD7A3)  # decomposes into parts of a syllable; kept whole
_LAST_MAPPED = 0x20000  # no letter beyond has another case or a compatibility form but ideographs

Hashes = LongHashes
Marks = Flags
Positions = Integers


@dataclass(frozen=True, slots=True)
class HashedWords:
    """One text: its word hashes, and for each word where it starts and ends (characters) and if it is quoted."""

    hashes: Hashes
    starts: Positions
    ends: Positions
    quoted: Marks


def hash_words(body: str) -> HashedWords:
    """Hash the first 50,000 words of a text; never raises."""
    text = body[:MOST_CHARACTERS]
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded, kinds = _classify_characters()
    hashes, starts, ends = _scan_words(codes, folded, kinds, min(MOST_WORDS, len(codes)))
    return HashedWords(hashes, starts, ends, _mark_quoted(codes, kinds, starts, MOST_QUOTED))


@cache
def _classify_characters() -> tuple[UnsignedIntegers, Bytes]:
    """Return for each code point what it counts as in a word, and its kind (BREAK to OPENING)."""
    folded = np.arange(0x110000, dtype=np.uint32)
    kinds = np.zeros(0x110000, dtype=np.uint8)
    for code in range(_LAST_MAPPED):
        character = chr(code)
        category = unicodedata.category(character)[0]
        if category == "M":
            kinds[code] = INSIDE
        elif category == "L" or character.isdigit():
            kinds[code] = LETTER
            folded[code] = _fold_character(character)
    for first, last in _ALONE:
        block = kinds[first : last + 1]
        block[(block == LETTER) | (first >= _LAST_MAPPED)] = ALONE
    for kind, characters in ((INSIDE, _INSIDE), (QUOTE, _QUOTES), (OPENING, _OPENING), (LINE, "\n\r\u2028\u2029")):
        for character in characters:
            kinds[ord(character)] = kind
    return folded, kinds


def _fold_character(character: str) -> int:
    if _HANGUL[0] <= ord(character) <= _HANGUL[1]:
        return ord(character)
    for part in unicodedata.normalize("NFKD", character.casefold()):
        if unicodedata.category(part)[0] != "M":
            return ord(part)
    return ord(character)


@compiled(called_by_kernels=True)
def mix_hash(value: np.uint64) -> np.uint64:
    """Mix a hash by the finaliser of SplitMix64 (Steele, Lea, Flood 2014): each bit in moves half of the bits out."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def _scan_words(
    codes: ReadOnlyCodes, folded: UnsignedIntegers, kinds: Bytes, most: int
) -> tuple[Hashes, Positions, Positions]:
    """Find at most `most` words in the code points of a text: the hash, start and end (code points) of each.

    `folded` and `kinds` are of every code point: see `_classify_characters`.
    """
    hashes, starts, ends = np.empty(most, np.uint64), np.empty(most, np.int32), np.empty(most, np.int32)
    basis, prime = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits
    count, state, begun, last = 0, basis, -1, 0
    for position in range(len(codes) + 1):
        kind = LINE if position == len(codes) else kinds[codes[position]]
        if kind == INSIDE:
            continue
        if begun >= 0 and kind != LETTER:
            hashes[count], starts[count], ends[count] = mix_hash(state), begun, last + 1
            count, state, begun = count + 1, basis, -1
        if count == most:
            break
        if kind == LETTER:
            begun = position if begun < 0 else begun
            state = (state ^ np.uint64(folded[codes[position]])) * prime
            last = position
        elif kind == ALONE:
            single = (basis ^ np.uint64(folded[codes[position]])) * prime
            hashes[count], starts[count], ends[count] = mix_hash(single), position, position + 1
            count += 1
    return hashes[:count].copy(), starts[:count].copy(), ends[:count].copy()


@compiled
def _mark_quoted(codes: ReadOnlyCodes, kinds: Bytes, starts: Positions, most: int) -> Marks:
    """Mark the words that are quoted, at most `most` in one quotation; `starts` has the position of each word.

    A quotation mark opens before a word and after none; the next mark closes.

    A quotation ends with its paragraph: one opened by a curly mark counts so far, for speech over several paragraphs
    is opened anew in each and closed in the last; one opened by a straight mark was perhaps an inch.
    """
    quoted = np.zeros(len(starts), np.bool_)
    word, first, is_opening = 0, -1, False
    for position in range(len(codes)):
        if word == len(starts):
            break
        if starts[word] == position:
            word += 1
        kind = kinds[codes[position]]
        if kind < LINE:
            continue
        if first >= 0:
            if (kind != LINE or is_opening) and word - first <= most:
                quoted[first:word] = True
            first = -1
        elif kind != LINE and position + 1 < len(codes) and kinds[codes[position + 1]] not in (BREAK, LINE):
            before = BREAK if position == 0 else kinds[codes[position - 1]]
            if before != LETTER:
                first, is_opening = word, kind == OPENING
    return quoted
