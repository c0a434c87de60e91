"""Find the values in JSON lines as `storyfold parse` writes them, and take them out: kernels for `row_columns`.

Plain is a line that is one object, in which each key that is asked for stands once at most and has a string or null, or
a list of strings where one is expected; what is not asked for is no list and no object. Of any other line, and of a
faulty one, nothing is found: it is for others to read.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Bytes, Longs, LongTable, ReadOnlyBytes
from storyfold.kernels.compiled import compiled

CHUNK = 32  # bytes looked at at once: of most of a text, which has no escape, no more is done
QUOTE, BACKSLASH, NEWLINE, COMMA, COLON = ord('"'), ord("\\"), ord("\n"), ord(","), ord(":")
OPEN, CLOSE, OPEN_LIST, CLOSE_LIST = ord("{"), ord("}"), ord("["), ord("]")
MOST_DIGITS = 18  # of a whole number, and of a fraction; what is longer, or has an exponent, is not plain
NONE = -1  # there is no value, and no list


class Names(NamedTuple):
    """The keys that are asked for: key n is `data[starts[n]:starts[n + 1]]`. Key `listed` has a list."""

    data: ReadOnlyBytes
    starts: Longs
    listed: int


@compiled
def count_lines(data: ReadOnlyBytes) -> int:
    """Count the lines of a block; the last need not end."""
    lines = 0
    for byte in data:
        lines += byte == NEWLINE
    return lines + int(len(data) > 0 and data[len(data) - 1] != NEWLINE)


@compiled
def find_values(data: ReadOnlyBytes, lines: int, names: Names) -> tuple[int, LongTable, LongTable]:
    """Find the values of the lines of a block, of which there are so many: a row a line, a column a key.

    Returns how many lines are plain up to the first that is not, and where values begin and end: both NONE where there
    is none, and the end less than 0, `-end`, of a string with escapes. Of a list, where its bracket is, and how many
    values it has.
    """
    keys = len(names.starts) - 1
    begins, ends = np.full((lines, keys), NONE, np.int64), np.full((lines, keys), NONE, np.int64)
    at = 0
    for row in range(lines):
        at = _find_line_values(data, at, names, begins[row], ends[row])
        if at < 0:
            return row, begins, ends
    return lines, begins, ends


@compiled(called_by_kernels=True)
def _find_line_values(data: ReadOnlyBytes, at: int, names: Names, begins: Longs, ends: Longs) -> int:
    """Find the values of the line that begins at a byte; return where the next one begins, -1 for one not plain."""
    size, seen, before = len(data), 0, OPEN
    at = _skip_space(data, at)
    while at < size and data[at] == before:
        first = _skip_space(data, at + 1) + 1
        end = _skip_string(data, first)
        if end < 0:
            return -1
        key = _find_name(data, first, end, names)
        at = _skip_space(data, end + 1)
        if at >= size or data[at] != COLON or (key >= 0 and (seen >> key) & 1):
            return -1
        seen |= int(key >= 0) << max(key, 0)
        at, begin, end = _skip_value(data, _skip_space(data, at + 1), key, names.listed)
        if at < 0:
            return -1
        if key >= 0:
            begins[key], ends[key] = begin, end
        at, before = _skip_space(data, at), COMMA
    if before == OPEN or at >= size or data[at] != CLOSE:
        return -1
    at = _skip_space(data, at + 1)
    return at + 1 if at >= size or data[at] == NEWLINE else -1


@compiled(called_by_kernels=True)
def _skip_value(data: ReadOnlyBytes, at: int, key: int, listed: int) -> tuple[int, int, int]:
    """Return where the value at a byte ends, -1 for one that is not plain, and what `find_values` tells of it."""
    if at < len(data) and data[at] == QUOTE and key != listed:
        end = _skip_string(data, at + 1)
        return (abs(end) + 1, at + 1, end) if end != NONE else (-1, NONE, NONE)
    if at < len(data) and data[at] == OPEN_LIST and key == listed:
        end, count = _skip_list(data, at)
        return end, at, count
    return _skip_plain_value(data, at, key), NONE, NONE


@compiled(called_by_kernels=True)
def _skip_list(data: ReadOnlyBytes, at: int) -> tuple[int, int]:
    """Return where the list of strings at a byte ends, -1 for one of anything else, and how many it has."""
    size, count = len(data), 0
    at = _skip_space(data, at + 1)
    if at < size and data[at] == CLOSE_LIST:
        return at + 1, 0
    while at < size:
        end = _skip_string(data, at + 1)
        if end == NONE:
            return -1, 0
        count += 1
        at = _skip_space(data, abs(end) + 1)
        if at < size and data[at] == CLOSE_LIST:
            return at + 1, count
        if at >= size or data[at] != COMMA:
            return -1, 0
        at = _skip_space(data, at + 1)
    return -1, 0


@compiled
def find_items(data: ReadOnlyBytes, begins: Longs, sizes: Longs) -> tuple[Longs, Longs]:
    """Find the values of lists, one list after another: where each begins and ends. The lists as `find_values` says."""
    total = 0
    for size in sizes:
        total += max(size, 0)
    item_begins, item_ends, found = np.empty(total, np.int64), np.empty(total, np.int64), 0
    for number in range(len(begins)):
        at = begins[number]
        for _ in range(max(sizes[number], 0)):
            at = _skip_space(data, at + 1)  # behind the bracket, or the comma
            item_begins[found], item_ends[found] = at + 1, _skip_string(data, at + 1)
            at = _skip_space(data, abs(item_ends[found]) + 1)
            found += 1
    return item_begins, item_ends


@compiled(called_by_kernels=True)
def _skip_space(data: ReadOnlyBytes, at: int) -> int:
    """Skip what may stand between the parts of a line."""
    while at < len(data) and (data[at] == ord(" ") or data[at] == ord("\t") or data[at] == ord("\r")):
        at += 1
    return at


@compiled(called_by_kernels=True)
def _skip_string(data: ReadOnlyBytes, at: int) -> int:
    """Find the quote that ends the string whose text begins at a byte; below 0 if it has escapes, NONE if faulty."""
    size, has_escapes = len(data), False
    if at < 1 or at > size or data[at - 1] != QUOTE:
        return NONE
    while at < size:
        if at + CHUNK <= size and not _has_mark(data, at):
            at += CHUNK
            continue
        while at < size and data[at] >= 0x20 and data[at] != QUOTE and data[at] != BACKSLASH:
            at += 1
        if at == size or data[at] < 0x20:
            return NONE
        if data[at] == QUOTE:
            return -at if has_escapes else at
        length, _ = _read_escape(data, at)
        if length == 0:
            return NONE
        at, has_escapes = at + length, True
    return NONE


@compiled(called_by_kernels=True)
def _has_mark(data: ReadOnlyBytes, first: int) -> bool:
    """Say whether a chunk has a quote, a backslash or a control character: no branch in it."""
    found = np.uint8(0)
    for at in range(np.uint64(first), np.uint64(first + CHUNK)):
        byte = data[at]
        found |= np.uint8((byte == QUOTE) | (byte == BACKSLASH) | (byte < 0x20))
    return bool(found)


@compiled(called_by_kernels=True)
def _read_escape(data: ReadOnlyBytes, at: int) -> tuple[int, int]:
    """Read the escape that begins at a byte: its length, 0 for a faulty one, and the code point it stands for."""
    for letter, code in ((QUOTE, QUOTE), (BACKSLASH, BACKSLASH), (ord("/"), ord("/")), (ord("n"), 0x0A),
                         (ord("r"), 0x0D), (ord("t"), 0x09), (ord("b"), 0x08), (ord("f"), 0x0C)):  # fmt: skip
        if at + 1 < len(data) and data[at + 1] == letter:
            return 2, code
    code = _read_digits(data, at)
    if not 0xD800 <= code < 0xE000:
        return (6, code) if code >= 0 else (0, 0)
    second = _read_digits(data, at + 6)  # of a pair
    if code >= 0xDC00 or not 0xDC00 <= second < 0xE000:
        return 0, 0
    return 12, 0x10000 + ((code - 0xD800) << 10) + second - 0xDC00


@compiled(called_by_kernels=True)
def _read_digits(data: ReadOnlyBytes, at: int) -> int:
    r"""Read the number of `\uXXXX` at a byte; -1 where none stands there."""
    if at + 6 > len(data) or data[at] != BACKSLASH or data[at + 1] != ord("u"):
        return -1
    code = 0
    for place in range(at + 2, at + 6):
        digit = int(data[place])
        if ord("0") <= digit <= ord("9"):
            digit -= ord("0")
        elif ord("a") <= digit | 0x20 <= ord("f"):
            digit = (digit | 0x20) - ord("a") + 10
        else:
            return -1
        code = code * 16 + digit
    return code


@compiled(called_by_kernels=True)
def _find_name(data: ReadOnlyBytes, first: int, end: int, names: Names) -> int:
    """Find which of the names stands at `data[first:end]`, -1 for none."""
    for name in range(len(names.starts) - 1):
        start, size = names.starts[name], names.starts[name + 1] - names.starts[name]
        if size == end - first and data[first] == names.data[start]:
            is_same = True
            for offset in range(size):
                is_same &= data[first + offset] == names.data[start + offset]
            if is_same:
                return name
    return -1


@compiled(called_by_kernels=True)
def _skip_plain_value(data: ReadOnlyBytes, at: int, key: int) -> int:
    """Return where a null ends, or a truth value or number of a key that nobody asks for; -1 for what is none."""
    is_null = _is_word(data, at, ord("n"), ord("u"), ord("l"), ord("l"))
    if is_null or (key < 0 and _is_word(data, at, ord("t"), ord("r"), ord("u"), ord("e"))):
        return at + 4
    if key >= 0 or at >= len(data):
        return -1
    if data[at] == ord("f") and _is_word(data, at + 1, ord("a"), ord("l"), ord("s"), ord("e")):
        return at + 5
    first = at + int(data[at] == ord("-"))
    end = _skip_digits(data, first)
    if end == first or end - first > MOST_DIGITS or (data[first] == ord("0") and end - first > 1):
        return -1
    if end == len(data) or data[end] != ord("."):
        return end
    first, end = end + 1, _skip_digits(data, end + 1)
    return end if 0 < end - first <= MOST_DIGITS else -1


@compiled(called_by_kernels=True)
def _is_word(data: ReadOnlyBytes, at: int, first: int, second: int, third: int, fourth: int) -> bool:
    """Say whether these four bytes stand at a byte."""
    if at + 4 > len(data):
        return False
    return bool(data[at] == first and data[at + 1] == second and data[at + 2] == third and data[at + 3] == fourth)


@compiled(called_by_kernels=True)
def _skip_digits(data: ReadOnlyBytes, at: int) -> int:
    while at < len(data) and ord("0") <= data[at] <= ord("9"):
        at += 1
    return at


@compiled
def take_values(data: ReadOnlyBytes, begins: Longs, ends: Longs) -> tuple[Longs, Bytes]:
    """Take values out without their escapes: value n is `taken[starts[n]:starts[n + 1]]`; returns starts and taken."""
    most, filled, size = 0, 0, len(data)
    for number in range(len(begins)):
        most += abs(ends[number]) - abs(begins[number])
    starts, taken = np.zeros(len(begins) + 1, np.int64), np.empty(most + CHUNK, np.uint8)
    for number in range(len(begins)):
        at, end = begins[number], ends[number]
        if end >= 0:
            taken[filled : filled + end - at] = data[at:end]
            filled += end - at
        elif at != NONE:
            end = -end
            while at < end:
                if at + CHUNK <= size and _copy_chunk(data, at, taken, filled):
                    step = min(CHUNK, end - at)
                    at, filled = at + step, filled + step
                    continue
                while at < end and data[at] != BACKSLASH:
                    taken[filled] = data[at]
                    at, filled = at + 1, filled + 1
                if at < end:
                    length, code = _read_escape(data, at)
                    at, filled = at + length, _write_character(code, taken, filled)
        starts[number + 1] = filled
    return starts, taken[:filled]


@compiled(called_by_kernels=True)
def _copy_chunk(data: ReadOnlyBytes, at: int, taken: Bytes, filled: int) -> bool:
    """Copy a chunk; return whether it has no backslash: what is copied is written over otherwise."""
    found, place = np.uint8(0), np.uint64(filled)
    for offset in range(np.uint64(0), np.uint64(CHUNK)):
        byte = data[np.uint64(at) + offset]
        taken[place + offset] = byte
        found |= np.uint8(byte == BACKSLASH)
    return bool(found == 0)


@compiled(called_by_kernels=True)
def _write_character(code: int, taken: Bytes, filled: int) -> int:
    """Write a code point in UTF-8; return the byte after it."""
    if code < 0x80:
        taken[filled] = code
        return filled + 1
    size = 2 if code < 0x800 else 3 if code < 0x10000 else 4
    for place in range(size - 1, 0, -1):
        taken[filled + place] = 0x80 | (code & 0x3F)
        code >>= 6
    taken[filled] = ((0xF00 >> size) & 0xFF) | code
    return filled + size
