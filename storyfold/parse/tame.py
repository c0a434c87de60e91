"""Whether a page is plainly harmless to its HTML parser: a compiled first look that spares most pages `defuse`.

It counts as `defuse` does, but on the safe side wherever it is simpler; a page that it does not clear may still be
harmless, and `defuse` then says so.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from storyfold.compiled import compiled
from storyfold.parse.arrays import Bytes, Longs
from storyfold.parse.block_words import name_hash
from storyfold.parse.defuse import _FLAT, _RAW, _SHAPES, MAX_ATTRIBUTES, MAX_STEPS
from storyfold.parse.scan_attributes import FNV, mixed
from storyfold.parse.scan_text import place_of

_SLOTS = 4_096  # open elements are counted by name; two names that share a slot count together
_PADDING = 64
_SVG = name_hash("svg")
_DEPTH, _DRAWN, _STEPS = range(3)


def is_tame(text: str, nesting: int) -> bool:
    """True where `defuse(text, nesting)` would give back the text as it is; False where it must look itself."""
    data = np.frombuffer(text.encode("utf-8", "replace") + b" " * _PADDING, np.uint8)
    return bool(_is_tame(data, nesting, *_names()))


@cache
def _names() -> tuple[Longs, Longs, Longs]:
    """The hashes, ascending, of elements that do not nest, that hold no tags, and that draw."""
    flat, raw, shapes = (np.array(sorted(map(name_hash, names)), np.int64) for names in (_FLAT, _RAW, _SHAPES))
    return flat, raw, shapes


@compiled
def _is_tame(data: Bytes, nesting: int, flat: Longs, raw: Longs, shapes: Longs) -> bool:
    standing, counts = np.zeros(_SLOTS, np.int64), np.zeros(3, np.int64)
    place, size = 0, len(data) - _PADDING
    while place < size:
        closing = data[place + 1] == 47  # /
        start = place + 2 if closing else place + 1
        if data[place] != 60:  # <
            place += 1
        elif data[place + 1] == 33 and data[place + 2] == 45 and data[place + 3] == 45:  # !--
            place = _after_mark(data, place + 4, size)
        elif not _is_letter(data[start]):
            place += 1
        else:
            name, place = _name(data, start, size)
            place = _tag_end(data, place, size)
            if place < 0:
                return False  # its attributes must be counted, or it has no end
            if place_of(name, raw) >= 0 and not closing:
                place = _after_raw(data, place, size, name)
            elif place_of(name, flat) < 0:
                drawn = data[place - 2] == 47 and not closing and place_of(name, shapes) >= 0
                _count(name, closing, drawn, standing, counts)
            counts[_STEPS] += counts[_DEPTH] + counts[_DRAWN]
            if counts[_DEPTH] + counts[_DRAWN] > nesting or counts[_STEPS] > MAX_STEPS:
                return False
    return True


@compiled
def _count(name: int, closing: bool, drawn: bool, standing: Longs, counts: Longs) -> None:  # noqa: FBT001
    slot = name & (_SLOTS - 1)
    if closing and name == _SVG:
        counts[_DRAWN] = 0
    if drawn:
        counts[_DRAWN] += 1
    elif not closing:
        standing[slot] += 1
        counts[_DEPTH] += 1
    elif standing[slot]:
        standing[slot] -= 1
        counts[_DEPTH] -= 1


@compiled
def _is_letter(byte: int) -> bool:
    return 65 <= byte <= 90 or 97 <= byte <= 122


@compiled
def _name(data: Bytes, place: int, size: int) -> tuple[int, int]:
    value = FNV
    while place < size and data[place] > 32 and data[place] != 47 and data[place] != 62:
        byte = data[place]
        value = mixed(value, byte + 32 if 65 <= byte <= 90 else byte)
        place += 1
    return value, place


@compiled
def _tag_end(data: Bytes, place: int, size: int) -> int:
    """After the `>` that ends the tag, quoted ones passed over; -1 where there is none, or too much before it.

    A tag has at most one attribute more than it has white space, slashes, quotes and equals signs between them.
    """
    marks = 0
    while place < size and marks < MAX_ATTRIBUTES:
        byte = data[place]
        if byte == 62:
            return place + 1
        marks += byte <= 32 or byte in (47, 61)
        if byte in (34, 39):
            marks += 2
            place += 1
            while place < size and data[place] != byte:
                place += 1
        place += 1
    return -1


@compiled
def _after_mark(data: Bytes, place: int, size: int) -> int:
    while place < size and not (data[place] == 45 and data[place + 1] == 45 and data[place + 2] == 62):
        place += 1
    return place + 3


@compiled
def _after_raw(data: Bytes, place: int, size: int, name: int) -> int:
    while place < size:
        if data[place] == 60 and data[place + 1] == 47 and _name(data, place + 2, size)[0] == name:
            return place
        place += 1
    return place
