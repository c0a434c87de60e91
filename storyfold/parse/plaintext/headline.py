"""Find the headline of a page dump: a linear score over the lines around the head of the text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

import numpy as np
import numpy.typing as npt

from storyfold.credits.byline_vocabulary import BYLINE
from storyfold.dates.claims import read_claim
from storyfold.parse.plaintext.lines import Line, is_prose
from storyfold.text.page_furniture import COMMENTS, SHARE, TAGS, TIME

ABOVE = 120  # lines above the body in which the title is looked for; of 100 real ones 98 stand within 107
INTO = 60  # words of the body among which it may stand, where the body was found to start too early
FIRST_LINES = 12  # lines at the top in which a page's own title stands, as "Headline - Site"
HEAD = 8  # lines below a headline among which byline or date stand, with teaser and buttons
TITLE_WORDS = range(2, 46)  # the longest of 142 real ones has 33
SHORT = 30  # words: bylines with two authors, roles, date and place have fewer
LEAD, TEXT = 150, 500  # words of the body that are its lead, and that show its subject
PAGE_READ = 100_000  # characters around the body in which a headline's repetition is looked for

NAMES = (
    "shared_lead shared_text shared_often shared_count most framed repeated distance far inside credited "
    "credited_above fitting long full_stop question prose after_candidate before_candidate gap gap_after marked quote "
    "colon capitals share time label line_above first holds_other credited_next "
    "wordy under_candidate over_candidate credited_below"
).split()


# A weight for each of `NAMES`: conditional logistic regression over real pages, by benchmarks/fit_plaintext_titles.py.
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    lead: frozenset[str]
    text: Counter[str]
    tops: tuple[str, ...]
    page: str
    start: int
    dated: dict[int, bool]


def find_title(lines: Sequence[Line], body: Sequence[int], weights: Weights) -> int | None:
    """Return the index of the line most like the page's headline; the upper of equals; None if there is none."""
    chosen = find_headline_candidates(lines, body) if body else []
    scores = _score_candidates(lines, body, chosen, weights)
    return remove_kicker(lines, chosen, chosen[scores.index(max(scores))]) if chosen else None


def remove_kicker(lines: Sequence[Line], chosen: Sequence[int], best: int) -> int:
    """Return the candidate that `best` ends with ("Sport Late goal decides derby" has a kicker), else `best`."""
    bare = [index for index in chosen if lines[index].words > 2 and _ends_with(lines[best], lines[index])]
    return bare[-1] if bare else best


def _ends_with(line: Line, other: Line) -> bool:
    return len(other.text) < len(line.text) and line.text.endswith(" " + other.text)


def score_headline(lines: Sequence[Line], body: Sequence[int], above: int, weights: Weights) -> float:
    """Score how much like a headline (in log odds, to compare) the best line below line `above` is."""
    chosen = [index for index in find_headline_candidates(lines, body) if index > above]
    return max(_score_candidates(lines, body, chosen, weights), default=float("-inf"))


def _score_candidates(
    lines: Sequence[Line], body: Sequence[int], chosen: Sequence[int], weights: Weights
) -> list[float]:
    counted = weights.tolist()
    return [sum(map(mul, counted, row)) for row in measure_headline_candidates(lines, body, chosen)]


def find_headline_candidates(lines: Sequence[Line], body: Sequence[int]) -> list[int]:
    """Return the indexes of the lines that may be the headline, in order."""
    start = body[0] if body else min(len(lines), 40)
    stop, words = start, 0
    for index in body:
        words += lines[index].words
        if words > INTO:
            break
        stop = index + 1
    return [index for index in range(max(0, start - ABOVE), stop) if _can_be_title(lines[index])]


def measure_headline_candidates(
    lines: Sequence[Line], body: Sequence[int], chosen: Sequence[int]
) -> list[tuple[float, ...]]:
    """Measure one row for each of the lines chosen, in the order of `NAMES`."""
    around = _read_surroundings(lines, body)
    shares = [_measure_shares(lines[index], around) for index in chosen]
    most = max((share[0] for share in shares), default=0.0)
    strong = {index for index, share in zip(chosen, shares, strict=True) if share[0] >= 0.3}
    texts = {lines[index].text[:500] for index in chosen if lines[index].words >= 2}
    plain = {index for index in chosen if not (lines[index].marked or lines[index].furniture or lines[index].again)}
    plain -= {index for index in plain if SHARE.search(lines[index].text) or TIME.search(lines[index].text)}
    return [
        (
            *share,
            float(share[0] == most and most > 0),
            *_measure_line(lines, index, around, strong),
            any(text in lines[index].text and text != lines[index].text for text in texts),
            any(_is_byline_or_date(lines, at, around) for at in range(index + 1, min(index + 2, len(lines)))),
            lines[index].words > 14,
            index - 1 in plain,
            index + 1 in plain,
            any(_is_byline_or_date(lines, at, around) for at in range(index + 1, min(index + 1 + HEAD, len(lines)))),
        )
        for index, share in zip(chosen, shares, strict=True)
    ]


def _read_surroundings(lines: Sequence[Line], body: Sequence[int]) -> _Surroundings:
    start = body[0] if body else min(len(lines), 40)
    lead: set[str] = set()
    text: Counter[str] = Counter()
    words = 0
    for index in body:
        if words >= TEXT:
            break
        if words < LEAD:
            lead.update(lines[index].stems)
        text.update(lines[index].stems)
        words += lines[index].words
    near = lines[max(0, start - 2 * ABOVE) : (body[-1] if body else start) + 2 * ABOVE]
    page = "\n".join(line.text[:500] for line in near)[:PAGE_READ]
    tops = tuple(" ".join(line.text[:1000].split()) for line in lines[:FIRST_LINES])
    return _Surroundings(frozenset(lead), text, tops, page, start, {})


def _measure_shares(line: Line, around: _Surroundings) -> tuple[float, float, float, float]:
    """Measure how much of a line the lead and the text say too; a line of the text does not count for itself."""
    size = max(3, len(line.stems))
    inside = 1 if line.text[:500] in around.page and all(stem in around.text for stem in line.stems) else 0
    found = [around.text[stem] for stem in line.stems]
    lead = sum(stem in around.lead for stem in line.stems)
    once = sum(n > 0 for n in found)
    return lead / size, once / size, sum(n > 1 + inside for n in found) / size, math.log1p(once)


def _measure_line(lines: Sequence[Line], index: int, around: _Surroundings, strong: set[int]) -> tuple[float, ...]:
    line = lines[index]
    distance = max(0, around.start - index)
    below = lines[index + 1] if index + 1 < len(lines) else None
    return (
        any(line.text in top and len(top) > len(line.text) for top in around.tops),
        min(around.page.count(line.text[:500]) - 1, 2) if line.words >= 4 else 0.0,
        math.log1p(distance),
        distance > 25,
        index >= around.start,
        any(_is_byline_or_date(lines, at, around) for at in range(index + 1, min(index + 6, len(lines)))),
        any(_is_byline_or_date(lines, at, around) for at in range(max(0, index - 2), index)),
        5 <= line.words <= 20,
        line.words > 28,
        line.ends and line.text[-1] in ".।。",
        line.text.endswith("?"),
        is_prose(line),
        bool(strong & {index - 1, index - 2}),
        bool(strong & {index + 1, index + 2, index + 3}),
        line.gap > 0,
        below is not None and below.gap > 0,
        line.marked,
        line.text[:1] in "\"'“„«‘",
        ":" in line.text,
        line.capitals,
        bool(SHARE.search(line.text)),
        bool(TIME.search(line.text)),
        bool(COMMENTS.match(line.text[:60])) or line.furniture,
        index > 0 and lines[index - 1].words <= 3,
        index < 3,
    )


def _can_be_title(line: Line) -> bool:
    if line.words not in TITLE_WORDS or line.label or line.picture or line.digits > 0.5:
        return False
    return not (BYLINE.match(line.text) or TAGS.match(line.text) or line.text[0] in "([" or line.text[-1] in "-–—:")


def _is_byline_or_date(lines: Sequence[Line], at: int, around: _Surroundings) -> bool:
    """Say whether a line is a byline or a date."""
    if at not in around.dated:
        line = lines[at]
        short = line.words <= SHORT and not is_prose(line)
        around.dated[at] = short and (
            bool(BYLINE.match(line.text)) or read_claim("visible", line.text).value is not None
        )
    return around.dated[at]
