"""Hold the counted terms of many articles, and count how many articles have each: what pairs are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Integers, LongHashes, Longs, Number, ReadOnlyLongHashes, UnsignedShorts
from storyfold.kernels.compiled import compiled
from storyfold.schemas.pages import Article
from storyfold.text.kept_terms import GENERAL, LEAD_TIMES, TIMES, TermLimits, keep_terms
from storyfold.text.words import Texts, join_texts


@dataclass(frozen=True, slots=True)
class TermRows:
    """Hold sparse rows: row i has the places `starts[i]` to `starts[i + 1]` of the arrays after `vocabulary`.

    `terms` are numbers of the vocabulary, which has hashes, both ascending: so what is added up over a row is added in
    the same order whatever else is in the run. `times` is how often a term is in the text with its title, `lead_times`
    how often in title and lead, `general` what it weighs in general news, in parts of NAT.
    """

    vocabulary: LongHashes
    starts: Longs
    terms: Integers
    times: UnsignedShorts
    lead_times: UnsignedShorts
    general: UnsignedShorts

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, numbers: Longs) -> TermRows:
        """Return these rows, in this order, with the same vocabulary; where they are all, no copy is made."""
        if np.array_equal(numbers, np.arange(len(self))):
            return self
        sizes = np.diff(self.starts)[numbers]
        starts = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(sizes, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(self.starts[numbers] - starts[:-1], sizes)
        columns = (self.terms, self.times, self.lead_times, self.general)
        return TermRows(self.vocabulary, starts, *(column[places] for column in columns))


class Reference(NamedTuple):
    """How many texts there are, and how many of them have each term of a vocabulary: in the text, and in the lead."""

    texts: int
    documents: Longs
    lead_documents: Longs


def count_terms(articles: Sequence[Article], limits: TermLimits) -> TermRows:
    """Count the terms of these articles, in the given order: see `text/kept_terms.py`."""
    titles, bodies = join_texts([a.title or "" for a in articles]), join_texts([a.body for a in articles])
    languages = [article.language for article in articles]
    return count_text_terms(titles, bodies, languages, limits, np.arange(len(articles)))


def count_text_terms(
    titles: Texts, bodies: Texts, languages: Sequence[str | None], limits: TermLimits, order: Longs
) -> TermRows:
    """Count the terms of texts; row n is of text `order[n]`."""
    kept = keep_terms(titles, bodies, languages, limits, order)
    vocabulary, terms = number_hashes(kept.hashes)
    counts = kept.counts
    return TermRows(vocabulary, kept.starts, terms, counts[TIMES], counts[LEAD_TIMES], counts[GENERAL])


def number_hashes(hashes: LongHashes) -> tuple[LongHashes, Integers]:
    """Return the different hashes, ascending, and the number of each among these."""
    met, numbers = _number_hashes(hashes)
    order = np.argsort(met)
    places = np.empty(len(met), np.int32)
    places[order] = np.arange(len(met), dtype=np.int32)
    return met[order], places[numbers]


@compiled
def _number_hashes(hashes: ReadOnlyLongHashes) -> tuple[LongHashes, Integers]:
    """Number hashes as they are met; a table takes a tenth of the time that sorting them all does.

    The table has numbers alone, -1 where there is none: so the most of it stays in near memory.
    """
    found, slots = 0, np.full(1024, -1, np.int32)
    met, numbers = np.empty(len(slots) // 2, np.uint64), np.empty(len(hashes), np.int32)
    for place in range(len(hashes)):
        slot = _find_number(slots, met, hashes[place])
        if slots[slot] < 0:
            if found == len(met):  # half full: twice the size
                slots = np.full(2 * len(slots), -1, np.int32)
                met = np.append(met, np.empty(len(met), np.uint64))
                for number in range(found):
                    slots[_find_number(slots, met, met[number])] = number
                slot = _find_number(slots, met, hashes[place])
            slots[slot], met[found] = found, hashes[place]
            found += 1
        numbers[place] = slots[slot]
    return met[:found].copy(), numbers


@compiled(called_by_kernels=True)
def _find_number(slots: Integers, met: LongHashes, value: np.uint64) -> Number:
    """Return where the number of a hash is in a table whose size is a power of two, or the empty place for it."""
    last = np.uint64(len(slots) - 1)
    slot = value & last
    while slots[slot] >= 0 and met[slots[slot]] != value:
        slot = (slot + np.uint64(1)) & last
    return np.int64(slot)
