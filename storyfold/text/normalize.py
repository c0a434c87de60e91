"""Split a text into words without case, width and accents: what two spellings of one text share.

A word is a run of letters and digits; apostrophes and soft hyphens within are left out ("don’t" is "dont"). In a script
written without spaces each letter is a word, without the marks that belong to it. `characters.py` says which is which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

from storyfold.kernels.arrays import Longs, Number, ReadOnlyCodes, UnsignedIntegers
from storyfold.kernels.compiled import compiled
from storyfold.text.characters import (
    ALONE,
    BLOCK_BITS,
    INSIDE,
    LETTER,
    LINE,
    CharacterTables,
    find_place,
    read_character_tables,
)

CACHED, SHORT = 512, 300  # texts of so many characters at most are cached: titles and names come again and again
MANY = 8  # texts from which one call of a kernel is quicker than one for each
LETTERS_A_WORD = 2  # of a script without spaces: Chinese and Japanese words have about two


def normalize_words(text: str) -> str:
    """Return the words alone, folded, one space apart."""
    return _join_words_cached(text) if len(text) <= SHORT else _join_words(text)


def split_words(text: str) -> list[str]:
    """Return the words, folded, in order."""
    if len(text) <= SHORT and text.isascii():
        return text.translate(_map_ascii()).split()
    return normalize_words(text).split()


def split_words_of_lines(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of each text, folded, in order: for many short texts faster than one by one."""
    if len(texts) < MANY:
        return [split_words(text) for text in texts]
    return [line.split() for line in normalize_starts(texts, 0)]


def normalize_starts(texts: Sequence[str], most: int) -> list[str]:
    """Return the first `most` words of each text (0: all), folded, one space apart."""
    if not texts:
        return []
    lines = "\n".join([text if text.isprintable() else " ".join(text.splitlines()) for text in texts])
    return _write(lines, LINE, most)[0].split("\n")


def count_words(text: str) -> int:
    """Count the words; two letters of a script without spaces count as one."""
    if len(text) <= SHORT and text.isascii():
        return len(split_words(text))
    _, words, letters = _write(text)
    return words - letters + -(-letters // LETTERS_A_WORD)


def weigh_words(words: Sequence[str]) -> int:
    """Count words that are split already as `count_words` does."""
    letters = sum(map(bool, map(_match_alone().match, words)))
    return len(words) - letters + -(-letters // LETTERS_A_WORD)


@cache
def _match_alone() -> re.Pattern[str]:
    """Return what matches a letter of a script without spaces, from the same tables."""
    tables = read_character_tables()
    is_alone = tables.kinds.reshape(-1, 1 << BLOCK_BITS)[tables.blocks].ravel() == ALONE
    ends = np.flatnonzero(np.diff(is_alone, prepend=False, append=False)).tolist()
    return re.compile("[" + "".join(f"{chr(a)}-{chr(b - 1)}" for a, b in zip(ends[::2], ends[1::2], strict=True)) + "]")


def _join_words(text: str) -> str:
    return _write(text)[0]


@lru_cache(CACHED)
def _join_words_cached(text: str) -> str:
    if text.isascii():  # most short texts: a kernel takes longer to call
        return " ".join(text.translate(_map_ascii()).split())
    return _write(text)[0]


@cache
def _map_ascii() -> dict[int, str | None]:
    """Return what each ASCII character becomes, from the same tables: a letter, a space, or nothing within a word."""
    tables = read_character_tables()
    kinds, shifts = tables.kinds[:128].tolist(), tables.shifts[:128].tolist()
    letters = {code: chr(code + shifts[code]) for code in range(128) if kinds[code] == LETTER}
    return {code: letters.get(code, None if kinds[code] == INSIDE else " ") for code in range(128)}


def _write(text: str, kept: int = -1, most: int = 0) -> tuple[str, int, int]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    joined, counts = np.empty(2 * len(text), np.uint32), np.empty(3, np.int64)
    _write_words(codes, read_character_tables(), joined, counts, kept, most)
    size, words, letters = counts.tolist()
    return joined[:size].tobytes().decode("utf-32-le"), words, letters


@compiled
def _write_words(
    codes: ReadOnlyCodes, tables: CharacterTables, joined: UnsignedIntegers, counts: Longs, kept: Number, most: Number
) -> None:
    """Write the folded words of a text, one space apart, and its characters of the kind `kept`.

    Of words between two that are kept, at most the first `most` are written, or all where that is 0.

    `codes` are the text's code points; `joined` has twice as many elements, since a space goes before each at most.
    `counts` gets how many elements of it were written, the words, and those of them that are letters of a script
    without spaces.
    """
    size, words, letters, begun, is_apart = 0, 0, 0, 0, True
    for position in range(len(codes)):
        code = np.int64(codes[position])
        place = find_place(tables.blocks, code)
        kind = tables.kinds[place]
        if kind == INSIDE:
            continue
        if kind not in (LETTER, ALONE):
            is_apart = True
            if kind == kept:
                joined[size] = code
                size, begun = size + 1, 0
            continue
        if is_apart or kind == ALONE:
            begun += 1
            if begun > 1 and (begun <= most or not most):
                joined[size] = ord(" ")
                size += 1
            words += 1
            letters += kind == ALONE
        is_apart = kind == ALONE
        if begun <= most or not most:
            joined[size] = code + tables.shifts[place]
            size += 1
    counts[0], counts[1], counts[2] = size, words, letters


def fold_accents(word: str) -> str:
    """Return the word without case and accents, so that `FÉVRIER` and `fevrier` are one."""
    if word.isascii():  # most words, and many times faster
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
