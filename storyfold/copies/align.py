"""Align two texts: find the runs of words that they share, small edits bridged.

Runs start from shared word triples, take the longest continuation, and are joined into one span where only a few
words differ between them; in such a gap, single equal words count too (longest common subsequence of the gap).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storyfold.kernels.arrays import ROW, Integers, Record, declare_record
from storyfold.kernels.compiled import compiled
from storyfold.text.words import Hashes, Marks

SEED_WORDS = 3  # as the shingles: what the sketch found is found again
MOST_GAP = 8  # words between two runs that an editor changed; a longer gap is new text
MOST_TRIED = 16  # positions of one triple that are tried, so that a text of one word repeated stays linear
LEAST_SPAN = 8  # equal words in a span; shorter is a title or a phrase ("a spokesman for the ministry said")
STEADY_RUN = 12  # words without a change: a form with slots breaks sooner, a kept paragraph later

RUN = declare_record(  # equal words that follow one another in both texts
    start=np.int32,  # words of the one text before them
    other_start=np.int32,  # words of the other text before them
    length=np.int32,  # words
)
SPAN = declare_record(  # runs that only few words part, from the first word to the last
    start=np.int32,
    other_start=np.int32,
    words=np.int32,  # of the one text, those between the runs among them
    other_words=np.int32,
)
Run = Annotated[Record, RUN]
Runs = Annotated[NDArray[np.record], ROW, RUN]
Spans = Annotated[NDArray[np.record], ROW, SPAN]


class Room(NamedTuple):
    """Room for the runs and spans of one pair of texts."""

    runs: Runs
    spans: Spans


@compiled(called_by_kernels=True, makes_arrays=True)
def make_room(size: int) -> Room:
    """Make room to align texts of so many words."""
    return Room(np.empty(size // SEED_WORDS + 1, RUN), np.empty(size // SEED_WORDS + 1, SPAN))


@compiled(called_by_kernels=True, makes_arrays=True)
def align_with_index(
    words: Hashes, other: Hashes, index: tuple[Integers, Integers], room: Room, equal: Marks, equal_other: Marks,
    steady: Marks,
) -> int:  # fmt: skip
    """Align with a text that `index_text` has indexed: set the marks, which must be clear; return the number of spans.

    The spans are the first ones in `room.spans`.
    """
    runs, spans = room.runs, room.spans
    found = _find_runs(words, other, index[0], index[1], runs)
    kept, first = 0, 0
    while first < found:
        last, count = first, runs[first].length
        while last + 1 < found and _is_bridged(runs[last], runs[last + 1]):
            last += 1
            count += runs[last].length
        if count >= LEAST_SPAN:
            _mark_span(words, other, runs[first : last + 1], equal, equal_other, steady)
            span, begin, end = spans[kept], runs[first], runs[last]
            span.start, span.other_start = begin.start, begin.other_start
            span.words = end.start + end.length - begin.start
            span.other_words = end.other_start + end.length - begin.other_start
            kept += 1
        first = last + 1
    return kept


@compiled(called_by_kernels=True)
def _is_bridged(run: Run, after: Run) -> bool:
    """Say whether only few words part a run from the next one."""
    gap, other_gap = after.start - run.start - run.length, after.other_start - run.other_start - run.length
    return bool(gap <= MOST_GAP and 0 <= other_gap <= MOST_GAP)


@compiled(called_by_kernels=True, makes_arrays=True)
def _mark_span(words: Hashes, other: Hashes, runs: Runs, equal: Marks, equal_other: Marks, steady: Marks) -> None:
    """Set the marks of one span: those of its runs and of the gaps between."""
    for number in range(len(runs)):
        start, other_start, length = runs[number].start, runs[number].other_start, runs[number].length
        equal[start : start + length] = True
        equal_other[other_start : other_start + length] = True
        if length >= STEADY_RUN:
            steady[start : start + length] = True
        if number > 0:
            before = runs[number - 1]
            end, other_end = before.start + before.length, before.other_start + before.length
            _mark_gap(words, other, (end, start), (other_end, other_start), equal, equal_other)


@compiled(called_by_kernels=True)
def count_slots(size: int) -> int:
    """Count the slots of the index of a text with so many words: a power of two, at least twice as many."""
    slots = 1
    while slots < 2 * size:
        slots *= 2
    return slots


@compiled(called_by_kernels=True)
def index_text(words: Hashes, heads: Integers, nexts: Integers) -> None:
    """Index the word triples of a text: `heads` has the first position of each slot, `nexts` what follows a position.

    `heads` has as many entries as `count_slots` says, `nexts` as there are words.
    """
    heads[:] = -1
    for position in range(len(words) - SEED_WORDS, -1, -1):  # from the end, so that chains go from first to last
        slot = _find_slot(words, position, len(heads))
        nexts[position] = heads[slot]
        heads[slot] = position


@compiled(called_by_kernels=True)
def _find_runs(words: Hashes, other: Hashes, heads: Integers, nexts: Integers, runs: Runs) -> int:
    """Find runs of equal words, in the order of `words` and without overlap there; return how many.

    Each run is the longest that begins at its word, of equal ones the nearest to where the last run would go on.
    """
    size, other_size, slots = len(words), len(other), len(heads)
    if size < SEED_WORDS or other_size < SEED_WORDS:
        return 0
    found, position, expected = 0, 0, 0
    while position <= size - SEED_WORDS:
        best, best_at, tried = 0, 0, 0
        at = heads[_find_slot(words, position, slots)]
        while at >= 0 and tried < MOST_TRIED:
            length = 0
            while (
                position + length < size and at + length < other_size and words[position + length] == other[at + length]
            ):
                length += 1
            if length > best or (length == best and abs(at - expected) < abs(best_at - expected)):
                best, best_at = length, at
            at = nexts[at]
            tried += 1
        if best >= SEED_WORDS:
            run = runs[found]
            run.start, run.other_start, run.length = position, best_at, best
            found += 1
            position += best
            expected = best_at + best
        else:
            position += 1
            expected += 1
    return found


@compiled(called_by_kernels=True)
def _find_slot(words: Hashes, position: int, slots: int) -> int:
    """Find the slot, of a power of two `slots`, of the word triple that begins at a position."""
    state = words[position] ^ (words[position + 1] << np.uint64(1)) ^ (words[position + 2] << np.uint64(2))
    return int((state ^ (state >> np.uint64(32))) & np.uint64(slots - 1))


@compiled(called_by_kernels=True, makes_arrays=True)
def _mark_gap(
    words: Hashes, other: Hashes, gap: tuple[int, int], other_gap: tuple[int, int], equal: Marks, equal_other: Marks
) -> None:
    """Mark the longest common subsequence of two gaps, each its first word and its end, at most MOST_GAP words long."""
    first, other_first = gap[0], other_gap[0]
    rows, columns = gap[1] - first, other_gap[1] - other_first
    if rows == 0 or columns == 0:
        return
    table = np.zeros((rows + 1, columns + 1), np.int8)
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            if words[first + row] == other[other_first + column]:
                table[row, column] = table[row + 1, column + 1] + 1
            else:
                table[row, column] = max(table[row + 1, column], table[row, column + 1])
    row, column = 0, 0
    while row < rows and column < columns:
        if words[first + row] == other[other_first + column]:
            equal[first + row] = True
            equal_other[other_first + column] = True
            row, column = row + 1, column + 1
        elif table[row + 1, column] >= table[row, column + 1]:
            row += 1
        else:
            column += 1
