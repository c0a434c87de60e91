"""Number the languages of texts: two texts in different ones are compared by what crosses languages, not by words."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Flags, Longs
from storyfold.text.term_weights import SUPPORTED

# Written standards so near to each other that words bring their reports together better than names do, by the code that
# stands for all: Norwegian; Bosnian, Croatian and Serbian; Indonesian and Malay.
NEAR = {"nb": "no", "nn": "no", "bs": "sh", "hr": "sh", "sr": "sh", "ms": "id"}
# Of codes of three letters those that have word frequencies: a page may print any, and ISO 639 has thousands.
_CODE = re.compile("[a-z]{2}")


def number_languages(languages: pa.ChunkedArray) -> Longs:
    """Return a number of the language of each text, the same for the same language; -1 where none is known."""
    encoded = languages.combine_chunks().dictionary_encode()
    codes = [_read_code(name) for name in encoded.dictionary.to_pylist()]
    number_of = {code: number for number, code in enumerate(sorted({code for code in codes if code}))}
    numbers = np.array([number_of.get(code, -1) if code else -1 for code in codes] + [-1], np.int64)
    return np.asarray(numbers[encoded.indices.fill_null(len(codes)).to_numpy()], np.int64)


def mark_across(languages: Longs, a: Longs, b: Longs) -> Flags:
    """Say of each pair of texts whether both languages are known, and differ."""
    return np.asarray((languages[a] >= 0) & (languages[b] >= 0) & (languages[a] != languages[b]), np.bool_)


def count_languages(languages: Iterable[str | None]) -> int:
    """Return how many known languages are among these."""
    return len({code for code in map(_read_code, languages) if code})


def _read_code(language: str | None) -> str | None:
    """Return the code of a language without its region, as `en` of `en-GB`; None of what is no code."""
    code = re.split("[-_]", (language or "").lower())[0]
    return NEAR.get(code, code) if _CODE.fullmatch(code) or code in SUPPORTED else None
