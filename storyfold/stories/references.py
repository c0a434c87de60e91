"""Count how many of a day's news have each term: what pairs of that day are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Flags, Integers, Longs, UnsignedShorts
from storyfold.kernels.compiled import compiled
from storyfold.stories.term_rows import Reference, TermRows


class Spans(NamedTuple):
    """The days on which each text is part of the reference, both inclusive; none where the first is later."""

    first: Longs
    last: Longs


def make_spans(articles: Longs, versions: Longs, days: Longs, is_news: Flags, window: int) -> Spans:
    """Return the spans of versions of articles, given as numbers: from its day on, for so many days after it.

    In each window an article counts once, with the first text that was seen of it there: else an article that is
    written on all day would be many. That does not depend on which night brought which version. What is no news counts
    nowhere, and stands in no other version's way.
    """
    order = np.flatnonzero(is_news)
    order = order[np.lexsort((versions[order], days[order], articles[order]))]
    previous = np.full(len(days), np.iinfo(np.int64).min // 2)
    same = articles[order[1:]] == articles[order[:-1]]
    previous[order[1:][same]] = days[order[:-1][same]]
    return Spans(np.maximum(days, previous + window + 1), np.where(is_news, days + window, days - 1))


def count_references(rows: TermRows, spans: Spans, of: Longs) -> Iterator[Reference]:
    """Yield the reference of each of the days `of`, ascending; each row is added once, and taken away once.

    One is to be done with before the next is asked for: they share the arrays of their counts. Rows without terms do
    not count: a text of no words, and a version that only repeats another, are no news.
    """
    counted = np.flatnonzero((spans.first <= spans.last) & (np.diff(rows.starts) > 0))
    coming = counted[np.argsort(spans.first[counted], kind="stable")]
    going = counted[np.argsort(spans.last[counted], kind="stable")]
    come, gone = (np.searchsorted(spans.first[coming], of, "right"), np.searchsorted(spans.last[going], of, "left"))
    documents, lead_documents = (np.zeros(len(rows.vocabulary), np.int64) for _ in range(2))
    first = left = 0
    for after, out in zip(come.tolist(), gone.tolist(), strict=True):
        for numbers, one in ((coming[first:after], 1), (going[left:out], -1)):
            _count_rows(rows.starts, rows.terms, rows.lead_times, numbers, one, documents, lead_documents)
        first, left = after, out
        yield Reference(after - out, documents, lead_documents)


def count_all(rows: TermRows) -> Reference:
    """Return the reference that all of these rows make."""
    day = np.zeros(len(rows), np.int64)
    return next(count_references(rows, Spans(day, day), day[:1]), Reference(0, day, day))


def digest_reference(reference: Reference, rows: TermRows) -> int:
    """Return 64 bits that are the same for the same counts of the same terms, whatever else was counted."""
    return int(np.sum(reference.documents.astype(np.uint64) * rows.vocabulary, dtype=np.uint64))


@compiled
def _count_rows(
    starts: Longs,
    terms: Integers,
    lead_times: UnsignedShorts,
    numbers: Longs,
    one: int,
    documents: Longs,
    lead_documents: Longs,
) -> None:
    """Add `one` for each term of these rows, and for each in their leads; a loop, so that no row is copied."""
    for number in numbers:
        for place in range(starts[number], starts[number + 1]):
            documents[terms[place]] += one
            lead_documents[terms[place]] += one * (lead_times[place] > 0)
