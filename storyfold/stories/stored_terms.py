"""Make the rows that are compared of the terms that a lake has of texts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from storyfold.kernels.arrays import LongHashes, Longs, UnsignedShorts
from storyfold.stories.term_rows import TermRows, number_hashes

_COUNTS = ("times", "lead_times", "general")


def make_term_rows(texts: pa.Table) -> TermRows:
    """Make the rows of texts of rows of `text_terms`, in their order."""
    lists = texts["terms"].chunks
    sizes = [np.diff(chunk.offsets.to_numpy()) for chunk in lists]
    starts = np.concatenate([np.zeros(1, np.int64), *sizes]).cumsum()
    vocabulary, terms = number_hashes(_read_values(texts["terms"], np.uint64))
    return TermRows(vocabulary, starts, terms, *(_read_values(texts[name], np.uint16) for name in _COUNTS))


def make_crossing_rows(texts: pa.Table) -> TermRows:
    """Make the rows of the crossing terms of rows of `text_terms`, in their order: each counts once in a text.

    What a term weighs in general is in hundredths of nats, as it is stored.
    """
    sizes = [np.diff(chunk.offsets.to_numpy()) for chunk in texts["crossing_terms"].chunks]
    starts = np.concatenate([np.zeros(1, np.int64), *sizes]).cumsum()
    hashes, weights = (
        _read_values(texts["crossing_terms"], np.uint64),
        _read_values(texts["crossing_weights"], np.uint16),
    )
    return count_once(hashes, starts, weights)


def count_once(hashes: LongHashes, starts: Longs, weights: UnsignedShorts) -> TermRows:
    """Make rows of terms of which each counts once in a text."""
    vocabulary, terms = number_hashes(hashes)
    once = np.ones(len(terms), np.uint16)
    return TermRows(vocabulary, starts, terms, once, once, weights)


def _read_values(column: pa.ChunkedArray, kind: npt.DTypeLike) -> Any:
    """Return what is in lists, one after another: copied once, as kernels may write to what they are given."""
    parts = [np.zeros(0, kind)]
    for chunk in column.chunks:
        offsets = chunk.offsets.to_numpy()
        parts.append(chunk.values.to_numpy()[offsets[0] : offsets[-1]])
    return np.concatenate(parts)
