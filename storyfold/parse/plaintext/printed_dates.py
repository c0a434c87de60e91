"""Find the dates printed around the text of a page dump that are its own: those at its head, never a sidebar's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from storyfold.credits.agencies import counts_only_as_printed, find_agency_code
from storyfold.credits.byline_vocabulary import BYLINE
from storyfold.dates.claims import read_claim
from storyfold.parse.plaintext.lines import Line, is_prose
from storyfold.schemas.pages import DateClaim
from storyfold.text.page_furniture import CHANGED, PUBLISHED

SHORT = 30  # words: bylines with two authors, roles, date and place have fewer
HEAD_WORDS = 100  # words of the body among which the byline and the date may still stand: below a teaser of two lines
ABOVE_TITLE = 4  # lines above the title in which a date may stand, nearest first
BELOW = 12  # lines below the body in which a closing date is looked for
MOSTLY_DATE = 0.3  # share of words that start with a digit: "April 28 2023, 3:54 p.m." has .57
WORDY = 14  # words: a line of more is a sentence, unless it starts as a byline does
FAR_ABOVE = 25  # lines above the body in which one is looked for last

_TIME_ONLY = re.compile(r"^\W{0,3}(?:um |at |à |kl\.? ?|alle )?\d{1,2}[:.h]\d\d\b.{0,24}$", re.IGNORECASE)
# Two elements without a space between them: "Apr 28 20232:23 PM", "by A. NameNovember 21, 20250".
_JOINED = re.compile(
    r"(?<=, 20\d\d)(?=\d)|(?<=\b20\d\d)(?=\d{1,2}:\d\d)|(?<=[a-z])(?=[A-Z][a-z]{2,8}\.? \d{1,2}, 20\d\d)"
)


def find_date_claims(
    lines: Sequence[Line], body: Sequence[int], title_at: int | None, zone: str | None
) -> tuple[DateClaim, ...]:
    """Find the date claims of the nearest position that has any: below the title, above it, below or above the text.

    Where a page prints only when it was changed, that time also stands for its publication, as the only one.
    """
    start, end = (body[0], body[-1] + 1) if body else (min(len(lines), 40), len(lines))
    top = _find_last_title(lines, title_at, start) if title_at is not None else max(0, start - 8)
    head = [index for index in range(top, find_head_end(lines, body, start)) if index != title_at]
    positions: list[Iterable[int]] = [
        head,
        range(top - 1, max(-1, top - 1 - ABOVE_TITLE), -1),
        (i for i in range(end, min(end + BELOW, len(lines))) if PUBLISHED.search(lines[i].text[:200])),
        range(start - 1, max(-1, start - 1 - FAR_ABOVE), -1),
    ]
    changed: list[DateClaim] = []
    for position in positions:
        claims = [claim for index in position for claim in _read_claims(lines, index, zone)]
        own = _choose_day([claim for claim in claims if not claim.where.startswith("modified")])
        changed = changed or [claim for claim in claims if claim.where.startswith("modified")]
        if own:
            return tuple(dict.fromkeys([*own, *changed]))
    stands_in = [read_claim("visible", changed[0].words, zone=zone)] if changed else []
    return tuple(dict.fromkeys([*stands_in, *changed]))


def _find_last_title(lines: Sequence[Line], title_at: int, start: int) -> int:
    """Find the last line above the text that repeats the title: the head is below it."""
    same = (index for index in range(start - 1, title_at, -1) if lines[index].text == lines[title_at].text)
    return next(same, title_at)


def find_head_end(lines: Sequence[Line], body: Sequence[int], start: int) -> int:
    """Find the end of the lines among which byline and date may stand: some way into the text, below its teaser."""
    words = 0
    for index in body:
        words += lines[index].words
        if words > HEAD_WORDS:
            return index + 1
    return max(body[-1], start + 1) if body else start


def _choose_day(claims: Sequence[DateClaim]) -> list[DateClaim]:
    """Choose the claims of the day that is printed as that of publication, else of the first day that is printed."""
    published = [claim for claim in claims if PUBLISHED.search(claim.words)]
    first = (published or list(claims))[:1]
    return [claim for claim in claims if claim.value and first[0].value and claim.value.date() == first[0].value.date()]


def _read_claims(lines: Sequence[Line], index: int, zone: str | None) -> list[DateClaim]:
    """Read the date claims of one line: what stands after "updated" is a time of change."""
    line = lines[index]
    if not _can_be_dated(line):
        return []
    is_byline = bool(BYLINE.match(line.text)) or is_agency_line(line.text.split(",")[0])
    words, where = _JOINED.sub(" ", line.text), "byline" if is_byline else "visible"
    if index + 1 < len(lines) and _TIME_ONLY.match(lines[index + 1].text) and not _TIME_ONLY.search(words):
        words = f"{words} {lines[index + 1].text}"
    changed = CHANGED.search(words)
    parts = [(where, words)]
    if changed:
        parts = [(where, words[: changed.start()]), (f"modified-{where}", words[changed.start() :])]
    elif index and lines[index - 1].words <= 3 and CHANGED.search(lines[index - 1].text):
        parts = [(f"modified-{where}", words)]
    claims = [read_claim(kind, part, zone=zone) for kind, part in parts]
    return [claim for claim in claims if claim.value is not None]


def _can_be_dated(line: Line) -> bool:
    """Say whether a line is short, and more date than sentence: captions of pictures hold dates too."""
    if line.words > SHORT or line.picture or line.label:
        return False
    if line.digits >= MOSTLY_DATE or PUBLISHED.search(line.text) or CHANGED.search(line.text):
        return line.words <= WORDY or line.digits >= MOSTLY_DATE or not is_prose(line)
    return not is_prose(line) and (line.words <= WORDY or bool(BYLINE.match(line.text)))


def is_agency_line(text: str) -> bool:
    """Say whether a line is an agency's name; short codes that are also buttons ("AA", the size of letters) are not."""
    return find_agency_code(text) is not None and not counts_only_as_printed(text.strip())
