"""Web archives (WARC 1.0 and 1.1, and Common Crawl's WET) as records at offsets.

Written here because the readers at hand take a cut for an end: fastwarc 2.0.1 gave a record of 103 bytes as
whole after 38 of them, and never said that the file was cut; in a night that would be a silent loss. Here a
record counts only once its last byte, and for gzip its checksum, has been seen.

Records are read one at a time, plain or with one gzip member a record (WARC 1.1, annex D), as every crawler
writes them: only then can one be read again by its offset.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from storyfold.answers import Headers
from storyfold.outcomes import Reason, Rejected
from storyfold.payloads import GZIP, GZIP_MAGIC

ENDINGS = (".warc", ".warc.gz", ".wet", ".wet.gz")
CHUNK = 64 * 1024
HEAD_BYTES = 64 * 1024  # longest head of a record or a response; servers stop at 8 to 64 kB of headers
MAX_RECORD = 4 * 1024**3  # bytes of one record that are inflated to find its end; crawlers cut pages at 1 to 10 MiB
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_STATUS = re.compile(r"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)[ \t]*(.{0,200})")


def is_archive(name: str) -> bool:
    """Whether a file's name is that of a web archive."""
    return name.lower().endswith(ENDINGS)


class Damaged(Rejected):
    """The archive cannot be read on from `offset`; the reason is CUT_ARCHIVE or UNREADABLE_INPUT."""

    def __init__(self, reason: Reason, offset: int, what: str) -> None:
        super().__init__(reason, f"at byte {offset}: {what}")
        self.offset = offset
        self.what = what

    def __reduce__(self) -> tuple[type[Damaged], tuple[Reason, int, str]]:
        return type(self), (self.reason, self.offset, self.what)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: headers with lower-case names, and its block, or the first `HEAD_BYTES` of it at most."""

    offset: int  # bytes of the file as stored
    headers: Mapping[str, str]
    length: int  # of the whole block, in bytes
    block: bytes

    @property
    def type(self) -> str:
        """`response`, `conversion` and so on; empty where the record does not say."""
        return self.headers.get("warc-type", "").lower()

    @property
    def target(self) -> str | None:
        """WARC-Target-URI, without the angle brackets that some writers put around it."""
        return self.headers.get("warc-target-uri", "").strip("<> ") or None


class _Source:
    """The bytes of one record after another: of a plain file, or of the gzip members of a compressed one."""

    def __init__(self, file: IO[bytes], offset: int) -> None:
        self.file = file
        self.size = file.seek(0, 2)
        self.start = file.seek(offset)  # of the record that is being read
        self.zipped = file.read(2) == GZIP_MAGIC
        file.seek(offset)
        self.inflater = zlib.decompressobj(GZIP)
        self.spare = b""  # read from the file, and not yet inflated
        self.ahead = b""  # of the record's stream, and not yet given out

    def begin(self) -> bool:
        """Start on the next record; False at the end of the file."""
        unread = len(self.spare) if self.zipped else len(self.ahead)
        self.start = self.file.tell() - unread
        if self.start >= self.size:
            return False
        self.inflater = zlib.decompressobj(GZIP)
        return True

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, or fewer at the end of the file or of its gzip member."""
        parts = [self.ahead[:size]]
        self.ahead = self.ahead[size:]
        missing = size - len(parts[0])
        while missing > 0 and (piece := self._more(min(missing, CHUNK))):
            parts.append(piece)
            missing -= len(piece)
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Pass over `size` bytes; how many there were."""
        if not self.zipped:
            there = min(size, len(self.ahead) + self.size - self.file.tell())
            self.file.seek(there - len(self.ahead), 1)
            self.ahead = b""
            return there
        done = 0
        while done < size and (piece := self.read(min(size - done, CHUNK))):
            done += len(piece)
        return done

    def _more(self, size: int) -> bytes:
        if not self.zipped:
            return self.file.read(size)
        while not self.inflater.eof:
            data = self.spare or self.file.read(CHUNK)
            try:
                piece = self.inflater.decompress(data, size)
            except zlib.error as error:
                raise self.damaged(f"the gzip data is corrupt ({error})") from None
            self.spare = self.inflater.unused_data if self.inflater.eof else self.inflater.unconsumed_tail
            if piece:
                return piece
            if not data and not self.inflater.eof:
                raise self.damaged("the file ends within the record")
        return b""

    def damaged(self, what: str, reason: Reason = Reason.CUT_ARCHIVE) -> Damaged:
        return Damaged(reason, self.start, what)


def walk(path: Path) -> Iterator[Record]:
    """The records of an archive in their order, each with the first `HEAD_BYTES` of its block at most.

    Raises Damaged after the last whole record where the rest cannot be read; OSError where the file cannot.
    """
    with path.open("rb") as file:
        source = _Source(file, 0)
        if not source.size:
            raise source.damaged("the file is empty")
        while source.begin():
            record = _read(source, HEAD_BYTES)
            _finish(source, record)
            yield record


def read_at(path: Path, offset: int, limit: int) -> Record:
    """The record that starts at `offset`, whole.

    Raises Rejected: TOO_LARGE if its block is larger than `limit` bytes; Damaged if there is no whole record
    there. OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        source = _Source(file, offset)
        if not source.begin():
            raise source.damaged("the file ends before the record")
        record = _read(source, limit)
        if record.length > limit:
            raise Rejected(Reason.TOO_LARGE, f"a record of {record.length} bytes; the limit is {limit}")
        _finish(source, record)
        return record


def _read(source: _Source, most: int) -> Record:
    """The head of the record and as much of its block as `most` allows."""
    data = source.read(CHUNK if source.zipped else 4096)
    if not _VERSION.match(data):
        if source.start == 0 and not b"WARC/1.0\r\n".startswith(data[:10]):
            raise source.damaged("not a web archive (WARC or WET)", Reason.UNREADABLE_INPUT)
        raise source.damaged("no record starts here")
    while not (end := _HEAD_END.search(data)):
        more = source.read(CHUNK) if len(data) < HEAD_BYTES else b""
        if not more:
            raise source.damaged("the head of the record does not end")
        data += more
    source.ahead = data[end.end() :] + source.ahead
    headers = _headers(data[: end.start()].decode("utf-8", "replace"))
    digits = headers.get("content-length", "").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise source.damaged("the record does not say how long it is")
    length = int(digits)
    if length > MAX_RECORD:
        raise source.damaged(f"the record says that it has {length} bytes", Reason.UNREADABLE_INPUT)
    block = source.read(min(length, most))
    return Record(source.start, headers, length, block)


def _finish(source: _Source, record: Record) -> None:
    """Make sure that the record is whole, and leave the source where the next one starts."""
    rest = record.length - len(record.block)
    if rest and source.skip(rest) < rest:
        raise source.damaged("the record ends early")
    if not source.zipped:
        if source.read(4) != b"\r\n\r\n":
            raise source.damaged("the end of the record is missing")
        return
    tail = source.read(CHUNK)  # reads on to the end of the member, and so to its checksum
    if tail.strip(b"\r\n") or not source.inflater.eof:
        raise source.damaged(
            "more than one record in one gzip stream; compress the archive record by record to read it",
            Reason.UNREADABLE_INPUT,
        )


def _headers(head: str) -> dict[str, str]:
    """Header fields by lower-case name, the first of each; a line that starts with a space goes on the one before."""
    fields: dict[str, str] = {}
    for name, value in header_lines(head):
        fields.setdefault(name.lower(), value)
    return fields


def header_lines(head: str) -> Headers:
    """The header fields below the first line, in their order."""
    fields: list[tuple[str, str]] = []
    for line in head.split("\n")[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def http_head(block: bytes) -> tuple[int, Headers, int] | None:
    """Status, headers and the start of the body of an HTTP answer as archived; None if the block is none."""
    end = _HEAD_END.search(block, 0, HEAD_BYTES + 4)
    stop, body = (end.start(), end.end()) if end else (len(block), len(block))
    head = block[:stop].decode("latin-1")  # what HTTP's headers are read as (RFC 9110, 5.5)
    status = _STATUS.match(head)
    return (int(status.group(1)), header_lines(head), body) if status else None
