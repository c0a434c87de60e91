"""Find the older texts that share enough of a sketch with each text.

A text is held against all older ones, however many of them have a hash: so what it is joined with does not depend on
what else has that hash, nor on the order in which the texts came. What that would cost of hashes that many have,
`common_hashes` saves.
"""

from __future__ import annotations

import numpy as np

from storyfold.copies.common_hashes import Common, add_common, find_by_common, find_common
from storyfold.copies.partner_search import Room, Rules, SketchArrays, list_near
from storyfold.copies.shared_hashes import Postings
from storyfold.kernels.arrays import Longs
from storyfold.kernels.compiled import compiled


@compiled(called_by_kernels=True)
def _meet_rare(document: int, sketches: SketchArrays, postings: Postings, most: int, room: Room) -> tuple[int, int]:
    """Meet the older texts that have a rare hash of this one, and list its common ones in `room.groups`.

    Returns how many texts were met, and how many common hashes there are.
    """
    met, common = 0, 0
    shared, touched, is_repeated = room.shared, room.touched, sketches.is_repeated
    for row in range(sketches.starts[document], sketches.starts[document + 1]):
        group = postings.group_of[row]
        if group < 0 or is_repeated[row]:
            continue
        first, after = postings.groups[group], postings.ends[group]
        if after - first > most:
            room.groups[common] = group
            common += 1
            continue
        for position in range(first, after):
            other = postings.texts[position]
            if other >= document:
                break
            if shared[other] == 0:
                touched[met] = other
                met += 1
            shared[other] += 1
    return met, common


@compiled(called_by_kernels=True, makes_arrays=True)
def _find_partners(
    document: int, sketches: SketchArrays, postings: Postings, common: Common, rules: Rules, room: Room
) -> int:
    """Find the best of the oldest texts that are near this one: the first of `room.near`; returns how many they are."""
    met, widely = _meet_rare(document, sketches, postings, rules.most_documents, room)
    found = 0
    if widely:
        add_common(document, sketches, met, widely, rules.least_shared, room)
        found = find_by_common(document, sketches, postings, common, rules, room, met, widely)
    found = list_near(document, sketches, rules, room, 0, met, found)
    near = room.near
    if found > rules.most_documents:
        near[:found].sort()  # the oldest first
        found = rules.most_documents
    if found > rules.most_candidates:
        for number in range(found):
            near[number] = (near[number] % 16) * 2**40 + near[number] // 16
        near[:found].sort()  # the best tenth first, then the oldest
        found = rules.most_candidates
        for number in range(found):
            near[number] = (near[number] % 2**40) * 16
    return found


@compiled
def find_older_partners(
    numbers: Longs, sketches: SketchArrays, postings: Postings, rules: Rules
) -> tuple[Longs, Longs]:
    """Find for each of the texts `numbers` its best older partners over the thresholds; two arrays, an entry a pair."""
    size, longest = len(sketches.outlets), 0
    for document in range(size):
        longest = max(longest, sketches.starts[document + 1] - sketches.starts[document])
    room = Room(
        np.zeros(size, np.int32), np.empty(size, np.int64), np.empty(size, np.int64), np.empty(longest, np.int64),
        np.empty(longest, np.int64),
    )  # fmt: skip
    common = find_common(sketches, postings, rules)
    left, right, found = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for document in numbers:
        count = _find_partners(document, sketches, postings, common, rules, room)
        while found + count > len(left):
            left, right = np.append(left, left), np.append(right, right)  # twice as long; the copy is written over
        for number in range(count):
            left[found], right[found] = document, room.near[number] // 16
            found += 1
    return left[:found].copy(), right[:found].copy()
