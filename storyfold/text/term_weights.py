"""Weigh the terms of a text: rare words say more about an event than common ones."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, takewhile
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, LongHashes, Longs, Number, ReadOnlyBytes, Tiny
from storyfold.kernels.compiled import compiled
from storyfold.text.terms import MOST_LETTERS, PAIR, hash_listed
from storyfold.text.word_frequencies import list_languages, read_frequencies
from storyfold.text.words import Texts, decode_character

ARTICLE_WORDS = 300  # words in an article, for turning a word's frequency into the share of articles that have it
COMMON_SHARE = 0.3  # a word that this share of articles has says nothing about the event
_RAREST = 1e-6  # where wordfreq's small lists end; a larger floor list changed F1 by less than .002

# wordfreq's name for a language where it is not the ISO 639-1 code.
_ALIASES = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "tl": "fil", "iw": "he", "in": "id"}
SUPPORTED = list_languages()
_PAIRED_LANGUAGES = frozenset({"zh", "ja", "ko", "th"})
_BARE_PAIRS = frozenset({"zh", "ja", "ko"})  # of them, those whose letters have no vowel signs: each is a character
# Languages that a script shows; where several do, the first one.
_LANGUAGES = ("en", "ja", "ko", "zh")
KANA, HANGUL, IDEOGRAPHS = (0x3040, 0x30FF), (0xAC00, 0xD7AF), (0x3400, 0x9FFF)
FIRST_OF_SCRIPTS = 0xE3  # the smallest byte with which a character of these begins
SAMPLE_CHARACTERS = 3_000  # of a text, in which its script is looked for
SAMPLE_TERMS = 500  # terms of a text that are read to see whether a language is its own
# Share of a text's words that must be among its language's commonest. English news has .29 to .46, Turkish
# .23; a text in another language has at most .12 (Hungarian taken for English, through "a" and "is").
_COMMON_WORDS = 0.15


class Background(NamedTuple):
    """Weigh each term of one language: minus the natural logarithm of the share of articles that have it.

    That share is 1 - exp(-frequency * ARTICLE_WORDS), the chance of at least one among that many words (Poisson).
    0 for a word that is too common to distinguish events. `hashes` and `weights` are a table of the terms listed: a
    term is in the first place from its hash on, modulo the size, that has its hash; 0 is an empty place. `numbers` are
    the weights of other numbers by their digits, `rarest` of anything else.

    A text of whose first terms a smaller share than `least_common` weighs 0 is in another language: then words weigh
    by their length (`weigh_by_length`).
    """

    hashes: LongHashes
    weights: Doubles
    numbers: Doubles
    rarest: float
    least_common: float


@cache
def load_background(language: str) -> Background:
    """Load the weights of a language of SUPPORTED, once for each language."""
    # Added to their nouns, the listed possessives gave F1 .8878 for .8904 on g5w1h without dates, .8421 for .8406 on
    # allsides.
    every = read_frequencies(language)
    listed = {word: frequency for word, frequency in every.items() if not word.endswith("'s")}
    if language in _BARE_PAIRS:
        listed = _list_pairs(listed)
    hashes, place_of = np.unique(hash_listed(list(listed)), return_inverse=True)
    frequencies = np.bincount(place_of, np.fromiter(listed.values(), np.float64, len(listed)))  # of one folded word
    numbers = [_weigh(_estimate_number(listed, digits)) for digits in range(MOST_LETTERS + 1)]
    weights = np.array([_weigh(frequency) for frequency in frequencies.tolist()])
    size = 1 << (2 * len(hashes)).bit_length()
    slots, slot_weights = np.zeros(size, np.uint64), np.zeros(size)
    _fill_slots(hashes[hashes > 0], weights[hashes > 0], slots, slot_weights)
    return Background(
        slots,
        slot_weights,
        np.array(numbers),
        _weigh(0.0),
        0.0 if language in _PAIRED_LANGUAGES else _COMMON_WORDS,
    )


def _list_pairs(words: dict[str, float]) -> dict[str, float]:
    """Return the frequencies of pairs of neighbouring letters, and of what in a list of words is no pair.

    A text has the pairs within its words and those of a word's last letter with the next one's first, as if words stood
    in any order. Without the second, chance pairs such as the particle and a noun's first letter would weigh most.
    """
    first, last, pairs = defaultdict[str, float](float), defaultdict[str, float](float), defaultdict[str, float](float)
    for word, frequency in words.items():
        first[word[0]] += frequency
        last[word[-1]] += frequency
        for pair in pairwise(word):
            pairs["".join(pair)] += frequency
    begins = sorted(first.items(), key=lambda begin: -begin[1])
    for letter, share in last.items():
        for begin, other in takewhile(lambda begin: begin[1] * share >= _RAREST, begins):  # noqa: B023 (used at once)
            pairs[letter + begin] += share * other
    return pairs | {word: frequency for word, frequency in words.items() if len(word) != 2}


def _estimate_number(listed: dict[str, float], digits: int) -> float:
    """Return the frequency of one number: wordfreq keeps one for all of a length, under as many zeros."""
    return listed.get("0" * digits, 0.0) / 10.0 ** (digits - 1) if digits > 1 else 0.0


def _weigh(frequency: float) -> float:
    share = -math.expm1(-max(frequency, _RAREST) * ARTICLE_WORDS)
    return -math.log(share) if share < COMMON_SHARE else 0.0


# Where no frequencies are known; every text has fewer common words than this asks for.
NO_BACKGROUND = Background(np.zeros(1, np.uint64), np.zeros(1), np.zeros(MOST_LETTERS + 1), 1.0, 2.0)


def choose_backgrounds(
    languages: Sequence[str | None], titles: Texts, bodies: Texts
) -> Iterator[tuple[Background, Longs]]:
    """Yield the backgrounds of texts, each with the numbers of those it is chosen for, ascending.

    The background of a text is that of its language or, where it has none, of the one that the script of its beginning
    shows, or that of its title where it has no body: English if that shows none. It is `NO_BACKGROUND` if wordfreq does
    not know the language.
    """
    names = {language: name_listed(language) for language in set(languages)}
    unnamed = np.array([number for number, language in enumerate(languages) if not names[language]], np.int64)
    scripts = np.zeros(len(languages), np.int8)
    scripts[unnamed] = _find_scripts(unnamed, titles.data, titles.starts, bodies.data, bodies.starts)
    numbers: dict[str, list[int]] = {}  # by the name of the background, which is empty for all that have none
    for number, (language, script) in enumerate(zip(languages, scripts.tolist(), strict=True)):
        name = names[language] or _LANGUAGES[script]
        numbers.setdefault(name if name in SUPPORTED else "", []).append(number)
    for name, listed in numbers.items():
        yield load_background(name) if name else NO_BACKGROUND, np.array(listed, np.int64)


def name_listed(language: str | None) -> str:
    """Name the language as wordfreq does; empty where there is none."""
    primary = re.split(r"[-_]", (language or "").strip().lower(), maxsplit=1)[0]
    return _ALIASES.get(primary, primary)


@compiled
def _find_scripts(
    numbers: Longs, titles: ReadOnlyBytes, title_starts: Longs, bodies: ReadOnlyBytes, body_starts: Longs
) -> Tiny:
    """Find the script of the beginning of each of these texts, as its place in `_LANGUAGES`."""
    scripts = np.zeros(len(numbers), np.int8)
    for place in range(len(numbers)):
        number = numbers[place]
        first, end = body_starts[number], body_starts[number + 1]
        if first == end:
            scripts[place] = _find_script(titles, title_starts[number], title_starts[number + 1])
        else:
            scripts[place] = _find_script(bodies, first, end)
    return scripts


@compiled(called_by_kernels=True)
def _find_script(data: ReadOnlyBytes, first: Number, end: Number) -> Number:
    """Find the script of the first characters of a text."""
    last = np.uint8(0)
    for byte in data[first : min(end, first + 4 * SAMPLE_CHARACTERS)]:  # a character has four bytes at most
        last = max(last, byte)
    if last < FIRST_OF_SCRIPTS:
        return 0
    at, characters, found = first, 0, 0
    while at < end and characters < SAMPLE_CHARACTERS:
        code, length = decode_character(data, at, end)
        if KANA[0] <= code <= KANA[1]:
            return 1
        if HANGUL[0] <= code <= HANGUL[1]:
            found = 2
        elif found == 0 and IDEOGRAPHS[0] <= code <= IDEOGRAPHS[1]:
            found = 3
        at, characters = at + length, characters + 1
    return found


@compiled
def _fill_slots(hashes: LongHashes, weights: Doubles, slots: LongHashes, slot_weights: Doubles) -> None:
    """Put the terms and their weights into a table that has room for more than twice as many."""
    for term in range(len(hashes)):
        slot = find_slot(slots, hashes[term])
        slots[slot], slot_weights[slot] = hashes[term], weights[term]


@compiled(called_by_kernels=True)
def find_slot(slots: LongHashes, term: np.uint64) -> Number:
    """Return where a term is in a table whose size is a power of two, or the empty place where it would be."""
    last = np.uint64(len(slots) - 1)
    slot = term & last
    while slots[slot] != 0 and slots[slot] != term:
        slot = (slot + np.uint64(1)) & last
    return np.int64(slot)


@compiled(called_by_kernels=True)
def weigh_by_frequency(term: np.uint64, size: Number, background: Background) -> float:
    """Return the weight of a term with this hash and size, where the background is of its language."""
    slot = find_slot(background.hashes, term)
    if background.hashes[slot]:
        return float(background.weights[slot])
    return float(background.numbers[-size]) if size < -1 else background.rarest


@compiled(called_by_kernels=True)
def weigh_by_length(size: Number) -> float:
    """Return the weight of a term of this size, where no frequencies are known: words in constant use are short.

    So Zipf (1935). min(1, letters / 8) squared, measured on g5w1h with the frequencies of English withheld: F1 .891, as
    with them; equal weights for all words give .23 there. A pair of letters weighs 1.
    """
    return min(1.0, abs(size) / 8) ** 2 if size != PAIR else 1.0
