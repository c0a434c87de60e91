"""Which lines of one page go, by what other pages show of each line and by the lines beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from storyfold.boilerplate.line_keys import is_sentence, split_words, weigh_line
from storyfold.text.page_furniture import LABELS

Reason = Literal["repeated-line", "other-headline", "list-heading", "list-item"]

MAX_HEADING = 8  # words of a heading over a list: "More on this story", "Das könnte Sie auch interessieren"
MAX_ITEM = 20  # words of a line between two headlines of a list; a tenth of the headlines of real pages are longer
MAX_ITEMS = 3  # such lines in a row: a section, a time, a headline of a page that is not known
MIN_MAYBE = 2  # lines in a row that may be headlines, so that they are: chance does not put two side by side

# Words that the heading of a list has and a subheading of a text hardly.
_LIST_WORDS = frozenset(
    "more related read also popular latest trending recommended similar elsewhere "
    "mehr auch meistgelesen weitere weiterlesen lesen neueste ähnliche "
    "lire aussi articles plus lus "
    "lee leer también más leído leídas noticias relacionadas relacionados "
    "leggi anche più letti correlati leia também mais lidas veja "
    "lees ook meest läs også mest czytaj także читайте также".split()
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What other pages show of a line: the reason to cut it, on how many pages that rests, and one of these."""

    reason: Reason
    pages: int = 0
    example: str | None = None
    sure: bool = True


def judge_lines(lines: Sequence[str], seen: dict[int, Finding]) -> dict[int, Finding]:
    """The lines to cut, by place, where `seen` is what other pages show of them.

    A line that may be a headline is cut in a row with another; headings and small lines of a list go with it.
    """
    cut: dict[int, Finding] = {}
    for row in _rows(lines, seen):
        named = [place for place in row if place in seen]
        if any(seen[place].sure for place in named) or len(named) >= MIN_MAYBE or len(named) < len(row):
            cut |= {place: replace(seen[place], sure=True) for place in named}
            cut |= {place: Finding("list-heading") for place in row if place not in seen}
    headlines = sorted(place for place, finding in cut.items() if finding.reason == "other-headline")
    for before, after in pairwise(headlines):
        if after - before - 1 <= MAX_ITEMS and all(map(_is_item, lines[before + 1 : after])):
            cut |= {place: Finding("list-item") for place in range(before + 1, after) if place not in cut}
    for place in headlines:
        heading = _heading_over(lines, place)
        if heading is not None and heading not in cut:
            cut |= {heading: Finding("list-heading")}
            cut |= {item: Finding("list-item") for item in range(heading + 1, place) if item not in cut}
    return cut


def _heading_over(lines: Sequence[str], place: int) -> int | None:
    """Where the heading over a headline stands: at it, or, if it is sure to be one, above small lines of the list."""
    if place > 0 and _is_heading(lines[place - 1]):
        return place - 1
    for above in range(place - 1, max(-1, place - MAX_ITEMS - 2), -1):
        if _is_label(lines[above]):
            return above
        if not _is_item(lines[above]):
            return None
    return None


def _rows(lines: Sequence[str], seen: dict[int, Finding]) -> list[list[int]]:
    """The lines that other pages show and the labels directly at them, in runs; each run has one of the former."""
    places = set(seen)
    for place in seen:
        for step in (-1, 1):
            beside = place + step
            while 0 <= beside < len(lines) and beside not in places and _is_label(lines[beside]):
                places.add(beside)
                beside += step
    rows: list[list[int]] = []
    for place in sorted(places):
        if rows and rows[-1][-1] == place - 1:
            rows[-1].append(place)
        else:
            rows.append([place])
    return rows


def _is_label(line: str) -> bool:
    return len(line) <= 12 * MAX_HEADING and " ".join(split_words(line)) in LABELS


def _is_heading(line: str) -> bool:
    if len(line) > 12 * MAX_HEADING or is_sentence(line):
        return False
    words = split_words(line)
    return 0 < len(words) <= MAX_HEADING and (_is_label(line) or not _LIST_WORDS.isdisjoint(words))


def _is_item(line: str) -> bool:
    return not is_sentence(line) and weigh_line(split_words(line)) <= MAX_ITEM
