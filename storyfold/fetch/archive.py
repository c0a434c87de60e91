"""Write the lake's own archive, one WARC file a batch, and read a page's bytes back from it or from the user's.

Format: WARC 1.1 (iipc.github.io/warc-specifications), one gzip member a record, so that any WARC tool reads it
and a record can be read by its offset. The same records give the same bytes: ids are hashes, times are given.
"""

from __future__ import annotations

import base64
import glob
import hashlib
import os
import re
import secrets
import uuid
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Literal, Self
from urllib.parse import quote

from storyfold.fetch.content import Content, read_record_content
from storyfold.outcomes import Reason, Rejected
from storyfold.schemas.pages import Page
from storyfold.web.decoding import GZIP
from storyfold.web.messages import ArchivePlace, Response
from storyfold.web.record_bytes import describe_offset
from storyfold.web.warc import HEAD_BYTES, read_record_at

NAMESPACE = uuid.UUID("6f0d4c8e-5f6b-5c55-9d0e-3c1d2b7a9e41")  # random, drawn once: no other program makes our ids
LEVEL = 6  # on 120 real pages 65 MB a second; level 4 is 1.6 times as fast, for 5 % more bytes kept for ever
INFO = b"software: storyfold\r\nformat: WARC File Format 1.1\r\n"
_LINE_BREAKS = re.compile(r"[\r\n]+[ \t]*")


class ArchiveWriter:
    """Writes one archive file: `folder / name`, where rows name it by `name`.

    Records go to a file of another name in the same folder, which takes its own name on `close`; a batch that
    fails leaves nothing under it. Without a record there is no file. Not for several threads.
    """

    def __init__(self, folder: Path, name: str) -> None:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or not name.endswith(".warc.gz"):
            raise ValueError(f"an archive's name is a path below its folder that ends in .warc.gz, not {name!r}")
        self.folder = folder
        self.name = name
        self.path = folder / name
        self._partial = self.path.with_name(f".{self.path.name}.{os.getpid()}-{secrets.token_hex(4)}.partial")
        self._file: IO[bytes] | None = None
        self._position = 0

    def can_read_back(self, archive_place: ArchivePlace, content_sha256: str, limit: int) -> bool:
        """Return whether these bytes can be read back from a place: what rows name may be gone, or damaged."""
        if archive_place[0] == self.name:  # this very file, still being written
            return True
        try:
            return read_record(self.folder / archive_place[0], archive_place[1], limit).sha256 == content_sha256
        except Rejected:
            return False

    def add_file(self, name: str, media_type: str | None, content: bytes, seen_at: datetime) -> int:
        """Store a file's bytes as a `resource` record and return its offset. Only the name below its source goes in."""
        target = "file:///" + quote(name.encode("utf-8", "backslashreplace"))
        return self._add("resource", target, media_type or "application/octet-stream", content, seen_at)

    def add_response(self, response: Response) -> int:
        """Store an HTTP response as a `response` record, its payload as it came, and return its offset."""
        block = _make_http_head(response) + response.payload
        kind = "application/http; msgtype=response"
        return self._add("response", response.final_url, kind, block, response.seen_at)

    def close(self) -> None:
        """Rename the file to its own name, once its bytes are on the disk."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self.path)
        self._file = None

    def discard(self) -> None:
        """Remove the unfinished file."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _add(
        self, kind: Literal["resource", "response"], target: str, media_type: str, block: bytes, seen_at: datetime
    ) -> int:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for abandoned in self.path.parent.glob(f".{glob.escape(self.path.name)}.[0-9]*-*.partial"):
                abandoned.unlink(missing_ok=True)  # of this very batch: one process at a time writes a lake
            self._file = self._partial.open("xb")
            self._position = self._file.write(_make_record("warcinfo", None, "application/warc-fields", INFO, seen_at))
        offset = self._position
        self._position += self._file.write(_make_record(kind, target, media_type, block, seen_at))
        return offset


def _make_record(kind: str, target: str | None, media_type: str, block: bytes, seen_at: datetime) -> bytes:
    digest = hashlib.sha256(block).digest()
    when = _format_warc_date(seen_at)
    identity = uuid.uuid5(NAMESPACE, "\n".join((kind, target or "", when, digest.hex())))
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:{identity}>"),
        ("WARC-Date", when),
        *([("WARC-Target-URI", target)] if target else []),
        ("WARC-Block-Digest", "sha256:" + base64.b32encode(digest).decode()),
        ("Content-Type", media_type),
        ("Content-Length", str(len(block))),
    ]
    head = "WARC/1.1\r\n" + "".join(f"{name}: {_join_lines(value)}\r\n" for name, value in fields) + "\r\n"
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)  # its gzip header has no time and no name
    data = head.encode("utf-8", "backslashreplace") + block + b"\r\n\r\n"
    return compressor.compress(data) + compressor.flush()


def _format_warc_date(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds" if instant.microsecond else "seconds")[:-6] + "Z"


def _join_lines(value: str) -> str:
    """Return a header on one line: a server must not be able to end it, and so to write records of its own."""
    return _LINE_BREAKS.sub(" ", value)


def _make_http_head(response: Response) -> bytes:
    lines = [f"{response.version} {response.status} {_join_lines(response.status_text)}".rstrip()]
    for name, value in response.headers:
        # The payload is kept without its transfer encoding; the header stays under Common Crawl's name for that.
        kept = f"X-Crawl-{name}" if name.lower() == "transfer-encoding" else name
        lines.append(f"{kept}: {_join_lines(value)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "backslashreplace")


def read_record(path: Path, offset: int, limit: int) -> Content:
    """Read the page in the record at `offset`, its encodings undone: the bytes whose SHA-256 is `content_sha256`.

    Raises Rejected: TOO_LARGE beyond `limit` bytes, MISSING_INPUT or UNREADABLE_INPUT where the archive is gone or
    cannot be read, CUT_ARCHIVE where it ends in the record, HTTP_ERROR for a response without a page.
    """
    try:
        record = read_record_at(path, offset, limit + HEAD_BYTES)
    except FileNotFoundError:
        raise Rejected(Reason.MISSING_INPUT, f"no archive {path.name}") from None
    except OSError as error:
        raise Rejected(Reason.UNREADABLE_INPUT, error.strerror or str(error)) from None
    return read_record_content(record, limit)


def find_archive_path(warc_file: str, archive_folder: Path) -> Path:
    """Return the path of an archive as rows name it: below the lake's own folder of archives, or a full path.

    Raises Rejected UNREADABLE_INPUT for a name that leads out of that folder.
    """
    path = Path(warc_file)
    if not path.is_absolute() and ".." in path.parts:
        raise Rejected(Reason.UNREADABLE_INPUT, f"not below the archive: {warc_file}")
    return archive_folder / path  # a full path stays what it is


def read_page(page: Page, archive_folder: Path, page_bytes: int) -> bytes:
    """Read the bytes of a page that fetch stored; `archive_folder` is the lake's, for pages whose archive lies there.

    Raises Rejected as `read_record` does, and UNREADABLE_INPUT if they are no longer the bytes that were stored.
    """
    path = find_archive_path(page.warc_file, archive_folder)
    content = read_record(path, page.warc_offset, page_bytes).data
    if hashlib.sha256(content).hexdigest() != page.content_sha256:
        record = f"{path.name} {describe_offset(page.warc_offset)}"
        raise Rejected(Reason.UNREADABLE_INPUT, f"{record} holds other bytes than before")
    return content
