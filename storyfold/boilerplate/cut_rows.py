"""Rows of pages that were parsed together, cut and dated by what they show of each other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import orjson

from storyfold.boilerplate.constant_dates import ConstantDates, Constants, find_constants, weigh_without
from storyfold.boilerplate.cut import CrossPages, NoKnownPages
from storyfold.boilerplate.date_stamps import NoKnownDateStamps, PagesByStamp
from storyfold.output.article_rows import UNKNOWN_SEEN
from storyfold.schemas import Article
from storyfold.schemas.pages import DateClaim

Row = dict[str, Any]


def make_side_values(article: Article) -> Row:
    """What `cut_rows` needs of an article beside its row, and takes out again."""
    dating = {
        "claims": article.date_claims,
        "seen_at": article.first_seen_at,
        "republished": article.original_url is not None,
    }
    return {"other_titles": article.other_titles, "dating": dating}


def cut_rows(chunks: Iterable[Sequence[Row]]) -> Iterator[tuple[list[Row], list[Row]]]:
    """The rows in their chunks and order, the kept ones cut and dated by the others; and a row for each line cut.

    Each row may have what `beside` gives. All are read before the first is given back; meanwhile they lie in a
    temporary file, not in memory.
    """
    pages, dates = CrossPages(), PagesByStamp()
    numbers: list[int | None] = []
    places: list[tuple[int, int]] = []
    with tempfile.TemporaryFile() as spool:
        for rows in chunks:
            start = spool.tell()
            for place, row in enumerate(rows):
                number = _add(pages, dates, row)
                numbers.append(number)
                if number is not None:
                    places.append((start, place))
            spool.write(orjson.dumps(list(rows), option=orjson.OPT_APPEND_NEWLINE))
        pages.settle(NoKnownPages())
        constant = find_constants(dates, NoKnownDateStamps(), lambda number: _body(spool, *places[number]))
        spool.seek(0)
        given = iter(numbers)
        for line in spool:
            cuts: list[Row] = []
            yield [_settled(pages, constant, row, next(given), cuts) for row in orjson.loads(line)], cuts


def _add(pages: CrossPages, dates: PagesByStamp, row: Row) -> int | None:
    """The number of a row that is an article; of any other page that is none, only the headline counts."""
    others = row.pop("other_titles", None) or ()
    if row["reason"] is None:
        dating = row.get("dating") or {"seen_at": UNKNOWN_SEEN, "claims": ()}
        dates.add(row["id"], row["outlet"], row["title"], dating["seen_at"], dating["claims"])
        return pages.add(row["id"], row["outlet"], row["title"], row["body"], others)
    if row["kind"] != "error":
        pages.add_title(row["id"], row["title"])
    return None


def _body(spool: IO[bytes], start: int, place: int) -> str:
    spool.seek(start)
    return str(orjson.loads(spool.readline())[place]["body"])


def _settled(pages: CrossPages, constant: ConstantDates, row: Row, number: int | None, cuts: list[Row]) -> Row:
    dating = row.pop("dating", None)
    if number is None:
        return row
    if dating and (constants := constant.of(number)):
        row |= _dated(row, dating, constants)
    return _cut(pages, row, number, cuts)


def _dated(row: Row, dating: Row, constants: Constants) -> Row:
    weighed = weigh_without(
        [_claim(kept) for kept in dating["claims"]],
        constants,
        text=row["body"],
        agency=row["agency"],
        seen_at=datetime.fromisoformat(dating["seen_at"]),
        republished=dating["republished"],
    )
    return {
        "published_at": weighed.published_at.isoformat() if weighed.published_at else None,
        "date_confidence": weighed.confidence,
        "date_reason": weighed.reason,
    }


def _claim(kept: Row) -> DateClaim:
    return DateClaim(**kept | {"value": datetime.fromisoformat(kept["value"]) if kept["value"] else None})


def _cut(pages: CrossPages, row: Row, number: int, cuts: list[Row]) -> Row:
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
