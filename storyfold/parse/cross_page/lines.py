"""The lines of a text, and a number for each by which the same line is known on another page."""

from __future__ import annotations

import re
import string
import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b

SEPARATOR = "\n\n"  # what stands between the paragraphs of a body: see `Article.body`

_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_ASIDE = (string.punctuation + " \t").encode()
_WORD = re.compile(r"\w+")
_CLOSING = "\"'”’»“)]› "
_STOPS = (".", "。", "।")
_CUT_OFF = ("…", "...")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")


def split_lines(body: str) -> list[str]:
    """The paragraphs of a body; joined with `SEPARATOR` they are the body again, to the character."""
    return body.split(SEPARATOR) if body else []


def line_keys(body: str, lines: Sequence[str]) -> array[int]:
    """A 64-bit number for each line, the same for the same line whatever its ASCII case, punctuation and spaces.

    `lines` are the body's. Two of 10**7 lines have the same number by chance with a likelihood of 10**-5 (birthday
    bound n**2 / 2**65); on a page of somebody's own making, who knows the numbers, it takes 2**32 tries.
    """
    parts = body.encode("utf-8", "surrogatepass").translate(_LOWER, _ASIDE).split(SEPARATOR.encode()) if lines else []
    if len(parts) != len(lines):  # spaces between line breaks: without them they part what was one line
        return array("Q", map(line_key, lines))
    return array("Q", b"".join([blake2b(part, digest_size=8).digest() for part in parts]))


def line_key(line: str) -> int:
    """The number of one line; `NO_KEY` where it has neither letters nor digits."""
    folded = line.encode("utf-8", "surrogatepass").translate(_LOWER, _ASIDE)
    return int.from_bytes(blake2b(folded, digest_size=8).digest(), sys.byteorder)


NO_KEY = line_key("")  # of a line without letters and digits: it says nothing, so it is evidence of nothing


def words_of(line: str) -> list[str]:
    """The words of a line, case folded."""
    return _WORD.findall(line.casefold())


def weight_of(words: Sequence[str]) -> int:
    """How many words these are; two ideographs, kana or other letters of unspaced scripts count as a word."""
    letters = sum(len(_IDEOGRAPH.findall(word)) for word in words)
    return len(words) + letters // 2


def is_sentence(line: str) -> bool:
    """Whether it ends as a sentence does: with a full stop. A question or a call may be a headline too."""
    end = line.rstrip(_CLOSING)
    return end.endswith(_STOPS) and not end.endswith(_CUT_OFF)


def is_cut_off(line: str) -> bool:
    """Whether it ends in an ellipsis, as a headline does for which there was no room."""
    return line.rstrip(_CLOSING).endswith(_CUT_OFF)
