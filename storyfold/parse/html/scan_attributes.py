"""Read the names and attributes of tags, in kernels."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Longs, Number, ReadOnlyBytes, ShortTable
from storyfold.kernels.compiled import compiled
from storyfold.parse.html.block_vocabulary import MARK_BODY, MARK_HIDDEN, hash_name
from storyfold.parse.html.markup_bytes import EQUALS, QUOTE, SPACE, TAG_END, ends_name, is_capital, is_small, lower_byte

FNV = 0x811C9DC5  # offset basis of FNV-1a, 32 bit
_CLASS, _ID, _ROLE, _ITEMPROP, _STYLE, _HIDDEN, _ARIA_HIDDEN, _TESTID = (
    hash_name(name) for name in ("class", "id", "role", "itemprop", "style", "hidden", "aria-hidden", "data-testid")
)
_ARTICLE_BODY = hash_name("articlebody")
_BEFORE_A = ord("a") - 1  # letters of the automaton count from 1
_DISPLAY_NONE = np.frombuffer(b"display:none", np.uint8)


@compiled(called_by_kernels=True)
def mix_byte(value: Number, byte: Number) -> Number:
    """Return the hash after one more byte: one step of FNV-1a of 32 bits."""
    return ((np.int64(value) ^ np.int64(byte)) * 0x01000193) & 0xFFFFFFFF


@compiled(called_by_kernels=True)
def read_name(data: ReadOnlyBytes, position: Number) -> tuple[Number, Number]:
    """Return the hash of the name that begins here, in small letters, and the byte that ends it."""
    value = FNV
    while position < len(data) and not ends_name(data[position]):
        value = mix_byte(value, lower_byte(data[position]))
        position += 1
    return value, position


@compiled(called_by_kernels=True)
def read_attributes(
    data: ReadOnlyBytes, position: Number, steps: ShortTable, found: Longs
) -> tuple[Number, Number, Number]:
    """Return the groups that a tag's attributes name, as bits, a hash of its class, and the byte after the tag.

    `steps` and `found` are the automaton of class words (`Tables`).
    """
    marks, class_hash, size = np.int64(0), np.int64(FNV), len(data)
    while position < size and data[position] != TAG_END:
        start, name = position, np.int64(FNV)
        while position < size and data[position] > SPACE and data[position] != EQUALS and data[position] != TAG_END:
            name = mix_byte(name, data[position])  # the parser writes names in small letters
            position += 1
        if name == _HIDDEN:
            marks |= np.int64(1) << MARK_HIDDEN
        if not (position + 1 < size and data[position] == EQUALS and data[position + 1] == QUOTE):
            position += position == start or data[position] != TAG_END
            continue
        position += 2
        start = position
        while position < size and data[position] != QUOTE:
            position += 1
        if name in (_CLASS, _ID, _ROLE, _ITEMPROP, _TESTID):
            groups, value = _find_class_groups(data, start, position, steps, found)
            marks |= groups
            if name == _CLASS:
                class_hash = value
            elif name == _ITEMPROP and value == _ARTICLE_BODY:
                marks |= np.int64(1) << MARK_BODY
        elif (name == _ARIA_HIDDEN and position - start == 4) or (name == _STYLE and _hides(data, start, position)):
            marks |= np.int64(1) << MARK_HIDDEN
        position += 1
    return marks, class_hash, position + 1


@compiled(called_by_kernels=True)
def _find_class_groups(
    data: ReadOnlyBytes, start: Number, end: Number, steps: ShortTable, found: Longs
) -> tuple[Number, Number]:
    """Return the groups whose words occur in a value, as bits, and a hash of the value in small letters.

    A capital after a small letter begins a word, as in `storyBody`.
    """
    groups, step, was_small, value = np.int64(0), np.int64(steps[0, 0]), False, np.int64(FNV)
    for position in range(start, end + 1):
        byte = np.int64(data[position] if position < end else SPACE)
        if is_capital(byte):
            byte = lower_byte(byte)
            if was_small:
                step = np.int64(steps[step, 0])
                groups |= found[step]
            was_small = False
        else:
            was_small = is_small(byte)
        if position < end:
            value = mix_byte(value, byte)
        step = np.int64(steps[step, byte - _BEFORE_A if is_small(byte) else 0])
        groups |= found[step]
    return groups, value


@compiled(called_by_kernels=True)
def _hides(data: ReadOnlyBytes, start: Number, end: Number) -> bool:
    """Say whether a style has `display:none`, with whatever spaces."""
    matched = 0
    for position in range(start, end):
        byte = data[position]
        if byte == SPACE:
            continue
        matched = matched + 1 if byte == _DISPLAY_NONE[matched] else int(byte == _DISPLAY_NONE[0])
        if matched == len(_DISPLAY_NONE):
            return True
    return False
