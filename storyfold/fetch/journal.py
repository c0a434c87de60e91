"""What was asked already: each answer is written down as it comes, so that a killed batch asks for nothing twice.

A journal is a file that only grows: for each question a line of JSON after its checksum, then the payload as it came.
A killed process leaves at most its last entry cut; the next start takes off everything from the first entry on that is
not whole. Everything is asked through the journal, by
many threads in any order, and then read back from it in the items' order: so the archive, written from the second
reading, is the same however the threads ran.
"""

from __future__ import annotations

import dataclasses
import json
import os
import threading
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from storyfold.answers import Answer, AskVersion, ErrorAnswer, Validators, header
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.payloads import decode

Key = tuple[str, Validators | None]
"""An address, and of which version only a change was asked for: another's "not modified" would be no answer."""
CHECKSUM = 9  # characters of a line's checksum: eight hex digits of CRC-32, and a space
# Refusals that say nothing of the page: a start that takes the batch up may ask again.
PASSING = frozenset({Reason.ROBOTS_UNREACHABLE, Reason.REFUSED_ADDRESS, Reason.NO_ANSWER})


class Journal:
    """An `AskVersion` that puts each question once, in this process and in those that were killed before it."""

    def __init__(self, path: Path, ask: AskVersion, *, gives_up: bool = True) -> None:
        """`ask` carries questions; with `gives_up`, one that stayed without an answer is not put again."""
        self.path = path
        self._ask = ask
        self._gives_up = gives_up
        self._lock = threading.Lock()
        self._failed: dict[str, Rejected | Transient] = {}  # not written down: a later start may try again
        self._file: IO[bytes] | None = None
        self._entries, self._end = _read_entries(path)

    def __call__(self, url: str, limit: int, validators: Validators | None = None) -> Answer:
        """The answer that is written down, or else a new one; raises what asking raised, again each time."""
        key = (url, validators)
        with self._lock:
            # A whole answer is one to every question; what is known of a page may change between two starts.
            place, failed = self._entries.get(key, self._entries.get((url, None))), self._failed.get(url)
        if place is not None:
            return self._again(place, url, limit)
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
            file.seek(self._end)
            file.write(line + payload + b"\n")
            file.flush()  # to the system, which keeps it when the process is killed
            self._entries[key] = self._end
            self._end += len(line) + len(payload) + 1

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
            self._file.truncate(self._end)
        return self._file

    def _again(self, place: int, url: str, limit: int) -> Answer:
        with self._lock:
            file = self._opened()
            file.seek(place)
            entry = json.loads(file.readline()[CHECKSUM:])
            payload = file.read(entry["bytes"])
        if "refused" in entry:
            told = entry["refused"]
            if told["status"] is not None:
                raise ErrorAnswer(told["status"], told["final_url"], told["detail"])
            raise Rejected(Reason(told["reason"]), told["detail"])
        told = entry["answer"]
        headers = tuple((name, value) for name, value in told["headers"])
        return Answer(
            url=url,
            final_url=told["final_url"],
            status=told["status"],
            status_text=told["status_text"],
            version=told["version"],
            headers=headers,
            content=decode(payload, header(headers, "content-encoding"), limit) if payload else b"",
            payload=payload,
            seen_at=datetime.fromisoformat(told["seen_at"]),
        )


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "final_url": answer.final_url,
        "status": answer.status,
        "status_text": answer.status_text,
        "version": answer.version,
        "headers": answer.headers,
        "seen_at": answer.seen_at.isoformat(),
    }


def _refusal(error: Rejected) -> dict[str, Any]:
    status, final_url = (error.status, error.final_url) if isinstance(error, ErrorAnswer) else (None, None)
    return {"reason": error.reason.value, "detail": error.detail, "status": status, "final_url": final_url}


def _checksum(line: bytes) -> bytes:
    return b"%08x " % zlib.crc32(line)


def _read_entries(path: Path) -> tuple[dict[Key, int], int]:
    """Where each question's entry starts, and where the last whole entry ends."""
    entries: dict[Key, int] = {}
    end = 0
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return entries, end
    with file:
        while line := file.readline():
            if line[:CHECKSUM] != _checksum(line[CHECKSUM:]):
                break
            told = json.loads(line[CHECKSUM:])
            payload = file.read(told["bytes"])
            if zlib.crc32(payload) != told["crc"] or file.read(1) != b"\n":
                break
            entries[told["url"], Validators(**told["known"]) if told["known"] else None] = end
            end = file.tell()
    return entries, end
