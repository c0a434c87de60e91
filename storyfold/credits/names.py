"""Find the names in one byline text, without roles, places, times and addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from storyfold.credits.agencies import find_agency_code
from storyfold.credits.byline_vocabulary import DESKS, PREFIXES, ROLES, STAFF, WEAK_PREFIXES
from storyfold.dates.read import remove_times
from storyfold.text.normalize import fold_accents

KEPT = 64  # credits whose names are kept: each is looked up some five times while its page is read
NAME_WORDS = 7  # "María del Carmen de la Cruz Sánchez"; longer is a sentence

_NOISE = re.compile(
    r"https?://\S{1,300}|www\.\S{1,300}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}|(?<!\w)@\w{1,50}"
)
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]{0,80})[)\]]")
_SPLIT = re.compile(
    r"\s[-–—]{1,3}\s|[|•·;/\n\t、・]|\s+(?:and|und|et|with|mit|avec|con|och|og|and)\s+(?=\S)|\s*&\s*", re.IGNORECASE
)
_COMMA = re.compile(r"[,，]")
_SPLIT_FULL = re.compile(r"(?<=\w)\s+(?:y|e|en|i|a|och|og|ja|и)\s+(?=[^\W\d_])")
_PREFIX = re.compile(rf"(?:{'|'.join(map(re.escape, PREFIXES))})(?:\s*:\s*|\s+)(?=\S)", re.IGNORECASE)
_WEAK_PREFIX = re.compile(rf"(?:{'|'.join(WEAK_PREFIXES)})(?:\s*:\s*|\s+)(?=\S)", re.IGNORECASE)
_PLACE_TAIL = re.compile(r"\s+(?:in|aus|at|for|from|à|für|bei|near|contributed)\s+\S.*$", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    r"\d|\b(?:min(?:ute)?s? read|read(?:ing)? time|updated?|published|posted|modified|aktualisiert|veröffentlicht|"
    r"photo|photos|foto|image|getty|shutterstock|stand|uhr|share|comments?|follow|print|all rights|copyright)\b|"
    r"[©?!<>{}=]",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r",?\s((?:jr|sr)\.?|ii|iii|iv)(?!\w)", re.IGNORECASE)
_DEGREE = re.compile(r"^(?:m\.?d|ph\.?d|esq|mba|rn|cfa|j\.?d)\.?$", re.IGNORECASE)
_BARE = frozenset({"by", "von", "par", "por", "di", "de", "da"})
_PARTICLES = frozenset(
    "von van de der den del della di da dos du le la el al ben bin bint ibn abu ter ten zu af".split()
)
_WEEKDAY = re.compile(
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day$|^(?:mon|diens|donners|frei|sams|sonn)tag$|^mittwoch$", re.IGNORECASE
)


@lru_cache(KEPT)
def find_names(credit: str) -> tuple[str, ...]:
    """Find every name that one byline text credits, as printed; people, agencies and desks alike."""
    return tuple(_iterate_names(credit))


def _iterate_names(credit: str) -> Iterator[str]:
    text = unicodedata.normalize("NFC", credit)
    text = _PARENTHESES.sub(lambda m: f"\n{m[1]}\n" if find_agency_code(m[1]) else "\n", text)
    text = _NOISE.sub("\n", text)
    text = _SUFFIX.sub(r" \1", remove_times(text)).strip()
    named, spare = False, ""
    for part in _SPLIT.split(text):
        full = False  # whether a whole name stands before the comma
        for number, piece in enumerate(_COMMA.split(part)):
            for single in _split_full_names(piece):
                for name in _clean_name(single, after_comma=number > 0):
                    if number and full and _looks_like_place(name):
                        continue
                    named, full = True, full or " " in name or bool(find_agency_code(name))
                    yield name
                if (
                    not spare
                    and (words := _split_folded_words(single))
                    and words[0] in STAFF
                    and all(w in ROLES for w in words)
                ):
                    spare = " ".join(_PREFIX.sub("", single.strip(), count=1).split())
    if not named and spare:  # "Staff Writer" is a role beside a name, and a credit where it stands alone
        yield spare


def _looks_like_place(name: str) -> bool:
    """Say whether one word after "Ann Lee," or "AFP," is where it was written, and no further name."""
    return " " not in name and not find_agency_code(name) and fold_accents(name) not in STAFF and "." not in name


def _split_folded_words(name: str) -> list[str]:
    return [fold_accents(word.strip(".:")) for word in _PREFIX.sub("", name.strip(), count=1).split()]


def _split_full_names(piece: str) -> list[str]:
    """Split at a one-letter "and", which also stands within names, only where two full names meet."""
    parts = _SPLIT_FULL.split(piece)
    return parts if len(parts) > 1 and all(len(p.split()) >= 2 for p in parts) else [piece]


def _clean_name(piece: str, *, after_comma: bool) -> Iterator[str]:
    name = " ".join(piece.split()).strip(" ,:;–—|／/\"“”'’*_-([").lstrip(".)]")
    for _ in range(2):  # "Text: Von Max Muster" has two
        name = _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
        weak = _WEAK_PREFIX.match(name)
        rest = name[weak.end() :] if weak else ""
        if weak and (
            find_agency_code(rest) or _is_full_name(rest) or ":" in weak[0] or (name[0].isupper() and rest.islower())
        ):
            name = rest
    name, agency = _split_agency(_PLACE_TAIL.sub("", name).strip(" ,:"))
    words = _remove_roles(name, after_comma=after_comma)
    if words and not _SUFFIX.search(" " + words[-1]) and len(words[-1]) > 2:
        words[-1] = words[-1].rstrip(".:")
    while len(words) > 2 and (_WEEKDAY.match(words[-1].strip(",")) or words[-1] in ("on", "at", "am")):
        words.pop()  # what is left of a date that stood behind the name
    if _is_name(words):
        yield " ".join(words)
    if agency:
        yield agency


def _is_full_name(name: str) -> bool:
    words = name.split()
    return len(words) >= 2 and words[0][0].isupper() and words[1][0].isupper()


def _remove_roles(name: str, *, after_comma: bool) -> list[str]:
    """Return the words of a name without the role at its end; none if all is a role, as "Capitol Hill Reporter"."""
    words = name.split()
    kept = list(words)
    while kept and fold_accents(kept[-1].strip(".:")) in ROLES and not (len(kept) > 1 and _is_desk(kept)):
        kept.pop()
    if len(kept) == len(words) or not kept:
        return kept if kept and not all(fold_accents(w.strip(".:")) in ROLES for w in kept) else _keep_lone_staff(words)
    if _is_desk(kept):
        return words  # "Guardian staff reporter" is who is credited
    if fold_accents(words[-1].strip(".:")) in DESKS and len(words) == len(kept) + 1 and not after_comma:
        return words  # "Meridian reporters"
    caseless = not any(c.isupper() or c.islower() for c in kept[0])
    # One word before a role is a place or a beat ("Washington Correspondent"), except in scripts without capitals.
    return kept if caseless or (len(kept) > 1 and not after_comma) else []


def _keep_lone_staff(words: Sequence[str]) -> list[str]:
    return list(words) if len(words) == 1 and fold_accents(words[0].strip(".:")) in STAFF - {"editor", "staff"} else []


def _is_name(printed: Sequence[str]) -> bool:
    name, words = " ".join(printed), [fold_accents(word.strip(".:")) for word in printed]
    if not words or len(words) > NAME_WORDS or _NOT_A_NAME.search(name) or not any(c.isalpha() for c in name):
        return False
    if len(words) > 1 and printed[0].islower() and words[0] not in _PARTICLES:  # "clicking Sign Up", "of the article"
        return False
    return fold_accents(name) not in _BARE and not _DEGREE.match(name) and not _WEEKDAY.match(name)


def _split_agency(name: str) -> tuple[str, str | None]:
    """Split "JOHN SMITH Associated Press Writer" into the name and the agency, as printed."""
    if find_agency_code(name):
        return name, None
    words = name.split()
    for start in range(1, len(words)):
        for end in range(min(len(words), start + 4), start, -1):
            rest = words[end:]
            if find_agency_code(" ".join(words[start:end])) and all(fold_accents(w.strip(".")) in ROLES for w in rest):
                return " ".join(words[:start]), " ".join(words[start:end])
    for end in range(min(len(words) - 1, 4), 0, -1):
        if find_agency_code(" ".join(words[:end])) and all(fold_accents(w.strip(".")) in ROLES for w in words[end:]):
            return "", " ".join(words[:end])
    return name, None


def _is_desk(words: Sequence[str]) -> bool:
    return fold_accents(words[-1].strip(".:")) in STAFF and len(words) <= 4
