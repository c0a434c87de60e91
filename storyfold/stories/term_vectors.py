"""Make vectors of weighted terms from articles, in two views: the whole text, and its beginning."""

from __future__ import annotations

import itertools
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from storyfold.kernels.arrays import Doubles, Longs
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_weights import choose_weights, split_words

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
    """Hold two views of the same articles, the whole text and its beginning, with one vocabulary in alphabetical order.

    Alphabetical, so that a pair's products are added in the same order whatever else is in the run, and its
    similarity is the same to the last bit.
    """

    vocabulary: tuple[str, ...]
    views: tuple[View, View]

    def __len__(self) -> int:
        return len(self.views[0].starts) - 1


def weigh_terms(article: Article, settings: StorySettings) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of the terms of title and body, and of title and lead; not yet of unit length.

    A term found n times weighs (1 + ln n) times its background weight (Manning, Raghavan and Schütze 2008, 6.4.1).
    The title is counted several times, because it was written to say what the article is about.
    """
    title = split_words(article.title or "")[: settings.lead_words] * settings.title_copies
    body = split_words(article.body[: settings.body_characters])
    table = choose_weights(article.language, body or title)
    return _weigh_counts(Counter(title + body), table), _weigh_counts(
        Counter(title + body[: settings.lead_words]), table
    )


def _weigh_counts(counts: Counter[str], table: Mapping[str, float]) -> dict[str, float]:
    return {term: weight * (1.0 + math.log(n)) for term, n in counts.items() if (weight := table[term]) > 0.0}


def make_vectors(articles: Sequence[Article], settings: StorySettings) -> Vectors:
    """Make unit vectors of the articles, in the given order; an article without words has empty rows."""
    ids: dict[str, int] = {}
    raw = (_Rows(), _Rows())
    for article in articles:
        for rows, weights in zip(raw, weigh_terms(article, settings), strict=True):
            rows.add((ids.setdefault(term, len(ids)) for term in weights), weights.values())
    vocabulary = sorted(ids)
    rank = np.empty(len(ids), np.int64)
    rank[np.fromiter((ids[term] for term in vocabulary), np.int64, len(ids))] = np.arange(len(ids))
    text, lead = (rows.make_view(rank) for rows in raw)
    return Vectors(tuple(vocabulary), (text, lead))


class _Rows:
    """Collect rows one after the other in flat arrays."""

    def __init__(self) -> None:
        self.starts = array("q", [0])
        self.terms = array("q")
        self.weights = array("d")

    def add(self, terms: Iterable[int], weights: Iterable[float]) -> None:
        self.terms.extend(terms)
        self.weights.extend(weights)
        self.starts.append(len(self.terms))

    def make_view(self, rank: Ints) -> View:
        """Return the rows as unit vectors; `rank` has the position of each term in the sorted vocabulary."""
        starts = np.array(self.starts, np.int64)
        terms, weights = rank[np.array(self.terms, np.int64)], np.array(self.weights, np.float64)
        order = np.lexsort((terms, np.repeat(np.arange(len(starts) - 1), np.diff(starts))))
        terms, weights = terms[order], weights[order]
        for first, last in itertools.pairwise(starts.tolist()):
            row = weights[first:last]
            row /= math.sqrt(math.fsum(row * row)) or 1.0  # fsum: exact, whatever the order
        return View(starts, terms, weights)
