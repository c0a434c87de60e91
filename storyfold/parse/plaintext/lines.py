"""Read the lines of a page dump, with what is known of each by itself: its words, its sentences, its furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from storyfold.dates.days import find_named_days
from storyfold.text.normalize import fold_accents
from storyfold.text.page_furniture import ALL_STOP_WORDS, FURNITURE, LABELS, NOTICE, PICTURE

LINE_READ = 2_000  # characters of a line that are looked at: enough to distinguish prose from a menu
# Lines of a page: the largest of 323 real pages has 1,441. So many cost 8 s and 550 MB (measured on the lines of
# real pages), a quarter of what a page may.
LINES_READ = 100_000
DOUBLED = 0.8  # share of lines that stand twice or more in a row, where each does; .24 is the most of 323 real pages
WRAP = (50, 100)  # columns at which texts are wrapped by hand or by mail programs
_WORD = re.compile(r"\w+")
# Kana, Han, Hangul, Thai: scripts in which a word is about two characters long and has no function words of its own.
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MARKER = re.compile(r"^(?:[-*•·▪►»>–+◦]|o(?=\s+[A-Z\d])|\d{1,3}[.)])\s+")
_FULL_STOP = re.compile(r"[.!?…。！？।]['\"”’»)\]\s]*$")
_SENTENCE = re.compile(r"[.!?。！？]['\"”’»)]?\s")


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line that is not blank."""

    text: str  # without its list marker and outer white space
    words: int
    stops: float  # share of function words, 0 to 1
    ends: bool  # ends as a sentence does
    marked: bool  # starts with a list marker
    label: bool  # is a heading of page furniture as a whole
    furniture: bool  # holds a phrase of page furniture
    notice: bool  # is about the page: consent, advertising, whose opinion it is
    picture: bool  # is a credit of a picture
    repeats: int  # how often the page has this line
    capitals: float  # share of words that start with a capital
    digits: float  # share of words that start with a digit
    stems: tuple[str, ...] = ()  # content words, cut to 6 letters for their endings
    gap: int = 0  # blank lines above, at most 2
    again: bool = False  # the page has had this line above


def read_lines(text: str) -> list[Line]:
    """Read the lines of a text that are not blank, in order, wrapped paragraphs made whole; in linear time."""
    stripped: list[tuple[str, int]] = []
    gap = 0
    for line in unwrap_lines([line.strip() for line in text.splitlines()]):
        if line:
            stripped.append((line, min(gap, 2)))
        gap = 0 if line else gap + 1
    stripped = _remove_doubling(stripped[:LINES_READ])
    counts = Counter(_make_key(line) for line, _ in stripped)
    read: dict[str, Line] = {}
    lines: list[Line] = []
    for line, gap in stripped:
        again = line in read
        if not again:
            read[line] = _read_line(line, counts[_make_key(line)])
        lines.append(replace(read[line], gap=gap, again=again) if gap or again else read[line])
    return _level_function_words(lines)


def _remove_doubling(lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return each line once where a dump has nearly all of them twice in a row; single repetitions stay."""
    first = [index for index, (line, _) in enumerate(lines) if not index or line != lines[index - 1][0]]
    repeated = sum(end - start > 1 for start, end in pairwise([*first, len(lines)]))
    return [lines[index] for index in first] if repeated > DOUBLED * len(first) else lines


def _level_function_words(lines: list[Line]) -> list[Line]:
    """Give all lines an ordinary share of function words where the page's language is not among ours.

    In long sentences of the languages listed a third are function words (median of 323 real pages; the least is .11).
    """
    long = [line.stops for line in lines if line.ends and line.words >= 15]
    if not long or sum(long) / len(long) >= 0.1:
        return lines
    return [replace(line, stops=0.3 if line.words >= 6 else line.stops) for line in lines]


def unwrap_lines(lines: Sequence[str]) -> list[str]:
    """Join paragraphs that were wrapped at a fixed column; leave other lines as they are.

    A text counts as wrapped where nearly all of its longer lines end at most at one column between 50 and 100; a
    line goes on in the next if the next one's first word would not have fitted in that width.
    """
    low, high = WRAP
    longer = [len(line) for line in lines if len(line) >= low]
    if len(longer) < 5 or sum(n > high for n in longer) * 10 > len(longer):
        return list(lines)
    width = max(n for n in longer if n <= high)
    joined: list[list[str]] = []
    last = ""
    for line in lines:
        fits = len(last) + 1 + len(line.split(" ", 1)[0]) <= width
        if not joined or not last or not line or fits or len(last) < low or _MARKER.match(line):
            joined.append([line])
        else:
            joined[-1].append(line)
        last = line
    return [" ".join(parts) for parts in joined]


def _make_key(line: str) -> str:
    return " ".join(line[:LINE_READ].casefold().split())


def _read_line(line: str, repeats: int) -> Line:
    marker = _MARKER.match(line)
    if marker and line[0].isdigit() and any(named.start == 0 for named in find_named_days(line[:40])):
        marker = None  # "3. März 2022" is a date
    text = line[marker.end() :] if marker else line
    head = text[:LINE_READ]
    tokens = _WORD.findall(head)
    wide = len(_WIDE.findall(head))
    count = len(tokens) + wide // 2
    total = max(1, len(tokens))
    folded = [fold_accents(token) for token in tokens]
    stops = sum(token in ALL_STOP_WORDS for token in folded) / total
    stems = split_wide_pairs(head) or [token[:6] for token in folded if len(token) > 2 and token not in ALL_STOP_WORDS]
    return Line(
        text=text,
        words=count * max(1, len(text) // LINE_READ),
        stops=max(stops, 0.4)
        if wide * 2 > len(head)
        else stops,  # 0.4: a little above the median, as lines of kana are
        ends=bool(_FULL_STOP.search(text[-40:])),
        marked=marker is not None,
        label=len(head) < 60 and fold_accents(head.strip(" :.…»›>|-–")) in LABELS,
        furniture=bool(FURNITURE.search(head)),
        notice=bool(NOTICE.search(head[:400])),
        picture=count < 40 and bool(PICTURE.search(head)),
        repeats=repeats,
        capitals=sum(token[0].isupper() for token in tokens) / total,
        digits=sum(token[0].isdigit() for token in tokens) / total,
        stems=tuple(dict.fromkeys(stems)),
    )


def split_wide_pairs(text: str) -> list[str]:
    """Split Chinese and Japanese, which have no spaces between words, into pairs of neighbouring characters."""
    return [a + b for a, b in pairwise(text) if _HAN.match(a) and _HAN.match(b)] if _HAN.search(text) else []


def is_prose(line: Line) -> bool:
    """Say whether a line reads by itself as a sentence or more of running text."""
    if line.label or line.picture or (line.furniture and line.words < 25):
        return False
    if line.words >= 30:
        return line.stops >= 0.05
    return line.words >= 6 and line.stops >= 0.12 and line.ends
