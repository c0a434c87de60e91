"""Make the rows that are compared of the terms that a lake has of texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import UnsignedShorts
from storyfold.stories.term_rows import TermRows, number_hashes

_COUNTS = ("times", "lead_times", "general")


def make_term_rows(texts: pa.Table) -> TermRows:
    """Make the rows of texts of rows of `text_terms`, in their order."""
    lists = texts["terms"].combine_chunks()
    starts = lists.offsets.to_numpy().astype(np.int64)
    hashes = lists.values.to_numpy()[starts[0] : starts[-1]]
    vocabulary, terms = number_hashes(hashes)
    return TermRows(vocabulary, starts - starts[0], terms, *(_read_counts(texts[name]) for name in _COUNTS))


def _read_counts(column: pa.ChunkedArray) -> UnsignedShorts:
    counts: UnsignedShorts = np.array(column.combine_chunks().flatten())  # a copy, which kernels may be given
    return counts
