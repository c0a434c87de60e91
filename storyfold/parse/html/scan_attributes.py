"""Names and attributes of tags, read by kernels."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import GivenBytes, Longs, Number, ShortTable
from storyfold.kernels.compiled import compiled_part
from storyfold.parse.html.block_vocabulary import MARK_BODY, MARK_HIDDEN, hash_name
from storyfold.parse.html.scan_rows import TAG_ENDS

FNV = 0x811C9DC5  # offset basis of FNV-1a, 32 bit
_CLASS, _ID, _ROLE, _ITEMPROP, _STYLE, _HIDDEN, _ARIA_HIDDEN, _TESTID = (
    hash_name(name) for name in ("class", "id", "role", "itemprop", "style", "hidden", "aria-hidden", "data-testid")
)
_ARTICLE_BODY = hash_name("articlebody")
_DISPLAY_NONE = np.frombuffer(b"display:none", np.uint8)


@compiled_part
def mix_byte(value: Number, byte: Number) -> Number:
    """One step of FNV-1a."""
    return ((np.int64(value) ^ np.int64(byte)) * 0x01000193) & 0xFFFFFFFF


@compiled_part
def read_name(data: GivenBytes, place: Number) -> tuple[Number, Number]:
    value = FNV
    while place < len(data):
        byte = data[place]
        if byte in (32, 10, 9, 13, 12, 62, 47):  # what ends a name, by the HTML standard
            break
        value = mix_byte(value, byte + 32 if 65 <= byte <= 90 else byte)
        place += 1
    return value, place


@compiled_part
def read_attributes(data: GivenBytes, place: Number, steps: ShortTable, found: Longs) -> tuple[Number, Number, Number]:
    """The groups that a tag's attributes name, a hash of its class, and where the tag ends."""
    marks, sign, size = np.int64(0), np.int64(FNV), len(data)
    while place < size and data[place] != TAG_ENDS:
        start, name = place, np.int64(FNV)
        while place < size and data[place] > 32 and data[place] != 61 and data[place] != TAG_ENDS:  # =
            name = mix_byte(name, data[place])  # the parser writes names in small letters
            place += 1
        if name == _HIDDEN:
            marks |= np.int64(1) << MARK_HIDDEN
        if not (place + 1 < size and data[place] == 61 and data[place + 1] == 34):  # ="
            place += place == start or data[place] != TAG_ENDS
            continue
        place += 2
        start = place
        while place < size and data[place] != 34:
            place += 1
        if name in (_CLASS, _ID, _ROLE, _ITEMPROP, _TESTID):
            groups, value = _class_groups(data, start, place, steps, found)
            marks |= groups
            if name == _CLASS:
                sign = value
            elif name == _ITEMPROP and value == _ARTICLE_BODY:
                marks |= np.int64(1) << MARK_BODY
        elif (name == _ARIA_HIDDEN and place - start == 4) or (name == _STYLE and _hides(data, start, place)):
            marks |= np.int64(1) << MARK_HIDDEN
        place += 1
    return marks, sign, place + 1


@compiled_part
def _class_groups(
    data: GivenBytes, start: Number, end: Number, steps: ShortTable, found: Longs
) -> tuple[Number, Number]:
    """The groups whose words occur, and a hash; a capital after a small letter begins a word, as in `storyBody`."""
    groups, step, small, value = np.int64(0), np.int64(steps[0, 0]), False, np.int64(FNV)
    for place in range(start, end + 1):
        byte = np.int64(data[place] if place < end else 32)
        if 65 <= byte <= 90:
            byte += 32
            if small:
                step = np.int64(steps[step, 0])
                groups |= found[step]
            small = False
        else:
            small = bool(97 <= byte <= 122)
        if place < end:
            value = mix_byte(value, byte)
        step = np.int64(steps[step, byte - 96 if 97 <= byte <= 122 else 0])
        groups |= found[step]
    return groups, value


@compiled_part
def _hides(data: GivenBytes, start: Number, end: Number) -> bool:
    matched = 0
    for place in range(start, end):
        byte = data[place]
        if byte == 32:
            continue
        matched = matched + 1 if byte == _DISPLAY_NONE[matched] else int(byte == _DISPLAY_NONE[0])
        if matched == len(_DISPLAY_NONE):
            return True
    return False
