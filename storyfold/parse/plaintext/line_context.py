"""Measure a line's context for the second model: how likely the lines around are text, by the first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from storyfold.parse.plaintext.line_features import Numbers, count_since, shift_values, sum_window
from storyfold.parse.plaintext.lines import Line

Column = npt.NDArray[Any]

NEIGHBOURS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)  # lines: as far as the second model for blocks of HTML looks
WINDOWS = (3, 8, 20)  # lines: a few paragraphs, a screenful, most of an article
SURE = 0.7  # chance: a line from which others' distance is counted
TEXT = 0.5  # chance from which on a line's words show the text's subject
NEUTRAL = 0.4  # chance at which a line counts neither for nor against the run it lies in
FAR = 50  # lines: further off makes no difference
WORDS_COUNTED = 80  # words of a line that count: a paragraph

NAMES = [
    "odds",
    *(f"odds_{distance:+d}" for distance in NEIGHBOURS),
    *(f"text_{side}_{size}" for size in WINDOWS for side in ("before", "after")),
    *(
        "text_above text_below text_total text_share from_start to_end from_sure to_sure words_from_sure words_to_sure "
        "shape_mean shape_share shape_count start_mean start_share start_count matter matter_strong "
        "from_title above_title title_shared"
    ).split(),
]


def measure_context(
    rows: Numbers, lines: Sequence[Line], odds: npt.NDArray[np.float64], title_at: int | None
) -> Numbers:
    """Return the features and one column more for each of `NAMES`, from each line's log odds of being text."""
    chances = 1 / (1 + np.exp(-odds))
    words = np.array([min(line.words, WORDS_COUNTED) for line in lines], dtype=np.float64)
    own = odds.astype(np.float32)
    columns = [
        own,
        *(shift_values(own, distance) for distance in NEIGHBOURS),
        *_measure_windows(words, chances),
        *_measure_position(words, chances),
        *_measure_similar_lines(lines, words, chances),
        *_measure_subject(lines, chances),
        *_measure_title_distance(lines, title_at),
    ]
    return np.column_stack([rows, *(column.astype(np.float32) for column in columns)])


def _measure_windows(words: npt.NDArray[np.float64], chances: npt.NDArray[np.float64]) -> list[Column]:
    """Measure the share of text among the words before and after each line."""
    weighed, plain = (words * chances).astype(np.float32), words.astype(np.float32)
    return [
        sum_window(weighed, side * size) / np.maximum(sum_window(plain, side * size), 1)
        for size in WINDOWS
        for side in (-1, 1)
    ]


def _measure_position(words: npt.NDArray[np.float64], chances: npt.NDArray[np.float64]) -> list[Column]:
    """Measure where each line lies in the text, in the run most likely to be text, and between sure lines."""
    count = len(words)
    expected, passed = np.cumsum(words * chances), np.cumsum(words)
    whole = max(1.0, float(expected[-1])) if count else 1.0
    start, end = _find_best_run(words * (chances - NEUTRAL))
    at = np.arange(count)
    sure = chances > SURE
    last = np.maximum.accumulate(np.where(sure, passed, 0.0)) if count else passed
    rest = passed[-1] - passed + words if count else passed
    following = np.maximum.accumulate(np.where(sure, rest, 0.0)[::-1])[::-1] if count else passed
    return [
        (expected - words * chances) / whole,
        1 - expected / whole,
        np.full(count, np.log1p(whole)),
        np.full(count, whole / max(1.0, float(passed[-1]) if count else 1.0)),
        np.clip(at - start, -FAR, FAR),
        np.clip(end - 1 - at, -FAR, FAR),
        count_since(sure),
        count_since(sure[::-1])[::-1],
        np.log1p(passed - last),
        np.log1p(rest - following),
    ]


def _find_best_run(balance: npt.NDArray[np.float64]) -> tuple[int, int]:
    """Find the run of lines whose words are most likely text (Kadane's algorithm)."""
    sums = np.concatenate([[0.0], np.cumsum(balance)])
    low = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - low))
    return int(np.argmin(sums[: end + 1])), end


def _measure_similar_lines(
    lines: Sequence[Line], words: npt.NDArray[np.float64], chances: npt.NDArray[np.float64]
) -> list[Column]:
    """Measure, of the lines of one shape and of those that start alike: mean chance, share of the text, how many."""
    whole = max(1.0, float((words * chances).sum()))
    sizes = np.digitize(words, (3, 6, 12, 25, 50)).tolist()
    shapes = [
        (size, line.marked, line.ends, line.gap, line.capitals > 0.6, line.digits > 0.2)
        for size, line in zip(sizes, lines, strict=True)
    ]
    starts = [(line.text.split(" ", 1)[0][:12], line.marked) for line in lines]
    columns: list[Column] = []
    for keys in (shapes, starts):
        sums: defaultdict[object, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for key, size, chance in zip(keys, words.tolist(), chances.tolist(), strict=True):
            found = sums[key]
            found[0] += size
            found[1] += size * chance
            found[2] += 1
        table = np.array([sums[key] for key in keys], dtype=np.float32).reshape(len(lines), 3)
        columns += [table[:, 1] / np.maximum(table[:, 0], 1), table[:, 1] / whole, np.log1p(table[:, 2])]
    return columns


def _measure_subject(lines: Sequence[Line], chances: npt.NDArray[np.float64]) -> list[Column]:
    """Measure the share of each line's content words that one, and that three, other lines of the text have too."""
    counts: Counter[str] = Counter()
    is_text = (chances > TEXT).tolist()
    for line, chosen in zip(lines, is_text, strict=True):
        if chosen and not line.again:
            counts.update(line.stems)
    weak, strong = np.zeros(len(lines), np.float32), np.zeros(len(lines), np.float32)
    for index, line in enumerate(lines):
        if line.stems:
            found = [counts[stem] - is_text[index] for stem in line.stems]
            weak[index] = sum(n >= 1 for n in found) / len(found)
            strong[index] = sum(n >= 3 for n in found) / len(found)
    return [weak, strong]


def _measure_title_distance(lines: Sequence[Line], title_at: int | None) -> list[Column]:
    """Measure how far below the headline each line stands, whether above it, and how much of it the line says."""
    count = len(lines)
    if title_at is None:
        return [np.full(count, FAR, np.float32), np.zeros(count, np.float32), np.zeros(count, np.float32)]
    away = np.arange(count) - title_at
    stems = frozenset(lines[title_at].stems)
    shared = [sum(stem in stems for stem in line.stems) / max(3, len(stems)) for line in lines]
    return [np.clip(away, -FAR, 4 * FAR), away < 0, np.array(shared, dtype=np.float32)]
