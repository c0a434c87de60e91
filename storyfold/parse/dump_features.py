"""What tells a line of the article from furniture, as numbers for each line of a page dump."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from storyfold.parse.dump_lines import LINE_READ, Line, is_prose
from storyfold.parse.dump_words import COMMENTS, SHARE, TIME, is_label_like

Numbers = npt.NDArray[np.float32]

_SENTENCE = re.compile(r"[.!?。！？]['\"”’»)]?\s")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S")
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_WINDOWS = (3, 8, 20)  # lines: a few paragraphs, a screenful, most of an article
_FAR = 50  # lines: further off makes no difference

OWN = (
    "words characters word_length ends stops marked label furniture picture repeats capitals digits separators "
    "sentences lower commas quote colon open_end question share time address upper bracket comments gap gap_after"
).split()
_SHOWN = "words ends stops prose marked gap label".split()
CONTEXT = [
    *(f"{name}_{shift:+d}" for shift in _NEIGHBOURS for name in _SHOWN),
    *(f"{name}_{side}_{size}" for size in _WINDOWS for side in ("before", "after") for name in ("prose", "lines")),
    *(
        "passed total_words total_lines place gaps from_prose to_prose from_label from_comments "
        "topic topic_strong known_above listed said_before"
    ).split(),
]
NAMES = [*OWN, *CONTEXT]
SECOND = [
    *(f"chance_{shift:+d}" for shift in range(-5, 6)),
    *(f"mass_{side}_{size}" for size in _WINDOWS for side in ("before", "after")),
    *"passed_mass total_mass from_sure to_sure body_topic body_topic_strong sure_above sure_below".split(),
]


def features(lines: Sequence[Line]) -> Numbers:
    """One row for each line, in the order of `NAMES`: the line itself, its neighbours, its place in the page."""
    own = np.array([own_features(line) for line in lines], dtype=np.float32).reshape(len(lines), len(OWN) - 2)
    gap = np.array([line.gap for line in lines], dtype=np.float32)
    own = np.column_stack([own, gap, shifted(gap, 1)]).astype(np.float32)
    prose = np.array([is_prose(line) for line in lines], dtype=np.float32)
    named = {name: own[:, index] for index, name in enumerate(OWN)} | {"prose": prose}
    columns = [shifted(named[name], shift) for shift in _NEIGHBOURS for name in _SHOWN]
    words = np.minimum(np.array([line.words for line in lines], dtype=np.float32), 80)
    for size in _WINDOWS:
        for side in (-1, 1):
            columns += [np.log1p(window(prose * words, side * size)), window(prose, side * size) / size]
    return np.column_stack([own, *columns, *_place(lines, named, words)]).astype(np.float32)


def own_features(line: Line) -> tuple[float, ...]:
    """The numbers of `OWN` for one line by itself, without the gaps around it."""
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
    )


def shifted(values: Numbers, by: int) -> Numbers:
    """The value of the line so many lines on; 0 beyond the page's ends."""
    found: Numbers = np.zeros(len(values), dtype=np.float32)
    if abs(by) < len(values):
        if by > 0:
            found[:-by] = values[by:]
        else:
            found[-by:] = values[: by or None]
    return found


def window(values: Numbers, size: int) -> Numbers:
    """The sum over the so many lines after each line, or before it where `size` is negative."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(len(values))
    if size > 0:
        found = sums[np.minimum(at + 1 + size, len(values))] - sums[at + 1]
    else:
        found = sums[at] - sums[np.maximum(at + size, 0)]
    return found.astype(np.float32)


def since(marks: npt.NDArray[np.bool_]) -> Numbers:
    """How many lines back the last marked line above stands, at most 50."""
    at = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, at, -_FAR)) if len(marks) else at
    before = np.concatenate([[-_FAR], last[:-1]]) if len(marks) else last
    return np.minimum(at - before, _FAR).astype(np.float32)


def _place(lines: Sequence[Line], named: dict[str, Numbers], words: Numbers) -> list[Numbers]:
    prose = named["prose"]
    count = len(lines)
    above = np.concatenate([[0.0], np.cumsum(prose * words, dtype=np.float64)])[:-1]
    total = max(1.0, float((prose * words).sum()))
    marks = prose > 0
    labels = np.array([line.label or is_label_like(line.text) for line in lines], dtype=bool)
    from_comments = since(np.logical_and(named["comments"] > 0, above > 100))
    topic, strong = topics(lines, marks)
    short = np.logical_and(prose == 0, named["ends"] == 0).astype(np.float32)
    listed: Numbers = (window(short, -8) + window(short, 8)).astype(np.float32)
    place = (np.arange(count) / max(1, count)).astype(np.float32)
    return [
        (above / total).astype(np.float32),
        np.full(count, np.log1p(total), dtype=np.float32),
        np.full(count, np.log1p(count), dtype=np.float32),
        place,
        np.full(count, float((named["gap"] > 0).mean()) if count else 0.0, dtype=np.float32),
        since(marks),
        since(marks[::-1])[::-1],
        since(labels),
        from_comments,
        topic,
        strong,
        _known_above(lines),
        listed,
        np.array([line.again for line in lines], dtype=np.float32),
    ]


def topics(lines: Sequence[Line], chosen: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """The share of each line's content words that one, and that three, other chosen lines have too."""
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


def _known_above(lines: Sequence[Line]) -> Numbers:
    """The share of each line's content words that the first lines of the page, with its title, have."""
    top = frozenset(stem for line in lines[:5] for stem in line.stems)
    return np.array(
        [sum(stem in top for stem in line.stems) / max(2, len(line.stems)) for line in lines], dtype=np.float32
    )


def second_features(lines: Sequence[Line], first: Numbers, chance: Numbers) -> Numbers:
    """The features with what a first pass said of the lines around, in the order of `NAMES` and `SECOND`."""
    words = np.minimum(np.array([line.words for line in lines], dtype=np.float32), 80)
    mass, sure = chance * words, np.logical_and(chance > 0.5, words >= 6)
    columns = [shifted(chance, shift) for shift in range(-5, 6)]
    for size in _WINDOWS:
        columns += [np.log1p(window(mass, side * size)) for side in (-1, 1)]
    total = max(1.0, float(mass.sum()))
    above = np.cumsum(mass, dtype=np.float64) - mass
    count = len(lines)
    sums = np.cumsum(sure, dtype=np.float64)
    columns += [
        (above / total).astype(np.float32),
        np.full(count, np.log1p(total), dtype=np.float32),
        since(sure),
        since(sure[::-1])[::-1],
        *topics(lines, sure),
        np.minimum(sums - sure, 20).astype(np.float32),
        np.minimum((sums[-1] if count else 0) - sums, 20).astype(np.float32),
    ]
    return np.column_stack([first, *columns]).astype(np.float32)
