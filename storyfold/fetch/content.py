"""Read the page in an archive's record or in a file, and check that it is text at all."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from storyfold.outcomes import Reason, Rejected
from storyfold.web.decoding import GZIP_MAGIC, PAGE_TYPES, decode, inflate_gzip, join_chunks, read_content_type
from storyfold.web.messages import ErrorResponse, find_header
from storyfold.web.record_bytes import describe_offset
from storyfold.web.urls import split_url
from storyfold.web.warc import Record, looks_like_archive, split_http_head

OK_STATUSES = frozenset({200, 203})  # 203: as 200, changed by a proxy on the way (RFC 9110, 15.3.4)
TEXT_ENDINGS = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain"}
# Media types beyond text/* whose bytes may be a page; everything else (images, PDF, JSON) is none.
TEXT_TYPES = frozenset({"application/xhtml+xml", "application/xml", "application/octet-stream", "application/html"})
# First bytes of what is no text, from the WHATWG MIME Sniffing standard (mimesniff.spec.whatwg.org, section 6).
SIGNATURES = {
    b"%PDF-": "PDF", b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF",
    b"PK\x03\x04": "ZIP", b"\x1f\x8b\x08": "gzip", b"Rar!\x1a\x07": "RAR", b"OggS\x00": "Ogg",
    b"\x1a\x45\xdf\xa3": "WebM", b"wOFF": "WOFF", b"wOF2": "WOFF 2", b"\x00\x00\x01\x00": "an icon",
}  # fmt: skip
SNIFFED = 4_096  # bytes looked at for noise
# Share of control characters from which on it is noise: random bytes have 10 % (27 of 256), none of 325 real pages
# has any there.
NOISE = 0.02
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # "binary data bytes" of the same standard
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, kw_only=True)
class Content:
    """A page's bytes, and what the headers of server or archive state of them."""

    data: bytes
    url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    seen_at: datetime | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


def read_record_content(record: Record, limit: int) -> Content:
    """Return the page that a record holds, at most `limit` bytes of it.

    Raises Rejected: TOO_LARGE, HTTP_ERROR for a response with another status than 200, UNREADABLE_INPUT.
    """
    url = record.target if record.target and split_url(record.target) else None
    seen_at = _read_instant(record.headers.get("warc-date"))
    head = split_http_head(record.block) if record.type == "response" else None
    media_type, charset = read_content_type(record.headers.get("content-type"))
    if record.type != "response" or (head is None and media_type in PAGE_TYPES):
        if len(record.block) > limit:
            raise Rejected(Reason.TOO_LARGE, f"{len(record.block)} bytes; the limit is {limit}")
        return Content(data=record.block, url=url, media_type=media_type, charset=charset, seen_at=seen_at)
    if head is None:
        raise Rejected(Reason.UNREADABLE_INPUT, f"{describe_offset(record.offset)}: no HTTP answer in the record")
    status, headers, start = head
    if status not in OK_STATUSES:
        raise ErrorResponse(status, url or "")
    payload = record.block[start:]
    if "chunked" in (find_header(headers, "transfer-encoding") or "").lower():
        payload = join_chunks(payload)
    media_type, charset = read_content_type(find_header(headers, "content-type"))
    return Content(
        data=decode(payload, find_header(headers, "content-encoding"), limit),
        url=url,
        media_type=media_type,
        charset=charset,
        seen_at=seen_at,
        status=status,
        etag=find_header(headers, "etag"),
        last_modified=find_header(headers, "last-modified"),
    )


def _read_instant(text: str | None) -> datetime | None:
    try:
        read = datetime.fromisoformat((text or "").strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_file(path: Path, limit: int) -> bytes:
    """Read a file's bytes, gzip undone, never more than `limit` of them read or inflated.

    Raises Rejected: MISSING_INPUT, UNREADABLE_INPUT, TOO_LARGE.
    """
    try:
        # Without waiting, as a pipe that was put in the file's place would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Rejected(Reason.UNREADABLE_INPUT, "not a regular file")
            if status.st_size > limit:
                raise Rejected(Reason.TOO_LARGE, f"{status.st_size} bytes; the limit is {limit}")
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise Rejected(Reason.MISSING_INPUT, "the file is gone") from None
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else None
        raise Rejected(Reason.UNREADABLE_INPUT, detail or str(error)) from None
    if len(data) > limit:  # it grew since
        raise Rejected(Reason.TOO_LARGE, f"more than {limit} bytes")
    if path.name.lower().endswith(".gz") and data:
        if data[:2] != GZIP_MAGIC:
            raise Rejected(Reason.UNREADABLE_INPUT, "named .gz, and not gzip")
        data = inflate_gzip(data, limit)
    return data


def guess_media_type(name: str) -> str | None:
    """Guess the media type of a file by its ending; None where that says nothing."""
    lowered = name.lower().removesuffix(".gz")
    return TEXT_ENDINGS.get(Path(lowered).suffix)


def check_text(content: Content) -> None:
    """Raise Rejected NOT_TEXT for a page that is a picture, a PDF, an archive or noise, whatever it is called."""
    stated = content.media_type
    if stated is not None and not stated.startswith("text/") and stated not in TEXT_TYPES:
        raise Rejected(Reason.NOT_TEXT, f"media type {stated}")
    data = content.data
    if signature := next((what for magic, what in SIGNATURES.items() if data.startswith(magic)), None):
        raise Rejected(Reason.NOT_TEXT, f"the bytes are {signature}")
    if looks_like_archive(data):
        raise Rejected(Reason.NOT_TEXT, "the bytes are a web archive; its name should end in .warc, .wet or .arc")
    start = data[:SNIFFED]
    wide = start.startswith(_UTF16) or (content.charset or "").startswith(("utf-16", "utf-32", "ucs-2"))
    if not wide and len(_CONTROL.findall(start)) > NOISE * len(start):
        raise Rejected(Reason.NOT_TEXT, "the bytes are no text")
