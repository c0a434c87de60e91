"""Find the texts that are near another one by hashes that many have, without the square of how many these are.

A hash that more than 400 texts have is common.

- An older text that shares no rare hash shares at most the common hashes of either. Where these are too few of both,
  as with a phrase that everybody prints, nothing is walked.
- Else the texts that have common hashes are walked from the oldest on, until 400 share enough: those that print one
  story. Where more is left then than texts, not hash by hash, but text by text, with a look at 64 bits of each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.copies.partner_search import (
    MILLION,
    Room,
    Rules,
    SketchArrays,
    count_shared,
    list_near,
    measure_size,
    rate_pair,
)
from storyfold.copies.shared_hashes import Postings
from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled
from storyfold.text.sketch import BOUND

STEP = 400  # postings of a common hash between two looks at who shares enough; any other number gives the same
# Older texts, for each text, whose bits say that they may share enough and that share no rare hash. Beyond as many, of
# which fewer than 400 do share enough, the youngest are passed over: each of 100,000 texts has a part of one form, just
# about enough of it. 1 ms for each text. Chosen.
MOST_TRIED = 10_000


class Common(NamedTuple):
    """What is known of common hashes; empty where no hash is one.

    Of those texts that have so many that these alone may be enough, common hash k is of the
    `texts[groups[k]:ends[k]]`, `groups` as in `Postings`. `holders` are all texts with as many common hashes as two
    must share at least, the oldest first: `is_enough` says whether they may be enough, `sizes` how many hashes of the
    text count at least, and `marks` has a bit for each common one, chosen by the hash.
    """

    texts: Integers
    ends: Longs
    holders: Longs
    is_enough: Flags
    sizes: Longs
    marks: LongHashes


@compiled(called_by_kernels=True, makes_arrays=True)
def find_common(sketches: SketchArrays, postings: Postings, rules: Rules) -> Common:
    """Find the texts that have common hashes; see `Common`."""
    groups, ends = postings.groups, postings.groups.copy()
    is_common = np.zeros(len(groups), np.bool_)
    for group in range(len(groups)):
        is_common[group] = postings.ends[group] - groups[group] > rules.most_documents
    size = len(sketches.outlets) if is_common.any() else 0
    texts = np.empty(len(postings.texts) if size else 0, np.int32)
    holders, is_enough, found = np.empty(size, np.int64), np.empty(size, np.bool_), 0
    sizes, marks = np.empty(size, np.int64), np.empty(size, np.uint64)
    for document in range(size):
        count, mark = 0, np.uint64(0)
        for row in range(sketches.starts[document], sketches.starts[document + 1]):
            group = postings.group_of[row]
            if group >= 0 and is_common[group] and not sketches.is_repeated[row]:
                count += 1
                mark |= np.uint64(1) << (sketches.hashes[row] & np.uint64(63))
        if count >= rules.least_shared:
            sizes[found], marks[found] = measure_size(sketches, document, np.uint64(BOUND)), mark
            holders[found], is_enough[found] = document, count >= _count_needed(sizes[found], rules)
            for row in range(sketches.starts[document], sketches.starts[document + 1] if is_enough[found] else 0):
                group = postings.group_of[row]
                if group >= 0 and is_common[group] and not sketches.is_repeated[row]:
                    texts[ends[group]] = document
                    ends[group] += 1
            found += 1
    return Common(texts, ends, holders[:found], is_enough[:found], sizes[:found], marks[:found])


@compiled(called_by_kernels=True)
def _count_needed(size: int, rules: Rules) -> int:
    """Count how many hashes two texts must share at least, of which the smaller one has so many."""
    least = min(rules.least_containment, rules.same_outlet_containment)
    return max(rules.least_shared, -(-least * size // MILLION))


@compiled(called_by_kernels=True)
def add_common(document: int, sketches: SketchArrays, met: int, common: int, least: int, room: Room) -> None:
    """Count all hashes in common with the texts that were met, where the common ones may make them enough."""
    for number in range(met):
        other = room.touched[number]
        may_be = room.shared[other] + common >= least
        room.shared[other] = -1 - (count_shared(sketches, document, other) if may_be else 0)


@compiled(called_by_kernels=True)
def _walk_hashes(
    document: int, sketches: SketchArrays, postings: Postings, rules: Rules, room: Room, met: int, widely: int,
    holders: int,
) -> tuple[int, int]:  # fmt: skip
    """Meet the texts that have common hashes of this one, from the oldest on, until so many are near as may be.

    Lists those that are near and were not met before. Stops where more postings are left than older `holders`. Returns
    how many are listed, and the text before which all are walked.
    """
    texts, found, until, left = postings.texts, 0, -1, 0
    for number in range(widely):
        room.places[number] = postings.groups[room.groups[number]]
    while found < rules.most_documents and until < document and left <= holders:
        until = document  # the first text that one of them comes to by its next step
        for number in range(widely):
            place = room.places[number] + STEP
            if place < postings.ends[room.groups[number]]:
                until = min(until, texts[place])
        last, left = met, 0
        for number in range(widely):
            place, end = room.places[number], postings.ends[room.groups[number]]
            while place < end and texts[place] < until:
                other = texts[place]
                if room.shared[other] == 0:
                    room.touched[last] = other
                    last += 1
                room.shared[other] += room.shared[other] >= 0
                place += 1
            room.places[number] = place
            left += end - place
        found = list_near(document, sketches, rules, room, met, last, found)
    return found, until


@compiled(called_by_kernels=True)
def _walk_holders(
    document: int, sketches: SketchArrays, common: Common, rules: Rules, room: Room, widely: int, found: int, until: int
) -> int:
    """Go on where `_walk_hashes` stopped, one older text after another; returns how many are listed then."""
    place = np.searchsorted(common.holders, document)
    size, mark, is_enough = common.sizes[place], common.marks[place], common.is_enough[place]
    doubled, tried = widely - _count_bits(mark), 0  # hashes that have one bit with another
    for older in range(np.searchsorted(common.holders, until), place):
        if not (is_enough or common.is_enough[older]):
            continue
        most = _count_bits(mark & common.marks[older]) + doubled
        if most < rules.least_shared or most < _count_needed(min(size, common.sizes[older]), rules):
            continue
        other, tried = common.holders[older], tried + 1
        if room.shared[other] == 0:
            rated = rate_pair(document, other, count_shared(sketches, document, other), sketches, rules)
            if rated >= 0:
                room.near[found] = other * 16 + rated
                found += 1
        if found >= rules.most_documents or tried >= MOST_TRIED:
            break
    return found


@compiled(called_by_kernels=True)
def _count_bits(value: np.uint64) -> int:
    """Count the bits that are set, in sums of 2, 4 and 8 of them."""
    value -= (value >> np.uint64(1)) & np.uint64(0x5555555555555555)
    value = (value & np.uint64(0x3333333333333333)) + ((value >> np.uint64(2)) & np.uint64(0x3333333333333333))
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled(called_by_kernels=True)
def find_by_common(
    document: int, sketches: SketchArrays, postings: Postings, common: Common, rules: Rules, room: Room, met: int,
    widely: int,
) -> int:  # fmt: skip
    """List the oldest texts that are near by common hashes alone, of which this one has so many; return how many."""
    if widely < rules.least_shared:
        return 0
    place, walked = np.searchsorted(common.holders, document), postings
    if not common.is_enough[place]:
        walked = Postings(common.texts, postings.rows, postings.groups, common.ends, postings.group_of)
    found, until = _walk_hashes(document, sketches, walked, rules, room, met, widely, int(place))
    if found < rules.most_documents and until < document:
        found = _walk_holders(document, sketches, common, rules, room, widely, found, until)
    return found
