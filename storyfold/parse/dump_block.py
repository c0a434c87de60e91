"""Which lines of a page dump are its article: the few runs of lines that together score best."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storyfold.parse.dump_lines import NAMES, Line, features, is_prose
from storyfold.parse.dump_words import INTERRUPTIONS
from storyfold.parse.time_words import fold

# Logistic regression over the lines of 323 real pages rendered to text (article-extraction-benchmark and the test
# pages of Fundus), by benchmarks/fit_dump_lines.py, which prints these. Fitted on either set and tested on the other,
# the bodies score within .01 of these on both.
WEIGHTS = {
    "length": 0.18, "ends": 0.42, "ends_length": 0.25, "stops": -1.76, "marked": -0.29, "label": -1.73,
    "furniture": -3.09, "furniture_long": 1.04, "picture": -4.84, "repeated": -0.55, "capitals": -1.01,
    "digits": 0.99, "pipe": -5.01, "short": -0.39, "long": 0.37, "longer": 0.39, "sentences": 0.39, "lower": 0.32,
    "comma": 0.52, "quote": 0.04, "colon": 1.19, "length_2_before": 0.21, "length_before": 0.35,
    "length_after": 0.18, "length_2_after": 0.12, "prose_after": 0.63, "words_before": 0.08, "words_after": -0.02,
    "share_before": 2.27, "share_after": 0.41, "passed": -2.2, "nearly_all_passed": -0.47, "constant": -3.54,
}  # fmt: skip
_WEIGHTS = tuple(WEIGHTS[name] for name in NAMES)

# Chosen on the same pages, each set with weights fitted on the other.
LENIENCE = 0.6  # added to each line's log odds: a lost paragraph costs more than a picture's caption
LONG_COUNTS = 0.3  # how much more a line counts for each of its words, up to 40
NEW_RUN = 30.0  # what each further run of lines must bring, so that a teaser far off is not one
ENOUGH = 100  # words of text after which a heading of comments ends it; before, it is a button at the head
COMMENTS = re.compile(
    r"^\(?\d{0,5}\)?\s?(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|komentarze|"
    r"комментарии|leave a (?:comment|reply)|post a comment|reader comments|discussion)\b[\s:]*(?:\(?\d{0,6}\)?)$|"
    r"^\d{1,5} (?:thoughts?|responses?|replies) (?:on|to)\b",
    re.IGNORECASE,
)
WITHIN = -1.1  # log odds below which a line inside a run is left out


def log_odds(lines: Sequence[Line]) -> list[float]:
    """For each line the log odds that it is text of the article."""
    constant = WEIGHTS["constant"]
    return [
        constant + sum(weight * value for weight, value in zip(_WEIGHTS, row, strict=True)) for row in features(lines)
    ]


def find_body(lines: Sequence[Line]) -> list[int]:
    """The indexes of the lines that are the article's text, in order; empty where nothing reads as running text."""
    odds = log_odds(lines)
    scores = [(odd + LENIENCE) * (1 + LONG_COUNTS * min(line.words, 40)) for odd, line in zip(odds, lines, strict=True)]
    seen: set[str] = set()
    body: list[int] = []
    words = checked = 0
    runs = best_runs(scores, NEW_RUN)
    for index in _with_neighbours(lines, runs) or _nearly_all_prose(lines):
        line = lines[index]
        if words >= ENOUGH and any(COMMENTS.match(between.text) for between in lines[checked : index + 1]):
            break
        checked = index + 1
        if (
            (not runs or odds[index] > WITHIN or is_prose(line))
            and not (line.label or line.picture)
            and line.text not in seen
        ):
            body.append(index)
            seen.add(line.text)
            words += line.words
    return _without_ragged_ends(lines, body)


def _with_neighbours(lines: Sequence[Line], runs: Sequence[int]) -> list[int]:
    """The runs, and the sentences of running text that follow each of them or go before it without a break."""
    chosen = set(runs)
    for step in (1, -1):
        for index in runs:
            beside = index + step
            while 0 <= beside < len(lines) and beside not in chosen:
                if _continues(lines[beside]):
                    chosen.add(beside)
                elif fold(lines[beside].text.strip(" -–—:")) not in INTERRUPTIONS:
                    break
                beside += step
    return sorted(chosen)


def _continues(line: Line) -> bool:
    return is_prose(line) and not (line.furniture or line.marked or line.repeats > 2)


def _nearly_all_prose(lines: Sequence[Line]) -> list[int]:
    """The lines of running text where they are over half of a page's words: a short text without a page around it."""
    prose = [index for index, line in enumerate(lines) if is_prose(line)]
    words = sum(lines[index].words for index in prose)
    return prose if words * 2 > sum(line.words for line in lines) else []


def _without_ragged_ends(lines: Sequence[Line], body: list[int]) -> list[int]:
    """The body from its first line of running text to its last: dates and tags cling to its ends."""
    prose = [position for position, index in enumerate(body) if is_prose(lines[index])]
    return body[prose[0] : prose[-1] + 1] if prose else []


def best_runs(scores: Sequence[float], cost: float) -> list[int]:
    """Indexes of the runs of neighbours with the largest sum, less `cost` for each run after the first.

    Dynamic programming over three states (before the first run, in a run, between runs), linear in the length.
    """
    nothing = float("-inf")
    inside, between = nothing, nothing
    came_inside: list[int] = []
    came_between: list[int] = []
    for score in scores:
        step, origin = max((inside, 1), (0.0, 0), (between - cost, 2))
        gap, gap_origin = max((between, 2), (inside, 1))
        came_inside.append(origin)
        came_between.append(gap_origin)
        inside, between = step + score, gap
    _, state = max((0.0, 0), (inside, 1), (between, 2))
    chosen: list[int] = []
    for index in range(len(scores) - 1, -1, -1):
        if state == 1:
            chosen.append(index)
        state = came_inside[index] if state == 1 else came_between[index] if state == 2 else 0
    return chosen[::-1]
