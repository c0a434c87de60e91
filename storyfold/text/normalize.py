"""Words of a text with spelling folded away, for asking whether two texts are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KEPT, SHORT = 512, 300  # texts of so many characters at most are kept: titles and names are asked for again and again
_WORD = re.compile(r"\w+")


def normalize_words(text: str) -> str:
    """The words alone, in lower case, one space apart: what two spellings of one text share."""
    return _fold_kept(text) if len(text) <= SHORT else _fold(text)


def _fold(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


_fold_kept = lru_cache(KEPT)(_fold)


def fold_accents(word: str) -> str:
    """The word without case and accents, so that `FÉVRIER` and `fevrier` are one."""
    if word.isascii():  # most words, and many times faster
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
