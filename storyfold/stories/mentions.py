"""Measure how much of a text another one has that touches many stories: a live page, a digest, a newsletter.

Such a text is like none of its stories on the whole, and a little like all of them. So it is asked of each other text
how much of that the digest has, whatever else is in the digest.
"""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Number
from storyfold.kernels.compiled import compiled
from storyfold.stories.term_vectors import Vectors

# Days between two dated texts beyond which one does not mention the other; by the digests of `mention_threshold` 7 cost
# .08 on many, 28 .05 of live pages. No setting, as the view of a lake has it, too.
MENTION_DAYS = 14


@compiled(called_by_kernels=True)
def compute_containment(rows: Vectors, many: Number, other: Number) -> Number:
    """Return how much of row `other` stands in row `many`: the sum of both views' squares, in parts of UNIT squared.

    A view's squares add up to one, so each term counts by its part of the text. A loop, because it merges two
    ascending lists of terms.
    """
    x, y, x_end, y_end = rows.starts[many], rows.starts[other], rows.starts[many + 1], rows.starts[other + 1]
    total = np.int64(0)
    while x < x_end and y < y_end:
        if rows.terms[x] == rows.terms[y]:
            total += np.int64(rows.text[y]) ** 2 + np.int64(rows.lead[y]) ** 2
            x += 1
            y += 1
        elif rows.terms[x] < rows.terms[y]:
            x += 1
        else:
            y += 1
    return total
