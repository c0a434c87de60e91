"""Leave out of a page's markup what no reader sees: one compiled pass that also clears most pages as harmless.

Scripts, styles, comments and drawings are over half of a page's bytes; without them the HTML parser takes half the
time. Tags are read as by the tokeniser of the HTML standard, and counted as `reject_hostile_markup` does but on the
safe side wherever it is simpler: a page that is not cleared here may still be harmless, and that function says so.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storyfold.kernels.arrays import ROW, Bytes, Longs, ReadOnlyBytes, Record, declare_record
from storyfold.kernels.compiled import compiled
from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.hostile_markup import FLAT_ELEMENTS, MAX_STEPS, RAW_ELEMENTS, SHAPE_ELEMENTS
from storyfold.parse.html.markup_bytes import BANG, BRACKET, SLASH, TAG_START, is_letter, is_space
from storyfold.parse.html.markup_tags import (
    PADDING,
    SPAN,
    Spans,
    hash_tag_name,
    skip_drawing,
    skip_markup,
    skip_raw_text,
    skip_tag,
)
from storyfold.parse.html.scan_text import find_hash

_SLOTS = 4_096  # open elements are counted by name; two names that share a slot count together
_SPANS = 64  # attributes of one tag that may be left out
_SVG, _MATH, _PLAINTEXT = hash_name("svg"), hash_name("math"), hash_name("plaintext")
# What a drawing may hold to be left out whole: anything else may end it before its end tag.
_DRAWING_ELEMENTS = SHAPE_ELEMENTS | frozenset(
    "svg title desc text tspan mask clippath lineargradient radialgradient filter pattern style feblend fecolormatrix "
    "fecomponenttransfer fecomposite feconvolvematrix fedisplacementmap fedropshadow feflood fefunca fefuncb fefuncg "
    "fefuncr fegaussianblur femerge femergenode femorphology feoffset fetile feturbulence".split()
)

_STATE = declare_record(
    filled=np.int64,  # bytes of the result
    copied=np.int64,  # bytes of the markup that are copied or left out
    depth=np.int64,  # open elements; shapes of a drawing, mostly closed at once, count apart
    open_shapes=np.int64,
    steps=np.int64,  # open elements summed over all tags: what finding one's way among them costs the parser
    is_foreign=np.int64,  # 1 once a drawing or a formula stands in the page
)
_State = Annotated[Record, _STATE]
_States = Annotated[NDArray[np.record], ROW, _STATE]


class _Names(NamedTuple):
    """Hashes, ascending, of the names of elements."""

    flat: Longs  # that do not nest
    raw: Longs  # whose content is no markup
    shapes: Longs  # that draw
    drawn: Longs  # that stand in drawings


def clean_markup(markup: bytes, nesting: int) -> bytes | None:
    """Return the page, in UTF-8, without what no reader sees; JSON-LD stays.

    None where `reject_hostile_markup` must look at the page: more than `nesting` elements may stand in one another.
    """
    data = np.frombuffer(markup + b" " * PADDING, np.uint8)
    out = np.empty(len(data), np.uint8)
    size = _copy_clean(data, nesting, _hash_names(), np.zeros(1, _STATE), np.zeros(_SPANS, SPAN), out)
    return out[:size].tobytes() if size >= 0 else None


@cache
def _hash_names() -> _Names:
    groups = (FLAT_ELEMENTS, RAW_ELEMENTS, SHAPE_ELEMENTS, _DRAWING_ELEMENTS)
    return _Names(*(np.array(sorted(map(hash_name, names)), np.int64) for names in groups))


@compiled
def _copy_clean(data: ReadOnlyBytes, nesting: int, names: _Names, states: _States, spans: Spans, out: Bytes) -> int:
    """Copy the markup to `out` without what no reader sees, and return how many bytes; -1 of a page in doubt.

    `data` is the markup in UTF-8 and `PADDING`; `states` (one) and `spans` are room to work in. A loop, since what a
    byte means depends on all that stand before it.
    """
    open_by_name = np.zeros(_SLOTS, np.int64)
    state = states[0]
    position, size = 0, len(data) - PADDING
    while position < size:
        if data[position] != TAG_START:
            position += 1
            if is_space(data[position]) and is_space(data[position - 1]):
                after = _skip_space(data, position, size)
                _leave_out(data, position, after, out, state)
                position = after
            continue
        if data[position + 1] == BANG and data[position + 2] == BRACKET and state.is_foreign:
            return -1  # <![CDATA[, and where it ends differs
        after = skip_markup(data, position, size)
        if data[position + 1] == BANG and data[position + 2] | 32 == 100:  # <!d: the document's type stays
            position = after
        elif after > position:  # a comment, or what counts as one
            _leave_out(data, position, after, out, state)
            position = after
        elif is_letter(data[position + 1]) or (data[position + 1] == SLASH and is_letter(data[position + 2])):
            position = _read_tag(data, position, size, names, spans, open_by_name, out, state)
            state.steps += state.depth + state.open_shapes
            if position < 0 or state.depth + state.open_shapes > nesting or state.steps > MAX_STEPS:
                return -1
        else:
            position += 1
    _leave_out(data, size, size, out, state)
    return int(state.filled)


@compiled(called_by_kernels=True)
def _skip_space(data: ReadOnlyBytes, position: int, size: int) -> int:
    """Return the first byte from here on that is no white space."""
    while position < size and is_space(data[position]):
        position += 1
    return position


@compiled(called_by_kernels=True)
def _read_tag(
    data: ReadOnlyBytes,
    start: int,
    size: int,
    names: _Names,
    spans: Spans,
    open_by_name: Longs,
    out: Bytes,
    state: _State,
) -> int:
    """Return the byte after the tag, or after the element where nobody reads it; -1 where the page is in doubt."""
    closing = data[start + 1] == SLASH
    name, position = hash_tag_name(data, start + 2 if closing else start + 1, size)
    position, found = skip_tag(data, position, size, spans)
    is_raw = find_hash(name, names.raw) >= 0
    end = 0
    if position < 0 or name == _PLAINTEXT or (is_raw and state.is_foreign):  # in a drawing a script's content is markup
        return -1
    if is_raw and not closing:
        position, end = skip_raw_text(data, start, position, size, name)
    elif name == _SVG and not closing and not state.is_foreign:
        end = skip_drawing(data, position, size, names.drawn, spans[:0])
        state.is_foreign |= end == 0
    elif name == _MATH:
        state.is_foreign = 1
    if end > 0:
        _leave_out(data, start, end, out, state)
        return end
    for span in range(found):
        _leave_out(data, spans[span].start, spans[span].end, out, state)
    if not is_raw and find_hash(name, names.flat) < 0:
        drawn = data[position - 2] == SLASH and not closing and find_hash(name, names.shapes) >= 0
        _count_open(name, closing, drawn, open_by_name, state)
    return position


@compiled(called_by_kernels=True)
def _leave_out(data: ReadOnlyBytes, start: int, end: int, out: Bytes, state: _State) -> None:
    """Leave out these bytes: copy what stands before them and after what was left out last.

    After `<` they stay, lest what follows be a name.
    """
    if 0 < start < end and data[start - 1] == TAG_START:
        return
    filled = state.filled
    for position in range(state.copied, start):
        out[filled] = data[position]
        filled += 1
    state.filled, state.copied = filled, end


@compiled(called_by_kernels=True)
def _count_open(name: int, closing: bool, drawn: bool, open_by_name: Longs, state: _State) -> None:  # noqa: FBT001
    """Count the elements that stand open after this tag; `drawn` is a shape that is closed at once."""
    slot = name & (_SLOTS - 1)
    if closing and name == _SVG:
        state.open_shapes = 0
    if drawn:
        state.open_shapes += 1
    elif not closing:
        open_by_name[slot] += 1
        state.depth += 1
    elif open_by_name[slot]:
        open_by_name[slot] -= 1
        state.depth -= 1
