"""The lines of a text, and a number for each by which the same line is known on another page."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from hashlib import blake2b

from storyfold.parse.words import fold

SEPARATOR = "\n\n"  # what stands between the paragraphs of a body: see `Article.body`
NO_KEY = 0  # of a line without letters and digits: it says nothing, so it is evidence of nothing

_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_ASIDE = (string.punctuation + " \t").encode()
_CLOSING = "\"'”’»“)]› "
_STOPS = (".", "。", "।")
_CUT_OFF = ("…", "...")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")


def split_lines(body: str) -> list[str]:
    """The paragraphs of a body; joined with `SEPARATOR` they are the body again, to the character."""
    return body.split(SEPARATOR) if body else []


def line_keys(lines: Sequence[str]) -> list[int]:
    """A 64-bit number for each line, the same for the same line whatever its ASCII case, punctuation and spaces.

    Two of 10**7 lines have the same number by chance with a likelihood of 10**-5 (birthday bound n**2 / 2**65).
    """
    return [line_key(line) for line in lines]


def line_key(line: str) -> int:
    """The number of one line; `NO_KEY` where it has neither letters nor digits."""
    folded = line.encode("utf-8", "surrogatepass").translate(_LOWER, _ASIDE)
    return int.from_bytes(blake2b(folded, digest_size=8).digest(), "little") if folded else NO_KEY


def words_of(line: str) -> list[str]:
    """The words of a line, case folded."""
    return fold(line).split()


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
