"""Measure each line of a page dump as numbers that tell the article from furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from storyfold.credits.byline_vocabulary import BYLINE
from storyfold.parse.plaintext.lines import LINE_READ, Line, is_prose
from storyfold.text.page_furniture import CAPTION, COMMENTS, PICTURE, REMARK, SHARE, TIME, is_label_like

Numbers = npt.NDArray[np.float32]

_SENTENCE = re.compile(r"[.!?。！？]['\"”’»)]?\s")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S")
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_WINDOWS = (3, 8, 20)  # lines: a few paragraphs, a screenful, most of an article
BEFORE_REMARKS = 40  # words of text before which nobody remarks on it: of 323 real texts two are shorter
CREDIT = 80  # characters at a line's end in which a picture's credit stands, with name and agency
_FAR = 50  # lines: further off makes no difference

OWN = (
    "words characters word_length ends stops marked label furniture picture repeats capitals digits separators "
    "sentences lower commas quote colon open_end question share time address upper bracket comments notice "
    "gap gap_after"
).split()
_SHOWN = "words ends stops prose marked gap label".split()
CONTEXT = [
    *(f"{name}_{distance:+d}" for distance in _NEIGHBOURS for name in _SHOWN),
    *(f"{name}_{side}_{size}" for size in _WINDOWS for side in ("before", "after") for name in ("prose", "lines")),
    *(
        "passed total_words total_lines place gaps from_prose to_prose from_label from_comments "
        "topic topic_strong known_above listed said_before "
        "from_dated prose_from_dated dated_above dated_near from_remark remarks_above remarks_near alike in_turn "
        "caption picture_-2 picture_-1 picture_+1 picture_+2 like_last like_next starts_alike"
    ).split(),
]
NAMES = [*OWN, *CONTEXT]


def measure_features(lines: Sequence[Line]) -> Numbers:
    """Measure one row for each line, in the order of `NAMES`: the line, its neighbours, its position in the page."""
    known: dict[tuple[str, bool, int], tuple[float, ...]] = {}  # a line that the page has often is looked at once
    keys = [(line.text, line.marked, line.repeats) for line in lines]
    for key, line in zip(keys, lines, strict=True):
        if key not in known:
            known[key] = measure_own_features(line)
    own = np.array([known[key] for key in keys], dtype=np.float32).reshape(len(lines), len(OWN) - 2)
    gap = np.array([line.gap for line in lines], dtype=np.float32)
    own = np.column_stack([own, gap, shift_values(gap, 1)]).astype(np.float32)
    prose = np.array([is_prose(line) for line in lines], dtype=np.float32)
    named = {name: own[:, index] for index, name in enumerate(OWN)} | {"prose": prose}
    columns = [shift_values(named[name], distance) for distance in _NEIGHBOURS for name in _SHOWN]
    words = np.minimum(np.array([line.words for line in lines], dtype=np.float32), 80)
    for size in _WINDOWS:
        for side in (-1, 1):
            weighed: Numbers = np.log1p(sum_window(prose * words, side * size))
            columns += [weighed, (sum_window(prose, side * size) / size).astype(np.float32)]
    columns += [
        *_measure_position(lines, named, words),
        *_measure_pattern(lines, named, words),
        *_measure_likeness(lines, named),
    ]
    return np.column_stack([own, *columns]).astype(np.float32)


def measure_own_features(line: Line) -> tuple[float, ...]:
    """Measure the numbers of `OWN` for one line by itself, without the gaps around it."""
    text = line.text[:LINE_READ]
    letters = sum(map(str.isalpha, text[:200])) or 1
    return (
        np.log1p(min(line.words, 300)),
        np.log1p(min(len(line.text), LINE_READ)),
        len(text) / max(1, min(line.words, LINE_READ)),
        line.ends,
        line.stops,
        line.marked,
        line.label,
        line.furniture,
        line.picture,
        min(line.repeats, 4),
        line.capitals,
        line.digits,
        min(sum(map(text.count, "|•·›»>")), 5),
        min(len(_SENTENCE.findall(text)), 8),
        text[:1].islower(),
        min(text.count(",") + text.count(";"), 8),
        text[:1] in "\"'“„«‘»",
        text.endswith(":"),
        text.endswith(("...", "…")),
        text.endswith("?"),
        bool(SHARE.search(text[:200])),
        bool(TIME.search(text[:200])),
        bool(_ADDRESS.search(text)),
        sum(map(str.isupper, text[:200])) / letters,
        text[:1] in "([*" or text.endswith((")", "]", "*")),
        bool(COMMENTS.match(text[:60])),
        line.notice,
    )


def shift_values(values: Numbers, by: int) -> Numbers:
    """Return the value of the line `by` lines further on; 0 beyond the page's ends."""
    found: Numbers = np.zeros(len(values), dtype=np.float32)
    if abs(by) < len(values):
        if by > 0:
            found[:-by] = values[by:]
        else:
            found[-by:] = values[: by or None]
    return found


def sum_window(values: Numbers, size: int) -> Numbers:
    """Sum over `size` lines after each line, or before it where `size` is negative."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(len(values))
    if size > 0:
        found = sums[np.minimum(at + 1 + size, len(values))] - sums[at + 1]
    else:
        found = sums[at] - sums[np.maximum(at + size, 0)]
    result: Numbers = found.astype(np.float32)
    return result


def count_since(marks: npt.NDArray[np.bool_]) -> Numbers:
    """Count how many lines back the last marked line above stands, at most 50."""
    at = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, at, -_FAR)) if len(marks) else at
    before = np.concatenate([[-_FAR], last[:-1]]) if len(marks) else last
    return np.minimum(at - before, _FAR).astype(np.float32)


def _measure_position(lines: Sequence[Line], named: dict[str, Numbers], words: Numbers) -> list[Numbers]:
    prose = named["prose"]
    count = len(lines)
    above = np.concatenate([[0.0], np.cumsum(prose * words, dtype=np.float64)])[:-1]
    total = max(1.0, float((prose * words).sum()))
    marks = prose > 0
    labels = np.array([line.label or is_label_like(line.text) for line in lines], dtype=bool)
    from_comments = count_since(np.logical_and(named["comments"] > 0, above > 100))
    topic, strong = measure_topics(lines, marks)
    short = np.logical_and(prose == 0, named["ends"] == 0).astype(np.float32)
    listed: Numbers = (sum_window(short, -8) + sum_window(short, 8)).astype(np.float32)
    place = (np.arange(count) / max(1, count)).astype(np.float32)
    return [
        (above / total).astype(np.float32),
        np.full(count, np.log1p(total), dtype=np.float32),
        np.full(count, np.log1p(count), dtype=np.float32),
        place,
        np.full(count, float((named["gap"] > 0).mean()) if count else 0.0, dtype=np.float32),
        count_since(marks),
        count_since(marks[::-1])[::-1],
        count_since(labels),
        from_comments,
        topic,
        strong,
        _measure_known_above(lines),
        listed,
        np.array([line.again for line in lines], dtype=np.float32),
    ]


def _measure_pattern(lines: Sequence[Line], named: dict[str, Numbers], words: Numbers) -> list[Numbers]:
    """Measure dates, bylines and comments above, and whether lines of one shape follow each other or alternate."""
    dated = np.array([_is_dated(line) for line in lines], dtype=bool)
    passed = np.cumsum(named["prose"] * words, dtype=np.float64)
    remarks = np.array([line.words <= 14 and bool(REMARK.search(line.text[:200])) for line in lines], dtype=bool)
    remarks = np.logical_and(remarks, passed >= BEFORE_REMARKS)
    at_date = np.maximum.accumulate(np.where(dated, passed, 0)) if len(lines) else passed
    shape = np.digitize(words, (4, 9, 17, 31)) * 8 + named["ends"] * 4 + dated * 2 + named["marked"] + 1
    turns = [np.logical_and(shape == shift_values(shape, step), shape > 0).astype(np.float32) for step in range(1, 6)]
    alike = [sum_window(turn, 8) + sum_window(turn, -8) for turn in turns]
    return [
        count_since(dated),
        np.log1p(np.minimum(passed - at_date, 2000)).astype(np.float32),
        np.minimum(np.cumsum(dated) - dated, 9).astype(np.float32),
        sum_window(dated.astype(np.float32), -8) + sum_window(dated.astype(np.float32), 8),
        count_since(remarks),
        np.minimum(np.cumsum(remarks) - remarks, 9).astype(np.float32),
        sum_window(remarks.astype(np.float32), -8) + sum_window(remarks.astype(np.float32), 8),
        alike[0],
        np.maximum.reduce(alike[1:]) - alike[0],
    ]


def _measure_likeness(lines: Sequence[Line], named: dict[str, Numbers]) -> list[Numbers]:
    """Measure signs of pictures' texts: credits near by, and lines nearly like their neighbour or that start alike."""
    stems = [frozenset(line.stems) for line in lines]
    like_next = np.zeros(len(lines), dtype=np.float32)
    for index in range(len(lines) - 1):
        smaller = min(len(stems[index]), len(stems[index + 1]))
        if smaller >= 3:
            like_next[index] = len(stems[index] & stems[index + 1]) / smaller
    starts = [line.stems[:4] for line in lines]
    counts = Counter(starts)
    alike = [float(counts[start] > 1 and len(start) == 4) for start in starts]
    return [
        np.array([_is_caption(line.text) for line in lines], dtype=np.float32),
        *(shift_values(named["picture"], step) for step in (-2, -1, 1, 2)),
        shift_values(like_next, -1),
        like_next,
        np.array(alike, dtype=np.float32),
    ]


def _is_caption(text: str) -> bool:
    """Say whether a line names where in a picture somebody is, or ends with a picture's credit."""
    return bool(CAPTION.search(text[:LINE_READ]) or PICTURE.search(text[-CREDIT:]))


def _is_dated(line: Line) -> bool:
    return line.words <= 14 and bool(BYLINE.match(line.text) or TIME.search(line.text[:200]))


def measure_topics(lines: Sequence[Line], chosen: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Measure the share of each line's content words that one, and that three, other chosen lines have too."""
    counts: Counter[str] = Counter()
    for line, is_chosen in zip(lines, chosen, strict=True):
        if is_chosen and not line.again:
            counts.update(line.stems)
    weak, strong = np.zeros(len(lines), dtype=np.float32), np.zeros(len(lines), dtype=np.float32)
    for index, line in enumerate(lines):
        if line.stems:
            own = bool(chosen[index])
            found = [counts[stem] - own for stem in line.stems]
            weak[index] = sum(n >= 1 for n in found) / len(found)
            strong[index] = sum(n >= 3 for n in found) / len(found)
    return weak, strong


def _measure_known_above(lines: Sequence[Line]) -> Numbers:
    """Measure the share of each line's content words that the first lines of the page, with its title, have."""
    top = frozenset(stem for line in lines[:5] for stem in line.stems)
    return np.array(
        [sum(stem in top for stem in line.stems) / max(2, len(line.stems)) for line in lines], dtype=np.float32
    )
