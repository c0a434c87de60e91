"""Write `storyfold/text/characters.npz` from Python's own tables: on Python 3.13, which has the version of Unicode.

Traditional Chinese characters count as the simplified ones, so that a text in either is one text.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import numpy as np

from storyfold.kernels.arrays import Bytes, Integers
from storyfold.text.characters import (
    ALONE,
    BLOCK_BITS,
    INSIDE,
    LETTER,
    LINE,
    OPENING,
    PATH,
    QUOTE,
    UNICODE_VERSION,
    CharacterTables,
)

CODE_POINTS = 0x110000
SIMPLIFIED = Path(__file__).with_name("simplified_characters.txt")  # by `write_simplified_characters.py`
_QUOTES = '"«»”‟〞〟」』'  # what may open or close, whatever the language's order
_OPENING = "“„「『〝"  # what is left open at a paragraph's end by those who quote over several
_INSIDE = "'’‘ʼ`´\u00ad\u200b\u200c\u200d\u2060\ufeff\uff9e\uff9f"  # the last two: voicing marks of half-width kana
_LINES = "\n\r\u2028\u2029"
_ZERO = "〇"  # in category Nl, so neither letter nor digit, yet Chinese years are written with it
# Scripts written without spaces (Unicode's Blocks.txt): Thai and Lao; Burmese with its two extensions; Khmer; the
# iteration mark of ideographs; kana with their extensions and half-width forms; ideographs, compatible and rare ones.
_ALONE = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0x1780, 0x17FF),
    (0x3005, 0x3006),
    (0x3031, 0x3035),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0xFF66, 0xFF9F),
    (0x1AFF0, 0x1B16F),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
_HANGUL = (0xAC00, 0xD7A3)  # decomposes into parts of a syllable; kept whole


def classify_characters() -> tuple[Bytes, Integers]:
    """Return for each code point its kind (BREAK to OPENING) and what it counts as in a word, a code point too."""
    simplified = dict(line.split() for line in SIMPLIFIED.read_text(encoding="utf-8").splitlines())
    kinds = np.zeros(CODE_POINTS, np.uint8)
    folded = np.arange(CODE_POINTS, dtype=np.int32)
    for code in range(CODE_POINTS):
        character = chr(code)
        if unicodedata.category(character)[0] == "M":
            kinds[code] = INSIDE
        elif _is_letter(character):
            kinds[code] = LETTER
            counted = _fold_character(character)
            folded[code] = ord(simplified.get(counted, counted))
    for first, last in _ALONE:
        block = kinds[first : last + 1]
        block[block == LETTER] = ALONE
    listed = ((INSIDE, _INSIDE), (QUOTE, _QUOTES), (OPENING, _OPENING), (LINE, _LINES), (ALONE, _ZERO))
    for kind, characters in listed:
        for character in characters:
            kinds[ord(character)], folded[ord(character)] = kind, ord(character)
    return kinds, folded


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" or character.isdigit()


def _fold_character(character: str) -> str:
    """Return the first letter or digit of the character without case, width and accents."""
    if _HANGUL[0] <= ord(character) <= _HANGUL[1]:
        return character
    small = unicodedata.normalize("NFKD", character).casefold()
    parts = unicodedata.normalize("NFKD", small)
    return next((part for part in parts if _is_letter(part) and part not in _INSIDE), character)


def pack_tables(kinds: Bytes, folded: Integers) -> CharacterTables:
    """Return the tables in blocks, equal blocks kept once, in the order of their first use."""
    shifts = folded - np.arange(CODE_POINTS, dtype=np.int32)
    kept: dict[bytes, int] = {}
    blocks = np.empty(CODE_POINTS >> BLOCK_BITS, np.uint8)
    for number in range(len(blocks)):
        part = slice(number << BLOCK_BITS, (number + 1) << BLOCK_BITS)
        blocks[number] = kept.setdefault(kinds[part].tobytes() + shifts[part].tobytes(), len(kept))
    first = np.unique(blocks, return_index=True)[1]
    rows = (first[:, None] << BLOCK_BITS) + np.arange(1 << BLOCK_BITS)
    return CharacterTables(blocks, kinds[rows].ravel(), shifts[rows].ravel())


if __name__ == "__main__":
    if unicodedata.unidata_version != UNICODE_VERSION:
        sys.exit(f"this Python has Unicode {unicodedata.unidata_version}; the tables are those of {UNICODE_VERSION}")
    np.savez_compressed(PATH, **pack_tables(*classify_characters())._asdict())
