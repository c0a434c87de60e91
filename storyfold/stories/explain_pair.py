"""Explain how alike two texts are as the stories stage sees them: shared terms, times, the link between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from storyfold.kernels.arrays import Longs
from storyfold.output.pair_reasons import BelievedTime, SharedTerm, StoryReasons
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.crossing_links import weigh_crossing_rows
from storyfold.stories.neighbours import SCALE, find_rare
from storyfold.stories.postings import keep_heaviest
from storyfold.stories.term_rows import Reference, TermRows
from storyfold.stories.term_vectors import UNIT, Vectors, list_weighed_terms, weigh_numbered_rows, weigh_terms
from storyfold.stories.times import Times, compute_time_factors, count_days_between
from storyfold.stories.units import OPEN
from storyfold.text.crossing_terms import name_crossing_terms
from storyfold.text.terms import find_terms

BOTH_VIEWS = 2 * UNIT * UNIT
CONFIRMED: tuple[Literal["undated"], Literal["dated"], Literal["confirmed"]] = ("undated", "dated", "confirmed")


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """The texts that stand for A and B: their rows of terms, when they were published, and the articles themselves.

    Where they are in two languages, `across`, the rows and the reference are of crossing terms.
    """

    rows: TermRows
    places: tuple[int, int]
    reference: Reference
    times: Times
    articles: tuple[Article, Article]
    across: bool


def explain_link(two: TwoTexts, settings: StorySettings, *, is_one_story: bool | None) -> StoryReasons:
    """Explain the link between two texts, with the arithmetic of `neighbours.py`."""
    vectors = _weigh(two, settings)
    a, b = _find_shared_places(vectors)
    many = np.flatnonzero(two.times.touches_many)
    parts = _multiply(vectors, a, b) if not len(many) else _square(vectors, (a, b)[1 - int(many[0])])
    factors = [float(vectors.factor[n]) for n in (0, 1)]
    both = factors[0] * factors[1] if not len(many) else factors[1 - int(many[0])] ** 2
    similarity = round(int(parts.sum()) / float(BOTH_VIEWS) * both * SCALE)
    factor = float(compute_time_factors(two.times, np.array([0]), np.array([1]), settings)[0])
    overlap, least = _measure_overlap(vectors, (a, b), two, settings)
    return StoryReasons(
        is_one_text=False,
        is_one_story=is_one_story,
        cosine=int(parts.sum()) / BOTH_VIEWS,
        factor_a=factors[0],
        factor_b=factors[1],
        similarity=similarity / SCALE,
        overlap=overlap,
        least_overlap=least,
        time_factor=factor,
        gap_days=_count_gap(two.times),
        link=similarity / SCALE if len(many) else float(np.rint(similarity * factor)) / SCALE,
        threshold=_choose_threshold(two, settings),
        is_mention=len(many) == 1,
        across=two.across,
        reference_texts=two.reference.texts,
        terms=_list_terms(vectors, (a, b), parts, both, two),
        time_a=_tell_time(two, 0),
        time_b=_tell_time(two, 1),
    )


def _weigh(two: TwoTexts, settings: StorySettings) -> Vectors:
    """Weigh the terms of both texts, as words or as what crosses languages."""
    places = np.array(two.places)
    if two.across:
        return weigh_crossing_rows(two.rows.take(places), two.reference, settings)
    weighed = list_weighed_terms(two.rows)
    weights = weigh_terms(two.rows, weighed, two.reference, settings)
    return weigh_numbered_rows(two.rows, places, weighed, weights, settings)


def _choose_threshold(two: TwoTexts, settings: StorySettings) -> float:
    if two.times.touches_many.any():
        return settings.mention_threshold
    return settings.crossing_threshold if two.across else settings.threshold


def _find_shared_places(vectors: Vectors) -> tuple[Longs, Longs]:
    """Find the places of the terms that both rows have."""
    first, after = vectors.starts[1], vectors.starts[2]
    _, a, b = np.intersect1d(vectors.terms[:first], vectors.terms[first:after], assume_unique=True, return_indices=True)
    return a, b + first


def _multiply(vectors: Vectors, a: Longs, b: Longs) -> Longs:
    text, lead = vectors.text.astype(np.int64), vectors.lead.astype(np.int64)
    parts: Longs = text[a] * text[b] + lead[a] * lead[b]
    return parts


def _square(vectors: Vectors, places: Longs) -> Longs:
    """Return what the terms are of the text that is mentioned: see `mentions.py`."""
    parts: Longs = vectors.text[places].astype(np.int64) ** 2 + vectors.lead[places].astype(np.int64) ** 2
    return parts


def _measure_overlap(
    vectors: Vectors, shared: tuple[Longs, Longs], two: TwoTexts, settings: StorySettings
) -> tuple[float, float]:
    """Measure what the terms by which neighbours are found have in common, and what it must be."""
    reference = two.reference
    is_rare = find_rare(reference, settings)
    touches_many = two.times.touches_many
    most = np.where(touches_many, settings.mention_terms, settings.index_terms)
    heavy = is_rare[vectors.terms]
    if not two.across:  # by all crossing terms neighbours are found
        heavy = keep_heaviest(vectors.starts, vectors.text, vectors.terms, most, is_rare)
    a, b = shared
    met = heavy[a] & heavy[b]
    total = int((vectors.text[a][met].astype(np.int64) * vectors.text[b][met].astype(np.int64)).sum())
    least = settings.crossing_overlap if two.across else settings.index_overlap
    return total / (UNIT * UNIT), settings.mention_overlap if touches_many.any() else least


def _list_terms(
    vectors: Vectors, shared: tuple[Longs, Longs], parts: Longs, both: float, two: TwoTexts
) -> tuple[SharedTerm, ...]:
    """List the shared terms, the one that brings most first, as the texts print them."""
    a, b = shared
    hashes = two.rows.vocabulary[vectors.terms[a]]
    printed = _print_terms(two, set(hashes.tolist()))
    order = np.lexsort((hashes, -parts))
    return tuple(
        SharedTerm(
            term=printed.get(int(hashes[n]), "?"),
            hash=int(hashes[n]),
            text_a=float(vectors.text[a[n]] / UNIT),
            text_b=float(vectors.text[b[n]] / UNIT),
            lead_a=float(vectors.lead[a[n]] / UNIT),
            lead_b=float(vectors.lead[b[n]] / UNIT),
            part=float(parts[n] / BOTH_VIEWS * both),
        )
        for n in order.tolist()
        if parts[n] > 0
    )


def _print_terms(two: TwoTexts, hashes: set[int]) -> Mapping[int, str]:
    """Return these terms as the texts print them: what crosses languages as both do."""
    if not two.across:
        return find_terms([text for a in two.articles for text in (a.title or "", a.body)], hashes)
    one, other = (name_crossing_terms(a.title, a.body, a.language) for a in two.articles)
    return {h: " / ".join(dict.fromkeys(named[h] for named in (one, other) if h in named)) for h in hashes}


def _count_gap(times: Times) -> int | None:
    """Count the days between the two; None where an end is open, so that nobody knows."""
    if (times.dated == 0).any():
        return None
    return int(count_days_between(times, np.array([0]), np.array([1]))[0])


def _tell_time(two: TwoTexts, number: int) -> BelievedTime:
    times = two.times
    return BelievedTime(
        article_id=two.articles[number].article_id,
        first=_make_day(int(times.first[number])),
        last=_make_day(int(times.last[number])),
        dated=CONFIRMED[int(times.dated[number])],
        seen=date.fromordinal(int(times.seen[number])),
        touches_many=bool(times.touches_many[number]),
    )


def _make_day(day: int) -> date | None:
    return None if abs(day) >= OPEN else date.fromordinal(day)


def add_stored(
    reasons: StoryReasons, row: Mapping[str, object] | None, reference: int, members: Collection[str]
) -> StoryReasons:
    """Add what the lake has of the link, and what deciding again says otherwise; `members` names the two texts."""
    again = None if reasons.similarity is None else round(reasons.similarity * SCALE)
    if row is None:
        is_far = reasons.overlap is None or reasons.least_overlap is None or reasons.overlap < reasons.least_overlap
        told = [] if is_far or not again else [f"the lake has no link of {' and '.join(sorted(members))}"]
        return replace(reasons, differences=tuple(told))
    told = []
    # within one, as the product of the two factors may be rounded in the other order
    if again is None or abs(int(str(row["similarity"])) - again) > 1:
        told.append(f"similarity: the lake has {row['similarity']} millionths, deciding again gives {again}")
    if row["reference"] != reference:
        told.append("the news by which the link was judged are others now")
    return replace(reasons, stored=dict(row), differences=tuple(told))
