"""What stands around the body of a page dump: title, outlet, section, byline, dates, tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from storyfold.parse.agencies import AS_PRINTED, PREFIXES, agency_code
from storyfold.parse.bylines import credit_names
from storyfold.parse.dates import read_claim
from storyfold.parse.dump_lines import Line, is_prose
from storyfold.parse.dump_words import ALL_STOP_WORDS, SECTIONS
from storyfold.parse.time_words import fold
from storyfold.schemas.pages import DateClaim, Page

ABOVE = 120  # lines above the body in which the title is looked for; of 100 real ones 98 stand within 107
BELOW = 12  # lines below the body in which tags and a closing date are looked for
FIRST_LINES = 12  # lines at the top in which a page's own title stands, as "Headline - Site"
TITLE_WORDS = range(3, 36)  # a headline has 3 words or more; the longest of 142 real ones has 33
LEAD_WORDS = 150  # words of the body whose overlap with a line speaks for its being the headline
SHORT = 30  # words: bylines with two authors, roles, date and place have fewer

_BYLINE = re.compile(rf"^(?:{'|'.join(map(re.escape, PREFIXES))}|von|di|av|af)\s*:?\s+(?=\S)", re.IGNORECASE)
_BARE_BY = re.compile(rf"^(?:{'|'.join(map(re.escape, PREFIXES))}|von|di|av|af)\s*:?$", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:last )?(?:updated?|modified|edited|aktualisiert|geändert|mis(?:e)? à jour|actualizad[oa]|aggiornat[oa]|"
    r"atualizad[oa]|bijgewerkt|oppdatert|uppdaterad|güncelle\w*|обновлено)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"^(?:published|posted|date|first published|veröffentlicht|erschienen|publié|publicado)\b", re.I)
_TIME_ONLY = re.compile(r"^\W{0,3}(?:um |at |à |kl\.? ?|alle )?\d{1,2}[:.h]\d\d\b.{0,24}$", re.IGNORECASE)
_TAGS = re.compile(r"^(?:tags?|schlagworte|schlagwörter|stichwörter|etiquetas|mots[- ]clés|trefwoorden)\b\s?:?", re.I)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_TAG_SPLIT = re.compile(r"\s*[,;|•·]\s*|\s*(?<!\w)#")
_CRUMB = re.compile(r"\s*[>»›]\s*|\s+/\s+")
_SITE = re.compile(r"\s*(?:\s[-–—|·:•]{1,2}|\|)\s*")


Item = TypeVar("Item", str, DateClaim)


@dataclass(frozen=True, slots=True)
class Head:
    """What was read around the body; `section` is as the page names it."""

    title: str | None
    outlet: str | None
    section: str | None
    credits: tuple[str, ...]
    date_claims: tuple[DateClaim, ...]
    tags: tuple[str, ...]


def read_head(lines: Sequence[Line], body: Sequence[int], page: Page) -> Head:
    """Title and the rest, from the lines around the body, whose indexes `body` gives."""
    start, end = (body[0], body[-1] + 1) if body else (min(len(lines), 40), len(lines))
    lead = " ".join(lines[index].text for index in body[:8]).split()[:LEAD_WORDS]
    title_at = _find_title(lines, start, frozenset(_content_words(" ".join(lead))))
    title = lines[title_at].text if title_at is not None else None
    outlet, section = _read_frame(lines, title_at)
    first = max(0, title_at - 2) if title_at is not None else max(0, start - 8)
    zone = [index for index in range(first, min(start + 1, len(lines))) if index != title_at]
    credited = [credit for index in zone if index < start for credit in _credit(lines, index, start)]
    claims = [claim for index in zone for claim in _claims(lines, index, page.zone)]
    if not any(claim.where in {"byline", "visible"} for claim in claims):
        closing = [i for i in range(end, min(end + BELOW, len(lines))) if _CLOSING.match(lines[i].text)]
        claims += [claim for index in closing for claim in _claims(lines, index, page.zone)]
    text = " ".join(lines[index].text for index in body)
    return Head(title, outlet, section, _once(credited), _once(claims), _tags(lines, end, text))


def _once(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))


# ---------------------------------------------------------------- title, outlet, section


def _find_title(lines: Sequence[Line], start: int, lead: frozenset[str]) -> int | None:
    """The index of the line above `start` that is most like a headline; the upper of equals; None if none is."""
    tops = [" ".join(line.text.split()) for line in lines[:FIRST_LINES]]
    best, best_at = 0.0, None
    for index in range(max(0, start - ABOVE), start):
        line = lines[index]
        if not _may_be_title(line):
            continue
        words = _content_words(line.text)
        shared = sum(word in lead for word in words) / max(3, len(words))
        framed = any(line.text in top and len(top) > len(line.text) for top in tops)
        credited = any(_is_credit_or_date(below) for below in lines[index + 1 : index + 5])
        if not shared and not framed and start - index > 6:  # far off, and says nothing that the text says
            continue
        value = 4 * shared + 3 * framed + 1.2 * credited - min(0.06 * (start - index), 1.5)
        value += (0.6 if 5 <= line.words <= 20 else 0) - 1.5 * line.ends * (line.text[-1] in ".।。") - is_prose(line)
        if value > best:
            best, best_at = value, index
    return best_at


def _may_be_title(line: Line) -> bool:
    if line.words not in TITLE_WORDS or line.label or line.picture or line.marked or line.digits > 0.5:
        return False
    return not (
        _BYLINE.match(line.text)
        or _TAGS.match(line.text)
        or line.text[0] in "(["
        or line.text[-1] in "-–—:"
        or "|" in line.text
    )


def _is_credit_or_date(line: Line) -> bool:
    if line.words > SHORT or is_prose(line):
        return False
    return bool(_BYLINE.match(line.text)) or read_claim("visible", line.text).value is not None


def _content_words(text: str) -> list[str]:
    """The words that carry a text's matter, cut to 6 letters for their endings; in Chinese and Japanese, pairs."""
    words = (fold(word) for word in re.findall(r"\w{3,}", text))
    pairs = [a + b for a, b in pairwise(text) if _WIDE.match(a) and _WIDE.match(b)]
    return pairs or [word[:6] for word in words if word not in ALL_STOP_WORDS]


def _read_frame(lines: Sequence[Line], title_at: int | None) -> tuple[str | None, str | None]:
    """Outlet and section from a line at the top that holds the title between others ("Home > News TITLE - Site")."""
    if title_at is None:
        return None, None
    title, outlet, section = lines[title_at].text, None, None
    for line in lines[: min(title_at, FIRST_LINES)]:
        before, found, after = line.text.partition(title)
        if found and (before or after):
            crumbs = [crumb.strip() for crumb in _CRUMB.split(before) if fold(crumb.strip()) in SECTIONS]
            section = crumbs[-1] if crumbs else section
            parts = [part.strip(" -–—|·:•") for part in _SITE.split(after)]
            sites = [part for part in parts if part and len(part.split()) <= 5 and fold(part) not in SECTIONS]
            outlet = sites[-1] if sites else outlet
    above = [line.text.strip(" :|/>»›") for line in lines[max(0, title_at - 2) : title_at]]
    names = [name for name in reversed(above) if fold(name) in SECTIONS]
    return outlet, section or (names[0] if names else None)


# ---------------------------------------------------------------- byline and dates


def _credit(lines: Sequence[Line], index: int, start: int) -> list[str]:
    """The byline that starts at this line; "By" alone on its line takes the names below it."""
    line = lines[index]
    if line.words > SHORT or is_prose(line) or line.picture:
        return []
    if _BARE_BY.match(line.text):
        names = [below.text for below in lines[index + 1 : min(index + 4, start)] if below.words <= 4]
        return [f"{line.text} {names[0]}"] if names and credit_names(names[:1])[0] else []
    if not _BYLINE.match(line.text) and not _names_agency(line.text) and not _is_name_by_date(lines, index):
        return []
    return [line.text] if credit_names([line.text])[0] else []


def _names_agency(text: str) -> bool:
    """Whether a line is an agency's name; short codes that are also buttons ("AA", the size of letters) are not."""
    return agency_code(text) is not None and fold(text.strip()) not in AS_PRINTED


def _is_name_by_date(lines: Sequence[Line], index: int) -> bool:
    """Whether the line is two to four capitalised words and the next is a date: a byline without "By"."""
    line = lines[index]
    if not 2 <= line.words <= 4 or line.capitals < 0.99 or line.label or line.repeats > 2 or index + 1 >= len(lines):
        return False
    below = lines[index + 1]
    dated = below.words <= 12 and read_claim("visible", below.text).value is not None
    return dated and fold(line.text) not in SECTIONS and not any(c in line.text for c in ":|/>&")


def _claims(lines: Sequence[Line], index: int, zone: str | None) -> list[DateClaim]:
    """The date claims of one line: what stands after "updated" is a time of change."""
    line = lines[index]
    if line.words > SHORT or is_prose(line) or line.picture:
        return []
    is_byline = bool(_BYLINE.match(line.text)) or _names_agency(line.text.split(",")[0])
    words, where = line.text, "byline" if is_byline else "visible"
    if index + 1 < len(lines) and _TIME_ONLY.match(lines[index + 1].text) and not _TIME_ONLY.search(words):
        words = f"{words} {lines[index + 1].text}"
    changed = _CHANGED.search(words)
    parts = [(where, words)]
    if changed:
        parts = [(where, words[: changed.start()]), (f"modified-{where}", words[changed.start() :])]
    elif index and lines[index - 1].words <= 3 and _CHANGED.search(lines[index - 1].text):
        parts = [(f"modified-{where}", words)]
    claims = [read_claim(place, part, zone=zone) for place, part in parts]
    return [claim for claim in claims if claim.value is not None]


# ---------------------------------------------------------------- tags


def is_tags(line: Line) -> bool:
    """Whether it is a line of tags."""
    return bool(_TAGS.match(line.text)) and not is_prose(line)


def _tags(lines: Sequence[Line], end: int, text: str) -> tuple[str, ...]:
    for line in lines[end : end + BELOW]:
        found = _TAGS.match(line.text)
        rest = line.text[found.end() :].strip() if found and line.words <= 80 else ""
        if rest:
            parts = _TAG_SPLIT.split(rest)
            tags = parts if len(parts) > 1 else _phrases(rest, text)
            return tuple(dict.fromkeys(tag.strip(" #") for tag in tags if tag.strip(" #")))
    return ()


def _phrases(words: str, text: str) -> list[str]:
    """Tags printed without anything between them, taken apart by the longest phrases that the text has too."""
    rest, found = words.split(), []
    while rest:
        length = next((n for n in range(4, 1, -1) if len(rest) >= n and " ".join(rest[:n]) in text), 1)
        phrase, rest = rest[:length], rest[length:]
        while rest and rest[0][0].islower():  # "Russia-Ukraine war": a tag starts with a capital
            phrase.append(rest.pop(0))
        found.append(" ".join(phrase))
    return found
