"""Say which letters of a word do not count in its term: case endings and articles that are joined to it.

A name stands in a Russian text as Бахрут, Бахрута and Бахруте, in an Arabic one with or without the article before it,
and in a Turkish one with its case behind an apostrophe. These are light stemmers as retrieval uses them (for Arabic
Larkey 2002, for Russian Dolamic and Savoy 2009, for Turkish Can 2008): what is cut is short and from a closed list, and
no dictionary is asked. Words of other scripts, and Turkish words that are no names, stay as they are.
"""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Number, ReadOnlyLongHashes
from storyfold.kernels.compiled import compiled

CYRILLIC, ARABIC = (0x0400, 0x052F), (0x0620, 0x06FF)
DOTLESS_I = 0x0131  # counts as i: capital I is both, and nobody can tell which
BITS = 16  # of a letter among several in one number; those of the scripts named here need no more
LEAST_LETTERS = 3  # of a word that stay
LEAST_NAME = 3  # letters or digits before a Turkish apostrophe: O'Dea and l'una have fewer


def _pack(letters: str) -> int:
    """Return letters as one number, the last one in its lowest bits."""
    packed = 0
    for letter in letters:
        packed = packed << BITS | ord(letter)
    return packed


# Folded: й counts as и, ї as і, ё as е.
_VOWELS = np.array(sorted(map(ord, "аеиоуыэюяєіьъ")), np.uint64)
_O, _E, _I, _U, _M, _H, _G = (ord(letter) for letter in "оеиумхг")
_ALEF, _LAM = ord("ا"), ord("ل")
_JOINED = np.array(sorted(map(ord, "وفبك")), np.uint64)  # and, so, in, like: written on to the article
# Cases, possessives and adjectives as they follow a name or a number: folded, without marks.
_TURKISH = np.array(
    sorted(
        _pack(suffix)
        for suffix in (
            "a e i u ya ye yi yu da de ta te dan den tan ten in un nin nun na ne ni nu nda nde la le yla yle lar ler "
            "ki daki deki taki teki lik luk li lu"
        ).split()
    ),
    np.uint64,
)
_S = ord("s")
_TURKISH_VOWELS = np.array(sorted(map(ord, "aeiou")), np.uint64)


@compiled(called_by_kernels=True)
def is_ending(tail: np.uint64, letters: Number, before: np.uint64, name: Number) -> bool:
    """Say whether so many last letters, after an apostrophe, do not count: a final s, or a Turkish ending of a name.

    `tail` are the word's last four letters, packed, `before` is the last one before the apostrophe, and `name` how many
    there are. An ending that begins with a vowel follows none: so Sana'a and Hawai'i are words.
    """
    if letters > 4:
        return False
    suffix = tail & (np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - BITS * letters))
    if suffix == _S:
        return True
    are_vowels = _is_among(suffix >> np.uint64(BITS * (letters - 1)), _TURKISH_VOWELS) and _is_among(
        before, _TURKISH_VOWELS
    )
    return name >= LEAST_NAME and not are_vowels and _is_among(suffix, _TURKISH)


@compiled(called_by_kernels=True)
def find_stem(head: np.uint64, tail: np.uint64, letters: Number) -> tuple[Number, Number]:
    """Return how many of a word's letters to pass over, and how many there are then up to its ending.

    `head` are its first three letters and `tail` its last four, folded and packed.
    """
    last = tail & np.uint64(0xFFFF)
    if CYRILLIC[0] <= last <= CYRILLIC[1]:
        return 0, letters - _count_ending(tail, letters)
    if ARABIC[0] <= last <= ARABIC[1]:
        return _count_article(head, letters), letters
    return 0, letters


@compiled(called_by_kernels=True)
def _count_ending(tail: np.uint64, letters: Number) -> Number:
    """Count the letters of a Cyrillic ending: vowels, a last м or х after one, those of -ами, -ого and -ому."""
    last = tail & np.uint64(0xFFFF)
    cut = 0
    while cut < 4 and letters - cut > LEAST_LETTERS:
        letter = (tail >> np.uint64(BITS * cut)) & np.uint64(0xFFFF)
        before = (tail >> np.uint64(BITS * (cut + 1))) & np.uint64(0xFFFF) if cut < 3 else np.uint64(0)
        is_noun = (cut == 0 and letter in (_M, _H)) or (cut == 1 and letter == _M and last == _I)
        is_adjective = (letter == _G and last == _O) or (letter == _M and last == _U)
        is_case = (is_noun and _is_among(before, _VOWELS)) or (is_adjective and cut == 1 and before in (_O, _E))
        if not is_case and not _is_among(letter, _VOWELS):
            break
        cut += 1
    return cut


@compiled(called_by_kernels=True)
def _count_article(head: np.uint64, letters: Number) -> Number:
    """Count the letters of an Arabic article at a word's head, with what is joined to it."""
    first, second, third = (
        (head >> np.uint64(2 * BITS)),
        (head >> np.uint64(BITS)) & np.uint64(0xFFFF),
        head & np.uint64(0xFFFF),
    )
    if letters >= LEAST_LETTERS + 3 and _is_among(first, _JOINED) and second == _ALEF and third == _LAM:
        return 3
    is_article = second == _LAM and first in (_ALEF, _LAM)
    return 2 if letters >= LEAST_LETTERS + 2 and is_article else 0


@compiled(called_by_kernels=True)
def _is_among(value: np.uint64, values: ReadOnlyLongHashes) -> bool:
    """Say whether a number is among a few; a loop, which ends at the first."""
    for other in values:  # noqa: SIM110 (a kernel knows no generators)
        if other == value:
            return True
    return False
