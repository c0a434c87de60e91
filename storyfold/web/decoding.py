"""Undo the encodings of bytes that come over the wire or out of an archive, never beyond a limit.

204 kB of gzip can hold 200 MB, so nothing is inflated before its size is known: each step stops one byte after
the limit.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import brotli  # type: ignore[import-untyped]

from storyfold.outcomes import Reason, Rejected

PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})  # media types of what may be an article
GZIP_MAGIC = b"\x1f\x8b"
GZIP, ZLIB, RAW_DEFLATE = 31, 15, -15  # window bits as zlib takes them: header and checksum; header; neither
MAX_MEMBERS = 10_000  # gzip members of one payload; each costs a copy, and block gzip of 10 MiB has 160
SLICE = 64 * 1024  # bytes fed to the inflater at a time: bounds what it copies for each member
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]{0,1024})?\r?\n")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]{1,80}/[A-Za-z0-9!#$&^_.+-]{1,80})\s*(?:[;,]|$)")


def read_content_type(value: str | None) -> tuple[str | None, str | None]:
    """Read media type and character set of a Content-Type header, both in lower case; None where it has none."""
    if not value:
        return None, None
    media_type, charset = _MEDIA_TYPE.match(value[:1024]), _CHARSET.search(value[:1024])
    return media_type.group(1).lower() if media_type else None, charset.group(1).lower() if charset else None


def inflate_gzip(data: bytes, limit: int) -> bytes:
    """Return what a gzip file of one or more members holds.

    Raises Rejected: TOO_LARGE if that is more than `limit` bytes, UNREADABLE_INPUT if it is cut or corrupt.
    Bytes after the last member are ignored, as gzip itself does.
    """
    out = bytearray()
    position = members = 0
    while data[position : position + 2] == GZIP_MAGIC or not members:
        members += 1
        if members > MAX_MEMBERS:
            raise Rejected(Reason.UNREADABLE_INPUT, f"more than {MAX_MEMBERS} gzip members")
        position = _inflate(data, position, GZIP, out, limit)
    return bytes(out)


def _inflate(data: bytes, position: int, window_bits: int, out: bytearray, limit: int) -> int:
    """Inflate one stream onto `out` and return where it ended in `data`."""
    inflater = zlib.decompressobj(window_bits)
    pending = b""
    while not inflater.eof:
        if not pending:
            pending = data[position : position + SLICE]
            position += len(pending)
        at_end = not pending
        before = len(out)
        try:
            out += inflater.decompress(pending, limit - len(out) + 1)
        except zlib.error as error:
            raise Rejected(Reason.UNREADABLE_INPUT, f"compressed data: {error}") from None
        if len(out) > limit:
            raise Rejected(Reason.TOO_LARGE, f"more than {limit} bytes when decompressed")
        if at_end and not inflater.eof and len(out) == before:
            raise Rejected(Reason.UNREADABLE_INPUT, "compressed data ends early")
        pending = inflater.unconsumed_tail
    return position - len(inflater.unused_data)


def join_chunks(data: bytes) -> bytes:
    """Return the body of a chunked message; data that is not chunked (many archives keep it undone) comes back as is.

    A last chunk that is cut gives what there is of it.
    """
    parts: list[bytes] = []
    position = 0
    while found := _CHUNK_SIZE.match(data, position):
        size = int(found.group(1), 16)
        if size == 0:
            return b"".join(parts)
        parts.append(data[found.end() : found.end() + size])
        position = found.end() + size
        if position >= len(data):
            return b"".join(parts)
        position += 2 if data[position : position + 2] == b"\r\n" else 0
    return data


def decode(data: bytes, encoding: str | None, limit: int) -> bytes:
    """Undo the Content-Encoding of a payload, which may name several, the last applied first.

    A payload that plainly is not what its header says (archives often keep it undone) comes back as it is.
    Raises Rejected: TOO_LARGE, UNREADABLE_INPUT where cut, NOT_TEXT for an encoding that we do not have.
    """
    names = [name.strip().lower() for name in (encoding or "").split(",") if name.strip()]
    if len(names) > 3:  # no server stacks encodings; each one multiplies the work that a small response can ask for
        raise Rejected(Reason.NOT_TEXT, f"content encoding {(encoding or '')[:80]}")
    for name in reversed(names):
        data = _decode_one(data, name, limit)
    if len(data) > limit:
        raise Rejected(Reason.TOO_LARGE, f"{len(data)} bytes; the limit is {limit}")
    return data


def _decode_one(data: bytes, name: str, limit: int) -> bytes:
    if name in ("identity", "none", "utf-8") or not data:
        return data
    if name in ("gzip", "x-gzip"):
        return inflate_gzip(data, limit) if data[:2] == GZIP_MAGIC else data
    if name == "deflate":
        return _inflate_deflate(data, limit)
    if name == "br":
        return _inflate_brotli(data, limit)
    raise Rejected(Reason.NOT_TEXT, f"content encoding {name[:80]}")


def _inflate_deflate(data: bytes, limit: int) -> bytes:
    """Inflate `deflate`, which is zlib's format (RFC 9110, 8.4.1.2), yet some servers send it without zlib's header."""
    has_header = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0  # RFC 1950, 2.2
    out = bytearray()
    _inflate(data, 0, ZLIB if has_header else RAW_DEFLATE, out, limit)
    return bytes(out)


def _inflate_brotli(data: bytes, limit: int) -> bytes:
    decoder: Any = brotli.Decompressor()
    out = bytearray()
    try:
        out += decoder.process(data, output_buffer_limit=SLICE)
        while not decoder.is_finished():
            piece = decoder.process(b"", output_buffer_limit=SLICE)
            out += piece
            if len(out) > limit:
                raise Rejected(Reason.TOO_LARGE, f"more than {limit} bytes when decompressed")
            if not piece and not decoder.is_finished():
                raise Rejected(Reason.UNREADABLE_INPUT, "compressed data ends early")
    except brotli.error as error:
        raise Rejected(Reason.UNREADABLE_INPUT, f"compressed data: {error}") from None
    return bytes(out)
