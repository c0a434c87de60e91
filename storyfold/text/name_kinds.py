"""Say what a name is, where the text itself says so: by a title, a role, or a word of the name or before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from storyfold.schemas.text_names import NameKind
from storyfold.text.name_roles import (
    FORMS,
    ends_so,
    find_domain,
    find_opening_role,
    find_role,
    find_title,
    fold,
    is_thing,
)
from storyfold.text.name_runs import CONTEXT, SEEN_RUNS, Match, Run, is_acronym, list_simple_words, split_match
from storyfold.text.name_words import NameWords

# Names that begin so are other places than what stands behind: "New York", "South Korea", "Port Rosa".
APART = frozenset(
    "new old north south east west northern southern eastern western central upper lower great greater san santa saint "
    "st ste port fort mount lake los las el la le nueva nuevo norte sur nord sud süd ost neue alte nouvelle nouveau "
    "северная южная новая новый".split()
)
_FORM_AFTER = re.compile(r", (?:Inc|Ltd|LLC|LLP|Corp|GmbH|PLC)\b")
_SENTENCE_STARTS = (". ", "! ", "? ")
PLACE_WORDS = 3  # of a name that says that it is a place: "British Virgin Islands"; longer ones are titles and the like


class Named(NamedTuple):
    """A name at one place of a text; `is_weak` and `begins` as in `Run`."""

    name: str
    kind: NameKind | None
    kind_words: str | None
    is_weak: bool
    begins: bool = False


def read_names(match: Match, text: str, words: NameWords) -> Iterator[tuple[Named, int]]:
    """Read the names of what may be a run, each with the place of its run."""
    if (quick := _read_quickly(match, text, words)) is not None:
        yield quick, match.start
        return
    for run in split_match(match, text, words):
        for named in _read_run(run, text, words):
            yield named, run.start


def _read_quickly(match: Match, text: str, words: NameWords) -> Named | None:
    """Read a name of which nothing around it says anything, as most are, at a third of the time that others take."""
    name = match.words[:-2] if match.words.endswith(("'s", "’s")) else match.words
    listed = list_simple_words(name, words)
    if not listed or not _is_plain(listed, words):
        return None
    if text.startswith(",", match.end) and (len(listed) > 1 or _FORM_AFTER.match(text, match.end)):
        return None
    begins = text[match.start - 2 : match.start] in _SENTENCE_STARTS or match.start == match.line
    if begins and listed[0].lower() in words.openers:
        return None
    if not begins and not _is_within(match.start - 1, text, words):
        return None
    if len(listed) > 1:
        return Named(name, None, None, match.in_heading, begins)
    is_sure = not match.in_heading and (is_acronym(name) or not (begins or words.capital_nouns))
    return Named(name, None, None, not is_sure, begins and is_sure)


def _is_within(at: int, text: str, words: NameWords) -> bool:
    """Say whether the blank at this place stands behind a word of the same sentence that says nothing of the next."""
    if at < 1 or text[at] != " " or not (text[at - 1].isalnum() or text[at - 1] == ","):
        return False
    own = text[text.rfind(" ", max(0, at - CONTEXT), at) + 1 : at].rstrip(",").rpartition("\n")[2]
    return own.isalnum() and own not in words.before and not ends_so(own, words)


def _read_run(run: Run, text: str, words: NameWords) -> Iterator[Named]:
    """Read the names of a run: mostly one, none of a title alone, more where words before a title belong to it."""
    title = find_title(run.words, words) or find_opening_role(run, words)
    if title is not None and not is_thing(run.words[title[1] :], words):
        yield from _read_titled(run, title, words)
        return
    before = _list_before(run, text)
    for part in _part_at_of(run.words, before, words):
        yield from _name_part(part, before, run, text, words)


def _read_titled(run: Run, title: tuple[int, int], words: NameWords) -> Iterator[Named]:
    """Read the name behind a title: of "President of Varn" only Varn, without a kind."""
    before, held, rest = run.words[: title[0]], run.words[slice(*title)], run.words[title[1] :]
    if before and all(map(str.isupper, before)):
        yield Named(" ".join(before), None, None, is_weak=True)
    if rest and rest[0][0].islower():
        yield from _name_plainly(rest[1:], run, words)
    elif rest:
        yield Named(" ".join(rest), "person", " ".join(held), run.in_heading)


@lru_cache(SEEN_RUNS)
def _is_plain(piece: Sequence[str], words: NameWords) -> bool:
    """Say whether no word of a name says what it is."""
    folded = {fold(word) for word in piece}
    says = (
        words.titles,
        words.roles,
        words.organisations,
        words.places,
        words.companies,
        words.place_ends,
        words.place_starts,
    )
    if not all(map(folded.isdisjoint, (*says, FORMS))) or any(ends_so(word, words) for word in folded):
        return False
    return not (words.capital_nouns and len(piece) > 1)


def _name_part(piece: Sequence[str], before: Sequence[str], run: Run, text: str, words: NameWords) -> Iterator[Named]:
    """Name a run without a title, with its kind where the text says it."""
    while piece and piece[0][0].islower():
        piece = piece[1:]
    if not piece:
        return
    if kind := _judge_words(piece, text, run, words) or _judge_place(piece, before, words):
        yield Named(" ".join(_leave_out_noun(piece, words)), *kind, run.in_heading)
    elif role := find_role(piece, before, run, text, words):
        yield Named(" ".join(piece), "person", role, run.in_heading)
    elif domain := find_domain(piece, before, words):
        yield Named(" ".join(piece[1:]), "person", domain, run.in_heading)
    else:
        yield from _name_plainly(piece, run, words)


def _name_plainly(piece: Sequence[str], run: Run, words: NameWords) -> Iterator[Named]:
    """Name without a kind; what `of` joins to more than one word is a name of its own."""
    while piece and piece[0][0].islower():
        piece = piece[1:]
    for at, word in enumerate(piece):
        if at > 1 and word == "of":
            yield from _name_plainly(piece[:at], run, words)
            yield from _name_plainly(piece[at + 1 :], run, words)
            return
    if piece:
        single_noun = words.capital_nouns and len(piece) == 1 and not piece[0].isupper()
        begins = run.begins and piece[0] == run.words[0]
        yield Named(" ".join(piece), None, None, run.is_weak or single_noun, begins)


def _judge_words(piece: Sequence[str], text: str, run: Run, words: NameWords) -> tuple[NameKind, str] | None:
    """Judge by the words of the name itself."""
    if text.startswith(", ", run.end) and (match := _FORM_AFTER.match(text, run.end)):
        return "organisation", match.group()[2:]
    if len(piece) == 1:
        return None
    last = fold(piece[-1])
    if head := piece[-1] if last in FORMS else _find_head(piece, words):
        return "organisation", head
    if len(piece) <= PLACE_WORDS and last in words.place_ends:
        return "place", piece[-1]
    return ("place", piece[0]) if len(piece) <= PLACE_WORDS and fold(piece[0]) in words.place_starts else None


def _find_head(piece: Sequence[str], words: NameWords) -> str | None:
    """Find the word that says that a name of several is an organisation's: as its head, not as one among others."""
    if len(piece) == 2 and fold(piece[0]) in APART:
        return None
    for at, word in enumerate(piece):
        folded = fold(word)
        if folded in words.organisations or (words.capital_nouns and folded.endswith(words.organisation_ends)):
            follows_of = at + 1 < len(piece) and piece[at + 1].lower() in words.of
            if at == len(piece) - 1 or follows_of or (words.heads_first and at == 0):
                return word
    return None


def _judge_place(piece: Sequence[str], before: Sequence[str], words: NameWords) -> tuple[NameKind, str] | None:
    """Judge by what is said of it before: "the city of", "the company", "die Stadt" as a noun of the run."""
    if _is_noun(piece, words):
        return ("place" if fold(piece[0]) in words.places else "organisation"), piece[0]
    if not before:
        return None
    last = before[-1]
    if len(before) > 1 and last in words.of and before[-2] in words.places:
        return "place", f"{before[-2]} {last}"
    if last in words.places and not words.of:
        return "place", last
    if last in words.companies and not is_thing(piece, words):
        return "organisation", last
    return None


def _is_noun(piece: Sequence[str], words: NameWords) -> bool:
    """Say whether the first word is a noun that says what the others are, in a language whose nouns have capitals."""
    return words.capital_nouns and len(piece) > 1 and fold(piece[0]) in words.places | words.companies


def _leave_out_noun(piece: Sequence[str], words: NameWords) -> Sequence[str]:
    return piece[1:] if _is_noun(piece, words) else piece


def _part_at_of(piece: Sequence[str], before: Sequence[str], words: NameWords) -> list[Sequence[str]]:
    """Part a run at a word for "of" where nouns have capitals: "eine Rede von Ana Ruiz", but "Ursula von der Linde"."""
    at = next((at for at, word in enumerate(piece) if word in words.of), 0) if words.capital_nouns else 0
    is_noun = at > 1 or (before and (before[-1] in words.articles or before[-1] in words.prepositions))
    return [piece[:at], piece[at + 1 :]] if at and is_noun else [piece]


def _list_before(run: Run, text: str) -> list[str]:
    """List the words right before a name in its sentence, at most three, in small letters as printed."""
    before = text[max(0, run.start - CONTEXT) : run.start].rpartition("\n")[2]
    listed = before.rstrip(" \u00a0\"“„«'’").split()[-3:]
    for at in range(len(listed) - 1, -1, -1):
        if listed[at].endswith((".", "!", "?", ":", ";")):
            listed = listed[at + 1 :]
            break
    if listed and listed[-1] in ("l", "d"):  # elided: "de l'Intérieur", "d'Orsay"
        listed[-1:] = ["d'"] if listed[-1] == "d" else []
    return listed
