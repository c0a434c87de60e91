"""Weigh the terms of articles by how rare they are, and each article by how much it is like news in general."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import Doubles, Integers, Longs
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
    general = np.exp(rows.general / -NAT)
    share = _pool(reference.documents, rows, general, settings.general_texts, settings.story_texts, reference.texts)
    common = share >= COMMON_SHARE
    rarity = np.where(common, 0.0, -np.log(np.where(common, 1.0, share))) ** settings.rarity_power
    row_of = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    text = _scale_to_unit(rarity * _weigh_times(rows.times), row_of, len(rows))
    lead = _scale_to_unit(rarity * _weigh_times(rows.lead_times), row_of, len(rows))
    lead_share = _pool(
        reference.lead_documents,
        rows,
        general * LEAD_SHARE,
        settings.level_general_texts,
        settings.level_story_texts,
        reference.texts,
    )
    level = np.bincount(row_of, lead * lead_share * rarity, minlength=len(rows)).astype(np.float64)
    return Vectors(rows.starts, rows.terms, _count_parts(text), _count_parts(lead), _find_factors(level, settings))


def _pool(
    documents: Longs, rows: TermRows, general: npt.NDArray[np.float64], general_texts: int, story_texts: int, texts: int
) -> npt.NDArray[np.float64]:
    """Return the share of texts that have the term of each place: the reference's, as if with so many general ones."""
    own = np.maximum(documents - story_texts, 0)[rows.terms]
    return np.asarray((own + general * general_texts) / (texts + general_texts), np.float64)


def _weigh_times(times: Integers) -> npt.NDArray[np.float64]:
    return np.where(times > 0, 1.0 + np.log(np.maximum(times, 1)), 0.0)


def _scale_to_unit(weights: npt.NDArray[np.float64], row_of: Ints, rows: int) -> npt.NDArray[np.float64]:
    """Return the weights divided by the length of their row (bincount adds one after another)."""
    length = np.sqrt(np.bincount(row_of, weights * weights, minlength=rows))
    return weights / np.where(length > 0.0, length, 1.0)[row_of]


def _count_parts(weights: npt.NDArray[np.float64]) -> Integers:
    return np.rint(weights * UNIT).astype(np.int32)


def _find_factors(level: npt.NDArray[np.float64], settings: StorySettings) -> npt.NDArray[np.float64]:
    """Return the factor of each row, from the weight that its lead has in the mean lead: its null level.

    The mean does not fill up with a story's own members as a lake grows, ranks of neighbours do; by the lead, because
    that level grows with the length of a text.
    """
    raised = np.maximum(level, settings.least_level) / settings.usual_level
    return np.asarray(raised ** (-settings.level_power / 2), np.float64)
