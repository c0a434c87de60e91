"""Mend character references that name no character, at which XML parsers fail.

Software that counts in UTF-16 writes an emoji as two references, as in `&#55357;&#56832;`. One of them makes
lxml and feedparser lose the document.
"""

from __future__ import annotations

import re

_REFERENCES = re.compile(rb"&#(?:[0-9]+|[xX][0-9A-Fa-f]+);")
_PAIR = re.compile(rb"(&#(?:[0-9]{1,8}|[xX][0-9A-Fa-f]{1,8});)(&#(?:[0-9]{1,8}|[xX][0-9A-Fa-f]{1,8});)")
REPLACEMENT = b"&#xFFFD;"
DIGITS = 8  # the last character, U+10FFFF, has seven as 1114111


def mend_references(content: bytes) -> bytes:
    """Return the document with pairs of halves joined, and other references to no character replaced by U+FFFD."""
    if b"&#" not in content:
        return content
    return _REFERENCES.sub(_replace_invalid, _PAIR.sub(_join_pair, content))


def _read_number(reference: bytes) -> int:
    """Return the number that a reference names; -1 if it has more digits than any character."""
    digits = reference[2:-1]
    hexadecimal = digits[:1] in b"xX"
    if len(digits) > DIGITS:
        return -1
    return int(digits[1:], 16) if hexadecimal else int(digits)


def _join_pair(found: re.Match[bytes]) -> bytes:
    high, low = _read_number(found.group(1)), _read_number(found.group(2))
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:  # the halves, as in the Unicode standard, section 3.9
        return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return found.group()


def _replace_invalid(found: re.Match[bytes]) -> bytes:
    number = _read_number(found.group())
    is_character = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF
    return found.group() if is_character else REPLACEMENT
