"""Count how many hashes each new sketch shares with every other: the loop of the join, one new sketch at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.copies.repeated_shingles import Ints, Outlets
from storyfold.copies.word_hashes import Hashes
from storyfold.kernels.arrays import Doubles, Flags, Integers, ReadOnlyLongHashes
from storyfold.kernels.compiled import compiled


class Postings(NamedTuple):
    """Which document has which hash: new document n has the hashes `numbers[starts[n]:starts[n + 1]]`.

    Hash k stands in the documents `documents[groups[k]:groups[k + 1]]`, the oldest first.
    """

    starts: Ints
    numbers: Ints
    groups: Ints
    documents: Ints


class Sizes(NamedTuple):
    """What containment is a share of: all sketches, which of their hashes count, and how many below the bound.

    Sketch n has the hashes `hashes[starts[n]:starts[n + 1]]`, of which `sizes[n]` count and are below `bound`.
    """

    starts: Ints
    hashes: ReadOnlyLongHashes
    counts: Flags
    sizes: Ints
    widths: Hashes  # below which value a sketch holds all hashes of its text
    bound: np.uint64


class Rules(NamedTuple):
    """The thresholds: see `CopySettings`."""

    most_documents: int
    least_shared: int
    least_containment: float
    same_outlet_containment: float


@compiled
def measure_sizes(starts: Ints, hashes: ReadOnlyLongHashes, counts: Flags, bound: np.uint64) -> tuple[Ints, Hashes]:
    """Measure each sketch: how many of its hashes count and are below the bound; below which value it holds all hashes.

    Sketch n has the hashes `hashes[starts[n]:starts[n + 1]]`, ascending; `counts` says of each whether it counts.
    """
    documents = len(starts) - 1
    sizes = np.zeros(documents, np.int64)
    widths = np.full(documents, bound, np.uint64)
    for document in range(documents):
        for row in range(starts[document], starts[document + 1]):
            if hashes[row] >= bound:
                widths[document] = hashes[row] + np.uint64(1)
            elif counts[row]:
                sizes[document] += 1
    return sizes, widths


@compiled(called_by_kernels=True)
def _measure_size(of: Sizes, document: int, width: np.uint64) -> int:
    """Count the hashes of one sketch that count and are below `width`."""
    if width <= of.bound:
        return int(of.sizes[document])
    size = 0  # both are short texts, which keep hashes beyond the bound
    for row in range(of.starts[document], of.starts[document + 1]):
        if of.hashes[row] < width and of.counts[row]:
            size += 1
    return size


@compiled
def count_shared(
    postings: Postings, of: Sizes, rules: Rules, age: Ints, outlets: Outlets
) -> tuple[Ints, Ints, Doubles]:
    """Find the pairs over the thresholds: a new document, the other, their containment; two new ones once.

    `age` and `outlets` are of each document: 0 is the oldest, outlet -1 is unknown. The three arrays that are returned
    have one entry a pair.
    """
    new = len(postings.starts) - 1
    shared, touched = np.zeros(len(age), np.int32), np.empty(len(age), np.int64)
    left, right, containments = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024, np.float64)
    found = 0
    for document in range(new):
        met = _count_one(postings, rules.most_documents, document, new, age, shared, touched)
        for number in range(met):
            other = touched[number]
            count = shared[other]
            shared[other] = 0
            containment = _measure_containment(of, rules, count, document, other, outlets)
            if containment == 0.0:
                continue
            if found == len(left):
                left, right = np.append(left, left), np.append(right, right)  # twice as long; the copy is written over
                containments = np.append(containments, containments)
            left[found], right[found], containments[found] = document, other, containment
            found += 1
    return left[:found].copy(), right[:found].copy(), containments[:found].copy()


@compiled(called_by_kernels=True)
def _measure_containment(of: Sizes, rules: Rules, count: int, document: int, other: int, outlets: Outlets) -> float:
    """Measure which share of the smaller sketch is shared, `count` hashes; 0 where it is under the threshold."""
    if count < rules.least_shared:
        return 0.0
    width = min(of.widths[document], of.widths[other])
    containment = count / max(min(_measure_size(of, document, width), _measure_size(of, other, width)), 1)
    same = outlets[document] >= 0 and outlets[document] == outlets[other]
    return containment if containment >= (rules.same_outlet_containment if same else rules.least_containment) else 0.0


@compiled(called_by_kernels=True)
def _count_one(
    postings: Postings, most: int, document: int, new: int, age: Ints, shared: Integers, touched: Ints
) -> int:
    """Count in `shared` the hashes that each other document has in common with this one; those are listed in `touched`.

    Both arrays have an entry for each document; `shared` must be all 0. Returns how many are listed.
    """
    met = 0
    for row in range(postings.starts[document], postings.starts[document + 1]):
        first, after = postings.groups[postings.numbers[row]], postings.groups[postings.numbers[row] + 1]
        for position in range(first, min(after, first + most)):
            other = postings.documents[position]
            if other == document or (other < new and age[other] > age[document]):
                continue  # of two new ones the younger counts the older
            if shared[other] == 0:
                touched[met] = other
                met += 1
            shared[other] += 1
    return met
