"""The lines of a text, and a number for each by which the same line is known on another page."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from functools import cache

import numpy as np

from storyfold.kernels.arrays import Bytes, GivenBytes, LongHashes, Longs
from storyfold.kernels.compiled import compiled

SEPARATOR = "\n\n"  # what stands between the paragraphs of a body: see `Article.body`
ASIDE = 0  # what a byte is folded to that does not count

_WORD = re.compile(r"\w+")
_CLOSING = "\"'”’»“)]› "
_STOPS = (".", "。", "।")
_CUT_OFF = ("…", "...")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")

Keys = LongHashes
Numbers = Longs


def split_lines(body: str) -> list[str]:
    """The paragraphs of a body; joined with `SEPARATOR` they are the body again, to the character."""
    return body.split(SEPARATOR) if body else []


def scan_lines(body: str) -> tuple[Keys, Numbers]:
    """For each of these lines a 64-bit key and its length in characters.

    The key is the same for the same line whatever its ASCII case, punctuation and spaces. Two of 10**7 lines have the
    same key by chance with a likelihood of 10**-5 (birthday bound n**2 / 2**65); on purpose it is easily done, but a
    line is looked up only among those of its outlet, and a headline is compared by its words.
    """
    data = body.encode("utf-8", "surrogatepass")
    most = data.count(b"\n\n") + 1 if data else 0
    keys, lengths = np.empty(most, np.uint64), np.empty(most, np.int64)
    if most:
        _scan(np.frombuffer(data, np.uint8), _folded(), keys, lengths)
    return keys, lengths


def make_line_key(line: str) -> int:
    """The key of one line (of more, of the first); `NO_KEY` where it has neither letters nor digits."""
    keys, _ = scan_lines(line)
    return int(keys[0]) if len(keys) else NO_KEY


# Of a line without letters and digits: it says nothing, so it is evidence of nothing. What `_scan` gives for no bytes.
NO_KEY = 0xF52A15E9A9B5E89B


@cache
def _folded() -> Bytes:
    """What each byte counts as: small letters for capitals, `ASIDE` for ASCII punctuation and white space."""
    folded = np.arange(256, dtype=np.uint8)
    folded[ord("A") : ord("Z") + 1] += ord("a") - ord("A")
    folded[[ord(c) for c in string.punctuation + string.whitespace]] = ASIDE
    return folded


@compiled
def _scan(data: GivenBytes, folded: Bytes, keys: Keys, lengths: Numbers) -> None:
    """FNV-1a over the bytes of each line that count, with the finaliser of SplitMix64.

    Lines part at each pair of line breaks, from the left, as `str.split` has it.
    """
    size, line, length, place = len(data), 0, 0, 0
    state = np.uint64(0xCBF29CE484222325)
    while place <= size:
        if place < size and not (data[place] == 10 and place + 1 < size and data[place + 1] == 10):
            byte = folded[data[place]]
            length += (data[place] & 0xC0) != 0x80
            if byte:
                state = (state ^ np.uint64(byte)) * np.uint64(0x100000001B3)
            place += 1
            continue
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        keys[line], lengths[line] = state ^ (state >> np.uint64(31)), length
        state = np.uint64(0xCBF29CE484222325)
        line, length = line + 1, 0
        if place == size:
            return
        place += 2


def split_words(line: str) -> list[str]:
    """The words of a line, case folded."""
    return _WORD.findall(line.casefold())


def weigh_line(words: Sequence[str]) -> int:
    """How many words these are; two ideographs, kana or other letters of unspaced scripts count as a word."""
    letters = sum(len(_IDEOGRAPH.findall(word)) for word in words if not word.isascii())
    return len(words) + letters // 2


def is_sentence(line: str) -> bool:
    """Whether it ends as a sentence does: with a full stop. A question or a call may be a headline too."""
    end = line.rstrip(_CLOSING)
    return end.endswith(_STOPS) and not end.endswith(_CUT_OFF)


def is_cut_off(line: str) -> bool:
    """Whether it ends in an ellipsis, as a headline does for which there was no room."""
    return line.rstrip(_CLOSING).endswith(_CUT_OFF)
