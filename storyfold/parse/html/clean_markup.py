"""A page's markup without what no reader sees: one compiled pass that also spares most pages `defuse`.

Scripts, styles, comments and drawings are over half of a page's bytes; without them the HTML parser takes half the
time. Tags are read as by the tokeniser of the HTML standard, and counted as `defuse` does but on the safe side
wherever it is simpler: a page that is not cleared here may still be harmless, and `defuse` then says so.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Bytes, GivenBytes, Longs, LongTable
from storyfold.kernels.compiled import compiled, compiled_part
from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.hostile_markup import _FLAT, _RAW, _SHAPES, MAX_STEPS
from storyfold.parse.html.markup_tags import (
    PADDING,
    hash_tag_name,
    is_letter,
    is_space,
    skip_drawing,
    skip_markup,
    skip_raw_text,
    skip_tag,
)
from storyfold.parse.html.scan_text import find_element

_SLOTS = 4_096  # open elements are counted by name; two names that share a slot count together
_SPANS = 64  # attributes of one tag that may be left out
_SVG, _MATH, _PLAINTEXT = hash_name("svg"), hash_name("math"), hash_name("plaintext")
# What a drawing may hold to be left out whole: anything else may end it before its end tag.
_DRAWN = _SHAPES | frozenset(
    "svg title desc text tspan mask clippath lineargradient radialgradient filter pattern style feblend fecolormatrix "
    "fecomponenttransfer fecomposite feconvolvematrix fedisplacementmap fedropshadow feflood fefunca fefuncb fefuncg "
    "fefuncr fegaussianblur femerge femergenode femorphology feoffset fetile feturbulence".split()
)
_FILLED, _COPIED, _DEPTH, _OPEN_SHAPES, _STEPS, _IS_FOREIGN = range(6)  # places in the kernels' state


class _Names(NamedTuple):
    """Hashes, ascending, of the names of elements."""

    flat: Longs  # that do not nest
    raw: Longs  # whose content is no markup
    shapes: Longs  # that draw
    drawn: Longs  # that stand in drawings


def clean_markup(markup: bytes, nesting: int) -> bytes | None:
    """The page, in UTF-8, without what no reader sees; JSON-LD stays. None where `defuse` must look at the page."""
    data = np.frombuffer(markup + b" " * PADDING, np.uint8)
    out = np.empty(len(data), np.uint8)
    size = _copy_clean(data, nesting, _names(), out)
    return out[:size].tobytes() if size >= 0 else None


@cache
def _names() -> _Names:
    return _Names(*(np.array(sorted(map(hash_name, names)), np.int64) for names in (_FLAT, _RAW, _SHAPES, _DRAWN)))


@compiled
def _copy_clean(data: GivenBytes, nesting: int, names: _Names, out: Bytes) -> int:
    """How many bytes of `out` were filled; -1 where the page is not cleared."""
    standing, spans, state = np.zeros(_SLOTS, np.int64), np.zeros((_SPANS, 2), np.int64), np.zeros(6, np.int64)
    place, size = 0, len(data) - PADDING
    while place < size:
        if data[place] != 60:  # <
            place += 1
            if is_space(data[place]) and is_space(data[place - 1]):
                after = _after_space(data, place, size)
                _leave_out(data, place, after, out, state)
                place = after
            continue
        if (
            data[place + 1] == 33 and data[place + 2] == 91 and state[_IS_FOREIGN]
        ):  # <![CDATA[, and where it ends differs
            return -1
        after = skip_markup(data, place, size)
        if data[place + 1] == 33 and data[place + 2] | 32 == 100:  # <!d: the document's type stays
            place = after
        elif after > place:  # a comment, or what counts as one
            _leave_out(data, place, after, out, state)
            place = after
        elif is_letter(data[place + 1]) or (data[place + 1] == 47 and is_letter(data[place + 2])):
            place = _read_tag(data, place, size, names, spans, standing, out, state)
            state[_STEPS] += state[_DEPTH] + state[_OPEN_SHAPES]
            if place < 0 or state[_DEPTH] + state[_OPEN_SHAPES] > nesting or state[_STEPS] > MAX_STEPS:
                return -1
        else:
            place += 1
    _leave_out(data, size, size, out, state)
    return int(state[_FILLED])


@compiled_part
def _after_space(data: GivenBytes, place: int, size: int) -> int:
    while place < size and is_space(data[place]):
        place += 1
    return place


@compiled_part
def _read_tag(
    data: GivenBytes, start: int, size: int, names: _Names, spans: LongTable, standing: Longs, out: Bytes, state: Longs
) -> int:
    """After the tag, or after the element where nobody reads it; -1 where the page is in doubt."""
    closing = data[start + 1] == 47  # /
    name, place = hash_tag_name(data, start + 2 if closing else start + 1, size)
    place, found = skip_tag(data, place, size, spans)
    is_raw = find_element(name, names.raw) >= 0
    end = 0
    if place < 0 or name == _PLAINTEXT or (is_raw and state[_IS_FOREIGN]):  # in a drawing a script's content is markup
        return -1
    if is_raw and not closing:
        place, end = skip_raw_text(data, start, place, size, name)
    elif name == _SVG and not closing and not state[_IS_FOREIGN]:
        end = skip_drawing(data, place, size, names.drawn, spans[:0])
        state[_IS_FOREIGN] |= end == 0
    elif name == _MATH:
        state[_IS_FOREIGN] = 1
    if end > 0:
        _leave_out(data, start, end, out, state)
        return end
    for span in range(found):
        _leave_out(data, spans[span, 0], spans[span, 1], out, state)
    if not is_raw and find_element(name, names.flat) < 0:
        drawn = data[place - 2] == 47 and not closing and find_element(name, names.shapes) >= 0
        _count(name, closing, drawn, standing, state)
    return place


@compiled_part
def _leave_out(data: GivenBytes, start: int, end: int, out: Bytes, state: Longs) -> None:
    """Copy what stands before it and after what was left out last. After `<` it stays, lest what follows be a name."""
    if 0 < start < end and data[start - 1] == 60:
        return
    filled = state[_FILLED]
    for place in range(state[_COPIED], start):
        out[filled] = data[place]
        filled += 1
    state[_FILLED], state[_COPIED] = filled, end


@compiled_part
def _count(name: int, closing: bool, drawn: bool, standing: Longs, state: Longs) -> None:  # noqa: FBT001
    slot = name & (_SLOTS - 1)
    if closing and name == _SVG:
        state[_OPEN_SHAPES] = 0
    if drawn:
        state[_OPEN_SHAPES] += 1
    elif not closing:
        standing[slot] += 1
        state[_DEPTH] += 1
    elif standing[slot]:
        standing[slot] -= 1
        state[_DEPTH] -= 1
