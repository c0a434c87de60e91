"""Make the rows of what crosses languages in the texts of a file: as a lake has them of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storyfold.kernels.arrays import Longs
from storyfold.stories.stored_terms import count_once
from storyfold.stories.term_rows import TermRows
from storyfold.text.crossing_terms import find_crossing_terms
from storyfold.text.words import Texts


def count_crossing_terms(titles: Texts, bodies: Texts, languages: Sequence[str | None], order: Longs) -> TermRows:
    """Find the crossing terms of texts; row n is of text `order[n]`."""
    found = [
        find_crossing_terms(read_text(titles, number), read_text(bodies, number), languages[number])
        for number in order.tolist()
    ]
    starts = np.cumsum([0, *(len(terms.hashes) for terms in found)], dtype=np.int64)
    hashes = np.concatenate([np.zeros(0, np.uint64), *(terms.hashes for terms in found)])
    weights = np.concatenate([np.zeros(0, np.uint16), *(terms.nats for terms in found)]).astype(np.uint16)
    return count_once(hashes, starts, weights)


def read_text(texts: Texts, number: int) -> str:
    """Return a text as it was given."""
    return bytes(texts.data[texts.starts[number] : texts.starts[number + 1]]).decode("utf-8", "replace")
