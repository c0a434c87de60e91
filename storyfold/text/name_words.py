"""Read the words by which names are found and told apart, `names.toml`, for a language."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storyfold.text.language_vocabulary import COMMON_WORDS

FILE = Path(__file__).with_name("names.toml")

SHORT_WORD = 3  # letters of a word that other words end with by chance: "amt"

# Languages whose nouns all have capitals: there one such word says nothing.
_CAPITAL_NOUNS = frozenset({"de"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # one of each language: compared by what it is
class NameWords:
    """The words of one language, in small letters; what each field means stands at the head of `names.toml`.

    A language that the file does not have has `openers` alone: its commonest words.
    """

    titles: frozenset[str] = frozenset()
    also_names: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    title_joins: frozenset[str] = frozenset()
    the: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    place_ends: frozenset[str] = frozenset()
    place_starts: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    organisation_ends: tuple[str, ...] = ()  # those of at least four letters: "Landesbank"
    companies: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    stop_names: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    heads_first: bool = False
    capital_nouns: bool = False
    alone: frozenset[str] = frozenset()  # all that are no name by themselves
    before: frozenset[str] = frozenset()  # all that may say what the next word is


@cache
def get_name_words(language: str | None) -> NameWords:
    """Return the words of a language (ISO 639-1), or those that are known of any; read once in each process."""
    found = _read_file().get(language or "", {})
    given: dict[str, Any] = {
        field.name: frozenset(str(found[field.name]).split())
        for field in dataclasses.fields(NameWords)
        if isinstance(found.get(field.name), str)
    }
    openers = given.pop("openers", frozenset()) | _read_common_words().get(language or "", frozenset())
    endings = tuple(sorted(given.pop("endings", frozenset())))
    heads_first = bool(found.get("heads_first", False))
    capital_nouns = language in _CAPITAL_NOUNS
    before = frozenset().union(*(given.get(name, ()) for name in ("of", "places", "companies", "roles")))
    ends = tuple(sorted(word for word in given.get("organisations", ()) if len(word) > SHORT_WORD))
    alone = openers | given.get("stops", frozenset())
    given |= {"alone": alone, "heads_first": heads_first, "capital_nouns": capital_nouns, "openers": openers}
    return NameWords(**given, endings=endings, organisation_ends=ends, before=before)


@cache
def _read_file() -> Mapping[str, Mapping[str, str | bool]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _read_common_words() -> Mapping[str, frozenset[str]]:
    lines = (line.split() for line in COMMON_WORDS.strip().splitlines())
    return {code: frozenset(words) for code, *words in lines}
