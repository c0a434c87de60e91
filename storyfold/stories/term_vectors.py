"""Weigh the terms of articles by how rare they are, and each article by how much it is like news in general."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import Doubles, Integers, Longs, UnsignedShorts
from storyfold.kernels.compiled import compiled
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_rows import Reference, TermRows
from storyfold.text.distinct_terms import NAT
from storyfold.text.term_weights import COMMON_SHARE

Ints = Longs
UNIT = 1 << 20  # weights are whole parts of this, so that sums of products are exact in any order
# Share of the articles with a term whose lead has it, where nothing but the general share is known: half, as a lead of
# 150 words is half of ARTICLE_WORDS.
LEAD_SHARE = 0.5


class Vectors(NamedTuple):
    """Hold sparse rows of unit vectors in two views, the text and its lead: see `TermRows` for `starts` and `terms`.

    `text` and `lead` are weights in parts of UNIT, 0 where the view has not the term. `factor` is what a row brings to
    every similarity of its own: above 1 where it has less in common with other articles than usual.
    """

    starts: Longs
    terms: Integers
    text: Integers
    lead: Integers
    factor: Doubles


class WeighedTerms(NamedTuple):
    """What has a weight of its own in rows: its term, its general weight, and for each place which it is.

    That is each term, and once more each that has another general weight in a text of another language.
    """

    terms: Longs
    general: Longs
    place_of: Integers


class Weights(NamedTuple):
    """What each number of times weighs, and the rarity and the share of leads of what `WeighedTerms` numbers."""

    of_times: Doubles
    rarity: Doubles
    lead_share: Doubles


def weigh_rows(rows: TermRows, reference: Reference, settings: StorySettings) -> Vectors:
    """Return the vectors of all rows by a reference, which has their vocabulary."""
    weighed = list_weighed_terms(rows)
    weights = weigh_terms(rows, weighed, reference, settings)
    return weigh_numbered_rows(rows, np.arange(len(rows)), weighed, weights, settings)


def weigh_terms(rows: TermRows, weighed: WeighedTerms, reference: Reference, settings: StorySettings) -> Weights:
    """Return what the terms of these rows weigh by a reference, which has their vocabulary.

    A term found n times weighs (1 + ln n) times its rarity: minus the logarithm of the share of texts that have it, to
    the power `rarity_power`. That share is the reference's, without the `story_texts` that one event may bring it,
    pooled with that of articles in general (Dirichlet smoothing, Zhai and Lafferty 2001).
    """
    terms = weighed.terms
    general = np.exp(weighed.general / -NAT)
    share = _pool(reference.documents[terms], general, settings.general_texts, settings.story_texts, reference.texts)
    common = share >= COMMON_SHARE
    rarity = np.where(common, 0.0, -np.log(np.where(common, 1.0, share))) ** settings.rarity_power
    lead_share = _pool(
        reference.lead_documents[terms],
        general * LEAD_SHARE,
        settings.level_general_texts,
        settings.level_story_texts,
        reference.texts,
    )
    most = int(max(rows.times.max(initial=0), rows.lead_times.max(initial=0)))
    of_times = np.append(0.0, 1.0 + np.log(np.arange(1, most + 1)))
    return Weights(of_times, rarity, lead_share)


def weigh_numbered_rows(
    rows: TermRows, numbers: Longs, weighed: WeighedTerms, weights: Weights, settings: StorySettings
) -> Vectors:
    """Return the vectors of these rows; `weighed` and `weights` are of all rows."""
    starts, met, text, lead, level = _weigh_places(
        numbers, rows.starts, rows.terms, weighed.place_of, rows.times, rows.lead_times, weights
    )
    return Vectors(starts, met, text, lead, _find_factors(level, settings))


def list_weighed_terms(rows: TermRows) -> WeighedTerms:
    """List what has a weight of its own in these rows."""
    general_of = np.zeros(len(rows.vocabulary), np.int64)
    general_of[rows.terms] = rows.general
    others = _find_other_weights(rows.terms, rows.general, general_of)
    if not len(others):
        return WeighedTerms(np.arange(len(rows.vocabulary)), general_of, rows.terms)
    pairs, numbers = np.unique(rows.terms[others].astype(np.int64) << 16 | rows.general[others], return_inverse=True)
    place_of = rows.terms.copy()
    place_of[others] = len(general_of) + numbers
    terms = np.concatenate([np.arange(len(general_of)), pairs >> 16])
    return WeighedTerms(terms, np.concatenate([general_of, pairs & 0xFFFF]), place_of)


def _pool(
    documents: Longs, general: npt.NDArray[np.float64], general_texts: int, story_texts: int, texts: int
) -> npt.NDArray[np.float64]:
    """Return the share of texts that have each term: the reference's, as if with so many general ones."""
    own = np.maximum(documents - story_texts, 0)
    return np.asarray((own + general * general_texts) / (texts + general_texts), np.float64)


@compiled
def _find_other_weights(terms: Integers, general: UnsignedShorts, general_of: Longs) -> Longs:
    """Return the places whose term weighs in general what `general_of` does not say of it.

    A loop, because an array of what it says of all places would be made for a few.
    """
    count = 0
    for place in range(len(terms)):
        count += general_of[terms[place]] != general[place]
    found, count = np.empty(count, np.int64), 0
    for place in range(len(terms)):
        if general_of[terms[place]] != general[place]:
            found[count] = place
            count += 1
    return found


@compiled
def _weigh_places(
    numbers: Longs,
    starts: Longs,
    terms: Integers,
    place_of: Integers,
    times: UnsignedShorts,
    lead_times: UnsignedShorts,
    weights: Weights,
) -> tuple[Longs, Integers, Integers, Integers, Doubles]:
    """Weigh the places of these rows in both views, in parts of UNIT of a unit vector, and measure each row's level.

    A loop, so that what is added up is added one after another, and no array of all places is made but those returned.
    """
    of_times, rarity, lead_share = weights
    begins = np.zeros(len(numbers) + 1, np.int64)
    for n in range(len(numbers)):
        begins[n + 1] = begins[n] + starts[numbers[n] + 1] - starts[numbers[n]]
    met, text, lead = np.empty(begins[-1], np.int32), np.empty(begins[-1], np.int32), np.empty(begins[-1], np.int32)
    level = np.zeros(len(numbers))
    for n in range(len(numbers)):
        square, lead_square, shift = 0.0, 0.0, begins[n] - starts[numbers[n]]
        for place in range(starts[numbers[n]], starts[numbers[n] + 1]):
            rare = rarity[place_of[place]]
            weight, lead_weight = rare * of_times[times[place]], rare * of_times[lead_times[place]]
            square += weight * weight
            lead_square += lead_weight * lead_weight
        length = math.sqrt(square) if square > 0.0 else 1.0
        lead_length = math.sqrt(lead_square) if lead_square > 0.0 else 1.0
        for place in range(starts[numbers[n]], starts[numbers[n] + 1]):
            rare = rarity[place_of[place]]
            weight = rare * of_times[lead_times[place]] / lead_length
            met[place + shift] = terms[place]
            text[place + shift] = np.rint(rare * of_times[times[place]] / length * UNIT)
            lead[place + shift] = np.rint(weight * UNIT)
            level[n] += weight * lead_share[place_of[place]] * rare
    return begins, met, text, lead, level


def _find_factors(level: npt.NDArray[np.float64], settings: StorySettings) -> npt.NDArray[np.float64]:
    """Return the factor of each row, from the weight that its lead has in the mean lead: its null level.

    The mean does not fill up with a story's own members as a lake grows, ranks of neighbours do; by the lead, because
    that level grows with the length of a text.
    """
    raised = np.maximum(level, settings.least_level) / settings.usual_level
    return np.asarray(raised ** (-settings.level_power / 2), np.float64)
