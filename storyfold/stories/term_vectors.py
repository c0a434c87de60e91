"""Make vectors of weighted terms from articles, in two views: the whole text, and its beginning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, DoubleTable, LongHashes, Longs
from storyfold.kernels.compiled import compiled
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.text.kept_terms import count_terms, has_own_words
from storyfold.text.term_weights import Background, choose_background, weigh_by_frequency, weigh_by_length
from storyfold.text.terms import Terms, read_terms

Ints = Longs
Floats = Doubles


@dataclass(frozen=True, slots=True)
class View:
    """Hold sparse rows of unit vectors: row i has `terms[starts[i]:starts[i + 1]]`, ascending, with their `weights`."""

    starts: Ints
    terms: Ints
    weights: Floats


@dataclass(frozen=True, slots=True)
class Vectors:
    """Hold two views of the same articles, the whole text and its beginning; `vocabulary` has the hashes, ascending.

    Ascending, so that a pair's products are added in the same order whatever else is in the run, and its similarity is
    the same to the last bit.
    """

    vocabulary: LongHashes
    views: tuple[View, View]

    def __len__(self) -> int:
        return len(self.views[0].starts) - 1


class WeighedTerms(NamedTuple):
    """The terms of one article, ascending, with their weights in both views, of unit length; 0 where one has it not."""

    hashes: LongHashes
    weights: DoubleTable  # view, term


def weigh_terms(article: Article, settings: StorySettings) -> WeighedTerms:
    """Return the weights of the terms of title and body, and of title and lead, each of unit length.

    A term found n times weighs (1 + ln n) times its background weight (Manning, Raghavan and Schütze 2008, 6.4.1).
    The title is counted several times, because it was written to say what the article is about.
    """
    title, body = read_terms(article.title or ""), read_terms(article.body[: settings.body_characters])
    background = choose_background(article.language, article.body or article.title or "")
    return WeighedTerms(*_weigh_terms(title, body, background, settings.title_copies, settings.lead_words))


@compiled
def _weigh_terms(
    title: Terms, body: Terms, background: Background, title_copies: int, lead_words: int
) -> tuple[LongHashes, DoubleTable]:
    """Return the terms, ascending, and their weights in both views, each of unit length.

    A loop that adds in the order of the terms, so that a row is the same to the last bit whatever else is in the run.
    """
    hashes, sizes, counts = count_terms(title, body, title_copies, lead_words)
    is_own = has_own_words(body if len(body.hashes) else title, background)
    order = np.argsort(hashes)
    weights, squares = np.zeros((2, len(order))), np.zeros(2)
    for row in range(len(order)):
        term = order[row]
        weight = weigh_by_frequency(hashes[term], sizes[term], background) if is_own else weigh_by_length(sizes[term])
        for view in range(2):
            if counts[view, term]:
                weights[view, row] = weight * (1.0 + math.log(counts[view, term]))
                squares[view] += weights[view, row] ** 2
    for view in range(2):
        length = math.sqrt(squares[view])
        for row in range(len(order) if length else 0):
            weights[view, row] /= length
    return hashes[order], weights


def make_vectors(articles: Sequence[Article], settings: StorySettings) -> Vectors:
    """Make unit vectors of the articles, in the given order; an article without words has empty rows."""
    rows = [weigh_terms(article, settings) for article in articles]
    hashes = np.concatenate([np.zeros(0, np.uint64), *(row.hashes for row in rows)])
    weights = np.concatenate([np.zeros((2, 0)), *(row.weights for row in rows)], axis=1)
    row_of = np.repeat(np.arange(len(rows)), [len(row.hashes) for row in rows])
    vocabulary, terms = np.unique(hashes, return_inverse=True)
    text, lead = (_make_view(row_of, terms, view, len(rows)) for view in weights)
    return Vectors(vocabulary, (text, lead))


def _make_view(row_of: Ints, terms: Ints, weights: Floats, rows: int) -> View:
    kept = weights > 0.0
    starts = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row_of[kept], minlength=rows), out=starts[1:])
    return View(starts, terms[kept], weights[kept])
