"""Hold as arrays what articles say of themselves, beyond their texts: outlet, agency, addresses, writers, dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.direction import get_published_span
from storyfold.credits.publisher import find_outlet_of
from storyfold.kernels.arrays import Flags, Longs
from storyfold.output.file_articles import FileArticles
from storyfold.schemas.pages import Article, get_seen_date

NO_TIME = np.iinfo(np.int64).min
MINUTE = 60_000_000  # microseconds
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Page(NamedTuple):
    """What says where an article stands and whose text it is; many articles have the same."""

    outlet: str | None = None
    url: str | None = None
    url_is_claim: bool | None = None
    canonical_url: str | None = None
    original_url: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What articles say of themselves, an entry each; `pages[page_of[n]]` is the page of article n.

    `starts` and `ends` say from when to when a confidently dated one was published, in microseconds since 1970, NO_TIME
    for the others.
    """

    ids: pa.Array
    days: pa.Array  # on which it was first seen
    pages: Sequence[Page]
    page_of: Longs
    has_writer: Flags  # authors are named, or an agency in the byline
    is_sure: Flags  # the date is of high confidence
    is_doubtful: Flags  # it is of medium confidence, so that another page may show it to be false
    is_low: Flags  # it is of low confidence
    starts: Longs
    ends: Longs

    def __len__(self) -> int:
        return len(self.page_of)

    def extend(self, size: int) -> Claims:
        """Return as many claims as given, those beyond these of texts of which nothing is known."""
        more = size - len(self)
        flags, times = np.zeros(more, np.bool_), np.full(more, NO_TIME)
        return Claims(
            pa.concat_arrays([self.ids, pa.nulls(more, self.ids.type)]),
            pa.concat_arrays([self.days, pa.nulls(more, self.days.type)]),
            [*self.pages, Page()],
            np.append(self.page_of, np.full(more, len(self.pages))),
            np.append(self.has_writer, flags),
            np.append(self.is_sure, flags),
            np.append(self.is_doubtful, flags),
            np.append(self.is_low, flags),
            np.append(self.starts, times),
            np.append(self.ends, times),
        )

    def take(self, order: Longs) -> Claims:
        """Return those of these articles, in this order."""
        numbers = pa.array(order)
        return Claims(
            self.ids.take(numbers), self.days.take(numbers), self.pages, self.page_of[order], self.has_writer[order],
            self.is_sure[order], self.is_doubtful[order], self.is_low[order], self.starts[order], self.ends[order],
        )  # fmt: skip

    def find_outlets(self) -> pa.Array:
        """Return the outlet of each, null where nothing says which."""
        return pa.array(self._name_outlets(), pa.string()).take(pa.array(self.page_of))

    def number_outlets(self) -> Longs:
        """Number the outlets, -1 where it is unknown."""
        known: dict[str | None, int] = {None: -1}
        numbers = [known.setdefault(outlet, len(known)) for outlet in self._name_outlets()]
        return np.array(numbers, np.int64)[self.page_of]

    def _name_outlets(self) -> list[str | None]:
        return [find_outlet_of(page.outlet, page.url, page.canonical_url) for page in self.pages]

    def find_credits(self) -> Flags:
        """Say of each whether it credits an agency."""
        return np.array([bool(page.agency) for page in self.pages], np.bool_)[self.page_of]


def read_claims(articles: Sequence[Article]) -> Claims:
    """Read what articles say of themselves, of a file's without making any."""
    if isinstance(articles, FileArticles):
        return _read_columns(articles.columns)
    pages, page_of = _number_pages(
        (a.outlet, a.url, a.url_is_claim, a.canonical_url, a.original_url, a.agency) for a in articles
    )
    spans = [get_published_span(article) for article in articles]
    confidence = np.array([article.date_confidence for article in articles], np.str_)
    return Claims(
        pa.array([article.article_id for article in articles], pa.string()),
        pa.array([get_seen_date(article.first_seen_at) for article in articles], pa.date32()),
        pages,
        page_of,
        np.array([bool(a.authors) or any(b.kind == "agency" for b in a.bylines) for a in articles], np.bool_),
        confidence == "high",
        confidence == "medium",
        confidence == "low",
        np.array([NO_TIME if span is None else (span[0] - _EPOCH) // _TICK for span in spans], np.int64),
        np.array([NO_TIME if span is None else (span[1] - _EPOCH) // _TICK for span in spans], np.int64),
    )


def _read_columns(columns: pa.Table) -> Claims:
    pages, page_of = _find_pages(columns)
    confidence = columns["date_confidence"]
    is_sure, is_doubtful, is_low = (pc.equal(confidence, name).to_numpy() for name in ("high", "medium", "low"))
    published = pc.fill_null(columns["published_at"].cast(pa.int64()), NO_TIME).to_numpy()
    starts = np.where(is_sure | is_doubtful, published, NO_TIME)  # a file's dates are instants
    return Claims(
        columns["article_id"].combine_chunks(),
        columns["first_seen_at"].cast(pa.date32()).combine_chunks(),
        pages,
        page_of,
        pc.fill_null(pc.greater(pc.list_value_length(columns["authors"]), 0), False).to_numpy(),  # noqa: FBT003
        is_sure,
        is_doubtful,
        is_low,
        starts,
        np.where(starts == NO_TIME, NO_TIME, starts + MINUTE),
    )


def _find_pages(columns: pa.Table) -> tuple[list[Page], Longs]:
    """Find the pages of a file's rows, and which each row has."""
    names = ["outlet", "url", "url_is_claim", "canonical_url", "agency"]
    keys = np.zeros(len(columns), np.int64)
    for name in names:  # one number of each page, few enough at each step for the next
        values = columns[name].combine_chunks().dictionary_encode()
        codes = pc.fill_null(values.indices, -1).to_numpy().astype(np.int64) + 1
        keys = np.unique(keys * (len(values.dictionary) + 1) + codes, return_inverse=True)[1]
    first = np.unique(keys, return_index=True)[1]
    listed = columns.select(names).take(pa.array(first)).to_pylist()
    return [Page(**row) for row in listed], keys


def _number_pages(listed: Iterable[tuple[Any, ...]]) -> tuple[list[Page], Longs]:
    """Number the values that pages have: plain tuples, for to make a `Page` of each takes six times as long."""
    known: dict[tuple[Any, ...], int] = {}
    numbers = [known.setdefault(page, len(known)) for page in listed]
    return [Page(*page) for page in known], np.array(numbers, np.int64)
