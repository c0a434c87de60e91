"""Look through a block of JSON lines, before it is read, for what Arrow reads otherwise than JSON is read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Longs, Number, ReadOnlyBytes
from storyfold.kernels.compiled import compiled

CHUNK = 64  # bytes looked at at once: of most of a text, which has nothing of what is looked for, no more is done


class Scanned(NamedTuple):
    """How many lines there are, whether each begins and ends with a brace, the most brackets that one opens.

    `places` are those where what JSON does not take for a number, NaN or an infinity, may begin.
    """

    lines: int
    are_objects: bool
    most_nested: int
    places: Longs


@compiled
def scan_lines(data: ReadOnlyBytes) -> tuple[Number, bool, Number, Longs]:
    """Scan a block of whole lines; see `Scanned`."""
    size = len(data)
    lines, most, opened, found = 0, 0, 0, 0
    are_objects = size > 0 and data[0] == ord("{") and _ends_with_brace(data, size - int(data[size - 1] == ord("\n")))
    places = np.empty(16, np.int64)
    for first in range(0, size, CHUNK):
        if first + CHUNK + 2 <= size and not _has_any(data, first):
            continue
        for at in range(first, min(first + CHUNK, size)):
            byte = data[at]
            if byte == ord("\n"):
                lines, most, opened = lines + 1, max(most, opened), 0
                are_objects &= _ends_with_brace(data, at) and (at + 1 == size or data[at + 1] == ord("{"))
            elif byte == ord("[") or byte == ord("{"):
                opened += 1
            elif _may_be_no_number(data, at):
                if found == len(places):
                    places = np.append(places, places)
                places[found] = at
                found += 1
    return lines + int(size > 0 and data[size - 1] != ord("\n")), are_objects, max(most, opened), places[:found]


@compiled(called_by_kernels=True)
def _has_any(data: ReadOnlyBytes, first: Number) -> bool:
    """Say whether a chunk has the end of a line, a bracket, or the beginning of what is no number: no branch in it."""
    found = np.uint8(0)
    for at in range(np.uint64(first), np.uint64(first + CHUNK)):
        byte, second, third = data[at], data[at + np.uint64(1)], data[at + np.uint64(2)]
        mark = (byte == ord("\n")) | (byte == ord("[")) | (byte == ord("{"))
        mark |= (byte == ord("N")) & (second == ord("a")) & (third == ord("N"))
        mark |= (byte == ord("I")) & (second == ord("n")) & (third == ord("f"))
        found |= np.uint8(mark)
    return bool(found)


@compiled(called_by_kernels=True)
def _ends_with_brace(data: ReadOnlyBytes, end: Number) -> bool:
    """Say whether the line that ends before a byte ends with a brace."""
    if end > 0 and data[end - 1] == ord("\r"):
        end -= 1
    return bool(end > 0 and data[end - 1] == ord("}"))


@compiled(called_by_kernels=True)
def _may_be_no_number(data: ReadOnlyBytes, at: Number) -> bool:
    """Say whether NaN or Inf stands at a byte; not where a word goes on in another way than Infinity does."""
    if at + 2 >= len(data):
        return False
    if data[at] == ord("N"):
        return bool(data[at + 1] == ord("a") and data[at + 2] == ord("N"))
    if data[at] != ord("I") or data[at + 1] != ord("n") or data[at + 2] != ord("f"):
        return False
    return bool(at + 3 == len(data) or not ord("a") <= data[at + 3] <= ord("z") or data[at + 3] == ord("i"))
