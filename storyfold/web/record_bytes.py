"""Read the bytes of a web archive, one record after another: of a plain file, or inflated from its gzip members.

A record's offset is the byte of the file where it starts. Crawlers write one gzip member a record, so that this is
enough to read it again. An archive that was compressed whole has one member, and all its records but the first start
inside: their offset is *below zero*, minus where they start in the inflated bytes.
"""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from storyfold.outcomes import Reason, Rejected
from storyfold.web.decoding import GZIP, GZIP_MAGIC

CHUNK = 64 * 1024
MAX_GAP = 64  # line ends between two records that are passed over; the formats have two (WARC) and one (ARC)
# Inflated bytes from which on no record inside a gzip member is read: to read it again costs inflating all before it,
# 3 s for as much, and a page may take 30 (`settings.parse`). One member a record has no such limit.
MAX_INFLATED = 1024**3


class DamagedRecord(Rejected):
    """A record that cannot be read, at `offset`; the reason is CUT_ARCHIVE or UNREADABLE_INPUT."""

    def __init__(self, reason: Reason, offset: int, what: str) -> None:
        super().__init__(reason, f"{describe_offset(offset)}: {what}")
        self.offset = offset
        self.what = what

    def __reduce__(self) -> tuple[type[DamagedRecord], tuple[Reason, int, str]]:
        return type(self), (self.reason, self.offset, self.what)


def describe_offset(offset: int) -> str:
    """Describe a record's offset for people."""
    return f"at byte {offset}" if offset >= 0 else f"at byte {-offset} of the inflated file"


class RecordBytes:
    """Reads an open archive from a record's start on; `offset` is that of the record that is being read."""

    def __init__(self, file: IO[bytes], offset: int = 0) -> None:
        self.file = file
        self.size = file.seek(0, 2)
        self.offset = file.seek(offset)
        self.zipped = file.read(2) == GZIP_MAGIC
        file.seek(offset)
        self.inflater: Any = None  # of the member that is being read
        self.whole = offset == 0  # whether `inflated` counts from the start of the file
        self.inflated = 0  # bytes given out of all members
        self.fault = ""  # why no more can be inflated; whole records may stand before it
        self.spare = b""  # read from the file, and not yet inflated
        self.ahead = b""  # of the record's stream, and not yet given out

    @property
    def is_in_member(self) -> bool:
        """Whether the next byte stands in the gzip member of the record that was read last."""
        return self.zipped and self.inflater is not None and not (self.inflater.eof and not self.ahead)

    def begin_record(self) -> bool:
        """Start on the next record; return False at the end of the file. Raises DamagedRecord beyond MAX_INFLATED."""
        if self.is_in_member:
            self.offset = -self.inflated
            if self.inflated > MAX_INFLATED:
                what = f"over {MAX_INFLATED} bytes in one gzip stream; compress the archive record by record to read on"
                raise self.make_error(what, Reason.UNREADABLE_INPUT)
            return True
        unread = len(self.spare) if self.zipped else len(self.ahead)
        self.offset = self.file.tell() - unread
        if self.offset >= self.size:
            return False
        self.inflater = zlib.decompressobj(GZIP)
        return True

    def read(self, size: int) -> bytes:
        """Read exactly `size` bytes, or fewer at the end of the file or of its gzip member."""
        parts = [self.ahead[:size]]
        self.ahead = self.ahead[size:]
        missing = size - len(parts[0])
        while missing > 0 and (piece := self._read_more(min(missing, CHUNK))):
            parts.append(piece)
            missing -= len(piece)
        data = b"".join(parts)
        self.inflated += len(data)
        return data

    def put_back(self, data: bytes) -> None:
        """Put back bytes that were read last, to be read once more."""
        self.ahead = data + self.ahead
        self.inflated -= len(data)

    def skip(self, size: int) -> int:
        """Skip `size` bytes and return how many there were."""
        if not self.zipped:
            there = min(size, len(self.ahead) + self.size - self.file.tell())
            self.file.seek(there - len(self.ahead), 1)
            self.ahead = b""
            return there
        done = 0
        while done < size and (piece := self.read(min(size - done, CHUNK))):
            done += len(piece)
        return done

    def skip_gap(self) -> tuple[bytes, bytes]:
        """Skip the line ends after a record, at most MAX_GAP; return them, and a few of the bytes that come next.

        Nothing comes next at the end of the file or of a gzip member, whose checksum then has been seen.
        """
        data = self.read(MAX_GAP)
        after = data.lstrip(b"\r\n")
        self.put_back(after)
        return data[: len(data) - len(after)], after

    def end_member(self, most: int) -> bool:
        """Skip the rest of a gzip member; return whether it is whole, and not longer than `most` bytes."""
        return self.zipped and self.skip(most) < most and bool(self.inflater.eof)

    def _read_more(self, size: int) -> bytes:
        if not self.zipped:
            return self.file.read(size)
        while not self.inflater.eof and not self.fault:
            data = self.spare or self.file.read(CHUNK)
            try:
                piece: bytes = self.inflater.decompress(data, size)
            except zlib.error as error:
                self.fault = f"the gzip data is corrupt ({error})"
                break
            self.spare = self.inflater.unused_data if self.inflater.eof else self.inflater.unconsumed_tail
            if piece:
                return piece
            if not data and not self.inflater.eof:
                self.fault = "the file ends within the record"
        return b""

    def make_error(self, what: str, reason: Reason = Reason.CUT_ARCHIVE) -> DamagedRecord:
        """Make the error to raise for the record that is being read."""
        return DamagedRecord(reason, self.offset, self.fault or what)


@dataclass(slots=True)
class _InflateState:
    """How far a thread has inflated a file: from here reading goes on without inflating all of it anew."""

    key: tuple[Path, int, int]
    position: int
    inflated: int
    inflater: Any
    spare: bytes
    ahead: bytes


_states = threading.local()


def open_at(file: IO[bytes], path: Path, offset: int) -> RecordBytes:
    """Open the bytes from a record's offset on; one inside a gzip member is reached by inflating what is before it.

    Raises DamagedRecord if the file ends before it, or where it cannot be inflated so far.
    """
    if offset >= 0:
        source = RecordBytes(file, offset)
        if not source.begin_record():
            raise source.make_error("the file ends before the record")
        return source
    source = _resume_inflating(file, path, -offset) or RecordBytes(file)
    while source.inflated < -offset:
        if not source.is_in_member and not source.begin_record():
            raise DamagedRecord(Reason.CUT_ARCHIVE, offset, "the file ends before the record")
        if not source.zipped or -offset > MAX_INFLATED:
            raise DamagedRecord(Reason.UNREADABLE_INPUT, offset, "no place in this file")
        source.skip(-offset - source.inflated)
    source.offset = offset
    return source


def save_inflate_state(source: RecordBytes, path: Path) -> None:
    """Save how far a file was inflated for this thread's next reading: records are mostly read in their order."""
    if source.is_in_member and source.whole:
        state = (source.inflater.copy(), source.spare, source.ahead)
        _states.last = _InflateState(_make_key(path), source.file.tell(), source.inflated, *state)


def _resume_inflating(file: IO[bytes], path: Path, wanted: int) -> RecordBytes | None:
    last: _InflateState | None = getattr(_states, "last", None)
    if last is None or last.inflated > wanted or last.key != _make_key(path):
        return None
    source = RecordBytes(file)
    file.seek(last.position)
    source.inflated, source.inflater = last.inflated, last.inflater.copy()
    source.spare, source.ahead = last.spare, last.ahead
    return source


def _make_key(path: Path) -> tuple[Path, int, int]:
    status = path.stat()
    return path, status.st_size, status.st_mtime_ns
