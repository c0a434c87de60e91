"""Rows of pages that were parsed together, cut by what they show of each other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from storyfold.parse.cross_page.cut import CrossPages, NoKnownPages

Row = dict[str, Any]


def cut_rows(chunks: Iterable[Sequence[Row]]) -> Iterator[tuple[list[Row], list[Row]]]:
    """The rows in their chunks and order, the bodies of those that are kept cut; and a row for each line cut.

    A row may have `other_titles` beside its keys, which are taken out: see `Article.other_titles`.
    All are read before the first is given back; meanwhile they lie in a temporary file, not in memory.
    """
    pages = CrossPages()
    numbers: list[int | None] = []
    with tempfile.TemporaryFile() as spool:
        for rows in chunks:
            numbers.extend(_add(pages, row) for row in rows)
            spool.write(orjson.dumps(list(rows), option=orjson.OPT_APPEND_NEWLINE))
        pages.settle(NoKnownPages())
        spool.seek(0)
        given = iter(numbers)
        for line in spool:
            rows = orjson.loads(line)
            cuts: list[Row] = []
            yield [_cut(pages, row, next(given), cuts) for row in rows], cuts


def _add(pages: CrossPages, row: Row) -> int | None:
    """The number of a row that is an article; of any other page that is none, only the headline counts."""
    others = row.pop("other_titles", None) or ()
    if row["reason"] is None:
        return pages.add(row["id"], row["outlet"], row["title"], row["body"], others)
    if row["kind"] != "error":
        pages.add_title(row["id"], row["title"])
    return None


def _cut(pages: CrossPages, row: Row, number: int | None, cuts: list[Row]) -> Row:
    if number is None:
        return row
    cutting = pages.cut(number, row["body"])
    cuts.extend(
        {
            "id": row["id"],
            "position": line.position,
            "text": line.text,
            "reason": line.finding.reason,
            "pages": line.finding.pages,
            "example_id": line.finding.example,
        }
        for line in cutting.cuts
    )
    return row | {"body": cutting.body}
