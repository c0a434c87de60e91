"""Weigh the terms of articles by how rare they are, and each article by how much it is like news in general."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import Doubles, Integers, Longs
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


@dataclass(frozen=True, slots=True)
class Vectors:
    """Hold sparse rows of unit vectors in two views, the text and its lead: see `TermRows` for `starts` and `terms`.

    `text` and `lead` are weights in parts of UNIT, 0 where the view has not the term. `factor` is what a row brings to
    every similarity of its own: above 1 where it has less in common with other articles than usual.
    """

    starts: Longs
    terms: Integers
    text: Integers
    lead: Integers
    factor: Doubles

    def __len__(self) -> int:
        return len(self.starts) - 1


def weigh_rows(rows: TermRows, reference: Reference, settings: StorySettings) -> Vectors:
    """Return the vectors of rows by a reference, which has their vocabulary.

    A term found n times weighs (1 + ln n) times its rarity: minus the logarithm of the share of texts that have it, to
    the power `rarity_power`. That share is the reference's, without the `story_texts` that one event may bring it,
    pooled with that of articles in general (Dirichlet smoothing, Zhai and Lafferty 2001).
    """
    terms, general_of, place_of = _list_weighed(rows)
    general = np.exp(general_of / -NAT)
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
    most = max(rows.times.max(initial=0), rows.lead_times.max(initial=0))
    of_times = np.append(0.0, 1.0 + np.log(np.arange(1, most + 1)))
    text, lead, level = _weigh_places(rows.starts, place_of, rows.times, rows.lead_times, of_times, rarity, lead_share)
    return Vectors(rows.starts, rows.terms, text, lead, _find_factors(level, settings))


def _list_weighed(rows: TermRows) -> tuple[Longs, Integers, Integers]:
    """List what has a weight of its own: its term, its general weight, and for each place of the rows which it is.

    That is each term where its general weight is the same in all texts, and otherwise, in texts of several languages,
    each place.
    """
    general_of = np.zeros(len(rows.vocabulary), np.int32)
    general_of[rows.terms] = rows.general
    if np.array_equal(general_of[rows.terms], rows.general):
        return np.arange(len(rows.vocabulary)), general_of, rows.terms
    return rows.terms.astype(np.int64), rows.general, np.arange(len(rows.terms), dtype=np.int32)


def _pool(
    documents: Longs, general: npt.NDArray[np.float64], general_texts: int, story_texts: int, texts: int
) -> npt.NDArray[np.float64]:
    """Return the share of texts that have each term: the reference's, as if with so many general ones."""
    own = np.maximum(documents - story_texts, 0)
    return np.asarray((own + general * general_texts) / (texts + general_texts), np.float64)


@compiled
def _weigh_places(
    starts: Longs,
    place_of: Integers,
    times: Integers,
    lead_times: Integers,
    of_times: Doubles,
    rarity: Doubles,
    lead_share: Doubles,
) -> tuple[Integers, Integers, Doubles]:
    """Weigh the places of rows in both views, in parts of UNIT of a unit vector, and measure the level of each row.

    `of_times` has what each number of times weighs, `rarity` and `lead_share` what `place_of` numbers. A loop, so that
    what is added up is added one after another, and no array of all places is made but those returned.
    """
    text, lead, level = np.empty(len(times), np.int32), np.empty(len(times), np.int32), np.zeros(len(starts) - 1)
    for row in range(len(starts) - 1):
        square, lead_square = 0.0, 0.0
        for place in range(starts[row], starts[row + 1]):
            rare = rarity[place_of[place]]
            weight, lead_weight = rare * of_times[times[place]], rare * of_times[lead_times[place]]
            square += weight * weight
            lead_square += lead_weight * lead_weight
        length = math.sqrt(square) if square > 0.0 else 1.0
        lead_length = math.sqrt(lead_square) if lead_square > 0.0 else 1.0
        for place in range(starts[row], starts[row + 1]):
            rare = rarity[place_of[place]]
            weight = rare * of_times[lead_times[place]] / lead_length
            text[place] = np.rint(rare * of_times[times[place]] / length * UNIT)
            lead[place] = np.rint(weight * UNIT)
            level[row] += weight * lead_share[place_of[place]] * rare
    return text, lead, level


def _find_factors(level: npt.NDArray[np.float64], settings: StorySettings) -> npt.NDArray[np.float64]:
    """Return the factor of each row, from the weight that its lead has in the mean lead: its null level.

    The mean does not fill up with a story's own members as a lake grows, ranks of neighbours do; by the lead, because
    that level grows with the length of a text.
    """
    raised = np.maximum(level, settings.least_level) / settings.usual_level
    return np.asarray(raised ** (-settings.level_power / 2), np.float64)
