"""Hold the arrays in which older texts are searched, and rate who is near: kernels for `older_partners`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled

MILLION = 1_000_000


class Rules(NamedTuple):
    """The thresholds of `CopySettings`; shares in millionths."""

    most_documents: int
    most_candidates: int
    least_shared: int
    least_containment: int
    same_outlet_containment: int


class SketchArrays(NamedTuple):
    """The sketches: see `Documents`; and which of their hashes are boilerplate.

    `widths` says below which value a sketch has all hashes of its text.
    """

    starts: Longs
    hashes: LongHashes
    outlets: Integers
    is_repeated: Flags
    widths: LongHashes


class Room(NamedTuple):
    """Room for the search of one text. `shared` has an entry for each text and is all 0 before and after.

    It counts the hashes in common with each; where all are counted already, it is less than 0 by one more than these.
    `touched` and `near` have room for all texts, `groups` and `places` for a sketch. A number in `near` is that of the
    text times 16, and how many tenths of the smaller sketch are not shared.
    """

    shared: Integers
    touched: Longs
    near: Longs
    groups: Longs
    places: Longs


@compiled(called_by_kernels=True)
def measure_size(sketches: SketchArrays, document: int, width: np.uint64) -> int:
    """Count the hashes of one sketch that count and are below `width`."""
    size = 0
    for row in range(sketches.starts[document], sketches.starts[document + 1]):
        size += (sketches.hashes[row] < width) & (not sketches.is_repeated[row])
    return size


@compiled(called_by_kernels=True)
def count_shared(sketches: SketchArrays, one: int, other: int) -> int:
    """Count the hashes that two texts have in common and that count in both."""
    count, place, after = 0, sketches.starts[other], sketches.starts[other + 1]
    for row in range(sketches.starts[one], sketches.starts[one + 1]):
        while place < after and sketches.hashes[place] < sketches.hashes[row]:
            place += 1
        if place < after and sketches.hashes[place] == sketches.hashes[row]:
            count += not (sketches.is_repeated[row] or sketches.is_repeated[place])
    return count


@compiled(called_by_kernels=True)
def rate_pair(document: int, other: int, count: int, sketches: SketchArrays, rules: Rules) -> int:
    """Rate two texts that share so many hashes: the tenths of the smaller one that are not shared; -1 if not near."""
    outlets, widths = sketches.outlets, sketches.widths
    if count < rules.least_shared:
        return -1
    width = min(widths[document], widths[other])
    size = min(measure_size(sketches, document, width), measure_size(sketches, other, width))
    is_same = outlets[document] >= 0 and outlets[document] == outlets[other]
    least = rules.same_outlet_containment if is_same else rules.least_containment
    return 10 - min(10 * count // max(size, 1), 10) if count * MILLION >= least * size else -1


@compiled(called_by_kernels=True)
def list_near(
    document: int, sketches: SketchArrays, rules: Rules, room: Room, first: int, after: int, found: int
) -> int:
    """List which of the texts `room.touched[first:after]` are near, behind the `found` ones; return how many are."""
    for number in range(first, after):
        other = room.touched[number]
        shared = room.shared[other]
        room.shared[other] = 0
        rated = rate_pair(document, other, shared if shared >= 0 else -1 - shared, sketches, rules)
        if rated >= 0:
            room.near[found] = other * 16 + rated
            found += 1
    return found
