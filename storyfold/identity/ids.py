"""Ids: what makes two things the same thing, over nights and machines.

Every id is the first 16 bytes of a SHA-256 in hex: 128 bits keep a collision among 10**12 ids below 10**-14
(birthday bound n**2 / 2**129).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

ID_BYTES = 16
_WORD = re.compile(r"\w+")


def hash_id(*parts: object) -> str:
    """32 hex digits that stand for the parts; None and the empty text are told apart."""
    digest = hashlib.sha256()
    for part in parts:
        data = b"\x00" if part is None else b"\x01" + str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()[:ID_BYTES].hex()


def make_article_id(canonical_url: str | None, source_id: str, name: str) -> str:
    """An article is one address; a page that says nothing of its address is known by source and name."""
    return hash_id("article", canonical_url) if canonical_url else hash_id("article", None, source_id, name)


def make_item_id(source_id: str, method: str, location: str, offset: int | None) -> str:
    """The id of one thing that discover found."""
    return hash_id("item", source_id, method, location, offset)


def make_reject_id(
    stage: str, source_id: str, location: str, offset: int | None, reason: str, content: str | None
) -> str:
    """The same rejection on another run has the same id, so a re-run adds no row."""
    return hash_id("reject", stage, source_id, location, offset, reason, content)


def make_record_offset(location: str, warc_file: str, warc_offset: int) -> int | None:
    """The offset where it tells pages apart: in an archive of the user's; where we keep a page is no part of it."""
    return warc_offset if warc_file == location else None


def hash_text(title: str | None, body: str) -> str:
    """64 hex digits of what the text says: a cosmetic change (case, width, punctuation, space) keeps them."""
    words = (_WORD.findall(_folded(t)) for t in (title or "", body))
    return hashlib.sha256("\n".join(" ".join(w) for w in words).encode("utf-8", "surrogatepass")).hexdigest()


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().replace("\u00ad", "")
