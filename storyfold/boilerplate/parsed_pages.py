"""Hold the pages that a run has parsed as tables; rows are made of the columns that are judged, and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Flags, Longs
from storyfold.run.parts import Part, read_arrow_table
from storyfold.run.text_features import FEATURES, make_features
from storyfold.schemas import Article, ParsedLinks
from storyfold.schemas.columns import make_arrow_table, make_rows

# What is asked of a page to number its version, and to reject it where it came twice.
_SIGHTED = (
    "article_id", "seen_date", "source_id", "location", "url", "title", "kind", "first_seen_at", "text_sha256",
    "content_sha256", "warc_file", "warc_offset",
)  # fmt: skip
# What may be another value in the row that lands than where the page was parsed.
_CHANGED = (
    "article_id", "version", "run_id", "attempt", "first_seen_at", "body", "word_count", "dateline", "text_sha256",
    "uncut_sha256", "is_repeat", "published_at", "published_day", "published_precision", "date_confidence",
    "date_reason", "not_before", "not_after", "modified_at",
)  # fmt: skip
# What a page's text and date are judged by besides.
_JUDGED_BY = ("outlet", "other_titles", "agency", "original_url", "zone", "date_claims")

TAKEN_ROWS = 20_000  # without texts some 100 MB


class ParsedPages:
    """The rows of `articles` of a run, each known by its number, with what was read of its text under the same number.

    `ids` are the ids under which the lake goes on with these articles, once they are resolved. `embeddings` is the
    folder of the model that makes the vectors of texts that were cut.
    """

    def __init__(self, parts: Sequence[Part], embeddings: str | None = None) -> None:
        self._embeddings = embeddings
        self.ids: Mapping[str, str] = {}
        self.articles = read_arrow_table(parts, Article)
        self._features = {cls: read_arrow_table(parts, cls) for cls in FEATURES}
        self._links = read_arrow_table(parts, ParsedLinks).select(["links"])
        for cls, rows in {**self._features, ParsedLinks: self._links}.items():
            if len(rows) != len(self.articles):
                raise ValueError(f"{len(rows)} rows of {cls.__name__} for {len(self.articles)} articles")

    def list_days(self) -> set[date]:
        """Return the days on which the pages were seen."""
        return set(pc.unique(self.articles["seen_date"]).to_pylist())

    def find_numbers(self, day: date) -> Longs:
        """Return the numbers of the pages of a day."""
        return np.flatnonzero(pc.equal(self.articles["seen_date"], pa.scalar(day)).to_numpy())

    def read_sightings(self, numbers: Longs) -> list[Article]:
        """Return these pages without texts, dates and all that is only printed of them."""
        return self._make_rows(_SIGHTED, numbers)

    def read_judged(self, numbers: Longs) -> list[Article]:
        """Return these pages with all that they are judged by."""
        return self._make_rows(dict.fromkeys((*_SIGHTED, *_CHANGED, *_JUDGED_BY)), numbers)

    def read_whole(self, numbers: Longs) -> list[Article]:
        """Return these pages without their texts and links."""
        return self._make_rows([name for name in self.articles.column_names if name not in ("body", "links")], numbers)

    def _make_rows(self, columns: Iterable[str], numbers: Longs) -> list[Article]:
        table = self.articles.select(list(columns)).filter(pa.array(self._mark(numbers)))  # numbers ascend
        ids = [self.ids.get(name, name) for name in table["article_id"].to_pylist()]
        return make_rows(table.set_column(0, "article_id", pa.array(ids, pa.string())), Article)

    def _mark(self, numbers: Longs) -> Flags:
        marks = np.zeros(len(self.articles), np.bool_)
        marks[numbers] = True
        return marks

    def make_tables(self, articles: Sequence[tuple[Article, int | None]]) -> dict[type, pa.Table]:
        """Make the rows of articles as they are judged, and of their features, in this order, by row class.

        Each comes with its number where it is a page of the run: what is judged of no page is that page's. Where no
        line was cut from it, its text was read when it was parsed; but a version that only repeats another has features
        of its own.
        """
        numbers = np.array([-1 if number is None else number for _, number in articles], np.int64)
        rows = self._make_article_rows([article for article, _ in articles], numbers)
        is_whole = pc.and_(pc.is_null(rows["uncut_sha256"]), pc.is_null(rows["is_repeat"]))
        is_read = (numbers >= 0) & is_whole.to_numpy()
        made = make_features(rows.filter(pa.array(~is_read)), embeddings=self._embeddings)
        order = _restore_order(is_read)
        read = {cls: self._take_features(cls, numbers[is_read], rows.filter(pa.array(is_read))) for cls in FEATURES}
        return {
            Article: rows,
            **{cls: _take_rows(pa.concat_tables([read[cls], made[cls]]), order) for cls in FEATURES},
        }

    def list_links(self, numbers: Sequence[int | None], others: Sequence[Sequence[Any]]) -> pa.ListArray:
        """List the links in the texts of these pages, each page once; None stands for one of `others`, in turn."""
        places = np.array([-1 if number is None else number for number in numbers], np.int64)
        of_pages = _take_rows(self._links, places[places >= 0])
        table = pa.concat_tables(
            [of_pages, pa.table([pa.array(others, of_pages.schema.field(0).type)], of_pages.schema)]
        )
        return _take_rows(table, _restore_order(places >= 0))["links"].combine_chunks()

    def _make_article_rows(self, articles: Sequence[Article], numbers: Longs) -> pa.Table:
        """Make the rows of articles: of those with a number, all columns but the judged ones are their page's."""
        schema = self.articles.schema
        kept = [name for name in schema.names if name not in _CHANGED]
        stored = [article for article, number in zip(articles, numbers.tolist(), strict=True) if number < 0]
        pages = _take_rows(self.articles.select(kept), numbers[numbers >= 0])
        table = pa.concat_tables([pages, make_arrow_table(stored, Article).select(kept)])
        table = _take_rows(table, _restore_order(numbers >= 0))
        for name in _CHANGED:
            values = pa.array([getattr(article, name) for article in articles], schema.field(name).type)
            table = table.append_column(schema.field(name), values)
        return table.select(schema.names)

    def _take_features(self, cls: type, numbers: Longs, articles: pa.Table) -> pa.Table:
        """Take the features of pages whose texts land as they were parsed."""
        rows = _take_rows(self._features[cls], numbers)
        for name in ("article_id", "version", "seen_date"):
            rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), articles[name])
        return rows


def _take_rows(table: pa.Table, numbers: Longs) -> pa.Table:
    """Take rows, each once, in this order: some at a time, since Arrow joins what it takes from, up to 2 GB."""
    taken = [table.slice(0, 0)]
    for first in range(0, len(numbers), TAKEN_ROWS):
        wanted = numbers[first : first + TAKEN_ROWS]
        marks = np.zeros(len(table), np.bool_)
        marks[wanted] = True
        places = np.empty(len(wanted), np.int64)
        places[np.argsort(wanted)] = np.arange(len(wanted))
        taken.append(table.filter(pa.array(marks)).take(pa.array(places)))
    return pa.concat_tables(taken)


def _restore_order(is_first: Flags) -> Longs:
    """Return where each row is once those marked stand before the others."""
    order = np.argsort(~is_first, kind="stable")
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places
