"""Compare one text with many: its weights are laid out by term, so that each other text is read once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Bytes, Integers, Longs, Number
from storyfold.kernels.compiled import compiled
from storyfold.stories.term_vectors import Vectors

# Terms are told apart by their low digits first, in so few bytes that they stay in the nearest memory: of 145 terms of
# another text 9 are then looked up (8 are shared). Twice or half as many bytes take as long or longer.
MARKS = 1 << 14


class LaidOut(NamedTuple):
    """One text by term: `weights[2 * term]` in the text and the next in the lead, 0 where it has not the term.

    `marks` says which low digits its terms have. `met` is room for the places of another text.
    """

    weights: Integers
    marks: Bytes
    met: Longs


@compiled(called_by_kernels=True, makes_arrays=True)
def make_room(rows: Vectors, terms: Number) -> LaidOut:
    """Make room for any of these rows, of so many terms."""
    most = 1
    for row in range(len(rows.starts) - 1):
        most = max(most, rows.starts[row + 1] - rows.starts[row])
    return LaidOut(np.zeros(2 * terms, np.int32), np.zeros(MARKS, np.uint8), np.empty(most + 1, np.int64))


@compiled(called_by_kernels=True)
def lay_out(rows: Vectors, i: Number, laid: LaidOut) -> None:
    """Lay out row i."""
    for place in range(rows.starts[i], rows.starts[i + 1]):
        term = rows.terms[place]
        laid.weights[2 * term], laid.weights[2 * term + 1] = rows.text[place], rows.lead[place]
        laid.marks[term & (MARKS - 1)] = 1


@compiled(called_by_kernels=True)
def clear(rows: Vectors, i: Number, laid: LaidOut) -> None:
    """Take away row i, which was laid out."""
    for place in range(rows.starts[i], rows.starts[i + 1]):
        term = rows.terms[place]
        laid.weights[2 * term], laid.weights[2 * term + 1] = 0, 0
        laid.marks[term & (MARKS - 1)] = 0


@compiled(called_by_kernels=True)
def compute_cosine(rows: Vectors, laid: LaidOut, j: Number) -> Number:
    """Return the sum of the two views' dot products of row j and the one that is laid out, in parts of UNIT squared.

    A loop that first lists the places that may be shared, without a branch that is guessed wrong, and then reads those.
    """
    count, total = 0, np.int64(0)
    for place in range(rows.starts[j], rows.starts[j + 1]):
        laid.met[count] = place  # written over by the next where it is not shared
        count += laid.marks[rows.terms[place] & (MARKS - 1)]
    for n in range(count):
        place = laid.met[n]
        term = rows.terms[place]
        total += np.int64(laid.weights[2 * term]) * np.int64(rows.text[place])
        total += np.int64(laid.weights[2 * term + 1]) * np.int64(rows.lead[place])
    return total
