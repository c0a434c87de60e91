"""Hold the articles of a file as columns, their texts as bytes; an `Article` is made when one is asked for.

A file may have a million rows, of which grouping looks at a few one by one: made all at once, their articles would cost
three times the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Any, overload

import numpy as np
import pyarrow as pa

from storyfold.schemas.pages import Article, Confidence
from storyfold.text.digests import find_kind
from storyfold.text.words import Texts, view_texts

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class FileArticles(Sequence[Article]):
    """The articles of a file, in its order: `columns` as `row_columns` makes them but for the bodies, and `texts`.

    `kind` is null where a row says none: its title is read for it where someone asks.
    """

    def __init__(self, columns: pa.Table, texts: Texts) -> None:
        self.columns, self.texts = columns, texts

    @cached_property
    def _values(self) -> list[tuple[str, list[Any]]]:
        """The columns as Python's values, made where an article is asked for; times are left as numbers."""
        times = {name: self.columns[name].cast(pa.int64()) for name in ("published_at", "first_seen_at")}
        return [(name, times.get(name, self.columns[name]).to_pylist()) for name in self.columns.column_names]

    def __len__(self) -> int:
        return len(self.columns)

    @overload
    def __getitem__(self, number: int) -> Article: ...

    @overload
    def __getitem__(self, number: slice) -> list[Article]: ...

    def __getitem__(self, number: int | slice) -> Article | list[Article]:
        """Make the article of a row."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        row = {name: values[number] for name, values in self._values}
        published, seen = _read_time(row["published_at"]), _EPOCH + row["first_seen_at"] * _TICK
        start, end = _make_interval(published, row["date_confidence"])
        body = self.texts.data[self.texts.starts[number] : self.texts.starts[number + 1]]
        row |= {
            "kind": row["kind"] or find_kind(row["title"]),
            "authors": tuple(row["authors"] or ()),
            "published_at": published,
            "first_seen_at": seen,
            "body": body.tobytes().decode(),
        }
        return Article(
            **row,
            seen_date=seen.date(),
            source_id="",
            published_precision="second" if published else "none",
            not_before=start,
            not_after=end,
            content_sha256="",
            warc_file="",
            warc_offset=0,
        )


def _read_time(ticks: int | None) -> datetime | None:
    return None if ticks is None else _EPOCH + ticks * _TICK


def join_blocks(blocks: Iterable[pa.Table]) -> FileArticles:
    """Join blocks of a file's rows, as `row_columns` makes them, into its articles; each block is let go when read."""
    parts, data, ends = [], bytearray(), [np.zeros(1, np.int64)]
    for block in blocks:
        bodies = view_texts(block["body"])
        ends.append(len(data) + bodies.starts[1:] - bodies.starts[0])
        data += bodies.data[bodies.starts[0] : bodies.starts[-1]].data
        parts.append(block.drop_columns(["body"]))
    joined = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
    joined.setflags(write=False)
    return FileArticles(pa.concat_tables(parts).combine_chunks(), Texts(joined, np.concatenate(ends)))


def _make_interval(published: datetime | None, confidence: Confidence) -> tuple[datetime | None, datetime | None]:
    """Make the interval of a date: its day; where it is doubtful only the end (docs/architecture.md, Dates)."""
    if published is None:
        return None, None
    day = datetime.combine(published.date(), time(), UTC)
    return (day if confidence in ("high", "medium") else None), day + timedelta(days=1, microseconds=-1)
