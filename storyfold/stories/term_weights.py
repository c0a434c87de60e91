"""Split a text into words and weigh them: rare words say more about an event than common ones."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import wordfreq

# A word with its inner apostrophes; no two parts of the pattern can match the same character, so it is linear.
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Scripts written without spaces, and Hangul, whose particles are joined to the word: Thai, Lao, Burmese, Hangul jamo,
# Khmer, kana, Han with its extensions, Hangul syllables.
_UNSPACED_CLASS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED = re.compile(f"[{_UNSPACED_CLASS}]")
_SCRIPT_RUN = re.compile(f"[{_UNSPACED_CLASS}]+|[^{_UNSPACED_CLASS}]+")
_MAX_WORD = 40  # characters; a longer run is an address or an encoded picture, cut so that it stays small

ARTICLE_WORDS = 300  # words in an article, for turning a word's frequency into the share of articles that have it
COMMON_SHARE = 0.3  # a word that this share of articles has says nothing about the event
_RAREST = 1e-6  # where wordfreq's small lists end; a larger floor list changed F1 by less than .002

# wordfreq's name for a language where it is not the ISO 639-1 code.
_ALIASES = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "tl": "fil", "iw": "he", "in": "id"}
SUPPORTED = frozenset(wordfreq.available_languages("small"))
_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "ko", "th"})
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
)
_SAMPLE_WORDS = 500  # words of a text that are read to see whether a language is its own
# Share of a text's words that must be among its language's commonest. English news has .29 to .46, Turkish
# .23; a text in another language has at most .12 (Hungarian taken for English, through "a" and "is").
_COMMON_WORDS = 0.15


class Background(dict[str, float]):
    """Weigh each word of one language: minus the natural logarithm of the share of articles that have it.

    That share is 1 - exp(-frequency * ARTICLE_WORDS), the chance of at least one among that many words (Poisson).
    0 for a word that is too common to distinguish events.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self._frequencies: dict[str, float] = wordfreq.get_frequency_dict(language, wordlist="small")

    def __missing__(self, word: str) -> float:
        share = -math.expm1(-self._estimate_frequency(word) * ARTICLE_WORDS)
        weight = -math.log(share) if share < COMMON_SHARE else 0.0
        self[word] = weight
        return weight

    def _estimate_frequency(self, word: str) -> float:
        known = self._frequencies.get(word)
        if known is None and len(word) > 1 and word.isdecimal():
            # wordfreq keeps one frequency for all numbers of a length, under as many zeros
            known = self._frequencies.get("0" * len(word), _RAREST) / 10.0 ** (len(word) - 1)
        return max(known or 0.0, _RAREST)


class WordLengths(dict[str, float]):
    """Weigh each word by its length, where no frequencies are known: words in constant use are short (Zipf 1935).

    min(1, letters / 8) squared, measured on g5w1h with the frequencies of English withheld: F1 .891, as with them;
    equal weights for all words give .23 there. A pair of characters weighs 1.
    """

    def __missing__(self, word: str) -> float:
        weight = 1.0 if _UNSPACED.match(word) else min(1.0, len(word) / 8) ** 2
        self[word] = weight
        return weight


@lru_cache(maxsize=64)
def load_background(language: str) -> Background:
    """Load the weights of a language of SUPPORTED, once for each language."""
    return Background(language)


def choose_weights(language: str | None, text: Sequence[str]) -> Mapping[str, float]:
    """Choose the weight of each word for an article in this language with these words.

    The language may be unknown or wrongly declared: where hardly a word of the text is among the commonest of its
    language (English if none is given), or wordfreq does not know the language, weights go by the words' lengths.
    """
    primary = re.split(r"[-_]", (language or "").strip().lower(), maxsplit=1)[0]
    primary = _ALIASES.get(primary, primary) or _guess_language(text)
    if primary not in SUPPORTED:
        return WordLengths()
    table = load_background(primary)
    if primary in _UNSPACED_LANGUAGES:
        return table
    sample = text[:_SAMPLE_WORDS]
    common = sum(table[word] == 0.0 for word in sample)
    return table if common >= _COMMON_WORDS * len(sample) else WordLengths()


def _guess_language(text: Sequence[str]) -> str:
    """Return the language that the script of a text shows, else English."""
    sample = "".join(text[:_SAMPLE_WORDS])
    return next((language for language, script in _SCRIPTS if script.search(sample)), "en")


def split_words(text: str) -> list[str]:
    """Return the words of a text in order, in lower case, without a final 's; in a script without spaces, pairs.

    Form KC, so that a word is the same whatever the width or composition of its characters.
    """
    found = _WORD.findall(unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
    if not _UNSPACED.search(text):
        return [word[:_MAX_WORD].removesuffix("'s") for word in found]
    return [part for word in found for part in _split_scripts(word)]


def _split_scripts(word: str) -> list[str]:
    parts: list[str] = []
    for run in _SCRIPT_RUN.findall(word):
        if _UNSPACED.match(run) and len(run) > 1:
            parts.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            parts.append(run[:_MAX_WORD].removesuffix("'s"))
    return parts
