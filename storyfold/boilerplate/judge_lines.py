"""Choose the lines of a page to cut, by what other pages show of each line and by the lines next to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from storyfold.text.line_keys import is_sentence
from storyfold.text.normalize import count_words, normalize_words, split_words, weigh_words
from storyfold.text.page_furniture import LABELS

Reason = Literal["repeated-line", "other-headline", "list-heading", "list-item"]

MAX_HEADING = 8  # words of a heading over a list: "More on this story", "Das könnte Sie auch interessieren"
MAX_ITEM = 20  # words of a line between two headlines of a list; a tenth of the headlines of real pages are longer
MAX_ITEMS = 3  # such lines in a row: a section, a time, a headline of a page that is not known
MIN_UNSURE = 2  # lines in a row that may be headlines, so that they are: chance seldom puts two next to each other

# Words that the heading of a list has and a subheading of a text hardly.
_LIST_WORDS = frozenset(
    normalize_words(word)
    for word in "more related read also popular latest trending recommended similar elsewhere "
    "mehr auch meistgelesen weitere weiterlesen lesen neueste ähnliche "
    "lire aussi articles plus lus "
    "lee leer también más leído leídas noticias relacionadas relacionados "
    "leggi anche più letti correlati leia também mais lidas veja "
    "lees ook meest läs også mest czytaj także читайте также".split()
)
_LABELS = frozenset(map(normalize_words, LABELS))


@dataclass(frozen=True, slots=True)
class Finding:
    """Record what other pages show of a line: the reason to cut it, on how many pages that rests, and one of these."""

    reason: Reason
    pages: int = 0
    example: str | None = None
    sure: bool = True


def judge_lines(lines: Sequence[str], seen: dict[int, Finding]) -> dict[int, Finding]:
    """Return the lines to cut, by position; `seen` is what other pages show of them.

    A line that may be a headline is cut in a row with another; headings and small lines of a list are cut with it.
    """
    cut: dict[int, Finding] = {}
    for row in _list_rows(lines, seen):
        named = [position for position in row if position in seen]
        if any(seen[position].sure for position in named) or len(named) >= MIN_UNSURE or len(named) < len(row):
            cut |= {position: replace(seen[position], sure=True) for position in named}
            cut |= {position: Finding("list-heading") for position in row if position not in seen}
    headlines = sorted(position for position, finding in cut.items() if finding.reason == "other-headline")
    for before, after in pairwise(headlines):
        if after - before - 1 <= MAX_ITEMS and all(map(_is_item, lines[before + 1 : after])):
            cut |= {position: Finding("list-item") for position in range(before + 1, after) if position not in cut}
    for position in headlines:
        heading = _find_heading_over(lines, position)
        if heading is not None and heading not in cut:
            cut |= {heading: Finding("list-heading")}
            cut |= {item: Finding("list-item") for item in range(heading + 1, position) if item not in cut}
    return cut


def _find_heading_over(lines: Sequence[str], position: int) -> int | None:
    """Return where the heading over a headline stands: directly above it or, if a known label, above small lines."""
    if position > 0 and _is_heading(lines[position - 1]):
        return position - 1
    for above in range(position - 1, max(-1, position - MAX_ITEMS - 2), -1):
        if _is_label(lines[above]):
            return above
        if not _is_item(lines[above]):
            return None
    return None


def _list_rows(lines: Sequence[str], seen: dict[int, Finding]) -> list[list[int]]:
    """Return the positions of lines that other pages show and of labels next to them, in rows without a gap."""
    positions = set(seen)
    for position in seen:
        for step in (-1, 1):
            near = position + step
            while 0 <= near < len(lines) and near not in positions and _is_label(lines[near]):
                positions.add(near)
                near += step
    rows: list[list[int]] = []
    for position in sorted(positions):
        if rows and rows[-1][-1] == position - 1:
            rows[-1].append(position)
        else:
            rows.append([position])
    return rows


def _is_label(line: str) -> bool:
    return len(line) <= 12 * MAX_HEADING and normalize_words(line) in _LABELS


def _is_heading(line: str) -> bool:
    if len(line) > 12 * MAX_HEADING or is_sentence(line):
        return False
    words = split_words(line)
    return 0 < weigh_words(words) <= MAX_HEADING and (_is_label(line) or not _LIST_WORDS.isdisjoint(words))


def _is_item(line: str) -> bool:
    return not is_sentence(line) and count_words(line) <= MAX_ITEM
