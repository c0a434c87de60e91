"""Find what crosses languages in a text: its names by their consonants, its numbers by their digits, and its days.

In scripts with capitals names are words that begin with one and are not common; at the head of a sentence, and in
German, only rare ones. In the others any rare word may be one: it counts only where another text has a name that sounds
so. Chinese writes foreign names with a closed set of characters, Japanese with katakana.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import LongHashes, UnsignedShorts
from storyfold.text.consonants import HAN_OF_NAMES, reduce_word
from storyfold.text.month_names import MONTHS
from storyfold.text.name_runs import write_letters
from storyfold.text.normalize import fold_accents
from storyfold.text.term_weights import SUPPORTED, name_listed
from storyfold.text.word_frequencies import read_frequencies

READ_CHARACTERS = 15_000  # of a body, as for names: what a longer text says later weighs little
MOST_TERMS = 100  # the heaviest terms of a text that are kept; of 120 short reports none has more
MOST_PLACES = 4_000  # names, and numbers, of a text that are looked at: a table of results can have more
PARTS = 100  # of a nat that weights are whole numbers of
LEAST_CONSONANTS = 3  # of a name that stands alone: of two there are 49
LEAST_OF_PAIR = 4  # of two names side by side
LEAST_DIGITS = 2  # of a number
# Shares of all words from which a word is common: once in a hundred thousand; and of one in capitals within a sentence,
# once in ten thousand. `benchmarks.story_languages` has what they lead to.
COMMON, COMMON_CAPITAL = 1e-5, 1e-4
LEAST_LETTERS = 3
# Nats that a term weighs in general: of a name by its consonants, of a number by its digits. Of 7 classes the n-th
# power are as many names; words of a text that may be names are some ten.
NATS_A_CONSONANT, NATS_OF_CHANCE, MOST_NATS = 1.9, 3.5, 8.1
NATS_OF_NUMBERS = {2: 2.2, 3: 4.2}
NATS_OF_LONG_NUMBER, NATS_OF_YEAR, NATS_OF_DAY = 6.0, 3.0, 4.5
TERMS_KEPT = 65_536  # hashes of terms that are remembered
# Languages without capitals whose letters `consonants.py` knows: of the others numbers and days alone are found.
_UNCASED = frozenset({"ar", "fa", "ur", "hi", "ko"})
_MARKS = "\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
_REST = rf"(?:[^\W_]|[{_MARKS}]|['’\u200c-](?=[^\W\d_]))*"
_WORD = re.compile(rf"[^\W\d_]{_REST}")
_CAPITAL = re.compile(rf"(?<![\w'’\u200c-])[{write_letters(str.isupper)}]{_REST}")
_BEFORE = 8  # characters before a word that may end the sentence before it
_SENTENCE_HEAD = re.compile(r"[.!?:\n“\"«„–—]\s*$")
_CHINESE = re.compile(rf"[{HAN_OF_NAMES}]{{2,40}}(?:·[{HAN_OF_NAMES}]{{1,40}}){{0,7}}")
_JAPANESE = re.compile(r"[ァ-ヺー]{2,40}(?:[・＝][ァ-ヺー]{2,40}){0,7}")
_PARTICLES = re.compile("(으로|에서|에게|까지|부터|라는|이라고|라고|이|가|은|는|을|를|의|에|도|와|과|로|만)$")
_ARTICLES = ("وال", "بال", "ال", "لل")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,6}(?!\d)|\d{1,20}(?:[.,:٫٬]\d{1,20}){0,6}")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_MYRIADS = re.compile(r"(\d{1,9})[億亿억]\s?(\d{1,9})[万萬만]")
_NUMBERED_DAY = re.compile(r"(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_MONTH = rf"[^\W\d_][\w{_MARKS}]{{1,20}}"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:\.|er|º|ª)?\s(?:de\s)?({_MONTH})")
_DAY_BEHIND = re.compile(r"\s(\d{1,2})\b")
_LAST_WORD = re.compile(rf"{_MONTH}$")
_WORD_BEFORE = 22  # characters before a day that may be the month
_OTHER_DIGIT = re.compile(r"[^\D0-9]")  # of other scripts


class CrossingTerms(NamedTuple):
    """Hashes of a text's crossing terms, ascending, and what each weighs in general, in hundredths of nats."""

    hashes: LongHashes
    nats: UnsignedShorts


NO_CROSSING_TERMS = CrossingTerms(np.zeros(0, np.uint64), np.zeros(0, np.uint16))


def find_crossing_terms(title: str | None, body: str, language: str | None) -> CrossingTerms:
    """Find the heaviest terms of a text that cross languages; never raises. `language` is an ISO 639-1 code."""
    rows = [_hash_term(term) for term in list_crossing_terms(title, body, language)]
    if len(rows) > MOST_TERMS:
        rows = sorted(rows, key=lambda row: (-row[1], row[0]))[:MOST_TERMS]
    rows.sort()
    return CrossingTerms(
        np.array([term for term, _ in rows], np.uint64), np.array([weight for _, weight in rows], np.uint16)
    )


def list_crossing_terms(title: str | None, body: str, language: str | None) -> set[str]:
    """List a text's names (`tln`, or `mn|tln` for two side by side), numbers (`#41`) and days (`@3-24`)."""
    return {term for term, _ in _iterate_terms(title, body, language)}


def name_crossing_terms(title: str | None, body: str, language: str | None) -> dict[int, str]:
    """Return the crossing terms of a text by their hashes, each as the text prints it first."""
    printed: dict[int, str] = {}
    for term, words in _iterate_terms(title, body, language):
        printed.setdefault(_hash_term(term)[0], words)
    return printed


def _iterate_terms(title: str | None, body: str, language: str | None) -> Iterator[tuple[str, str]]:
    """Yield the terms of a text, some several times, each with what it is printed as."""
    text = f"{title or ''}\n{body[:READ_CHARACTERS]}"[: 2 * READ_CHARACTERS]
    code = name_listed(language)
    digits = text if text.isascii() else _OTHER_DIGIT.sub(lambda digit: str(int(digit[0])), text)
    yield from ((f"#{number}", number) for number in _list_numbers(digits))
    yield from ((f"@{day}", day) for day in _list_days(digits))
    for run in islice(_iterate_names(text, code), MOST_PLACES):
        names = [(reduce_word(name, code), name) for name in run]
        yield from ((sound, name) for sound, name in names if len(sound) >= LEAST_CONSONANTS)
        for (one, first), (other, second) in pairwise(names):
            if one and other and len(one) + len(other) >= LEAST_OF_PAIR:
                yield f"{one}|{other}", f"{first} {second}"


def list_parts(terms: set[str]) -> set[str]:
    """Return the names that a pair of names has: together with it they say nothing more."""
    return {part for term in terms if "|" in term for part in term.split("|")}


def weigh_in_general(term: str) -> float:
    """Return minus the logarithm of the share of texts that have a crossing term by chance."""
    if term[0] == "@":
        return NATS_OF_DAY
    if term[0] == "#":
        return NATS_OF_YEAR if _YEAR.fullmatch(term[1:]) else NATS_OF_NUMBERS.get(len(term) - 1, NATS_OF_LONG_NUMBER)
    return min(NATS_A_CONSONANT * len(term.replace("|", "")) - NATS_OF_CHANCE, MOST_NATS)


@lru_cache(TERMS_KEPT)
def _hash_term(term: str) -> tuple[int, int]:
    """Return the hash of a term, and its weight in general."""
    hashed = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
    return hashed, round(PARTS * weigh_in_general(term))


def _list_numbers(digits: str) -> set[str]:
    """Return numbers of two digits or more, without zeros at either end: 4.8万, 48,000 and 48 thousand are one.

    The point goes too, since languages write thousands and fractions with the same two marks. What may be a year is
    left whole.
    """
    written = {match[0] for match in islice(_NUMBER.finditer(digits), MOST_PLACES)}
    found = {number if _YEAR.fullmatch(number) else re.sub(r"\D", "", number).strip("0") for number in written}
    if not digits.isascii():
        myriads = islice(_MYRIADS.finditer(digits), MOST_PLACES)
        found |= {str(int(m[1]) * 10_000 + int(m[2])).rstrip("0") for m in myriads}
    return {number for number in found if len(number) >= LEAST_DIGITS}


def _list_days(digits: str) -> set[str]:
    found = set()
    if not digits.isascii():
        found = {(int(m[1]), int(m[2])) for m in islice(_NUMBERED_DAY.finditer(digits), MOST_PLACES)}
    named = [(m[2], m[1]) for m in islice(_DAY_MONTH.finditer(digits), MOST_PLACES)]
    for day in islice(_DAY_BEHIND.finditer(digits), MOST_PLACES):
        before = _LAST_WORD.search(digits[max(0, day.start() - _WORD_BEFORE) : day.start()])
        named += [(before[0], day[1])] if before else []
    found |= {(month, int(number)) for name, number in named if (month := MONTHS.get(_fold_word(name)))}
    return {f"{month}-{day}" for month, day in found if 1 <= month <= 12 and 1 <= day <= 31}


@lru_cache(TERMS_KEPT)
def _fold_word(word: str) -> str:
    return fold_accents(word)


def _iterate_names(text: str, language: str) -> Iterator[list[str]]:
    """Yield the names of a text, those that stand side by side together."""
    if language in ("zh", "ja"):
        for match in (_CHINESE if language == "zh" else _JAPANESE).finditer(text):
            yield [part for part in re.split("[·・＝]", match[0]) if part]
        return
    run: list[str] = []
    end = -1
    for match in (_WORD if language in _UNCASED else _CAPITAL).finditer(text):
        is_next = text[end : match.start()] == " " if end >= 0 else False
        end = match.end()
        name = _read_name(match[0], language, is_head=_begins_sentence(text, match.start()))
        if run and not (is_next and name):
            yield run
            run = []
        if name:
            run.append(name)
    if run:
        yield run


def _begins_sentence(text: str, at: int) -> bool:
    return at == 0 or _SENTENCE_HEAD.search(text, max(0, at - _BEFORE), at) is not None


@lru_cache(TERMS_KEPT)
def _read_name(word: str, language: str, *, is_head: bool) -> str:
    """Return the name that a word may be, without what its language joins to one; nothing where it is none."""
    name = _strip_name(word, language)
    if language in _UNCASED:
        is_long = len(name) >= (2 if language == "ko" else LEAST_LETTERS)
        return "" if not is_long or {name.casefold(), word.casefold()} & _list_common(language, COMMON) else name
    least = COMMON if is_head or language == "de" else COMMON_CAPITAL
    is_name = name and word[0].isupper() and len(word) >= LEAST_LETTERS
    return name if is_name and word.casefold() not in _list_common(language, least) else ""


def _strip_name(word: str, language: str) -> str:
    """Return a word without what its language joins to a name."""
    if language == "ar":
        article = next((a for a in _ARTICLES if word.startswith(a) and len(word) >= len(a) + LEAST_LETTERS), "")
        return word[len(article) :]
    if language == "ko":
        bare = _PARTICLES.sub("", word)
        return bare if len(bare) >= 2 else word
    if language == "tr":
        return re.split("['’]", word)[0]
    return re.sub("['’]", "", word)


@cache
def _list_common(language: str, least: float) -> frozenset[str]:
    """List the words that have at least this share of all words of a language; none where that is not known."""
    if language not in SUPPORTED:
        return frozenset()
    return frozenset(word for word, share in read_frequencies(language).items() if share >= least)
