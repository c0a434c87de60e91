"""From a candidate pair to a row of `copies`: align the texts, judge the shares, say who copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyfold.copies.align import Alignment, align
from storyfold.copies.direction import Extra, find_direction
from storyfold.copies.settings import CopySettings
from storyfold.copies.sketch import mark_boilerplate_words
from storyfold.copies.word_hashes import HashedWords, Hashes, Marks, hash_words
from storyfold.credits.publisher import find_outlet
from storyfold.schemas.copies import Copy, Span
from storyfold.schemas.pages import Article

MOST_SPANS = 64  # spans kept in a row, the longest: a page that copies in more pieces is a list of quotations
LEAST_OWN = 0.20  # of a text's words; where quotations and boilerplate leave less, the quotations are the text
MOST_CACHED = 5_000  # texts kept as words, about 10 kB each


@dataclass(frozen=True, slots=True)
class Text:
    """An article with its words, and which of them count towards a family."""

    article: Article
    words: HashedWords
    own: Marks  # neither quoted nor boilerplate
    told: Marks  # not boilerplate, quoted or not


class Texts:
    """Articles as words, made when first asked for; the oldest are dropped when there are too many."""

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
            told = ~mark_boilerplate_words(words, self._boilerplate.get(article_id, np.empty(0, np.uint64)))
            text = self._made[article_id] = Text(article, words, *_counting(words, told))
        return text


def _counting(words: HashedWords, told: Marks) -> tuple[Marks, Marks]:
    if not told.any():
        told = np.ones_like(told)
    own = told & ~words.quoted
    # A speech, a statement: its quotations are the text.
    return (own if np.count_nonzero(own) >= LEAST_OWN * len(own) else told), told


def verify(one: Text, two: Text, settings: CopySettings) -> Copy | None:
    """The row for two articles; None if they share too little to speak of. Which is given first does not matter."""
    short, long = sorted((one, two), key=lambda t: (np.count_nonzero(t.told), t.article.article_id))
    alignment = align(short.words.hashes, long.words.hashes)
    share, share_long = _share(alignment.equal), _share(alignment.equal_other)
    if max(share, share_long) < settings.partial_share:
        return None
    kind = _kind(short, long, alignment, settings)
    found = find_direction(short.article, long.article, _extra(alignment, long), first_is_longer=False)
    if kind in ("full", "excerpt") and _same_outlet(short, long) and (kind == "full" or not found.first_copied):
        kind = "update"
    copier, source = (short, long) if found.first_copied else (long, short)
    spans = alignment.spans if found.first_copied else alignment.swapped().spans
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
        spans=_spans(spans),
        evidence=found.evidence,
    )


def _kind(short: Text, long: Text, alignment: Alignment, settings: CopySettings) -> str:
    own = short.own
    # Both must hold: quotations alone make no copy, nor does a form that is left when they are set aside.
    if min(_share(alignment.equal[own]), _share(alignment.equal[short.told])) < settings.family_share:
        return "partial"
    if np.count_nonzero(alignment.equal) < settings.least_words:
        return "partial"
    least_steady = settings.steady_share_same_outlet if _same_outlet(short, long) else settings.steady_share
    if _share(alignment.steady[own]) < least_steady:
        return "partial"
    return "full" if _share(alignment.equal_other[long.own]) >= settings.mostly else "excerpt"


def _share(marks: Marks) -> float:
    return int(np.count_nonzero(marks)) / max(len(marks), 1)


def _same_outlet(one: Text, two: Text) -> bool:
    outlet = find_outlet(one.article)
    return outlet is not None and outlet == find_outlet(two.article)


def _extra(alignment: Alignment, long: Text) -> Extra:
    places = np.flatnonzero(alignment.equal_other)
    size = len(long.words.hashes)
    if not len(places):
        return Extra(0, size, 0)
    before, after = int(places[0]), size - 1 - int(places[-1])
    return Extra(before, size - before - after - len(places), after)


def _spans(spans: NDArray[np.int32]) -> tuple[Span, ...]:
    longest = np.sort(np.argsort(-spans[:, 2], kind="stable")[:MOST_SPANS])
    return tuple(
        Span(start=start, of_start=of_start, words=words, of_words=of_words)
        for start, of_start, words, of_words in spans[longest].tolist()
    )
