"""Verify candidate pairs: align the two texts, judge the shares, say who copied, and make the row of `copies`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyfold.copies.align import Alignment, align
from storyfold.copies.direction import Extra, find_direction
from storyfold.copies.sketch import mark_boilerplate_words
from storyfold.copies.word_hashes import HashedWords, Hashes, Marks, hash_words
from storyfold.credits.publisher import find_outlet
from storyfold.schemas.copies import Copy, Span
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

MOST_SPANS = 64  # spans kept in a row, the longest: a page that copies in more pieces is a list of quotations
LEAST_OWN = 0.20  # of a text's words; where quotations and boilerplate leave less, the quotations are the text
MOST_CACHED = 5_000  # texts kept as words, about 10 kB each


@dataclass(frozen=True, slots=True)
class Text:
    """An article with its words, and which of them count towards a family."""

    article: Article
    words: HashedWords
    own: Marks  # neither quoted nor boilerplate
    not_boilerplate: Marks  # quoted or not


class Texts:
    """Articles as words, made when first needed; all are dropped when there are too many."""

    def __init__(self, articles: Mapping[str, Article], boilerplate: Mapping[str, Hashes]) -> None:
        self._articles = articles
        self._boilerplate = boilerplate
        self._made: dict[str, Text] = {}

    def __getitem__(self, article_id: str) -> Text:
        text = self._made.get(article_id)
        if text is None:
            if len(self._made) >= MOST_CACHED:
                self._made.clear()
            article = self._articles[article_id]
            words = hash_words(article.body)
            boilerplate = mark_boilerplate_words(words, self._boilerplate.get(article_id, np.empty(0, np.uint64)))
            text = self._made[article_id] = Text(article, words, *_choose_counting_words(words, ~boilerplate))
        return text


def _choose_counting_words(words: HashedWords, not_boilerplate: Marks) -> tuple[Marks, Marks]:
    """Choose the marks `own` and `not_boilerplate` of a text: see `Text`."""
    if not not_boilerplate.any():
        not_boilerplate = np.ones_like(not_boilerplate)
    own = not_boilerplate & ~words.quoted
    # A speech, a statement: its quotations are the text.
    return (own if np.count_nonzero(own) >= LEAST_OWN * len(own) else not_boilerplate), not_boilerplate


def verify_pair(one: Text, two: Text, settings: CopySettings) -> Copy | None:
    """Make the row for two articles; None if they share too little to count. Which is given first does not matter."""
    short, long = sorted((one, two), key=lambda t: (np.count_nonzero(t.not_boilerplate), t.article.article_id))
    alignment = align(short.words.hashes, long.words.hashes)
    share, share_long = _measure_share(alignment.equal), _measure_share(alignment.equal_other)
    if max(share, share_long) < settings.partial_share:
        return None
    kind = _choose_kind(short, long, alignment, settings)
    found = find_direction(short.article, long.article, _measure_extra(alignment, long), first_is_longer=False)
    if kind in ("full", "excerpt") and _has_same_outlet(short, long) and (kind == "full" or not found.first_copied):
        kind = "update"
    copier, source = (short, long) if found.first_copied else (long, short)
    spans = alignment.spans if found.first_copied else alignment.swap().spans
    shares = (share, share_long) if found.first_copied else (share_long, share)
    return Copy(
        article_id=copier.article.article_id,
        version=copier.article.version,
        of_article_id=source.article.article_id,
        of_version=source.article.version,
        seen_date=max(copier.article.seen_date, source.article.seen_date),
        share_of_this=round(shares[0], 4),
        share_of_other=round(shares[1], 4),
        kind=kind,  # type: ignore[arg-type]
        direction_confidence=found.confidence,
        spans=_keep_longest(spans),
        evidence=found.evidence,
    )


def _choose_kind(short: Text, long: Text, alignment: Alignment, settings: CopySettings) -> str:
    own = short.own
    # Both must hold: quotations alone make no copy, nor does a form that is left when they are set aside.
    if (
        min(_measure_share(alignment.equal[own]), _measure_share(alignment.equal[short.not_boilerplate]))
        < settings.family_share
    ):
        return "partial"
    if np.count_nonzero(alignment.equal) < settings.least_words:
        return "partial"
    least_steady = settings.steady_share_same_outlet if _has_same_outlet(short, long) else settings.steady_share
    if _measure_share(alignment.steady[own]) < least_steady:
        return "partial"
    return "full" if _measure_share(alignment.equal_other[long.own]) >= settings.mostly else "excerpt"


def _measure_share(marks: Marks) -> float:
    return int(np.count_nonzero(marks)) / max(len(marks), 1)


def _has_same_outlet(one: Text, two: Text) -> bool:
    outlet = find_outlet(one.article)
    return outlet is not None and outlet == find_outlet(two.article)


def _measure_extra(alignment: Alignment, long: Text) -> Extra:
    equal = np.flatnonzero(alignment.equal_other)
    size = len(long.words.hashes)
    if not len(equal):
        return Extra(0, size, 0)
    before, after = int(equal[0]), size - 1 - int(equal[-1])
    return Extra(before, size - before - after - len(equal), after)


def _keep_longest(spans: NDArray[np.record]) -> tuple[Span, ...]:
    longest = np.sort(np.argsort(-spans["words"], kind="stable")[:MOST_SPANS])
    return tuple(
        Span(start=start, of_start=of_start, words=words, of_words=of_words)
        for start, of_start, words, of_words in spans[longest].tolist()
    )
