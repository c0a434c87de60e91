"""Clean a dump's text: remove control characters, mend twice-encoded characters, take off record headers."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\u200b\u2060]")
# UTF-8 read as Windows-1252: a lead byte (C2 to F4) shown as a letter, then trail bytes (80 to BF) shown as signs.
_TRAIL = r"[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_TWICE = re.compile(rf"[Â-ß]{_TRAIL}|[à-ï]{_TRAIL}{{2}}|[ð-ô]{_TRAIL}{{3}}")
_CUT_QUOTE = "â€"  # "”" of which the last byte, one that Windows-1252 leaves unused, was dropped
_HEADER = re.compile(r"WARC/1\.\d\r?\n(?:[\w-]{1,40}:[^\r\n]{0,4000}\r?\n){1,40}\r?\n")
_TARGET = re.compile(r"^WARC-Target-URI:\s*<?(\S{1,2048}?)>?\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PlainText:
    """Hold a dump's text, and the address that its record's header gives, where it has one."""

    text: str
    address: str | None


def clean_text(text: str) -> PlainText:
    """Return the text of a dump without control characters and without the header of a WARC or WET record."""
    address = None
    text = text.lstrip("\ufeff")
    if header := _HEADER.match(text):
        target = _TARGET.search(header[0])
        address, text = (target[1] if target else None), text[header.end() :]
    text = _CONTROL.sub("", mend_encoding(text)).replace("\xa0", " ")
    return PlainText(text, address)


def mend_encoding(text: str) -> str:
    """Mend the characters that were encoded as UTF-8 and read as Windows-1252 ("â€™" for "’")."""
    return _TWICE.sub(_decode, text).replace(_CUT_QUOTE, "”")


def _decode(match: re.Match[str]) -> str:
    try:
        return b"".join(_encode_byte(character) for character in match[0]).decode("utf-8")
    except UnicodeError:  # letters that happen to stand so
        return match[0]


def _encode_byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:  # the five bytes that Windows-1252 leaves unused, kept as control characters
        return character.encode("latin-1")
