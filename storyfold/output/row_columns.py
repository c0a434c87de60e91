"""Read JSON lines into columns: whole blocks of lines where they are plain, else line by line.

Kernels take a block of lines as `storyfold parse` writes them in a tenth of the time of one line after another, Arrow
one with other values beside those in a third. Arrow takes more than JSON allows as well: what it may have read
otherwise than `orjson` is read again by that, so that either way the rows and the faults are the same.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, get_args

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from storyfold.dates.doubt import LABEL
from storyfold.output.plain_columns import read_plain_columns
from storyfold.output.scan_lines import Scanned, scan_lines
from storyfold.schemas.pages import Kind
from storyfold.web.urls import split_url
from storyfold.web.warc import is_archive

Row = dict[str, Any]
Block = bytes | memoryview  # of whole lines; nothing of it is kept
# Rows without a time at which they were seen all get this one: then the smallest id founds a group.
UNKNOWN_SEEN = datetime(1970, 1, 1, tzinfo=UTC)

# What a row may say, as `storyfold parse` writes it.
_WRITTEN = pa.schema(
    [
        (name, pa.string())
        for name in ("id", "path", "url", "canonical_url", "outlet", "title", "agency", "language", "kind")
    ]
    + [(name, pa.string()) for name in ("published_at", "date_confidence", "first_seen_at", "body")]
    + [("authors", pa.list_(pa.string()))]
)
_TIME = pa.timestamp("us", "UTC")
_FIRST, _LAST = (pa.scalar(datetime(year, 1, 1, tzinfo=UTC), _TIME) for year in (2, 9999))  # UTC days in any zone
_CONFIDENCE = ("high", "medium", "low", "none")
MOST_NESTED = 500  # brackets of a line; orjson refuses some more than a thousand within one another, Arrow none

FindFault = Callable[[int, str], Exception]


def read_block(lines: Block, first: int, find_fault: FindFault) -> pa.Table:
    """Read lines into columns, those of `make_columns`.

    `first` is the number of the first line. Of a line that cannot be used the error is raised that `find_fault` makes.
    """
    rows = _read_plain_lines(lines)
    return make_columns(_read_each_line(lines, first, find_fault) if rows is None else rows)


def _read_plain_lines(data: Block) -> pa.Table | None:
    """Read lines that are an object each, all with a text and a name, their values of the types that are written.

    Returns None for any others.
    """
    try:
        whole = pa.py_buffer(np.array([0, len(data)], np.int64)), pa.py_buffer(data)
        pa.LargeStringArray.from_buffers(1, *whole).validate(full=True)  # neither kernels nor Arrow look whether it is
    except pa.ArrowInvalid:
        return None
    rows = read_plain_columns(data, _WRITTEN)
    if rows is None:
        rows = _read_by_arrow(data)
    if rows is None or rows["body"].null_count:
        return None
    names = pc.coalesce(*(_drop_empty(rows[name]) for name in ("id", "url", "path")))
    if names.null_count or pc.list_flatten(rows["authors"]).null_count:
        return None
    return rows.set_column(0, "id", names)


def _read_by_arrow(data: Block) -> pa.Table | None:
    """Read lines that are an object each, with any values of keys that nobody asks for; None for any others."""
    scanned = Scanned(*scan_lines(np.frombuffer(data, np.uint8)))
    # Arrow reads objects, not lines: where each line begins and ends with a brace, and there are as many, they agree
    if not scanned.are_objects or scanned.most_nested > MOST_NESTED or _have_no_numbers(data, scanned.places.tolist()):
        return None
    options = arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1)
    # what is not asked for is passed over: no types of unknown keys, of which each would be a column
    parse = arrow_json.ParseOptions(explicit_schema=_WRITTEN, unexpected_field_behavior="ignore")
    try:
        rows = arrow_json.read_json(pa.BufferReader(data), options, parse)
    except pa.ArrowInvalid:
        return None
    return rows.select(_WRITTEN.names).combine_chunks() if len(rows) == scanned.lines else None


def _have_no_numbers(data: Block, places: Iterable[int]) -> bool:
    """Say whether what is no number, NaN or an infinity, stands at one of the places as a value may: not in a text."""
    for place in places:
        before = bytes(data[max(0, place - 64) : place]).rstrip(b"- \t\r\n")[-1:]
        word = bytes(data[place : place + 64]).removeprefix(b"Infinity").removeprefix(b"Inf").removeprefix(b"NaN")
        if before in (b":", b",", b"[", b"") and word.lstrip(b" \t\r\n")[:1] in (b",", b"}", b"]", b""):
            return True
    return False


def _read_each_line(lines: Block, first: int, find_fault: FindFault) -> pa.Table:
    """Read lines one after another, and raise the error of the first that cannot be used."""
    rows = []
    for number, line in enumerate(io.BytesIO(lines), first):
        if line.strip():
            try:
                rows.append(_read_row(orjson.loads(line)))
            except orjson.JSONDecodeError as error:
                raise find_fault(number, f"not JSON ({error}); expected one object a line") from None
            except ValueError as error:
                raise find_fault(number, str(error)) from None
    columns = {name: pa.array([row[name] for row in rows], _WRITTEN.field(name).type) for name in _WRITTEN.names}
    return pa.table(columns, schema=_WRITTEN)


def _read_row(row: Any) -> Row:
    """Read one row; what is of another type than is written is unknown. ValueError says what is missing."""
    if not isinstance(row, dict) or "body" not in row or not isinstance(row["body"], str | None):
        raise ValueError("no text under the key 'body'; a row needs at least that")
    name = next((row[key] for key in ("id", "url", "path") if row.get(key) not in (None, "")), None)
    if name is None:
        raise ValueError("none of the keys 'id', 'url' and 'path' to know the row by")
    read: Row = {key: row.get(key) if isinstance(row.get(key), str) else None for key in _WRITTEN.names}
    confidence, authors = row.get("date_confidence"), row.get("authors")
    times = {key: None if row.get(key) is None else str(row[key]) for key in ("published_at", "first_seen_at")}
    return read | times | {
        "id": str(name),
        "path": str(row.get("path") or ""),
        "date_confidence": confidence if isinstance(confidence, str | None) else "",
        "body": row["body"] or "",
        "authors": [str(a) for a in authors] if isinstance(authors, list) else None,
    }  # fmt: skip


def make_columns(rows: pa.Table) -> pa.Table:
    """Make of what rows say the columns of `Article` of these names: empty is null, times are in UTC.

    `url` is the canonical address where there is no other, `url_is_claim` says where it stands for no place that the
    page came from. `authors` may be null, `body` is never.
    """
    path, canonical = pc.fill_null(rows["path"], ""), _drop_empty(rows["canonical_url"])
    url, published = _drop_empty(rows["url"]), _read_times(rows["published_at"])
    is_claim = pc.and_(pc.is_valid(canonical), pc.fill_null(pc.equal(url, canonical), True))  # noqa: FBT003
    claims = is_claim.to_numpy().copy()
    for number in np.flatnonzero(claims).tolist():
        claims[number] = not _has_addresses(path[number].as_py())
    given = pc.fill_null(rows["date_confidence"], "high")  # one without it is somebody's label, so believed
    known = pc.if_else(pc.is_in(given, pa.array(_CONFIDENCE)), given, "low")  # an unknown word is a doubt
    return pa.table({
        "article_id": rows["id"],
        "location": path,
        "url": pc.coalesce(url, canonical),
        "url_is_claim": claims,
        "canonical_url": canonical,
        "outlet": _drop_empty(rows["outlet"]),
        "title": _drop_empty(rows["title"]),
        "kind": pc.if_else(pc.is_in(rows["kind"], pa.array(get_args(Kind))), rows["kind"], None),
        "authors": rows["authors"],
        "agency": _drop_empty(rows["agency"]),
        "published_at": published,
        "date_confidence": pc.if_else(pc.is_valid(published), known, "none"),
        "date_reason": pc.if_else(pc.and_(pc.is_valid(published), pc.is_null(rows["date_confidence"])), LABEL, ""),
        "language": _drop_empty(rows["language"]),
        "first_seen_at": pc.fill_null(_read_times(rows["first_seen_at"]), UNKNOWN_SEEN),
        "body": rows["body"],
    })  # fmt: skip


def _drop_empty(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _has_addresses(path: str) -> bool:
    """Return whether a page from this path has an address of its own: in an archive's record, or as the path itself."""
    return is_archive(path) or split_url(path) is not None


def _read_times(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read instants in UTC; what is none is null. Arrow reads them where all have a zone, or none has."""
    for kind in (_TIME, pa.timestamp("us")):
        try:
            read = texts.cast(kind).cast(_TIME)
        except pa.ArrowInvalid:
            continue
        within = pc.and_(pc.greater(read, _FIRST), pc.less(read, _LAST))
        if pc.all(within).as_py() is not False:
            return read
    return pa.chunked_array([pa.array([_read_instant(text) for text in texts.to_pylist()], _TIME)])


def _read_instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at the ends of the calendar
        return None
