"""What was asked already: each answer is written down as it comes, so that a killed batch asks for nothing twice.

A journal is a file that only grows: for each question a line of JSON after its checksum, then the payload as it came.
A killed process leaves at most its last entry cut. Several processes may keep one journal, as all of a night share the
rules of robots.txt: one writes at a time, under the file's lock, and first reads on to what the others have written,
and takes off what is not whole there, which nobody can be writing.

Everything is asked through the journal, by many threads in any order, and then read back from it in the items' order:
so the archive, written from the second reading, is the same however the threads ran. The promise is exact: a question
whose entry is whole in the file is not put again; one that was answered and not yet written down is.
"""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import threading
import zlib
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.web.decoding import decode
from storyfold.web.messages import ErrorResponse, Response, SendConditionalRequest, Validators, find_header

Key = tuple[str, Validators | None]
"""An address, and of which version only a change was asked for: another's "not modified" would be no answer."""
Entry = dict[str, Any]
"""What the line of JSON says."""
CHECKSUM = 9  # characters of a line's checksum: eight hex digits of CRC-32, and a space
# Refusals that say nothing of the page: a start that takes the batch up may ask again.
PASSING = frozenset({Reason.ROBOTS_UNREACHABLE, Reason.REFUSED_ADDRESS, Reason.NO_ANSWER})


class Journal:
    """An `AskVersion` that puts each question once, in this process and in those that were killed before it."""

    def __init__(self, path: Path, ask: SendConditionalRequest, *, gives_up: bool = True) -> None:
        """`ask` carries questions; with `gives_up`, one that stayed without an answer is not put again."""
        self.path = path
        self._ask = ask
        self._gives_up = gives_up
        self._lock = threading.Lock()
        self._failed: dict[str, Rejected | Transient] = {}  # not written down: a later start may try again
        self._file: IO[bytes] | None = None
        self._entries: dict[Key, int] = {}
        self._end = 0  # of the last whole entry that was read or written here
        self._read_on()

    def __call__(self, url: str, limit: int, validators: Validators | None = None) -> Response:
        """The answer that is written down, or else a new one; raises what asking raised, again each time."""
        key = (url, validators)
        with self._lock:
            written, failed = self._written(key), self._failed.get(url)
        if written is not None:
            return _told_again(*written, url, limit)
        if failed is not None:
            raise failed
        try:
            answer = self._ask(url, limit, validators)
        except Transient as error:
            if self._gives_up:
                self.fail(url, error)
            raise
        except Rejected as error:
            if error.reason in PASSING:
                self.fail(url, error)
            else:
                self._write(key, {"refused": _refusal(error)}, b"")
            raise
        self._write(key, {"answer": _answer(answer)}, answer.payload)
        return answer

    @property
    def questions(self) -> Collection[Key]:
        """What has its answer, or its refusal, in the file: what is not asked again."""
        with self._lock:
            self._read_on()
            return tuple(self._entries)

    def fail(self, url: str, error: Rejected | Transient) -> None:
        """Give an address up for as long as this process works on it."""
        with self._lock:
            self._failed[url] = error

    def close(self) -> None:
        """Close the file; a later question opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def discard(self) -> None:
        """Take the file away, once what it holds is kept elsewhere."""
        self.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, key: Key, entry: Mapping[str, Any], payload: bytes) -> None:
        known = dataclasses.asdict(key[1]) if key[1] else None
        told = {"url": key[0], "known": known, "bytes": len(payload), "crc": zlib.crc32(payload), **entry}
        line = json.dumps(told).encode() + b"\n"
        line = _checksum(line) + line
        with self._lock:
            file = self._opened()
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                self._read_to_the_end(file)
                file.seek(self._end)
                file.write(line + payload + b"\n")
                file.flush()  # to the system, which keeps it when the process is killed
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
            self._entries[key] = self._end
            self._end += len(line) + len(payload) + 1

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        return self._file

    def _read_to_the_end(self, file: IO[bytes]) -> None:
        """Know all that is written, and take off what is not whole. Only under the file's lock."""
        self._read_on()
        if os.fstat(file.fileno()).st_size != self._end:
            # The rest of a killed writer; or damage that another has taken off, and our places hold no more.
            self._entries, self._end = {}, 0
            self._read_on()
            file.truncate(self._end)

    def _written(self, key: Key) -> tuple[Entry, bytes] | None:
        """What is written down for a question, by whomever; None where nothing is, or no longer."""
        if self._place(key) is None:
            self._read_on()
        place = self._place(key)
        if place is None:
            return None
        file = self._opened()
        file.seek(place)
        found = _read_entry(file)
        # another process may have taken off what was damaged since, and written something else there
        return found if found and _key(found[0]) in (key, (key[0], None)) else None

    def _place(self, key: Key) -> int | None:
        # A whole answer is one to every question; what is known of a page may change between two starts.
        return self._entries.get(key, self._entries.get((key[0], None)))

    def _read_on(self) -> None:
        """Take in the whole entries behind the last one that is known, which others may have written."""
        try:
            if self.path.stat().st_size <= self._end:
                return
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._end)
            while found := _read_entry(file):
                self._entries[_key(found[0])] = self._end
                self._end = file.tell()


def _told_again(entry: Entry, payload: bytes, url: str, limit: int) -> Response:
    """The answer of an entry, or what it raised."""
    if "refused" in entry:
        told = entry["refused"]
        if told["status"] is not None:
            raise ErrorResponse(told["status"], told["final_url"], told["detail"])
        raise Rejected(Reason(told["reason"]), told["detail"])
    told = entry["answer"]
    headers = tuple((name, value) for name, value in told["headers"])
    return Response(
        url=url,
        final_url=told["final_url"],
        status=told["status"],
        status_text=told["status_text"],
        version=told["version"],
        headers=headers,
        content=decode(payload, find_header(headers, "content-encoding"), limit) if payload else b"",
        payload=payload,
        seen_at=datetime.fromisoformat(told["seen_at"]),
    )


def _answer(answer: Response) -> dict[str, Any]:
    return {
        "final_url": answer.final_url,
        "status": answer.status,
        "status_text": answer.status_text,
        "version": answer.version,
        "headers": answer.headers,
        "seen_at": answer.seen_at.isoformat(),
    }


def _refusal(error: Rejected) -> dict[str, Any]:
    status, final_url = (error.status, error.final_url) if isinstance(error, ErrorResponse) else (None, None)
    return {"reason": error.reason.value, "detail": error.detail, "status": status, "final_url": final_url}


def _checksum(line: bytes) -> bytes:
    return b"%08x " % zlib.crc32(line)


def _key(entry: Entry) -> Key:
    return entry["url"], Validators(**entry["known"]) if entry["known"] else None


def _read_entry(file: IO[bytes]) -> tuple[Entry, bytes] | None:
    """The entry that starts here and its payload; None if there is no whole one."""
    line = file.readline()
    if not line or line[:CHECKSUM] != _checksum(line[CHECKSUM:]):
        return None
    entry: Entry = json.loads(line[CHECKSUM:])
    payload = file.read(entry["bytes"])
    if zlib.crc32(payload) != entry["crc"] or file.read(1) != b"\n":
        return None
    return entry, payload
