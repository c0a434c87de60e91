"""Count the terms of texts in two views, the whole text and its lead, and keep those that stories compare.

The title counts several times in both, because it was written to say what the article is about. What a term weighs in a
day's news is asked of the lake when stories are found; here it is weighed in general news, to choose what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import LongHashes, Longs, Number, ReadOnlyBytes, UnsignedShortTable
from storyfold.kernels.compiled import compiled
from storyfold.text.characters import CharacterTables, read_character_tables
from storyfold.text.distinct_terms import choose_terms, count_terms, make_distinct, weigh_in_general
from storyfold.text.term_weights import Background, choose_backgrounds
from storyfold.text.terms import Terms, write_terms
from storyfold.text.words import Texts

# Of the text; of the lead all are kept. B-cubed F1 on six sets of labelled stories with all terms: .928 .868 .946 .944
# .971 .712; with 120 .916 .884 .940 .937 .971 .701; with 160 the same; with 80, of the lead too, .909 .882 .931 .930
# .971 .687. With 60 of the lead the last falls by .03.
KEPT_TERMS = 120
TITLE_COPIES = 3  # 1 costs a mean of .006 to .012 of F1, 4 is as 3
LEAD_WORDS = 150  # of the body in the second view; 60 to 200 are within .01 of each other
BODY_CHARACTERS = 100_000  # of a body that are read; the longest of two sets of labelled news has 53,479
MOST_TIMES = 65_535  # what 16 bits hold
TIMES, LEAD_TIMES, GENERAL = range(3)  # the rows of `KeptTerms.counts`


class TermLimits(NamedTuple):
    """How terms are counted, and how many of a text are kept: see the constants of the same names."""

    kept_terms: int = KEPT_TERMS
    title_copies: int = TITLE_COPIES
    lead_words: int = LEAD_WORDS
    body_characters: int = BODY_CHARACTERS


@dataclass(frozen=True, slots=True)
class KeptTerms:
    """The terms kept of texts: text n has `hashes[starts[n]:starts[n + 1]]`, ascending, and the columns of `counts`.

    Its rows are how often a term is in title and body, how often in title and lead, and what it weighs in general news:
    minus the logarithm of the share of articles that have it, in thousandths.
    """

    starts: Longs
    hashes: LongHashes
    counts: UnsignedShortTable


METHOD_LIMITS = TermLimits()


def keep_terms(
    titles: Texts, bodies: Texts, languages: Sequence[str | None], limits: TermLimits, order: Longs | None = None
) -> KeptTerms:
    """Count and keep the terms of each text, by frequencies of its language or, where none is known, its script's.

    Text n of what is returned is text `order[n]` of those given.
    """
    tables, made, rows = read_character_tables(), [], []
    texts = (titles.data, titles.starts, bodies.data, bodies.starts)
    for background, numbers in choose_backgrounds(languages, titles, bodies):
        chosen = numbers if order is None else np.flatnonzero(np.isin(order, numbers, kind="table"))
        made.append(_keep_terms(chosen if order is None else order[chosen], *texts, tables, background, limits))
        rows.append(chosen)
    return KeptTerms(*made[0]) if len(made) == 1 else _join(made, rows)


def _join(made: Sequence[tuple[Longs, LongHashes, UnsignedShortTable]], order: Sequence[Longs]) -> KeptTerms:
    """Put the texts of all backgrounds in their order."""
    sizes = np.concatenate([np.zeros(0, np.int64), *(np.diff(starts) for starts, _, _ in made)])
    begins = np.concatenate([[0], np.cumsum(sizes)])
    places = np.argsort(np.concatenate([np.zeros(0, np.int64), *order]))
    starts = np.concatenate([[0], np.cumsum(sizes[places])])
    rows = np.repeat(begins[places] - starts[:-1], sizes[places]) + np.arange(starts[-1])
    hashes = np.concatenate([np.zeros(0, np.uint64), *(hashes for _, hashes, _ in made)])
    counts = np.concatenate([np.zeros((3, 0), np.uint16), *(counts for _, _, counts in made)], axis=1)
    return KeptTerms(starts, hashes[rows], np.ascontiguousarray(counts[:, rows]))


@compiled
def _keep_terms(
    numbers: Longs,
    titles: ReadOnlyBytes,
    title_starts: Longs,
    bodies: ReadOnlyBytes,
    body_starts: Longs,
    tables: CharacterTables,
    background: Background,
    limits: TermLimits,
) -> tuple[Longs, LongHashes, UnsignedShortTable]:
    """Keep the terms of the texts `numbers`, which have one background; see `KeptTerms`."""
    starts, room = np.zeros(len(numbers) + 1, np.int64), 256 * len(numbers)
    hashes, counts = np.empty(room, np.uint64), np.empty((3, room), np.uint16)
    title_room = body_room = 0
    for number in numbers:
        title_room = max(title_room, title_starts[number + 1] - title_starts[number])
        body_room = max(body_room, min(body_starts[number + 1] - body_starts[number], limits.body_characters))
    title, body, distinct = _make_terms(title_room), _make_terms(body_room), make_distinct(title_room + body_room)
    for place in range(len(numbers)):
        number, end = numbers[place], starts[place]
        first, after = title_starts[number], title_starts[number + 1]
        titled = write_terms(titles, first, after, after - first, tables, title)
        first, after = body_starts[number], body_starts[number + 1]
        read = write_terms(bodies, first, after, limits.body_characters, tables, body)
        found = count_terms(
            title, min(titled, limits.lead_words), body, read, limits.title_copies, limits.lead_words, distinct
        )
        if read:
            weigh_in_general(distinct, found, body, read, background)
        else:
            weigh_in_general(distinct, found, title, titled, background)
        kept = choose_terms(distinct, found, limits.kept_terms)
        while end + kept > len(hashes):
            hashes, counts = np.append(hashes, hashes), np.append(counts, counts, axis=1)
        for term in distinct.order[:kept]:
            hashes[end], counts[GENERAL, end] = distinct.hashes[term], distinct.general[term]
            counts[TIMES, end] = min(distinct.times[term], MOST_TIMES)
            counts[LEAD_TIMES, end] = min(distinct.lead_times[term], MOST_TIMES)
            end += 1
        starts[place + 1] = end
    found = starts[len(numbers)]
    return starts, hashes[:found].copy(), counts[:, :found].copy()


@compiled(called_by_kernels=True, makes_arrays=True)
def _make_terms(most: Number) -> Terms:
    """Make room for the terms of a text, but not for where they begin and end."""
    return Terms(np.empty(most, np.uint64), np.empty(most, np.int8), np.empty(0, np.int32), np.empty(0, np.int32))
