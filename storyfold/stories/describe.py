"""Make a story's row (headline, times, counts, keywords, names) and a membership row for each of its articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from storyfold.credits.listed_outlets import OutletList
from storyfold.credits.publisher import name_outlet_or_source
from storyfold.identity.founding import order_by_founding
from storyfold.kernels.arrays import Integers, LongHashes, Longs
from storyfold.schemas.pages import Article, get_seen_date
from storyfold.schemas.stories import Membership, Story
from storyfold.schemas.text_names import TextNames
from storyfold.settings.stories import StorySettings
from storyfold.stories.independent_sources import count_sources
from storyfold.stories.story_names import merge_names, merge_numbers
from storyfold.stories.term_vectors import UNIT, Vectors
from storyfold.stories.text_languages import count_languages
from storyfold.stories.why import explain_story
from storyfold.text.kept_terms import BODY_CHARACTERS
from storyfold.text.terms import find_terms

Basis = Literal["text and time", "text, time unknown", "alone"]
SCORE_DIGITS = 4  # scores are kept rounded, so that the last bits never look like a change


@dataclass(frozen=True, slots=True)
class Corpus:
    """Hold everything about the articles that the rows are made from."""

    articles: Mapping[str, Article]
    row_of: Mapping[str, int]  # an article's row in the vectors
    unit_of: Mapping[str, str]  # an article's family, or itself
    representatives: frozenset[str]  # the article that stands for each family
    vectors: Vectors  # by general weights, so that what is told of a story depends on its articles alone
    vocabulary: LongHashes
    names: Mapping[str, TextNames]  # the names and numbers of the articles that stand for families
    outlets: OutletList  # whose outlets are whose


def describe_stories(
    story_id: str, members: frozenset[str], corpus: Corpus, run_date: date, settings: StorySettings
) -> tuple[Story, list[Membership]]:
    """Make the rows of one story with these members (article ids); run ids are left empty."""
    ids = sorted(members)
    articles = [corpus.articles[i] for i in ids]
    scores = compute_mean_similarities(corpus.vectors, [corpus.row_of[i] for i in ids])
    memberships = _make_memberships(story_id, articles, scores, run_date)
    voters = choose_voters(ids, corpus)
    voting = [corpus.row_of[i] for i in voters]
    nearness = dict(zip(voters, compute_mean_similarities(corpus.vectors, voting), strict=True))
    chosen = min(voters, key=lambda i: (-nearness[i], order_by_founding(corpus.articles[i])))
    times = sorted(a.published_at for a in articles if is_sure(a) and a.published_at)
    words = choose_keywords(corpus, voting, _read_texts(corpus, voters), settings.keywords)
    found = [corpus.names[i] for i in voters if i in corpus.names]
    story = Story(
        run_date=run_date,
        story_id=story_id,
        headline=corpus.articles[chosen].title,
        representative_article_id=chosen,
        first_published_at=times[0] if times else None,
        last_published_at=times[-1] if times else None,
        articles=len(ids),
        outlets=len({name_outlet_or_source(a) for a in articles}),
        independent_sources=count_sources((corpus.articles[i] for i in voters), corpus.outlets),
        own_texts=len({corpus.unit_of[i] for i in ids}),
        keywords=tuple(word for word, _ in words),
        names=merge_names([named.names for named in found], settings.names) or None,
        numbers=merge_numbers([named.numbers for named in found], settings.numbers) or None,
        provisional=any(m.provisional for m in memberships),
        open_until=_add_days(max(map(_find_last_day, articles)), settings.closes_days),
    )
    likeness = sum(nearness.values()) / len(nearness)
    languages = count_languages(corpus.articles[i].language for i in voters)
    return replace(story, why=explain_story(story, words, likeness, times, languages)), memberships


def choose_voters(members: Iterable[str], corpus: Corpus) -> list[str]:
    """Return the members that stand for a family, ascending: its copies do not count. All, if none does."""
    ids = sorted(members)
    return [i for i in ids if i in corpus.representatives] or ids


def is_sure(article: Article) -> bool:
    """Say whether the article is confidently dated, so that its time may count."""
    return article.date_confidence in ("high", "medium") and article.published_at is not None


def _find_last_day(article: Article) -> date:
    """Return the UTC day on which the article was published; where that is unknown, on which it was first seen."""
    sure = article.published_at if is_sure(article) else None
    return get_seen_date(sure or article.first_seen_at)


def _add_days(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def _read_texts(corpus: Corpus, ids: Iterable[str]) -> Iterator[str]:
    for article in (corpus.articles[i] for i in ids):
        yield article.title or ""
        yield article.body[:BODY_CHARACTERS]


def _make_memberships(
    story_id: str, articles: Sequence[Article], scores: Sequence[float], run_date: date
) -> list[Membership]:
    sure = sum(map(is_sure, articles))
    rows = []
    for article, score in zip(articles, scores, strict=True):
        basis: Basis = "text and time" if is_sure(article) and sure > 1 else "text, time unknown"
        if len(articles) == 1:
            basis = "alone"
        rows.append(
            Membership(
                run_date=run_date,
                story_id=story_id,
                article_id=article.article_id,
                score=score,
                basis=basis,
                provisional=basis == "text, time unknown",
            )
        )
    return rows


def compute_mean_similarities(vectors: Vectors, rows: Sequence[int]) -> list[float]:
    """Return each row's mean cosine to the other rows, in text and lead; 1 for a single row.

    The mean cosine to the others is (v·S - v·v) / (n - 1), with S the sum of the n unit vectors, so the cost grows
    with the members and not with their pairs.
    """
    if len(rows) == 1:
        return [1.0]
    parts = [slice(vectors.starts[r], vectors.starts[r + 1]) for r in rows]
    total = np.zeros(len(rows))
    for view in (vectors.text, vectors.lead):
        terms, summed = _sum_rows(vectors, view, rows)
        for row, part in enumerate(parts):
            weights = view[part].astype(np.int64)
            others = int(weights @ (summed[np.searchsorted(terms, vectors.terms[part])] - weights))
            total[row] += others / UNIT**2 / (len(rows) - 1)
    return [round(float(min(m, 1.0)), SCORE_DIGITS) for m in total / 2]


def _sum_rows(vectors: Vectors, view: Integers, rows: Sequence[int]) -> tuple[Integers, Longs]:
    """Return the terms of some rows, ascending, and their summed weights in a view."""
    terms, inverse, weights = _list_terms(vectors, view, rows)
    summed = np.zeros(len(terms), np.int64)
    np.add.at(summed, inverse, weights)
    return terms, summed


def _list_terms(vectors: Vectors, view: Integers, rows: Sequence[int]) -> tuple[Integers, Longs, Integers]:
    """Return the terms of some rows, ascending; and of each place in the rows its term's number, and its weight."""
    parts = [slice(vectors.starts[r], vectors.starts[r + 1]) for r in rows]
    terms, inverse = np.unique(np.concatenate([vectors.terms[p] for p in parts]), return_inverse=True)
    return terms, inverse, np.concatenate([view[p] for p in parts])


def choose_keywords(corpus: Corpus, rows: Sequence[int], texts: Iterable[str], most: int) -> list[tuple[str, int]]:
    """Return the terms with the largest summed weight in these rows, heaviest first, as one of their `texts` has them.

    Each comes with the number of rows that have it. Vectors know the terms' hashes alone.
    """
    terms, inverse, in_rows = _list_terms(corpus.vectors, corpus.vectors.text, rows)
    summed, times = np.zeros(len(terms), np.int64), np.bincount(inverse[in_rows > 0], minlength=len(terms))
    np.add.at(summed, inverse, in_rows)
    heaviest = np.lexsort((terms, -summed))[:most]
    hashes = corpus.vocabulary[terms[heaviest]].tolist()
    weights, rows_with = (dict(zip(hashes, of[heaviest].tolist(), strict=True)) for of in (summed, times))
    found = find_terms(texts, weights)
    ordered = sorted(found, key=lambda term: (-weights[term], found[term]))
    return [(found[term], rows_with[term]) for term in ordered]
