"""Find the names in a text: people, places and organisations, untyped unless the text itself says what they are.

A name is a run of words in capitals whose place says so: within a sentence. At a sentence's start, in a headline, and
of a single word where all nouns have capitals it counts only if the same name stands elsewhere too. A last word alone
("Ruiz") is counted with the one longer name that ends so. In scripts without capitals only what the
text marks is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from storyfold.schemas.text_names import NameKind, TextName
from storyfold.text.kept_terms import LEAD_WORDS
from storyfold.text.name_kinds import APART, Named, read_names
from storyfold.text.name_runs import NAME_CHARACTERS, find_matches
from storyfold.text.name_words import NameWords, get_name_words
from storyfold.text.normalize import normalize_starts

# Of a body that are read, some 2,500 words: what a longer text names for the first time after these weighs little.
READ_CHARACTERS = 15_000
# Of a text that are kept: of 383 reports half have 20 or fewer, and a tenth 40 or more.
MOST_NAMES = 40
FOUND_NAMES = 2_000  # places of names in one text that are looked at; a table of results can have more

_WORD = re.compile(r"\S+")
# What marks a person's name in a script without capitals, by the letters of the name and the word behind it.
_MARKED = (
    re.compile("([\u30a1-\u30fa\u30fc]{2,20}(?:・[\u30a1-\u30fa\u30fc]{2,20}){0,3})(氏|さん|容疑者|被告)"),
    re.compile("(?<![\uac00-\ud7a3])([\uac00-\ud7a3]{2,4}) (씨)(?![\uac00-\ud7a3]{3})"),
)


@dataclass(slots=True)
class _Places:
    """Where a text has a name: how often, where first (by the number of the place), and whether in title and lead."""

    times: int
    first: int
    in_title: bool
    in_lead: bool


@dataclass(slots=True)
class _Found:
    """What a text has of one name, in all its forms."""

    first: int
    times: int = 0
    forms: dict[str, int] = field(default_factory=dict)
    kinds: dict[NameKind, int] = field(default_factory=dict)
    words: dict[NameKind, str] = field(default_factory=dict)
    in_title: bool = False
    in_lead: bool = False

    def add(self, named: Named, places: _Places) -> None:
        self.forms[named.name] = self.forms.get(named.name, 0) + places.times
        if named.kind:
            self.kinds[named.kind] = self.kinds.get(named.kind, 0) + places.times
            self.words.setdefault(named.kind, named.kind_words or "")
        self._add_places(places.times, places.in_title, places.in_lead)

    def add_shorter(self, other: _Found) -> None:
        """Add a shorter form of the name, which is not how the name is printed."""
        for kind, times in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + times
        self.words = other.words | self.words
        self._add_places(other.times, other.in_title, other.in_lead)

    def _add_places(self, times: int, in_title: bool, in_lead: bool) -> None:  # noqa: FBT001 (columns of a row)
        self.times += times
        self.in_title, self.in_lead = self.in_title or in_title, self.in_lead or in_lead


def find_names(title: str | None, body: str, language: str | None) -> list[TextName]:
    """Find the names of a text, those in the title first, then the most frequent; never raises.

    `language` is an ISO 639-1 code: where it is not known, or has no words in `names.toml`, no title or role is either.
    """
    words, title, body = get_name_words(language), (title or "")[:READ_CHARACTERS], body[:READ_CHARACTERS]
    places: dict[Named, _Places] = {}
    for named, _ in islice(_read_text(title, words), FOUND_NAMES):
        _add_place(places, named, in_title=True, in_lead=True)
    lead = find_lead_end(body)
    for named, at in islice(_read_text(body, words), FOUND_NAMES):
        _add_place(places, named, in_title=False, in_lead=at < lead)
    return [_make_row(found) for found in _count(places, body)]


def _add_place(places: dict[Named, _Places], named: Named, *, in_title: bool, in_lead: bool) -> None:
    held = places.get(named)
    if held is None:
        places[named] = _Places(1, len(places), in_title, in_lead)
    else:
        held.times += 1
        held.in_lead = held.in_lead or in_lead


def find_lead_end(body: str) -> int:
    """Return where the lead of a body ends, in characters: its first 150 words."""
    return next((word.end() for word in islice(_WORD.finditer(body), LEAD_WORDS - 1, LEAD_WORDS)), len(body))


def choose_form(forms: Mapping[str, int]) -> str:
    """Choose the form of a name that is printed most often; of several the one that comes first by its letters."""
    return min(forms, key=lambda form: (-forms[form], form.isupper(), form))


def choose_kind(kinds: Mapping[NameKind, int]) -> NameKind | None:
    """Choose the kind that is said of a name most often; none where two are said as often."""
    ordered = sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    return ordered[0][0] if ordered and (len(ordered) == 1 or ordered[0][1] > ordered[1][1]) else None


def find_longer(short: str, longer: Mapping[str, Sequence[str]]) -> str | None:
    """Find the one longer name of which a single word is the last; `longer` has names (folded) by their last word."""
    found = longer.get(short, ())
    return found[0] if len(found) == 1 else None


def list_longer(keys: Iterator[str] | Sequence[str], kinds: Mapping[str, NameKind | None]) -> dict[str, list[str]]:
    """List the names (folded) that a single last word may stand for, by that word: no places and no organisations."""
    longer: dict[str, list[str]] = {}
    for key in keys:
        first, _, rest = key.partition(" ")
        if rest and first not in APART and " of " not in key and kinds.get(key) in (None, "person"):
            longer.setdefault(rest.rpartition(" ")[2], []).append(key)
    return longer


def _read_text(text: str, words: NameWords) -> Iterator[tuple[Named, int]]:
    """Read the names of a text, each with its place."""
    for match in find_matches(text, words):
        for named, at in read_names(match, text, words):
            if 1 < len(named.name) <= NAME_CHARACTERS:
                yield named, at
    if not text.isascii():
        for pattern in _MARKED:
            for marked in pattern.finditer(text):
                yield Named(marked[1], "person", marked[2], is_weak=False), marked.start()


def _count(places: Mapping[Named, _Places], body: str) -> list[_Found]:
    """Count the places of each name, and choose those that are kept."""
    names = list(dict.fromkeys(n.name for n in places))
    names += [rest for n in places if n.begins and (rest := _leave_out_first(n.name)) != n.name]
    keys = dict(zip(names, normalize_starts(names, 0), strict=True))
    sure = {keys[named.name] for named in places if not (named.is_weak or named.begins)}
    spoken = frozenset(body.split())
    chosen = [(_leave_out_opener(named, keys, sure, spoken), where) for named, where in places.items()]
    strong = sure | {keys[named.name] for named, _ in chosen if not named.is_weak}
    found: dict[str, _Found] = {}
    for named, where in chosen:
        key = keys[named.name]
        if key and (key in strong or " " not in key):
            held = found.get(key)
            if held is None:
                held = found[key] = _Found(where.first)
            held.add(named, where)
    _add_shorter_forms(found, strong)
    kept = [row for key, row in found.items() if key in strong]
    return sorted(kept, key=lambda row: (not row.in_title, -row.times, row.first))[:MOST_NAMES]


def _leave_out_opener(named: Named, keys: Mapping[str, str], sure: set[str], spoken: frozenset[str]) -> Named:
    """Leave out a first word that begins a sentence and is no part of the name: "Flooded Port Rosa"."""
    rest = _leave_out_first(named.name)
    if not named.begins or rest == named.name or keys[named.name] in sure:
        return named
    is_spoken = named.name.partition(" ")[0].lower() in spoken
    if keys[rest] in sure and (is_spoken or " " in rest):
        return named._replace(name=rest, is_weak=False)
    return named._replace(is_weak=named.is_weak or is_spoken)


def _leave_out_first(name: str) -> str:
    return name.partition(" ")[2] or name


def _add_shorter_forms(found: dict[str, _Found], strong: set[str]) -> None:
    """Count a last word alone with the one longer name that ends so."""
    kinds = {key: choose_kind(row.kinds) for key, row in found.items()}
    longer = list_longer([key for key in found if key in strong], kinds)
    for key in [key for key in found if " " not in key]:
        whole = find_longer(key, longer)
        if whole is not None and kinds[key] in (None, "person"):
            found[whole].add_shorter(found.pop(key))


def _make_row(found: _Found) -> TextName:
    kind = choose_kind(found.kinds)
    return TextName(
        name=choose_form(found.forms),
        kind=kind,
        kind_words=found.words[kind] if kind else None,
        times=found.times,
        in_title=found.in_title,
        in_lead=found.in_lead,
    )
