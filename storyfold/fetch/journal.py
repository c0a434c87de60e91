"""Write down each response as it comes, so that a batch that was killed requests nothing twice.

A journal is a file that only grows: for each request a line of JSON after its checksum, then the payload as it came.
A killed process leaves at most its last entry cut. Several processes may write one journal, as all of a run share the
rules of robots.txt: one writes at a time, under the file's lock, and first reads on to what the others have written,
and takes off what is not whole there, which nobody can be writing.

Every request goes through the journal, by many threads in any order, and is then read back from it in the items' order:
so the archive, written from the second reading, is the same however the threads ran. The promise is exact: a request
whose entry is whole in the file is not sent again; one that was responded to and not yet written down is.
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
"""An address, and the version of which only a change was requested: another's "not modified" means nothing for it."""
Entry = dict[str, Any]
"""The content of the line of JSON."""
CHECKSUM = 9  # characters of a line's checksum: eight hex digits of CRC-32, and a space
# Refusals that say nothing of the page: a start that takes the batch up may request it again.
PASSING = frozenset({Reason.ROBOTS_UNREACHABLE, Reason.REFUSED_ADDRESS, Reason.NO_ANSWER})


class Journal:
    """A `SendConditionalRequest` that sends each request once, in this process and in those killed before it."""

    def __init__(self, path: Path, send_request: SendConditionalRequest, *, gives_up: bool = True) -> None:
        """Send new requests by `send_request`; with `gives_up`, one that got no response is not sent again."""
        self.path = path
        self._send_request = send_request
        self._gives_up = gives_up
        self._lock = threading.Lock()
        self._failed: dict[str, Rejected | Transient] = {}  # not written down: a later start may try again
        self._file: IO[bytes] | None = None
        self._entries: dict[Key, int] = {}
        self._end = 0  # of the last whole entry that was read or written here
        self._read_new_entries()

    def __call__(self, url: str, limit: int, validators: Validators | None = None) -> Response:
        """Return the response that is written down, or else a new one; raises what the request raised, each time."""
        key = (url, validators)
        with self._lock:
            written, failed = self._find_written(key), self._failed.get(url)
        if written is not None:
            return _replay_entry(*written, url, limit)
        if failed is not None:
            raise failed
        try:
            response = self._send_request(url, limit, validators)
        except Transient as error:
            if self._gives_up:
                self.fail(url, error)
            raise
        except Rejected as error:
            if error.reason in PASSING:
                self.fail(url, error)
            else:
                self._write(key, {"refused": _describe_refusal(error)}, b"")
            raise
        self._write(key, {"answer": _describe_response(response)}, response.payload)
        return response

    @property
    def recorded(self) -> Collection[Key]:
        """The requests that have their response, or their refusal, in the file: they are not sent again."""
        with self._lock:
            self._read_new_entries()
            return tuple(self._entries)

    def fail(self, url: str, error: Rejected | Transient) -> None:
        """Give an address up for as long as this process works on it."""
        with self._lock:
            self._failed[url] = error

    def close(self) -> None:
        """Close the file; a later request opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def discard(self) -> None:
        """Remove the file, once what it holds is stored elsewhere."""
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
        head = {"url": key[0], "known": known, "bytes": len(payload), "crc": zlib.crc32(payload), **entry}
        line = json.dumps(head).encode() + b"\n"
        line = _make_checksum(line) + line
        with self._lock:
            file = self._open_file()
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

    def _open_file(self) -> IO[bytes]:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        return self._file

    def _read_to_the_end(self, file: IO[bytes]) -> None:
        """Read all that is written, and cut off what is not whole. Only under the file's lock."""
        self._read_new_entries()
        if os.fstat(file.fileno()).st_size != self._end:
            # The rest of a killed writer; or damage that another has taken off, and our offsets are void.
            self._entries, self._end = {}, 0
            self._read_new_entries()
            file.truncate(self._end)

    def _find_written(self, key: Key) -> tuple[Entry, bytes] | None:
        """Read what any process has written for a request; None where nothing is, or no longer."""
        if self._find_offset(key) is None:
            self._read_new_entries()
        offset = self._find_offset(key)
        if offset is None:
            return None
        file = self._open_file()
        file.seek(offset)
        found = _read_entry(file)
        # another process may have taken off what was damaged since, and written something else there
        return found if found and _make_key(found[0]) in (key, (key[0], None)) else None

    def _find_offset(self, key: Key) -> int | None:
        # A whole response serves every request; the validators known of a page may change between two starts.
        return self._entries.get(key, self._entries.get((key[0], None)))

    def _read_new_entries(self) -> None:
        """Read the whole entries behind the last one that is known, which others may have written."""
        try:
            if self.path.stat().st_size <= self._end:
                return
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._end)
            while found := _read_entry(file):
                self._entries[_make_key(found[0])] = self._end
                self._end = file.tell()


def _replay_entry(entry: Entry, payload: bytes, url: str, limit: int) -> Response:
    """Return the response of an entry, or raise its refusal."""
    if "refused" in entry:
        refused = entry["refused"]
        if refused["status"] is not None:
            raise ErrorResponse(refused["status"], refused["final_url"], refused["detail"])
        raise Rejected(Reason(refused["reason"]), refused["detail"])
    written = entry["answer"]
    headers = tuple((name, value) for name, value in written["headers"])
    return Response(
        url=url,
        final_url=written["final_url"],
        status=written["status"],
        status_text=written["status_text"],
        version=written["version"],
        headers=headers,
        content=decode(payload, find_header(headers, "content-encoding"), limit) if payload else b"",
        payload=payload,
        seen_at=datetime.fromisoformat(written["seen_at"]),
    )


def _describe_response(response: Response) -> dict[str, Any]:
    return {
        "final_url": response.final_url,
        "status": response.status,
        "status_text": response.status_text,
        "version": response.version,
        "headers": response.headers,
        "seen_at": response.seen_at.isoformat(),
    }


def _describe_refusal(error: Rejected) -> dict[str, Any]:
    status, final_url = (error.status, error.final_url) if isinstance(error, ErrorResponse) else (None, None)
    return {"reason": error.reason.value, "detail": error.detail, "status": status, "final_url": final_url}


def _make_checksum(line: bytes) -> bytes:
    return b"%08x " % zlib.crc32(line)


def _make_key(entry: Entry) -> Key:
    return entry["url"], Validators(**entry["known"]) if entry["known"] else None


def _read_entry(file: IO[bytes]) -> tuple[Entry, bytes] | None:
    """Read the entry that starts here and its payload; None if there is no whole one."""
    line = file.readline()
    if not line or line[:CHECKSUM] != _make_checksum(line[CHECKSUM:]):
        return None
    entry: Entry = json.loads(line[CHECKSUM:])
    payload = file.read(entry["bytes"])
    if zlib.crc32(payload) != entry["crc"] or file.read(1) != b"\n":
        return None
    return entry, payload
