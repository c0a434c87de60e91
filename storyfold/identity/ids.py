"""Make ids: what makes two things the same thing, over runs and machines.

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
    """Hash the parts to 32 hex digits; None and the empty text differ."""
    digest = hashlib.sha256()
    for part in parts:
        data = b"\x00" if part is None else b"\x01" + str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()[:ID_BYTES].hex()


def make_article_id(canonical_url: str | None, source_id: str, name: str) -> str:
    """Make an article's id of its one address; of source and name where its page states no address."""
    return hash_id("article", canonical_url) if canonical_url else hash_id("article", None, source_id, name)


def make_item_id(source_id: str, method: str, location: str, offset: int | None) -> str:
    """Make the id of one thing that discover found."""
    return hash_id("item", source_id, method, location, offset)


def make_reject_id(
    stage: str, source_id: str, location: str, offset: int | None, reason: str, content: str | None
) -> str:
    """Make a rejection's id: the same in another run, so that a re-run adds no row."""
    return hash_id("reject", stage, source_id, location, offset, reason, content)


def make_record_offset(location: str, warc_file: str, warc_offset: int) -> int | None:
    """Return the offset where it tells pages apart, in an archive of the user's; None for a page in the lake's own."""
    return warc_offset if warc_file == location else None


def hash_text(title: str | None, body: str) -> str:
    """Hash a text to 64 hex digits, which a cosmetic change (case, width, punctuation, space) does not change."""
    words = (_WORD.findall(_normalize_text(t)) for t in (title or "", body))
    return hashlib.sha256("\n".join(" ".join(w) for w in words).encode("utf-8", "surrogatepass")).hexdigest()


def _normalize_text(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().replace("\u00ad", "")
