"""Detect the language of a text from its letters and its commonest words; never from what the page claims."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict

from storyfold.text.language_vocabulary import COMMON_WORDS

READ_CHARS = 1_200  # characters: some 170 words; 900 to 3,000 gave the same on 142 labelled pages
FEWEST_WORDS = 6  # words found of a list: shorter texts may share as many with another language by chance
# How much likelier the first language must be than the second, as a natural logarithm: 3 is 20 to 1. Lists overlap
# (Danish and Norwegian have half their words in common), so nearly equal sums say nothing.
LEAD = 3.0
# Share of a text's words that must be in the list: 142 labelled pages have .2 to .6 of them, in languages that build
# long words (Zulu, Xhosa, Turkish) from .058; chance finds in another language's list stayed below .045.
WORD_SHARE = 0.05
UNSEEN_SHARE = 0.0005  # share of a text that a word outside a list has; the last word of a list has about .003
LETTER_SHARE = 0.3  # of a text's letters in one script: Japanese news has .3 to .5 kana, and names in Latin

# Not the words of `normalize`: accents and apostrophes are what Italian and Czech are told by. Without them 10 of 17
# Italian pages had no language any more.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Scripts that one language alone, or nearly so, is written in: Unicode blocks. Kana come before Han, since Japanese
# has both.
_SCRIPTS = tuple(
    (code, re.compile(f"[{block}]"), share)
    for code, block, share in (
        ("ja", "\u3041-\u30ff", 0.1),
        ("ko", "\uac00-\ud7af", LETTER_SHARE),
        ("zh", "\u4e00-\u9fff", LETTER_SHARE),
        ("el", "\u0370-\u03ff", LETTER_SHARE),
        ("he", "\u0590-\u05ff", LETTER_SHARE),
        ("hy", "\u0530-\u058f", LETTER_SHARE),
        ("ka", "\u10a0-\u10ff", LETTER_SHARE),
        ("hi", "\u0900-\u097f", LETTER_SHARE),
        ("bn", "\u0980-\u09ff", LETTER_SHARE),
        ("pa", "\u0a00-\u0a7f", LETTER_SHARE),
        ("gu", "\u0a80-\u0aff", LETTER_SHARE),
        ("or", "\u0b00-\u0b7f", LETTER_SHARE),
        ("ta", "\u0b80-\u0bff", LETTER_SHARE),
        ("te", "\u0c00-\u0c7f", LETTER_SHARE),
        ("kn", "\u0c80-\u0cff", LETTER_SHARE),
        ("ml", "\u0d00-\u0d7f", LETTER_SHARE),
        ("si", "\u0d80-\u0dff", LETTER_SHARE),
        ("th", "\u0e00-\u0e7f", LETTER_SHARE),
        ("lo", "\u0e80-\u0eff", LETTER_SHARE),
        ("my", "\u1000-\u109f", LETTER_SHARE),
        ("km", "\u1780-\u17ff", LETTER_SHARE),
        ("am", "\u1200-\u137f", LETTER_SHARE),
    )
)
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u3041-\u9fff\uac00-\ud7af]")


def detect_language(text: str) -> str | None:
    """Return the text's language as an ISO 639-1 code (`no`: Norwegian); None where it is too short or none stands out.

    Scripts of one language decide alone; else each of the commonest words of 46 languages adds the logarithm of how
    much commoner it is there than a word outside the list (naive Bayes over function words; frequencies by Zipf's
    law from the rank in the list).
    """
    sample = text[:READ_CHARS]
    foreign = len(sample) - len(sample.encode("ascii", "ignore"))
    if foreign >= 0.1 * len(sample) > 0 and _is_other_script(sample) and (code := _detect_by_script(sample)):
        return code
    scores: dict[str, float] = defaultdict(float)
    found: Counter[str] = Counter()
    words = Counter(_WORD.findall(sample.lower()))
    for word, times in words.items():
        for code, weight in _WEIGHTS.get(word, ()):
            scores[code] += times * weight
            found[code] += times
    best = sorted(scores.items(), key=lambda score: (-score[1], score[0]))[:2]
    if not best or found[best[0][0]] < max(FEWEST_WORDS, WORD_SHARE * words.total()):
        return None
    if len(best) > 1 and best[0][1] - best[1][1] < LEAD:
        return None
    return best[0][0]


def _is_other_script(sample: str) -> bool:
    return len(_OTHER_SCRIPT.findall(sample)) >= 0.1 * len(sample)


def _detect_by_script(sample: str) -> str | None:
    letters = sum(map(str.isalpha, sample))
    return next((code for code, letter, share in _SCRIPTS if len(letter.findall(sample)) > share * letters), None)


def _weigh_words() -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for line in COMMON_WORDS.strip().splitlines():
        code, *words = line.split()
        for rank, word in enumerate(dict.fromkeys(words)):
            # Zipf: the n-th word has a share of about .07 / n of a text; the first ones are flatter.
            found.setdefault(word, []).append((code, math.log(0.1 / (rank + 2) / UNSEEN_SHARE)))
    return {word: tuple(sorted(rows)) for word, rows in found.items()}


_WEIGHTS = _weigh_words()
