"""Cut and date the rows of pages that were parsed together by what they show of each other, without a lake."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import orjson

from storyfold.boilerplate.constant_dates import ConstantDates, Constants, find_constant_dates, weigh_without_constants
from storyfold.boilerplate.cut import CrossPages, NoKnownPages
from storyfold.boilerplate.date_stamps import NoKnownDateStamps, PagesByStamp
from storyfold.output.article_rows import UNKNOWN_SEEN
from storyfold.schemas import Article
from storyfold.schemas.pages import DateClaim
from storyfold.settings.boilerplate import BoilerplateSettings

Row = dict[str, Any]


def make_side_values(article: Article) -> Row:
    """Return what `cut_rows` needs of an article besides its row, and takes out again."""
    dating = {
        "claims": article.date_claims,
        "seen_at": article.first_seen_at,
        "republished": article.original_url is not None,
    }
    return {"other_titles": article.other_titles, "dating": dating}


def cut_rows(chunks: Iterable[Sequence[Row]], settings: BoilerplateSettings) -> Iterator[tuple[list[Row], list[Row]]]:
    """Cut and date the rows of articles by all the others; yield each chunk in order, with a row for each line cut.

    Each row may have the values of `make_side_values`. All rows are read before the first is given back; meanwhile they
    lie in a temporary file, not in memory.
    """
    pages, dates = CrossPages(settings), PagesByStamp()
    numbers: list[int | None] = []
    positions: list[tuple[int, int]] = []  # of each article: where its chunk starts in the file, and its row there
    with tempfile.TemporaryFile() as spool:
        for rows in chunks:
            start = spool.tell()
            for index, row in enumerate(rows):
                number = _add_page(pages, dates, row)
                numbers.append(number)
                if number is not None:
                    positions.append((start, index))
            spool.write(orjson.dumps(list(rows), option=orjson.OPT_APPEND_NEWLINE))
        pages.compare(NoKnownPages())
        constant = find_constant_dates(
            dates, NoKnownDateStamps(), lambda number: _read_body(spool, *positions[number]), settings
        )
        spool.seek(0)
        given = iter(numbers)
        for line in spool:
            cuts: list[Row] = []
            yield [_finish_row(pages, constant, row, next(given), cuts) for row in orjson.loads(line)], cuts


def _add_page(pages: CrossPages, dates: PagesByStamp, row: Row) -> int | None:
    """Add the page of a row and return its number; of a page that is no article only the headline is added."""
    others = row.pop("other_titles", None) or ()
    if row["reason"] is None:
        dating = row.get("dating") or {"seen_at": UNKNOWN_SEEN, "claims": ()}
        dates.add(row["id"], row["outlet"], row["title"], dating["seen_at"], dating["claims"])
        return pages.add(row["id"], row["outlet"], row["title"], row["body"], others)
    if row["kind"] != "error":
        pages.add_title(row["id"], row["title"])
    return None


def _read_body(spool: IO[bytes], start: int, index: int) -> str:
    spool.seek(start)
    return str(orjson.loads(spool.readline())[index]["body"])


def _finish_row(pages: CrossPages, constant: ConstantDates, row: Row, number: int | None, cuts: list[Row]) -> Row:
    dating = row.pop("dating", None)
    if number is None:
        return row
    if dating and (constants := constant.find_on_page(number)):
        row |= _date_without(row, dating, constants)
    return _cut_row(pages, row, number, cuts)


def _date_without(row: Row, dating: Row, constants: Constants) -> Row:
    weighed = weigh_without_constants(
        [_read_claim(kept) for kept in dating["claims"]],
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


def _read_claim(kept: Row) -> DateClaim:
    return DateClaim(**kept | {"value": datetime.fromisoformat(kept["value"]) if kept["value"] else None})


def _cut_row(pages: CrossPages, row: Row, number: int, cuts: list[Row]) -> Row:
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
