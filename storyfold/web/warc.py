"""Read web archives (WARC 1.0 and 1.1, Common Crawl's WET, and ARC) as records at offsets.

Written here because existing readers take a cut for an end: fastwarc 2.0.1 gave a record of 103 bytes as
whole after 38 of them, and never reported that the file was cut; in a run that would be a silent loss. Here a
record counts only once its last byte has been seen, and where it is a gzip member of its own (WARC 1.1, annex D,
as every crawler writes them) its checksum.

After a fault the rest of a file is not searched: a page can hold what looks like a record, of any
address. Only a gzip member that is whole in itself ends where it says, so the records after it are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from storyfold.outcomes import Reason, Rejected
from storyfold.web.arc import ARC_MAGIC, LONGEST_LINE, read_arc_head
from storyfold.web.messages import Headers
from storyfold.web.record_bytes import CHUNK, DamagedRecord, RecordBytes, open_at, save_inflate_state

HEAD_BYTES = 64 * 1024  # longest head of a record or a response; servers stop at 8 to 64 kB of headers
MAX_RECORD = 4 * 1024**3  # bytes of one record that are inflated to find its end; crawlers cut pages at 1 to 10 MiB
MAX_FAULTS = 100  # damaged records of one archive that have a row each; then the rest counts as one
WARC_MAGIC = b"WARC/"
RECORD_END = b"\r\n\r\n"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_STATUS = re.compile(r"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)[ \t]*(.{0,200})")


ENDINGS = (".warc", ".warc.gz", ".wet", ".wet.gz", ".arc", ".arc.gz")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: headers with lower-case names, and its block, or the first `HEAD_BYTES` of it at most."""

    offset: int  # bytes of the file as stored
    headers: Mapping[str, str]
    length: int  # of the whole block, in bytes
    block: bytes
    is_arc: bool = False

    @property
    def type(self) -> str:
        """`response`, `conversion` and so on; empty where the record does not say."""
        return self.headers.get("warc-type", "").lower()

    @property
    def target(self) -> str | None:
        """WARC-Target-URI, without the angle brackets that some writers put around it."""
        return self.headers.get("warc-target-uri", "").strip("<> ") or None


def looks_like_archive(start: bytes) -> bool:
    """Return whether a file that starts so, gzip undone, is a web archive, whatever its name."""
    return bool(_VERSION.match(start)) or start.startswith(ARC_MAGIC)


def is_archive(name: str) -> bool:
    """Return whether a file's name is that of a web archive."""
    return name.lower().endswith(ENDINGS)


def is_archive_file(path: Path) -> bool:
    """Return whether a file is a web archive by its first bytes; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            source = RecordBytes(file)
            return source.begin_record() and looks_like_archive(source.read(32))
    except OSError:
        return False


def read_records(path: Path) -> Iterator[Record | DamagedRecord]:
    """Yield the records of an archive in their order, each with the first `HEAD_BYTES` of its block at most.

    A record that is damaged in a gzip member that is whole stands among them as its failure. Raises DamagedRecord after
    the last readable record where the rest cannot be read; OSError where the file cannot.
    """
    with path.open("rb") as file:
        source = RecordBytes(file)
        if not source.size:
            raise source.make_error("the file is empty")
        faults = 0
        while source.begin_record():
            try:
                record = _read_record(source, HEAD_BYTES)
                _check_end(source, record)
            except DamagedRecord as error:
                faults += 1
                unknown = source.offset == 0 and error.reason is Reason.UNREADABLE_INPUT
                if unknown or faults > MAX_FAULTS or not source.end_member(MAX_RECORD):
                    raise
                yield DamagedRecord(Reason.UNREADABLE_INPUT, error.offset, error.what)
            else:
                yield record


def read_record_at(path: Path, offset: int, limit: int) -> Record:
    """Read the record that starts at `offset`, whole.

    Raises Rejected: TOO_LARGE if its block is larger than `limit` bytes; DamagedRecord if there is no whole record
    there. OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        source = open_at(file, path, offset)
        record = _read_record(source, limit)
        if record.length > limit:
            raise Rejected(Reason.TOO_LARGE, f"a record of {record.length} bytes; the limit is {limit}")
        _check_end(source, record)
        save_inflate_state(source, path)
        return record


def _read_record(source: RecordBytes, most: int) -> Record:
    """Read the head of the record and as much of its block as `most` allows."""
    data = source.read(CHUNK if source.zipped else 4096)
    is_arc = not _VERSION.match(data)
    headers, start, data = _read_arc_head(source, data) if is_arc else _read_warc_head(source, data)
    source.put_back(data[start:])
    digits = headers.get("content-length", "").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise source.make_error("the record does not say how long it is")
    length = int(digits)
    if length > MAX_RECORD:
        raise source.make_error(f"the record says that it has {length} bytes", Reason.UNREADABLE_INPUT)
    block = source.read(min(length, most))
    return Record(source.offset, headers, length, block, is_arc)


def _read_warc_head(source: RecordBytes, data: bytes) -> tuple[Mapping[str, str], int, bytes]:
    while not (end := _HEAD_END.search(data)):
        more = source.read(CHUNK) if len(data) < HEAD_BYTES else b""
        if not more:
            raise source.make_error("the head of the record does not end")
        data += more
    return _read_headers(data[: end.start()].decode("utf-8", "replace")), end.end(), data


def _read_arc_head(source: RecordBytes, data: bytes) -> tuple[Mapping[str, str], int, bytes]:
    while b"\n" not in data and len(data) < LONGEST_LINE and (more := source.read(LONGEST_LINE)):
        data += more
    if source.offset == 0 and not data.startswith(ARC_MAGIC):
        if not b"WARC/1.0\r\n".startswith(data[:10]):
            raise source.make_error("not a web archive (WARC, WET or ARC)", Reason.UNREADABLE_INPUT)
        raise source.make_error("the head of the record does not end")
    head = read_arc_head(data)
    if head is None:
        raise source.make_error("no record starts here")
    return *head, data


def _check_end(source: RecordBytes, record: Record) -> None:
    """Check that the record is whole, and leave the source where the next one starts.

    Where the line ends that should follow are missing, the next record, or the end of the file, shows that the length
    is right; of a page that goes on there would be a beginning only.
    """
    rest = record.length - len(record.block)
    if rest and source.skip(rest) < rest:
        raise source.make_error("the record ends early")
    gap, after = source.skip_gap()
    if record.is_arc and after:
        source.put_back(after := source.read(LONGEST_LINE))
        follows = gap != b"" and (read_arc_head(after) is not None or b"\n" not in after)
    else:
        follows = gap.startswith(RECORD_END) or after[: len(WARC_MAGIC)] == WARC_MAGIC[: len(after)]
    if not follows or (source.fault and not after):
        raise source.make_error("the record goes on after its end")


def _read_headers(head: str) -> dict[str, str]:
    """Read header fields by lower-case name, the first of each; a line that starts with a space goes on."""
    fields: dict[str, str] = {}
    for name, value in split_header_lines(head):
        fields.setdefault(name.lower(), value)
    return fields


def split_header_lines(head: str) -> Headers:
    """List the header fields below the first line, in their order."""
    fields: list[tuple[str, str]] = []
    for line in head.split("\n")[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def split_http_head(block: bytes) -> tuple[int, Headers, int] | None:
    """Return status, headers and the start of the body of an archived HTTP response; None if the block is none."""
    end = _HEAD_END.search(block, 0, HEAD_BYTES + 4)
    stop, body = (end.start(), end.end()) if end else (len(block), len(block))
    head = block[:stop].decode("latin-1")  # what HTTP's headers are read as (RFC 9110, 5.5)
    status = _STATUS.match(head)
    return (int(status.group(1)), split_header_lines(head), body) if status else None
