"""Split a text into lines, and make for each a key by which it is found on other pages."""

from __future__ import annotations

import string
from functools import cache

import numpy as np

from storyfold.kernels.arrays import Bytes, LongHashes, Longs, ReadOnlyBytes
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import FNV_BASIS, FNV_PRIME, mix_hash

SEPARATOR = "\n\n"  # between the paragraphs of a body: see `Article.body`
IGNORED = 0  # the value given to a byte that does not count

_CLOSING = "\"'”’»“)]› "
_STOPS = (".", "。", "।")
_CUT_OFF = ("…", "...")

Keys = LongHashes
Numbers = Longs


def split_lines(body: str) -> list[str]:
    """Return the paragraphs of a body; joined with `SEPARATOR` they are the body again, to the character."""
    return body.split(SEPARATOR) if body else []


def scan_lines(body: str) -> tuple[Keys, Numbers]:
    """Return for each line of a body a 64-bit key and its length in characters.

    The key is the same for the same line whatever its ASCII case, punctuation and spaces. Two of 10**7 lines have the
    same key by chance with a likelihood of 10**-5 (birthday bound n**2 / 2**65); on purpose it is easily done, but a
    line is looked up only among those of its outlet, and a headline is compared by its words.
    """
    data = body.encode("utf-8", "surrogatepass")
    most = data.count(b"\n\n") + 1 if data else 0
    keys, lengths = np.empty(most, np.uint64), np.empty(most, np.int64)
    if most:
        _hash_lines(np.frombuffer(data, np.uint8), _fold_bytes(), keys, lengths)
    return keys, lengths


def make_line_key(line: str) -> int:
    """Return the key of one line (of several, of the first); `NO_KEY` if it has neither letters nor digits."""
    keys, _ = scan_lines(line)
    return int(keys[0]) if len(keys) else NO_KEY


# Key of a line without letters and digits, which is evidence of nothing: what `_hash_lines` gives for no bytes.
NO_KEY = 0xF52A15E9A9B5E89B


@cache
def _fold_bytes() -> Bytes:
    """Return what each byte counts as: small letters for capitals, `IGNORED` for ASCII punctuation and white space."""
    folded = np.arange(256, dtype=np.uint8)
    folded[ord("A") : ord("Z") + 1] += ord("a") - ord("A")
    folded[[ord(c) for c in string.punctuation + string.whitespace]] = IGNORED
    return folded


@compiled
def _hash_lines(data: ReadOnlyBytes, folded: Bytes, keys: Keys, lengths: Numbers) -> None:
    """Hash each line: FNV-1a over its bytes that count, then the finaliser of SplitMix64.

    `data` has the UTF-8 bytes of the body, `folded` (256 elements) what each byte counts as; `keys` and `lengths`
    (characters) have one element a line and are written. Lines part at each pair of line breaks, from the left, as
    `str.split` has it. A loop, because each step of the hash needs the one before it.
    """
    size, line, length, position = len(data), 0, 0, 0
    state = FNV_BASIS
    while position <= size:
        if position < size and not (data[position] == 10 and position + 1 < size and data[position + 1] == 10):
            byte = folded[data[position]]
            length += (data[position] & 0xC0) != 0x80
            if byte:
                state = (state ^ np.uint64(byte)) * FNV_PRIME
            position += 1
            continue
        keys[line], lengths[line] = mix_hash(state), length
        state = FNV_BASIS
        line, length = line + 1, 0
        if position == size:
            return
        position += 2


def is_sentence(line: str) -> bool:
    """Say whether a line ends as a sentence does, with a full stop; a question or an exclamation may be a headline."""
    end = line.rstrip(_CLOSING)
    return end.endswith(_STOPS) and not end.endswith(_CUT_OFF)


def is_cut_off(line: str) -> bool:
    """Say whether a line ends in an ellipsis, as a headline does for which there was no room."""
    return line.rstrip(_CLOSING).endswith(_CUT_OFF)
