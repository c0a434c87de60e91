"""Find pairs of similar texts in different languages, by the terms that cross them: names, numbers and days.

The same search as that of `neighbours.py`, over other terms: all of a text find neighbours, each weighs by how rare it
is in the day's news pooled with general ones, and the similarity is a plain cosine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from storyfold.kernels.arrays import Flags, Longs
from storyfold.settings.stories import StorySettings
from storyfold.stories.neighbours import (
    SCALE,
    Compared,
    FoundLinks,
    Near,
    collect_links,
    find_near,
    find_rare,
    search_near,
)
from storyfold.stories.postings import have_terms
from storyfold.stories.term_rows import Reference, TermRows
from storyfold.stories.term_vectors import UNIT, Vectors
from storyfold.stories.text_vectors import TextVectors

NAT = 100.0  # parts of a nat that `crossing_weights` are whole numbers of
PARTS = 1_000  # parts of a nat that weights are whole numbers of here, so that their squares add up exactly


def have_two_languages(languages: Longs) -> bool:
    """Say whether texts of two known languages are among these."""
    known = languages[languages >= 0]
    return len(known) > 0 and bool((known != known[0]).any())


def find_crossing_links(
    compared: Compared,
    references: Iterable[tuple[int, Reference]],
    settings: StorySettings,
    text_vectors: TextVectors | None = None,
) -> FoundLinks:
    """Return the pairs with a new text in two languages, of which the later is of one of the given days.

    As those of `find_links`; `compared` and the references have the rows of crossing terms, `text_vectors` a vector
    for each of these rows, where a model makes any.
    """
    return collect_links(
        (_find_links_of_day(day, compared.at(day), reference, settings, text_vectors), reference, compared.rows)
        for day, reference in references
    )


def _find_links_of_day(
    day: int, compared: Compared, reference: Reference, settings: StorySettings, text_vectors: TextVectors | None
) -> tuple[Longs, Longs, Longs]:
    near, is_rare = find_near(day, compared, settings.window_days), find_rare(reference, settings)
    near = near.take(_choose_texts(near, compared, is_rare))
    if not have_two_languages(compared.languages[near.texts]):
        none = np.zeros(0, np.int64)
        return none, none, none
    vectors = weigh_crossing_rows(compared.rows.take(compared.row_of[near.texts]), reference, settings)
    heavy = is_rare[vectors.terms] & (vectors.text > 0)
    if text_vectors is None:
        return search_near(day, near, vectors, heavy, compared, reference, settings, crosses=True)
    wider = replace(settings, crossing_overlap=min(settings.crossing_overlap, settings.embeddings_overlap))
    found = search_near(day, near, vectors, heavy, compared, reference, wider, crosses=True)
    return _add_vectors(found, compared.row_of, text_vectors, settings)


def _add_vectors(
    found: tuple[Longs, Longs, Longs], row_of: Longs, text_vectors: TextVectors, settings: StorySettings
) -> tuple[Longs, Longs, Longs]:
    """Raise pairs whose vectors are alike to the threshold of stories; of the others keep what links without them."""
    a, b, similarity = found
    enough = round(settings.crossing_threshold * SCALE)
    asked = np.flatnonzero(similarity < enough)
    alike = text_vectors.are_alike(row_of[a[asked]], row_of[b[asked]], settings.embeddings_similarity)
    raised = similarity.copy()
    raised[asked[alike]] = enough
    kept = raised >= round(settings.crossing_overlap * SCALE)
    kept[asked[alike]] = True
    return a[kept], b[kept], raised[kept]


def _choose_texts(near: Near, compared: Compared, is_rare: Flags) -> Flags:
    """Choose the texts of a known language, one story each, that share a term with one of these that asks."""
    rows, row_of = compared.rows, compared.row_of[near.texts]
    may = (compared.languages[near.texts] >= 0) & ~compared.times.touches_many[near.texts]
    is_asked = np.zeros(len(rows.vocabulary), np.bool_)
    is_asked[rows.take(row_of[may & near.is_asking]).terms] = True
    return may & (near.is_asking | have_terms(rows.starts, rows.terms, row_of, is_asked & is_rare))


def weigh_crossing_rows(rows: TermRows, reference: Reference, settings: StorySettings) -> Vectors:
    """Return the unit vectors of rows: a term weighs minus the logarithm of the share of texts that have it.

    That share is the reference's, pooled with the general one. Both views are the same.
    """
    general = np.exp(rows.general / -NAT) * settings.general_texts
    share = (reference.documents[rows.terms] + general) / (reference.texts + settings.general_texts)
    parts = np.rint(-np.log(np.minimum(share, 1.0)) * PARTS).astype(np.int64)
    sums = np.append(0, np.cumsum(parts * parts))
    lengths = np.sqrt(np.maximum(sums[rows.starts[1:]] - sums[rows.starts[:-1]], 1))
    weights = np.rint(parts / np.repeat(lengths, np.diff(rows.starts)) * UNIT).astype(np.int32)
    return Vectors(rows.starts, rows.terms, weights, weights, np.ones(len(rows)))
