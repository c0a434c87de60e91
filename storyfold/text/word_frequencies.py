"""Read the lists of word frequencies that `wordfreq` has, without what it needs to find the words of a text.

Importing it takes a third of a second, with the languages of the world and the mending of broken text; a list takes 20
milliseconds.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgpack

_LIST = "small"  # of words that are at least one in a million
_HEADER = {"format": "cB", "version": 1}
_CENTIBELS = 100  # in a factor of ten


@cache
def list_languages() -> frozenset[str]:
    """List the languages that have a list, by the codes that `wordfreq` has."""
    files = _find_folder().glob(f"{_LIST}_*.msgpack.gz")
    return frozenset(file.name.removeprefix(f"{_LIST}_").removesuffix(".msgpack.gz") for file in files)


def read_frequencies(language: str) -> dict[str, float]:
    """Return the frequency of each listed word of one of these languages: 0 to 1, of all words of a text.

    The file has lists of words, each of a frequency that is a centibel less than that before; the first is of 1.
    """
    with gzip.open(_find_folder() / f"{_LIST}_{language}.msgpack.gz") as packed:
        header, *lists = msgpack.load(packed, raw=False)
    if header != _HEADER:
        raise ValueError(f"the word frequencies of {language!r} are in a format that is not known: {header!r}")
    return {word: 10 ** (-number / _CENTIBELS) for number, words in enumerate(lists) for word in words}


def _find_folder() -> Path:
    spec = find_spec("wordfreq")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("wordfreq is not installed")
    return Path(spec.submodule_search_locations[0], "data")
