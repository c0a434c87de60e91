"""Hold the counted terms of many articles, and count how many articles have each: what pairs are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Integers, LongHashes, Longs, ReadOnlyLongHashes, UnsignedShorts
from storyfold.kernels.compiled import compiled
from storyfold.schemas.pages import Article
from storyfold.text.kept_terms import GENERAL, LEAD_TIMES, TIMES, TermLimits, keep_terms
from storyfold.text.term_weights import find_slot
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
    """Number hashes as they are met; a table takes a fifth of the time that sorting them all does."""
    size, found = 1024, 0
    slots, number_of = np.zeros(size, np.uint64), np.empty(size, np.int32)
    met, numbers = np.empty(size // 2, np.uint64), np.empty(len(hashes), np.int32)
    for place in range(len(hashes)):
        slot = find_slot(slots, hashes[place])
        if not slots[slot]:
            if found == len(met):  # half full: four times the size
                size *= 4
                slots, number_of = np.zeros(size, np.uint64), np.empty(size, np.int32)
                more = np.empty(size // 2, np.uint64)
                more[:found] = met
                met = more
                for number in range(found):
                    slot = find_slot(slots, met[number])
                    slots[slot], number_of[slot] = met[number], number
                slot = find_slot(slots, hashes[place])
            slots[slot], number_of[slot], met[found] = hashes[place], found, hashes[place]
            found += 1
        numbers[place] = number_of[slot]
    return met[:found].copy(), numbers
