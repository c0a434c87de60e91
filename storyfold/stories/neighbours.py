"""Find pairs of similar texts: an inverted index over their heaviest terms, then the full similarity of each pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, Flags, Integers, Longs, Number
from storyfold.kernels.compiled import compiled
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_rows import Reference, TermRows, count_references
from storyfold.stories.term_vectors import UNIT, Ints, Vectors, weigh_rows

SCALE = 1_000_000  # parts of 1 that similarities are counted in, so that their sums are exact
Found = tuple[Longs, Longs, Longs]  # the arrays of `Links`


class Times(NamedTuple):
    """When each text was published, in days since 0001-01-01: its believed interval, and how sure that is.

    An open end is OPEN days away. `sure` is 0 for an undated text, 1 for a dated one, 2 for one whose date is
    confirmed: only two of these are parted by time alone.
    """

    first: Longs
    last: Longs
    sure: Longs


class Rows(NamedTuple):
    """The vectors that are compared: see `Vectors`."""

    starts: Longs
    terms: Integers
    text: Integers
    lead: Integers
    factor: Doubles


class Postings(NamedTuple):
    """The texts that have each term among their heaviest, ascending, with its weight in the text's view.

    A text is held against the `reach` next ones of each term.
    """

    starts: Longs
    texts: Integers
    weights: Integers
    reach: int


class TimeFactors(NamedTuple):
    """What the time between two dated texts does to their similarity: see the settings."""

    same_day: float
    far_apart: float
    far_days: float
    beyond: float
    window_days: int


@dataclass(frozen=True, slots=True)
class Links:
    """Hold pairs of texts that may be joined: `a` < `b`, each pair once, its similarity above 0 in parts of SCALE."""

    a: Ints
    b: Ints
    similarity: Ints


def find_links(rows: TermRows, times: Times, days: Ints, settings: StorySettings) -> Links:
    """Return all pairs that time does not part and whose heavy terms overlap, each with its similarity.

    `days` is when each article of `rows` was first seen (days since 0001-01-01), `times` has the first rows alone, the
    texts that are compared. A pair is judged by the later one's day: with the articles first seen on that day and the
    `window_days` before it as reference. What was seen longer before is paired by dates alone. So what is found of a
    pair depends on the two and on that reference.
    """
    of = np.unique(days[: len(times.first)])
    references = count_references(rows, days, of, settings.window_days)
    found = [
        _find_links_of_day(day, rows, reference, times, days[: len(times.first)], settings)
        for day, reference in zip(of.tolist(), references, strict=True)
    ]
    none = np.zeros(0, np.int64)
    a, b, similarity = (
        (np.concatenate([none, *arrays]) for arrays in zip(*found, strict=True)) if found else (none,) * 3
    )
    order = np.lexsort((b, a))
    return Links(a[order], b[order], similarity[order])


def _find_links_of_day(
    day: int, rows: TermRows, reference: Reference, times: Times, seen: Ints, settings: StorySettings
) -> Found:
    """Return the pairs whose later text was first seen on this day; only what is near it in time is weighed."""
    near = _find_near(day, seen, times, settings.window_days)
    vectors = weigh_rows(rows.take(near), reference, settings)
    heavy = _keep_heaviest(vectors.starts, vectors.text, settings.index_terms)
    a, b, similarity = _scan_texts(
        seen[near],
        day,
        Rows(vectors.starts, vectors.terms, vectors.text, vectors.lead, vectors.factor),
        heavy,
        _invert(heavy, vectors, len(rows.vocabulary), settings),
        Times(*(column[near] for column in times)),
        TimeFactors(
            settings.same_day,
            settings.far_apart,
            float(settings.far_days),
            settings.beyond_window,
            settings.window_days,
        ),
        settings.index_overlap,
    )
    return near[a], near[b], similarity


def _find_near(day: int, seen: Ints, times: Times, window: int) -> Ints:
    """Return the texts that one of this day may be paired with: those seen in the window, and older ones by their date.

    Of what was seen long before, a text is near only if it is dated, and its interval meets that of a dated one of the
    day: else each undated text would be compared with all of the past.
    """
    is_in_window = (seen <= day) & (seen >= day - window)
    new = (seen == day) & (times.sure > 0)
    if not new.any():
        return np.flatnonzero(is_in_window)
    first, last = times.first[new].min() - window, times.last[new].max() + window
    is_dated = (seen < day) & (times.sure > 0) & (times.first <= last) & (times.last >= first)
    return np.flatnonzero(is_in_window | is_dated)


@compiled
def _keep_heaviest(starts: Longs, weights: Integers, most: int) -> Flags:
    """Mark the `most` heaviest places of each row; of equal weights those of the smallest hash.

    Of weights in parts of UNIT, those above 0. A loop, because a sort of all places would take three times as long.
    """
    heavy = np.zeros(len(weights), np.bool_)
    for row in range(len(starts) - 1):
        first, count = starts[row], starts[row + 1] - starts[row]
        least, room = np.int32(0), count
        if count > most:
            least = np.partition(weights[first : first + count], count - most)[count - most]
            room = most - np.sum(weights[first : first + count] > least)
        for place in range(first, first + count):
            if weights[place] > least:
                heavy[place] = True
            elif weights[place] == least and room > 0 and least > 0:
                heavy[place] = True
                room -= 1
    return heavy


def _invert(heavy: Flags, vectors: Vectors, terms: int, settings: StorySettings) -> Postings:
    """Return the postings of each term; what more than `index_share` of all texts have finds no neighbours."""
    reach = max(settings.index_reach, int(len(vectors) * settings.index_reach_share))
    most = max(reach, int(len(vectors) * settings.index_share))
    row_of = np.repeat(np.arange(len(vectors), dtype=np.int32), np.diff(vectors.starts))
    heavy = heavy & (np.bincount(vectors.terms[heavy], minlength=terms) <= most)[vectors.terms]
    places = np.flatnonzero(heavy)
    places = places[np.argsort(vectors.terms[places], kind="stable")]
    starts = np.zeros(terms + 1, np.int64)
    np.cumsum(np.bincount(vectors.terms[places], minlength=terms), out=starts[1:])
    return Postings(starts, row_of[places], vectors.text[places], reach)


@compiled(called_by_kernels=True)
def _compute_cosine(rows: Rows, i: Number, j: Number) -> Number:
    """Return the sum of the two views' dot products of rows i and j, in parts of UNIT squared.

    A loop, because it merges two ascending lists of terms.
    """
    x, y, x_end, y_end = rows.starts[i], rows.starts[j], rows.starts[i + 1], rows.starts[j + 1]
    total = np.int64(0)
    while x < x_end and y < y_end:
        if rows.terms[x] == rows.terms[y]:
            total += np.int64(rows.text[x]) * np.int64(rows.text[y]) + np.int64(rows.lead[x]) * np.int64(rows.lead[y])
            x += 1
            y += 1
        elif rows.terms[x] < rows.terms[y]:
            x += 1
        else:
            y += 1
    return total


@compiled(called_by_kernels=True)
def _compute_time_factor(times: Times, factors: TimeFactors, apart: Number, i: Number, j: Number) -> float:
    """Return the factor of the time between texts i and j: 0 where their believed intervals do not meet.

    Two dates that are not both confirmed part nothing: further apart than the window they only count less. Those of
    texts that were first seen further apart than it, by `apart` days, must both be there and meet.
    """
    first, last = times.first, times.last
    gap = np.maximum(np.maximum(first[i], first[j]) - np.minimum(last[i], last[j]), 0)
    if apart > factors.window_days and (times.sure[i] == 0 or times.sure[j] == 0 or gap > factors.window_days):
        return 0.0
    if gap > factors.window_days:
        is_doubtful = times.sure[i] > 0 and times.sure[j] > 0 and times.sure[i] + times.sure[j] < 4
        return factors.beyond if is_doubtful else 0.0
    if times.sure[i] == 0 or times.sure[j] == 0:
        return 1.0
    if gap >= factors.far_days:
        return factors.far_apart
    return float(factors.same_day + (factors.far_apart - factors.same_day) * gap / factors.far_days)


@compiled(called_by_kernels=True)
def _gather_shared(
    i: Number, rows: Rows, heavy: Flags, postings: Postings, position: Longs, shared: Longs, touched: Longs
) -> Number:
    """Add up in `shared` what text i has in common with later texts; return how many of them `touched` lists.

    `shared` (parts of UNIT squared) and `touched` have one element a text; `position` one a term: how far its postings
    are passed over. A loop, because each posting adds to another text.
    """
    hits = 0
    for place in range(rows.starts[i], rows.starts[i + 1]):
        term = rows.terms[place]
        stop = postings.starts[term + 1]
        if not heavy[place] or postings.starts[term] == stop:
            continue
        position[term] += 1  # texts come in order, so the posting passed over is the text itself
        weight = np.int64(rows.text[place])
        for p in range(position[term], min(stop, position[term] + postings.reach)):
            j = postings.texts[p]
            if shared[j] == 0:
                touched[hits] = j
                hits += 1
            shared[j] += weight * postings.weights[p]
    return hits


@compiled
def _scan_texts(
    seen: Longs,
    day: int,
    rows: Rows,
    heavy: Flags,
    postings: Postings,
    times: Times,
    factors: TimeFactors,
    overlap: float,
) -> tuple[Longs, Longs, Longs]:
    """Return the arrays of `Links` between texts, of which one at least was first seen on this day.

    `seen` has the day on which each was. `heavy` marks the places of rows by which neighbours are found: those
    with `overlap` in common are compared in full. A loop, because the postings are passed over text by text.
    """
    position = postings.starts[:-1].copy()
    shared, touched = np.zeros(len(seen), np.int64), np.empty(len(seen), np.int64)
    least, both_views = np.int64(overlap * UNIT * UNIT), 2.0 * UNIT * UNIT
    out, found = np.empty((3, 1024), np.int64), 0
    for i in range(len(seen)):
        hits = _gather_shared(i, rows, heavy, postings, position, shared, touched)
        for j in touched[:hits]:
            is_near = shared[j] >= least and max(seen[i], seen[j]) == day
            shared[j] = 0
            apart = abs(seen[i] - seen[j])
            factor = _compute_time_factor(times, factors, apart, i, j) if is_near else 0.0
            if factor <= 0.0:
                continue
            cosine = _compute_cosine(rows, i, j) / both_views
            value = round(cosine * rows.factor[i] * rows.factor[j] * factor * SCALE)
            if value <= 0:
                continue
            if found == out.shape[1]:  # full: double the arrays
                out = np.concatenate((out, out), axis=1)
            out[0, found], out[1, found], out[2, found] = i, j, value
            found += 1
    return out[0, :found].copy(), out[1, :found].copy(), out[2, :found].copy()
