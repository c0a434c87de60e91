"""Count the terms of texts in two views, the whole text and its lead, and keep those that stories compare.

The title counts several times in both, because it was written to say what the article is about. What a term weighs in a
day's news is asked of the lake when stories are found; here it is weighed in general news, to choose what is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import (
    Flags,
    LongHashes,
    Longs,
    LongTable,
    Number,
    ReadOnlyBytes,
    UnsignedShortTable,
)
from storyfold.kernels.compiled import compiled
from storyfold.text.characters import CharacterTables, read_character_tables
from storyfold.text.term_weights import (
    SAMPLE_CHARACTERS,
    SAMPLE_TERMS,
    Background,
    choose_background,
    find_slot,
    weigh_by_frequency,
    weigh_by_length,
)
from storyfold.text.terms import Terms, read_text_terms
from storyfold.text.words import Texts

# Of the text; of the lead all are kept. B-cubed F1 on six sets of labelled stories with all terms: .928 .868 .946 .944
# .971 .712; with 120 .916 .884 .940 .937 .971 .701; with 160 the same; with 80, of the lead too, .909 .882 .931 .930
# .971 .687. With 60 of the lead the last falls by .03.
KEPT_TERMS = 120
TITLE_COPIES = 3  # 1 costs a mean of .006 to .012 of F1, 4 is as 3
LEAD_WORDS = 150  # of the body in the second view; 60 to 200 are within .01 of each other
BODY_CHARACTERS = 100_000  # of a body that are read; the longest of two sets of labelled news has 53,479
NAT = 1_000  # parts of a nat in which a general weight is counted
# Nats that a word of eight letters weighs where no frequencies are known: the rarest word of a known language has 8.1.
LENGTH_NATS = 8
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


def keep_terms(titles: Texts, bodies: Texts, languages: Sequence[str | None], limits: TermLimits) -> KeptTerms:
    """Count and keep the terms of each text, by frequencies of its language or, where none is known, its script's."""
    samples = (partial(_read_sample, titles, bodies, number) for number in range(len(bodies)))
    backgrounds = list(map(choose_background, languages, samples))
    numbers: dict[int, list[int]] = {}
    for number, background in enumerate(backgrounds):
        numbers.setdefault(id(background), []).append(number)
    tables, made, order = read_character_tables(), [], []
    for same in numbers.values():
        chosen = np.array(same, np.int64)
        texts = (titles.data, titles.starts, bodies.data, bodies.starts)
        made.append(_keep_terms(chosen, *texts, tables, backgrounds[same[0]], limits))
        order.append(chosen)
    return _join(made, order)


def _read_sample(titles: Texts, bodies: Texts, number: int) -> str:
    """Read the beginning of a text, or of its title where it has no body."""
    first, end = bodies.starts[number : number + 2].tolist()
    data = bodies.data
    if first == end:
        (first, end), data = titles.starts[number : number + 2].tolist(), titles.data
    begun = data[first : min(end, first + 4 * SAMPLE_CHARACTERS)]  # a character has four bytes at most
    return begun.tobytes().decode("utf-8", "ignore")


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
    for place in range(len(numbers)):
        number, end = numbers[place], starts[place]
        first, after = title_starts[number], title_starts[number + 1]
        title = read_text_terms(titles, first, after, after - first, tables)
        body = read_text_terms(bodies, body_starts[number], body_starts[number + 1], limits.body_characters, tables)
        terms, sizes, times = count_terms(title, body, limits.title_copies, limits.lead_words)
        general = _weigh_in_general(terms, sizes, body if len(body.hashes) else title, background)
        order = np.argsort(terms)
        kept = _choose_terms(order, times, general, limits.kept_terms)
        while end + len(order) > len(hashes):
            hashes, counts = np.append(hashes, hashes), np.append(counts, counts, axis=1)
        for term in order[kept]:
            hashes[end], counts[GENERAL, end] = terms[term], general[term]
            for view in range(2):
                counts[view, end] = min(times[view, term], MOST_TIMES)
            end += 1
        starts[place + 1] = end
    found = starts[len(numbers)]
    return starts, hashes[:found].copy(), counts[:, :found].copy()


@compiled(called_by_kernels=True, makes_arrays=True)
def _weigh_in_general(terms: LongHashes, sizes: Longs, sample: Terms, background: Background) -> Longs:
    """Return what each term weighs in general news, in thousandths of a nat; 0 for what says nothing of an event."""
    is_own = has_own_words(sample, background)
    general = np.empty(len(terms), np.int64)
    for term in range(len(terms)):
        if is_own:
            nats = weigh_by_frequency(terms[term], sizes[term], background)
        else:
            nats = LENGTH_NATS * weigh_by_length(sizes[term])
        general[term] = math.floor(NAT * nats + 0.5)
    return general


@compiled(called_by_kernels=True, makes_arrays=True)
def _choose_terms(order: Longs, times: LongTable, general: Longs, most: Number) -> Flags:
    """Say of the terms in this order, ascending by hash, which are kept: all of the lead, and the heaviest of the text.

    Of terms that weigh the same those with the smallest hashes; none that weighs nothing.
    """
    weights, kept = np.zeros(len(order)), np.zeros(len(order), np.bool_)
    for row in range(len(order)):
        term = order[row]
        weights[row] = general[term] * (1.0 + math.log(times[TIMES, term]))
        kept[row] = general[term] > 0 and times[LEAD_TIMES, term] > 0
    least = np.sort(weights)[len(order) - most] if len(order) > most else 0.0
    equal = most - np.sum(weights > least)
    for row in range(len(order)):
        if weights[row] > least:
            kept[row] = True
        elif weights[row] == least and least > 0.0 and equal > 0:
            kept[row], equal = True, equal - 1
    return kept


@compiled(called_by_kernels=True, makes_arrays=True)
def count_terms(title: Terms, body: Terms, title_copies: int, lead_words: int) -> tuple[LongHashes, Longs, LongTable]:
    """Return each term once: its hash, its size, and how often it is in the text and in the lead."""
    titled = min(len(title.hashes), lead_words)
    most, size = titled + len(body.hashes), 2
    while size <= 2 * most:
        size *= 2
    slots, number_of = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    hashes, sizes, counts = np.empty(most, np.uint64), np.empty(most, np.int64), np.zeros((2, most), np.int64)
    found = 0
    for position in range(most):
        is_title = position < titled
        terms, place = (title, position) if is_title else (body, position - titled)
        slot = find_slot(slots, terms.hashes[place])
        if not slots[slot]:
            slots[slot], number_of[slot] = terms.hashes[place], found
            hashes[found], sizes[found] = terms.hashes[place], terms.sizes[place]
            found += 1
        times = title_copies if is_title else 1
        counts[0, number_of[slot]] += times
        counts[1, number_of[slot]] += times if is_title or place < lead_words else 0
    return hashes[:found], sizes[:found], counts


@compiled(called_by_kernels=True)
def has_own_words(sample: Terms, background: Background) -> bool:
    """Say whether enough of the first terms are among the commonest of the background's language."""
    read, common = min(len(sample.hashes), SAMPLE_TERMS), 0
    for term in range(read):
        common += weigh_by_frequency(sample.hashes[term], np.int64(sample.sizes[term]), background) == 0.0
    return bool(common >= background.least_common * read)
