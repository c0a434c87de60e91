"""Hold the mean vectors of many texts, and compare pairs of them: a second evidence across languages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Flags, Longs
from storyfold.stories.crossing_rows import read_text
from storyfold.text.embeddings import EmbeddingModel
from storyfold.text.words import Texts

_PAIRS = 4_096  # that are compared at once: 50 MB with vectors of 1,024 numbers


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Hold a vector for each row: the numbers `starts[i]` to `starts[i + 1]`; `models` is -1 where there is none."""

    numbers: npt.NDArray[np.int8]
    starts: Longs
    models: Longs

    def are_alike(self, one: Longs, other: Longs, least: float) -> Flags:
        """Say which pairs of rows have vectors of one model whose cosine is `least` or more.

        Sums are of whole numbers, so they are the same in any order.
        """
        sizes = np.diff(self.starts)
        may = (self.models[one] >= 0) & (self.models[one] == self.models[other]) & (sizes[one] == sizes[other])
        alike = np.zeros(len(one), np.bool_)
        for size in np.unique(sizes[one[may]]).tolist():
            pairs = np.flatnonzero(may & (sizes[one] == size))
            for first in range(0, len(pairs), _PAIRS):
                some = pairs[first : first + _PAIRS]
                alike[some] = self._compute_cosines(one[some], other[some], size) >= least
        return alike

    def _compute_cosines(self, one: Longs, other: Longs, size: int) -> npt.NDArray[np.float64]:
        a, b = (self.numbers[self.starts[rows][:, None] + np.arange(size)].astype(np.int64) for rows in (one, other))
        lengths = np.sqrt(((a * a).sum(axis=1) * (b * b).sum(axis=1)).astype(np.float64))
        return np.asarray((a * b).sum(axis=1) / np.maximum(lengths, 1.0), np.float64)


def make_text_vectors(vectors: pa.ChunkedArray, models: pa.ChunkedArray) -> TextVectors:
    """Make the vectors of rows of two columns of `text_terms`, in their order."""
    joined = pc.fill_null(vectors.cast(pa.large_binary()), b"").combine_chunks()
    if isinstance(joined, pa.ChunkedArray):
        joined = pa.concat_arrays(joined.chunks) if joined.num_chunks else pa.array([], pa.large_binary())
    _, offsets, data = joined.buffers()
    starts = np.zeros(1, np.int64)
    if len(joined):
        starts = np.frombuffer(offsets, np.int64)[joined.offset : joined.offset + len(joined) + 1]
    numbers = np.frombuffer(data, np.int8) if data is not None and data.size else np.zeros(0, np.int8)
    coded = pc.index_in(models, pc.unique(models.drop_null()))  # null is in no list
    numbered = pc.fill_null(coded, -1).to_numpy().astype(np.int64)
    return TextVectors(numbers, starts, np.where(np.diff(starts) > 0, numbered, -1))


def read_text_vectors(titles: Texts, bodies: Texts, order: Longs, model: EmbeddingModel) -> TextVectors:
    """Make the vectors of texts; row n is of text `order[n]`."""
    made = [model.make_vector(read_text(titles, number), read_text(bodies, number)) for number in order.tolist()]
    vectors = pa.chunked_array([pa.array(made, pa.binary())])
    return make_text_vectors(vectors, pa.chunked_array([pa.array([model.name] * len(made), pa.string())]))
