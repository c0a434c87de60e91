"""Find pairs of similar texts: an inverted index over their heaviest terms, then the full similarity of each pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storyfold.kernels.compiled import compiled
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_vectors import Floats, Ints, Vectors, View

Arrays = tuple[Ints, Ints, Floats]  # of a view: starts, terms, weights
Intervals = tuple[Ints, Ints, Ints]  # of `Times`: first, last, sure


@dataclass(frozen=True, slots=True)
class Times:
    """Hold when each text was published, as days since 0001-01-01: its believed interval, and whether it is sure.

    An open end is OPEN days away. `first` must ascend: the index walks forward in time.
    """

    first: Ints
    last: Ints
    sure: Ints


@dataclass(frozen=True, slots=True)
class Links:
    """Hold pairs of texts that may be joined: `a` < `b`, each pair once, its similarity above 0 and below 1.5."""

    a: Ints
    b: Ints
    similarity: Floats


def find_links(vectors: Vectors, times: Times, settings: StorySettings) -> Links:
    """Return all pairs whose intervals meet and whose heavy terms overlap, each with its similarity.

    Texts are the first rows of `vectors`, as many as there are `times`.

    A pair's similarity is the mean cosine of the two views, times the time factor: it depends on the two alone. A
    pair that is not listed counts as 0. Work grows with the texts that share a heavy term and are near in time; a
    term with more than `index_reach` texts ahead is passed over, so that it is never quadratic.
    """
    heavy = _keep_heaviest(_take_rows(vectors.views[0], len(times.first)), settings.index_terms)
    postings = _invert(heavy, len(vectors.vocabulary))
    factors = (settings.same_day, settings.far_apart, float(settings.far_days))
    a, b, similarity = _scan_texts(
        (heavy.starts, heavy.terms, heavy.weights),
        (postings.starts, postings.terms, postings.weights),
        (_get_arrays(vectors.views[0]), _get_arrays(vectors.views[1])),
        (times.first, times.last, times.sure),
        factors,
        (settings.window_days, settings.index_reach),
        settings.index_overlap,
    )
    return Links(a, b, similarity)


def _get_arrays(view: View) -> Arrays:
    return view.starts, view.terms, view.weights


def _take_rows(view: View, rows: int) -> View:
    last = view.starts[rows]
    return View(view.starts[: rows + 1], view.terms[:last], view.weights[:last])


def _keep_heaviest(view: View, most: int) -> View:
    """Return the view with only the `most` heaviest terms of each row; equal weights count in alphabetical order."""
    rows = np.repeat(np.arange(len(view.starts) - 1), np.diff(view.starts))
    order = np.lexsort((view.terms, -view.weights, rows))
    rank = np.arange(len(order)) - view.starts[rows[order]]
    kept = np.sort(order[rank < most])
    starts = np.zeros_like(view.starts)
    np.cumsum(np.bincount(rows[kept], minlength=len(starts) - 1), out=starts[1:])
    return View(starts, view.terms[kept], view.weights[kept])


def _invert(view: View, terms: int) -> View:
    """Return the view turned around: row t lists the texts that have term t, ascending."""
    rows = np.repeat(np.arange(len(view.starts) - 1), np.diff(view.starts))
    order = np.argsort(view.terms, kind="stable")
    starts = np.zeros(terms + 1, np.int64)
    np.cumsum(np.bincount(view.terms, minlength=terms), out=starts[1:])
    return View(starts, rows[order], view.weights[order])


@compiled(called_by_kernels=True)
def _compute_dot(view: Arrays, i: int, j: int) -> float:
    """Return the dot product of rows i and j of a view (`starts`, `terms`, `weights`; see `View`), without a unit.

    A loop, because it merges two ascending lists of terms.
    """
    starts, terms, weights = view
    x, y, x_end, y_end = starts[i], starts[j], starts[i + 1], starts[j + 1]
    total = 0.0
    while x < x_end and y < y_end:
        if terms[x] == terms[y]:
            total += weights[x] * weights[y]
            x += 1
            y += 1
        elif terms[x] < terms[y]:
            x += 1
        else:
            y += 1
    return total


@compiled(called_by_kernels=True)
def _compute_similarity(
    views: tuple[Arrays, Arrays], factors: tuple[float, float, float], times: Intervals, i: int, j: int
) -> float:
    """Return the mean cosine of texts i and j in both views, times the time factor if both are surely dated.

    `times` has one day number a text in each array, `factors` are `same_day`, `far_apart` and `far_days`.
    """
    cosine = 0.5 * (_compute_dot(views[0], i, j) + _compute_dot(views[1], i, j))
    first, last, sure = times
    factor = 1.0
    if sure[i] and sure[j]:
        gap = max(0, max(first[i], first[j]) - min(last[i], last[j]))
        same_day, far_apart, far_days = factors
        factor = far_apart if gap >= far_days else same_day + (far_apart - same_day) * gap / far_days
    return factor * cosine


@compiled(called_by_kernels=True)
def _gather_shared(
    i: int,
    heavy: Arrays,
    postings: Arrays,
    times: Intervals,
    limits: tuple[int, int],
    position: Ints,
    shared: Floats,
    touched: Ints,
) -> int:
    """Add up in `shared` what text i has in common with each later text in reach; return how many `touched` lists.

    `heavy` has the terms of each text, `postings` the texts of each term; `shared` (a cosine) and `touched` have one
    element a text; `position` has one a term: how far its postings are passed over. A loop, because it stops at the
    first text out of reach.
    """
    window, reach = limits
    starts, texts, weights = postings
    latest = times[1][i] + window
    hits = 0
    for k in range(heavy[0][i], heavy[0][i + 1]):
        term = heavy[1][k]
        position[term] += 1  # texts come in order, so the posting passed over is the text itself
        start, stop = position[term], starts[term + 1]
        if stop - start > reach and times[0][texts[start + reach]] <= latest:
            continue
        for p in range(start, stop):
            j = texts[p]
            if times[0][j] > latest:
                break
            if shared[j] == 0.0:
                touched[hits] = j
                hits += 1
            shared[j] += heavy[2][k] * weights[p]
    return hits


@compiled
def _scan_texts(
    heavy: Arrays,
    postings: Arrays,
    views: tuple[Arrays, Arrays],
    times: Intervals,
    factors: tuple[float, float, float],
    limits: tuple[int, int],
    overlap: float,
) -> tuple[Ints, Ints, Floats]:
    """Return the arrays of `Links` for all texts: the pairs with at least `overlap` in common, with their similarities.

    Arrays are as in `_gather_shared` and `_compute_similarity`; `limits` are `window_days` and `index_reach`. A loop,
    because the postings are passed over text by text.
    """
    count = len(times[0])
    position = postings[0][:-1].copy()
    shared, touched = np.zeros(count), np.empty(count, np.int64)
    out_a, out_b, out_s = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024)
    found = 0
    for i in range(count):
        hits = _gather_shared(i, heavy, postings, times, limits, position, shared, touched)
        for j in np.sort(touched[:hits]):
            value = _compute_similarity(views, factors, times, i, j) if shared[j] >= overlap else 0.0
            shared[j] = 0.0
            if value <= 0.0:
                continue
            if found == len(out_a):  # full: double the arrays
                out_a, out_b = np.concatenate((out_a, out_a)), np.concatenate((out_b, out_b))
                out_s = np.concatenate((out_s, out_s))
            out_a[found], out_b[found], out_s[found] = i, j, value
            found += 1
    return out_a[:found].copy(), out_b[:found].copy(), out_s[:found].copy()
