"""Hold the counted terms of many articles, and count how many articles have each: what pairs are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import Integers, LongHashes, Longs
from storyfold.stories.term_counts import CountedTerms


@dataclass(frozen=True, slots=True)
class TermRows:
    """Hold sparse rows: row i has the places `starts[i]` to `starts[i + 1]` of the arrays after `vocabulary`.

    `terms` are numbers of the vocabulary, which has hashes, both ascending: so what is added up over a row is added in
    the same order whatever else is in the run. The others are those of `CountedTerms`.
    """

    vocabulary: LongHashes
    starts: Longs
    terms: Integers
    times: Integers
    lead_times: Integers
    general: Integers

    def __len__(self) -> int:
        return len(self.starts) - 1


class Reference(NamedTuple):
    """How many texts there are, and how many of them have each term of a vocabulary: in the text, and in the lead."""

    texts: int
    documents: Longs
    lead_documents: Longs


def join_rows(counted: Sequence[CountedTerms]) -> TermRows:
    """Join the rows of these articles, in the given order."""
    starts = np.zeros(len(counted) + 1, np.int64)
    np.cumsum([len(row.hashes) for row in counted], out=starts[1:])
    hashes = np.concatenate([np.zeros(0, np.uint64), *(row.hashes for row in counted)])
    vocabulary, terms = np.unique(hashes, return_inverse=True)
    none = np.zeros(0, np.int32)
    times, lead_times, general = (
        np.concatenate([none, *(row[field] for row in counted)]) for field in range(1, len(CountedTerms._fields))
    )
    return TermRows(vocabulary, starts, terms.astype(np.int32), times, lead_times, general)


def count_reference(rows: TermRows, among: npt.NDArray[np.bool_]) -> Reference:
    """Count the texts among those rows that have each term of the vocabulary; exact, so it may be added up by days."""
    held = np.repeat(among, np.diff(rows.starts))
    size = len(rows.vocabulary)
    documents = np.bincount(rows.terms[held], minlength=size)
    lead_documents = np.bincount(rows.terms[held & (rows.lead_times > 0)], minlength=size)
    return Reference(int(among.sum()), documents, lead_documents)
