"""Normalize the words of a text, case and accents folded away, to find out whether two texts are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

CACHED, SHORT = 512, 300  # texts of so many characters at most are cached: titles and names come again and again
_WORD = re.compile(r"\w+")


def normalize_words(text: str) -> str:
    """Return the words alone, in lower case, one space apart: what two spellings of one text share."""
    return _join_words_cached(text) if len(text) <= SHORT else _join_words(text)


def _join_words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


_join_words_cached = lru_cache(CACHED)(_join_words)


def fold_accents(word: str) -> str:
    """Return the word without case and accents, so that `FÉVRIER` and `fevrier` are one."""
    if word.isascii():  # most words, and many times faster
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
