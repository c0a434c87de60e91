"""Read what a number counts: the noun behind it, as far as the language shows where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storyfold.text.name_words import SHORT_WORD, get_name_words
from storyfold.text.number_words import NumberWords

AFTER = 80  # characters behind a number that may say what it counts
COUNTED_WORDS = 3  # "damaged wooden houses"
COUNTED_CHARACTERS = 60
BLANKS = " \u00a0\u202f"
# Vowel signs and other marks that belong to a word, though Python calls them no letters: Latin, Arabic, Devanagari.
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}])*"
WORD = re.compile(rf"{_LETTERS}(?:[-'’.]{_LETTERS})*")
OF = frozenset("of de d' di des".split())


def read_counted(text: str, after: int, words: NumberWords, language: str | None, *, has_factor: bool) -> str | None:
    """Read what a number counts: the noun behind it, with what stands between."""
    letter = text[after : after + 1]
    if letter and is_ideograph(letter):
        return None if letter in words.time_letters else letter
    listed = _list_words(text, after)
    if listed and has_factor and listed[0].lower() in OF:
        listed = listed[1:]
    openers = get_name_words(language).openers
    for at, word in enumerate(listed):
        if word.lower() in openers and word.lower() not in words.plurals:
            listed = listed[:at]
            break
    return _choose_counted(listed[:COUNTED_WORDS], words, language)


def _list_words(text: str, after: int) -> list[str]:
    """List the words behind a number up to the first mark."""
    listed: list[str] = []
    at, stop = after, min(len(text), after + AFTER)
    while len(listed) <= COUNTED_WORDS and at < stop and text[at] in BLANKS:
        match = WORD.match(text, at + 1)
        if match is None:
            break
        elided = match.group()[:2].lower() in ("d'", "d’")
        listed.extend(["d'", match.group()[2:]] if elided else [match.group()])
        at = match.end()
    return listed


def _choose_counted(listed: Sequence[str], words: NumberWords, language: str | None) -> str | None:
    """Choose how many words name what is counted: to the noun, as far as the language shows it."""
    if not listed:
        return None
    if language == "de":
        noun = next((at for at, word in enumerate(listed) if word[0].isupper()), None)
        chosen = None if noun is None else " ".join(listed[: noun + 1])
    elif language == "en":
        noun = next((at for at, word in enumerate(listed) if _is_plural(word.lower(), words)), None)
        chosen = None if noun is None else " ".join(listed[: noun + 1])
    else:
        chosen = None if listed[0][0].isupper() else listed[0]
    return chosen if chosen and len(chosen) <= COUNTED_CHARACTERS else None


def _is_plural(word: str, words: NumberWords) -> bool:
    ends_so = len(word) > SHORT_WORD and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))
    return ends_so or word in words.plurals


def is_ideograph(letter: str) -> bool:
    """Say whether a letter is one of Chinese, Japanese or Korean, where words need no blanks."""
    return "\u3041" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"
