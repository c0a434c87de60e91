"""Count the terms of one article: those that may say which event it is about, in the text and in its beginning."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, Flags, Integers, LongHashes, Longs, LongTable
from storyfold.kernels.compiled import compiled
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_weights import (
    COMMON_SHARE,
    SAMPLE_TERMS,
    Background,
    choose_background,
    find_slot,
    weigh_by_frequency,
    weigh_by_length,
)
from storyfold.text.terms import Terms, read_terms

NATS = 1_000  # parts of a nat that general weights are counted in
# What a long word weighs where no frequencies are known, as a rare one does where they are: a share of 1/3,000.
RAREST_BY_LENGTH = 8.0
LEAST_GENERAL = -math.log(COMMON_SHARE)


class CountedTerms(NamedTuple):
    """The terms of one article, each once, ascending by hash.

    `times` is how often it is in the text with its title, `lead_times` how often in title and lead, 0 if it is not in
    them. `general` is minus the natural logarithm of the share of articles in general that have it, in thousandths.
    """

    hashes: LongHashes
    times: Integers
    lead_times: Integers
    general: Integers


def count_terms(article: Article, settings: StorySettings) -> CountedTerms:
    """Count all terms of the title and the lead and the heaviest of the text, without those that most articles have.

    The title is counted several times, because it was written to say what the article is about.
    """
    title, body = read_terms(article.title or ""), read_terms(article.body[: settings.body_characters])
    background = choose_background(article.language, article.body or article.title or "")
    return CountedTerms(
        *_keep_terms(title, body, background, settings.title_copies, settings.lead_words, settings.kept_terms)
    )


@compiled
def _keep_terms(
    title: Terms, body: Terms, background: Background, title_copies: int, lead_words: int, most: int
) -> tuple[LongHashes, Integers, Integers, Integers]:
    """Return the arrays of `CountedTerms`.

    The heaviest are those of the largest general weight times (1 + ln n), of equals the smallest hash. A loop, because
    each term's weight is looked up in a table.
    """
    hashes, sizes, counts = _count_terms(title, body, title_copies, lead_words)
    is_own = _has_own_words(body if len(body.hashes) else title, background)
    general, heaviness = np.zeros(len(hashes), np.int32), np.zeros(len(hashes))
    for term in range(len(hashes)):
        weight = (
            weigh_by_frequency(hashes[term], sizes[term], background)
            if is_own
            else weigh_by_length(sizes[term]) * RAREST_BY_LENGTH
        )
        if weight > LEAST_GENERAL:
            general[term] = round(weight * NATS)
            heaviness[term] = weight * (1.0 + math.log(counts[0, term]))
    is_kept = _find_heaviest(heaviness, hashes, most)
    kept = np.flatnonzero((general > 0) & (is_kept | (counts[1, : len(hashes)] > 0)))
    kept = kept[np.argsort(hashes[kept])]
    return hashes[kept], counts[0][kept].astype(np.int32), counts[1][kept].astype(np.int32), general[kept]


@compiled(called_by_kernels=True, makes_arrays=True)
def _find_heaviest(heaviness: Doubles, hashes: LongHashes, most: int) -> Flags:
    """Mark the `most` heaviest terms; of those that weigh the same as the last of them the smallest hashes."""
    if len(hashes) <= most:
        return np.ones(len(hashes), np.bool_)
    least = np.partition(heaviness, len(hashes) - most)[len(hashes) - most]
    marked: Flags = heaviness > least
    equal = np.flatnonzero(heaviness == least)
    for place in np.argsort(hashes[equal])[: most - np.sum(marked)]:
        marked[equal[place]] = True
    return marked


@compiled(called_by_kernels=True, makes_arrays=True)
def _count_terms(title: Terms, body: Terms, title_copies: int, lead_words: int) -> tuple[LongHashes, Longs, LongTable]:
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
def _has_own_words(sample: Terms, background: Background) -> bool:
    """Say whether enough of the first terms are among the commonest of the background's language."""
    read, common = min(len(sample.hashes), SAMPLE_TERMS), 0
    for term in range(read):
        common += weigh_by_frequency(sample.hashes[term], np.int64(sample.sizes[term]), background) == 0.0
    return bool(common >= background.least_common * read)
