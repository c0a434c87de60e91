"""Find what crosses languages in a text: its names by their consonants, its numbers by their digits, and its days.

In scripts with capitals names are words that begin with one and are not common; at the head of a sentence, and in
German, only rare ones. In the others any rare word may be one: it counts only where another text has a name that sounds
so. Chinese writes foreign names with a closed set of characters, Japanese with katakana.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import wordfreq

from benchmarks.consonants import HAN_OF_NAMES, reduce_word
from storyfold.dates.vocabulary import MONTHS
from storyfold.text.normalize import fold_accents
from storyfold.text.term_weights import SUPPORTED

LEAST_CONSONANTS = 3  # of a name that stands alone: of two there are 49
LEAST_OF_PAIR = 4  # of two names side by side
# Occurrences in a billion words, as a decimal logarithm (`wordfreq`): 4 is once in a hundred thousand words.
COMMON, COMMON_CAPITAL = 4.0, 5.0
LEAST_LETTERS = 3
_UNCASED = frozenset({"ar", "fa", "ur", "he", "hi", "bn", "ta", "te", "ko", "th"})
_MARKS = "\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
_WORD = re.compile(rf"[^\W\d_](?:[^\W_]|[{_MARKS}]|['’\u200c-](?=[^\W\d_]))*")
_SENTENCE_HEAD = re.compile(r"[.!?:\n“\"«„–—]\s*$")
_CHINESE = re.compile(rf"(?:[{HAN_OF_NAMES}]{{2,}}·?)+")
_JAPANESE = re.compile(r"[ァ-ヺー]{2,}(?:[・＝][ァ-ヺー]{2,})*")
_PARTICLES = re.compile("(으로|에서|에게|까지|부터|라는|이라고|라고|이|가|은|는|을|를|의|에|도|와|과|로|만)$")
_ARTICLES = ("وال", "بال", "ال", "لل")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:٫٬]\d+)*")
_MYRIADS = re.compile(r"(\d+)[億亿억]\s?(\d+)[万萬만]")
_NUMBERED_DAY = re.compile(r"(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_MONTH = rf"[^\W\d_][\w{_MARKS}]+"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:\.|er|º|ª)?\s(?:de\s)?({_MONTH})")
_MONTH_DAY = re.compile(rf"({_MONTH})\s(\d{{1,2}})\b")


def find_crossing_terms(title: str, body: str, language: str) -> set[str]:
    """Return a text's names (`tln`, or `mn|tln` for two side by side), numbers (`#41`) and days (`@3-24`)."""
    text = f"{title}\n{body}"
    found = {*_list_numbers(text), *_list_days(text)}
    for run in _iterate_names(text, language):
        names = [reduce_word(name, language) for name in run]
        found.update(name for name in names if len(name) >= LEAST_CONSONANTS)
        found.update(f"{a}|{b}" for a, b in pairwise(names) if a and b and len(a) + len(b) >= LEAST_OF_PAIR)
    return found


def list_parts(terms: set[str]) -> set[str]:
    """Return the names that a pair of names has: together with it they say nothing more."""
    return {part for term in terms if "|" in term for part in term.split("|")}


def _list_numbers(text: str) -> set[str]:
    """Return numbers of two digits or more, without zeros at either end: 4.8万, 48,000 and 48 thousand are one.

    The point goes too, since languages write thousands and fractions with the same two marks.
    """
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    found = {re.sub(r"\D", "", match[0]).strip("0") for match in _NUMBER.finditer(digits)}
    found |= {str(int(m[1]) * 10_000 + int(m[2])).rstrip("0") for m in _MYRIADS.finditer(digits)}
    return {f"#{number}" for number in found if len(number) >= 2}


def _list_days(text: str) -> set[str]:
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    found = {(int(m[1]), int(m[2])) for m in _NUMBERED_DAY.finditer(digits)}
    named = [(m[2], m[1]) for m in _DAY_MONTH.finditer(digits)] + [(m[1], m[2]) for m in _MONTH_DAY.finditer(digits)]
    found |= {(month, int(day)) for name, day in named if (month := MONTHS.get(fold_accents(name)))}
    return {f"@{month}-{day}" for month, day in found if 1 <= month <= 12 and 1 <= day <= 31}


def _iterate_names(text: str, language: str) -> Iterator[list[str]]:
    """Yield the names of a text, those that stand side by side together."""
    if language in ("zh", "ja"):
        for match in (_CHINESE if language == "zh" else _JAPANESE).finditer(text):
            yield [part for part in re.split("[·・＝]", match[0]) if part]
        return
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        gap, end = text[end : match.start()], match.end()
        name = _strip_name(match[0], language)
        if run and (gap != " " or not name):
            yield run
            run = []
        is_head = not gap or bool(_SENTENCE_HEAD.search(gap))
        if name and _is_name(match[0], name, language, is_head=is_head):
            run.append(name)
        elif run:
            yield run
            run = []
    if run:
        yield run


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


def _is_name(word: str, name: str, language: str, *, is_head: bool) -> bool:
    if language in _UNCASED:
        least = 2 if language == "ko" else LEAST_LETTERS
        return len(name) >= least and _measure(name, language) < COMMON and _measure(word, language) < COMMON
    if not word[0].isupper() or len(word) < LEAST_LETTERS:
        return False
    return _measure(word, language) < (COMMON if is_head or language == "de" else COMMON_CAPITAL)


@lru_cache(200_000)
def _measure(word: str, language: str) -> float:
    """Return how common a word is in its language: 0 where that is not known."""
    if language not in SUPPORTED:
        return 0.0
    share = wordfreq.get_frequency_dict(language, wordlist="small").get(word.casefold(), 0.0)
    return math.log10(share * 1e9) if share else 0.0
