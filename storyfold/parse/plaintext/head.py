"""Read what stands around the body of a page dump: title, outlet, section, byline, dates, tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storyfold.credits.byline_vocabulary import BARE_BY, BYLINE
from storyfold.credits.bylines import read_credit
from storyfold.dates.claims import read_claim
from storyfold.parse.plaintext.headline import FIRST_LINES, Weights, find_title
from storyfold.parse.plaintext.lines import Line, is_prose
from storyfold.parse.plaintext.printed_dates import find_date_claims, find_head_end, is_agency_line
from storyfold.schemas.pages import DateClaim, Page
from storyfold.text.normalize import fold_accents
from storyfold.text.page_furniture import SECTIONS, TAGS

BELOW = 12  # lines below the body in which tags are looked for
SHORT = 30  # words: bylines with two authors, roles, date and place have fewer

_TAG_SPLIT = re.compile(r"\s*[,;|•·]\s*|\s*(?<!\w)#")
_CRUMB = re.compile(r"\s*[>»›]\s*|\s+/\s+")
_PATH = re.compile(r"\s[»›]\s")
_SITE = re.compile(r"\s*(?:\s[-–—|·:•]{1,2}|\|)\s*")


@dataclass(frozen=True, slots=True)
class Head:
    """Hold what was read around the body; `section` is as the page names it."""

    title_at: int | None  # the index of the title's line
    title: str | None
    outlet: str | None
    section: str | None
    credits: tuple[str, ...]
    date_claims: tuple[DateClaim, ...]
    tags: tuple[str, ...]


def read_head(lines: Sequence[Line], body: Sequence[int], page: Page, title_weights: Weights) -> Head:
    """Read title and the rest from the lines around the body, whose indexes `body` gives."""
    start, end = (body[0], body[-1] + 1) if body else (min(len(lines), 40), len(lines))
    title_at = find_title(lines, body, title_weights)
    title = lines[title_at].text if title_at is not None else None
    outlet, section = _read_frame(lines, title_at)
    first = max(0, title_at - 2) if title_at is not None else max(0, start - 8)
    stop = find_head_end(lines, body, start)
    credited = [
        credit for index in range(first, stop) if index != title_at for credit in _read_byline(lines, index, stop)
    ]
    claims = find_date_claims(lines, body, title_at, page.zone)
    text = " ".join(lines[index].text for index in body)
    title = remove_path(title) if title else None
    return Head(title_at, title, outlet, section, tuple(dict.fromkeys(credited)), claims, _find_tags(lines, end, text))


def remove_path(title: str) -> str:
    """Return a headline without the path that is printed before it ("Home » News » Late goal decides derby")."""
    last = _PATH.split(title)[-1]
    return last if len(last.split()) > 1 else title  # "Late goal decides derby » News" has it behind


# ---------------------------------------------------------------- outlet, section


def _read_frame(lines: Sequence[Line], title_at: int | None) -> tuple[str | None, str | None]:
    """Read outlet and section from a line at the top with the title between others ("Home > News TITLE - Site")."""
    if title_at is None:
        return None, None
    title, outlet, section = lines[title_at].text, None, None
    for line in lines[: min(title_at, FIRST_LINES)]:
        before, found, after = line.text.partition(title)
        if found and (before or after):
            crumbs = [crumb.strip() for crumb in _CRUMB.split(before) if fold_accents(crumb.strip()) in SECTIONS]
            section = crumbs[-1] if crumbs else section
            parts = [part.strip(" -–—|·:•") for part in _SITE.split(after)]
            sites = [part for part in parts if part and len(part.split()) <= 5 and fold_accents(part) not in SECTIONS]
            outlet = sites[-1] if sites else outlet
    above = [line.text.strip(" :|/>»›") for line in lines[max(0, title_at - 2) : title_at]]
    names = [name for name in reversed(above) if fold_accents(name) in SECTIONS]
    return outlet, section or (names[0] if names else None)


# ---------------------------------------------------------------- byline and dates


def _read_byline(lines: Sequence[Line], index: int, start: int) -> list[str]:
    """Read the byline that starts at this line; "By" alone on its line takes the names below it."""
    line = lines[index]
    if line.words > SHORT or is_prose(line) or line.picture:
        return []
    if BARE_BY.match(line.text):
        names = [below.text for below in lines[index + 1 : min(index + 4, start)] if below.words <= 4]
        return [f"{line.text} {names[0]}"] if names and read_credit(names[:1])[0] else []
    if not BYLINE.match(line.text) and not is_agency_line(line.text) and not _is_name_by_date(lines, index):
        return []
    return [line.text] if read_credit([line.text])[0] else []


def _is_name_by_date(lines: Sequence[Line], index: int) -> bool:
    """Say whether the line is two to four capitalised words and the next is a date: a byline without "By"."""
    line = lines[index]
    if not 2 <= line.words <= 4 or line.capitals < 0.99 or line.label or line.repeats > 2 or index + 1 >= len(lines):
        return False
    below = lines[index + 1]
    dated = below.words <= 12 and read_claim("visible", below.text).value is not None
    return dated and fold_accents(line.text) not in SECTIONS and not any(c in line.text for c in ":|/>&")


# ---------------------------------------------------------------- tags


def _find_tags(lines: Sequence[Line], end: int, text: str) -> tuple[str, ...]:
    for line in lines[end : end + BELOW]:
        found = TAGS.match(line.text)
        rest = line.text[found.end() :].strip() if found and line.words <= 80 else ""
        if rest:
            parts = _TAG_SPLIT.split(rest)
            tags = parts if len(parts) > 1 else _split_phrases(rest, text)
            return tuple(dict.fromkeys(tag.strip(" #") for tag in tags if tag.strip(" #")))
    return ()


def _split_phrases(words: str, text: str) -> list[str]:
    """Split tags printed without anything between them by the longest phrases that the text has too."""
    rest, found = words.split(), []
    while rest:
        length = next((n for n in range(4, 1, -1) if len(rest) >= n and " ".join(rest[:n]) in text), 1)
        phrase, rest = rest[:length], rest[length:]
        while rest and rest[0][0].islower():  # "Russia-Ukraine war": a tag starts with a capital
            phrase.append(rest.pop(0))
        found.append(" ".join(phrase))
    return found
