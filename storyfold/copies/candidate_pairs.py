"""Find the pairs of sketches that share enough to be worth an alignment: each text with older ones.

An inverted join over sorted hashes. Each text is compared, for each of its hashes, with at most the 400 oldest
texts that have it, and keeps the 64 best of those: so the cost grows with the number of hashes, never with the square
of a much-printed story. Which they are follows from the older texts alone. Of identical texts the founder stands for
all; the others are paired with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.copies.documents import Documents
from storyfold.copies.sort_hashes import sort_rows_by_hash
from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled
from storyfold.settings.copies import CopySettings
from storyfold.text.sketch import BOUND

MILLION = 1_000_000


class Rules(NamedTuple):
    """The thresholds of `CopySettings`; shares in millionths."""

    most_documents: int
    most_candidates: int
    least_shared: int
    least_containment: int
    same_outlet_containment: int


class Postings(NamedTuple):
    """Which founders have which hash: hash k is of the `texts[groups[k]:ends[k]]`, the oldest first.

    `rows` are the positions of these in the hashes of all sketches. `group_of` has the number k of each position, -1
    where no other founder has the hash.
    """

    texts: Integers
    rows: Integers
    groups: Longs
    ends: Longs
    group_of: Integers


class SketchArrays(NamedTuple):
    """The sketches: see `Documents`; and which of their hashes are boilerplate.

    `widths` says below which value a sketch has all hashes of its text.
    """

    starts: Longs
    hashes: LongHashes
    outlets: Integers
    is_repeated: Flags
    widths: LongHashes


@dataclass(frozen=True, slots=True)
class CandidateFinder:
    """Find the candidates of one day after another."""

    documents: Documents
    postings: Postings
    widths: LongHashes
    rules: Rules

    def find(self, day: int, is_repeated: Flags) -> tuple[Longs, Longs]:
        """Find the pairs of the judged texts of a day: that text, and an older one. Boilerplate does not count."""
        documents = self.documents
        first, after = np.searchsorted(documents.days, [day, day + 1])
        numbers = np.arange(first, after)
        numbers = numbers[documents.judged[numbers]]
        is_founder = documents.founders[numbers] == numbers
        twins = numbers[~is_founder]
        twins = twins[documents.starts[twins + 1] > documents.starts[twins]]  # a text of two words is nobody's copy
        arrays = SketchArrays(documents.starts, documents.hashes, documents.outlets, is_repeated, self.widths)
        postings = self.postings
        repeated = np.flatnonzero(is_repeated)
        if len(repeated):  # left out before they are walked over: a form stands on each of an outlet's pages
            texts, ends = _leave_out_repeated(postings, repeated, is_repeated)
            postings = postings._replace(texts=texts, ends=ends)
        left, right = _find_pairs(numbers[is_founder], arrays, postings, self.rules)
        return np.concatenate([left, twins]), np.concatenate([right, documents.founders[twins]])


def make_candidate_finder(documents: Documents, settings: CopySettings) -> CandidateFinder:
    """Make the finder for these documents."""
    rows = np.flatnonzero(np.repeat(documents.founders == np.arange(len(documents)), np.diff(documents.starts)))
    order = sort_rows_by_hash(documents.hashes, rows.astype(np.int32))
    owners = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(documents.starts))
    rules = Rules(
        settings.most_documents,
        settings.most_candidates,
        settings.least_shared,
        round(settings.least_containment * MILLION),
        round(settings.same_outlet_containment * MILLION),
    )
    grouped, groups, group_of = _group_equal(documents.hashes, order)
    postings = Postings(owners[grouped], grouped, groups[:-1], groups[1:], group_of)
    return CandidateFinder(documents, postings, _measure_widths(documents.starts, documents.hashes), rules)


@compiled
def _group_equal(hashes: LongHashes, order: Integers) -> tuple[Integers, Longs, Integers]:
    """Group rows in the order of their hashes; hashes that stand once are left out. See `Postings`."""
    kept, groups = np.empty(len(order), np.int32), np.zeros(len(order) // 2 + 1, np.int64)
    group_of = np.full(len(hashes), -1, np.int32)
    found, filled, first = 0, 0, 0
    for place in range(1, len(order) + 1):
        if place < len(order) and hashes[order[place]] == hashes[order[first]]:
            continue
        if place - first > 1:
            for position in range(first, place):
                group_of[order[position]] = found
                kept[filled] = order[position]
                filled += 1
            found += 1
            groups[found] = filled
        first = place
    return kept[:filled].copy(), groups[: found + 1].copy(), group_of


@compiled
def _leave_out_repeated(postings: Postings, repeated: Longs, is_repeated: Flags) -> tuple[Integers, Longs]:
    """Leave the positions `repeated` out of the postings; returns the texts and ends of `Postings`."""
    kept, ends = postings.texts.copy(), postings.ends.copy()
    for one in repeated:
        group = postings.group_of[one]
        if group < 0 or ends[group] < postings.ends[group]:  # of no other text, or left out already
            continue
        filled = postings.groups[group]
        for position in range(postings.groups[group], postings.ends[group]):
            if not is_repeated[postings.rows[position]]:
                kept[filled] = postings.texts[position]
                filled += 1
        ends[group] = filled
    return kept, ends


@compiled
def _measure_widths(starts: Longs, hashes: LongHashes) -> LongHashes:
    """Measure below which value each sketch has all hashes of its text: the bound, or more for a short text."""
    widths = np.full(len(starts) - 1, np.uint64(BOUND), np.uint64)
    for document in range(len(starts) - 1):
        if starts[document + 1] > starts[document] and hashes[starts[document + 1] - 1] >= np.uint64(BOUND):
            widths[document] = hashes[starts[document + 1] - 1] + np.uint64(1)
    return widths


@compiled(called_by_kernels=True)
def _measure_size(sketches: SketchArrays, document: int, width: np.uint64) -> int:
    """Count the hashes of one sketch that count and are below `width`."""
    size = 0
    for row in range(sketches.starts[document], sketches.starts[document + 1]):
        size += (sketches.hashes[row] < width) & (not sketches.is_repeated[row])
    return size


@compiled(called_by_kernels=True)
def _count_one(
    document: int, sketches: SketchArrays, postings: Postings, most: int, shared: Integers, touched: Longs
) -> int:
    """Count in `shared` the hashes that each older text has in common with this one; those are listed in `touched`.

    `shared` has an entry for each text and must be all 0. Returns how many are listed.
    """
    met = 0
    is_repeated = sketches.is_repeated
    for row in range(sketches.starts[document], sketches.starts[document + 1]):
        group = postings.group_of[row]
        if group < 0 or is_repeated[row]:
            continue
        first, after = postings.groups[group], postings.ends[group]
        for position in range(first, min(after, first + most)):
            other = postings.texts[position]
            if other >= document:
                break
            if shared[other] == 0:
                touched[met] = other
                met += 1
            shared[other] += 1
    return met


@compiled
def _find_pairs(numbers: Longs, sketches: SketchArrays, postings: Postings, rules: Rules) -> tuple[Longs, Longs]:
    """Find for each of the texts `numbers` its best older partners over the thresholds; two arrays, an entry a pair."""
    outlets, widths = sketches.outlets, sketches.widths
    shared, touched = np.zeros(len(outlets), np.int32), np.empty(len(outlets), np.int64)
    left, right, found = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for document in numbers:
        met = _count_one(document, sketches, postings, rules.most_documents, shared, touched)
        enough = 0
        for number in range(met):
            other, count = touched[number], shared[touched[number]]
            shared[other] = 0
            if count < rules.least_shared:
                continue
            width = min(widths[document], widths[other])
            size = min(_measure_size(sketches, document, width), _measure_size(sketches, other, width))
            is_same = outlets[document] >= 0 and outlets[document] == outlets[other]
            least = rules.same_outlet_containment if is_same else rules.least_containment
            if count * MILLION >= least * size:
                tenths = 10 - min(10 * count // max(size, 1), 10)
                touched[enough] = tenths * 2**40 + other  # best tenth first, then the oldest
                enough += 1
        if enough > rules.most_candidates:
            touched[:enough].sort()
            enough = rules.most_candidates
        while found + enough > len(left):
            left, right = np.append(left, left), np.append(right, right)  # twice as long; the copy is written over
        for number in range(enough):
            left[found], right[found] = document, touched[number] & (2**40 - 1)
            found += 1
    return left[:found].copy(), right[:found].copy()
