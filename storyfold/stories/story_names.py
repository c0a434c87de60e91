"""Merge the names and numbers of a story's texts: by how they are written, each text once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from storyfold.schemas.text_names import NameKind, StoryName, StoryNumber, TextName, TextNumber
from storyfold.text.names import choose_form, choose_kind, find_longer, list_longer
from storyfold.text.normalize import normalize_starts


@dataclass(slots=True)
class _Merged:
    """What the texts of a story have of one name or number: which texts (by number), how often, in which forms."""

    texts: set[int] = field(default_factory=set)
    times: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    kinds: Counter[NameKind] = field(default_factory=Counter)
    kind_words: Counter[tuple[NameKind, str]] = field(default_factory=Counter)

    def add(self, text: int, times: int, form: str) -> None:
        self.texts.add(text)
        self.times += times
        self.forms[form] += 1

    def add_shorter(self, other: _Merged) -> None:
        """Add a shorter form of the name, which is not how the name is printed."""
        self.texts |= other.texts
        self.times += other.times
        self.kinds += other.kinds
        self.kind_words += other.kind_words


def merge_names(texts: Sequence[Sequence[TextName]], most: int) -> tuple[StoryName, ...]:
    """Merge the names of texts, without case, width and accents: those of most texts first, then the most frequent.

    A last word alone ("Ruiz") is merged with the one name of the story that ends so, where there is no other.
    """
    names = sorted({name.name for listed in texts for name in listed})
    keys = dict(zip(names, normalize_starts(names, 0), strict=True))
    merged: dict[str, _Merged] = {}
    for number, listed in enumerate(texts):
        for name in listed:
            held = merged.setdefault(keys[name.name], _Merged())
            held.add(number, name.times, name.name)
            if name.kind:
                held.kinds[name.kind] += 1
                held.kind_words[name.kind, name.kind_words or ""] += 1
    kinds = {key: choose_kind(held.kinds) for key, held in merged.items()}
    longer = list_longer(sorted(merged), kinds)
    for key in sorted(key for key in merged if " " not in key):
        whole = find_longer(key, longer)
        if whole is not None and kinds[key] in (None, "person"):
            merged[whole].add_shorter(merged.pop(key))
    ordered = sorted(merged, key=lambda key: (-len(merged[key].texts), -merged[key].times, key))
    return tuple(_make_name(merged[key]) for key in ordered[:most])


def _make_name(merged: _Merged) -> StoryName:
    kind = choose_kind(merged.kinds)
    said = {words: times for (of, words), times in merged.kind_words.items() if of == kind}
    return StoryName(
        name=choose_form(merged.forms),
        kind=kind,
        kind_words=min(said, key=lambda words: (-said[words], words)) if said else None,
        texts=len(merged.texts),
        times=merged.times,
    )


def merge_numbers(texts: Sequence[Sequence[TextNumber]], most: int) -> tuple[StoryNumber, ...]:
    """Merge the numbers of texts that have one value, unit and noun, in the same order as names."""
    merged: dict[tuple[str, str, str], _Merged] = {}
    held_as: dict[tuple[str, str, str], tuple[float | None, str | None]] = {}
    nouns: dict[tuple[str, str, str], Counter[str]] = {}
    for number, listed in enumerate(texts):
        for found in listed:
            value = found.written if found.value is None else repr(found.value)
            key = (value, found.unit or "", (found.counted or "").lower())
            merged.setdefault(key, _Merged()).add(number, found.times, found.written)
            held_as[key] = (found.value, found.unit)
            nouns.setdefault(key, Counter()).update([found.counted] if found.counted else [])
    ordered = sorted(merged, key=lambda key: (-len(merged[key].texts), -merged[key].times, key))
    return tuple(
        StoryNumber(
            written=choose_form(merged[key].forms),
            value=held_as[key][0],
            unit=held_as[key][1],
            counted=choose_form(nouns[key]) if nouns[key] else None,
            texts=len(merged[key].texts),
            times=merged[key].times,
        )
        for key in ordered[:most]
    )
