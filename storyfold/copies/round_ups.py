"""Find round-ups: texts made of parts that do not overlap, taken from others rather than by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from storyfold.copies.align import Spans
from storyfold.copies.edges import UNIT, Edges
from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled

# Measured on 20,000 generated documents, whose round-ups hold two to five whole articles; pairs F1 is .9997.
# A text with so much of another's is its copy, not a part of it: .60 loses .0002, .70 .00003, .85 to .95 nothing.
WHOLE = round(0.80 * UNIT)
# Of a text, from which it stands in the other as a part and not as a quotation: .30 and .40 measure the same, .60 loses
# .001, .70 .011; under half is no part by the word.
PART = round(0.50 * UNIT)
OVERLAP = 5  # parts that share one in so many words of the smaller, .20, are not apart
# Where nothing says who copied, parts that fill so much are whole articles: more than half, as nothing measured tells
# .40 from .90.
MADE_OF_PARTS = round(0.60 * UNIT)
MOST_GROUPS = 64  # groups of parts told apart in one text: two decide


def find_round_ups(size: int, edges: Edges, chosen: Longs, find_copier: Callable[[int], bool | None]) -> Flags:
    """Say for each of the texts whether it is a round-up, by these of the edges.

    `find_copier` says of an edge whether its shorter text copied, None where that is not better than a guess.
    """
    is_round_up = np.zeros(size, np.bool_)
    spans = np.diff(edges.span_starts)[chosen] > 0
    short = chosen[spans & (edges.share[chosen] < WHOLE) & (edges.share_long[chosen] >= PART)]
    long = chosen[spans & (edges.share_long[chosen] < WHOLE) & (edges.share[chosen] >= PART)]
    texts = np.concatenate([edges.short[short], edges.long[long]])
    parts = np.concatenate([short, long])
    is_long = np.repeat([False, True], [len(short), len(long)])
    others = np.concatenate([edges.long[short], edges.short[long]])
    share = np.concatenate([edges.share[short], edges.share_long[long]])
    order = np.lexsort((others, -share, texts))
    texts, parts, is_long, share = texts[order], parts[order], is_long[order], share[order]
    starts = np.append(np.flatnonzero(np.diff(texts, prepend=-1)), len(texts)).astype(np.int64)
    if not len(texts):
        return is_round_up
    groups = _group_parts(starts, parts, is_long, edges.span_starts, edges.spans)
    for number in np.flatnonzero(np.maximum.reduceat(groups, starts[:-1]) > 0):
        rows = np.arange(starts[number], starts[number + 1])
        is_largest = np.diff(np.maximum.accumulate(groups[rows]), prepend=-1) > 0  # of its group
        copied = (
            (int(groups[row]), _say_copied(find_copier(int(parts[row])), bool(is_long[row])))
            for row in np.concatenate([rows[is_largest], rows[~is_largest]])
        )
        is_round_up[texts[rows[0]]] = _is_made_of_parts(copied, int(share[rows[is_largest]].sum()))
    return is_round_up


def _say_copied(short_copied: bool | None, is_long: bool) -> bool | None:  # noqa: FBT001
    return short_copied if short_copied is None else short_copied != is_long


def _is_made_of_parts(copied: Iterable[tuple[int, bool | None]], filled: int) -> bool:
    """Decide by what each part's group is and whether the text copied it; `filled` is how much of it the groups are.

    No more is asked for where two groups are copied already, whatever the others are.
    """
    groups: dict[bool, set[int]] = {True: set(), False: set()}
    for group, mine in copied:
        if mine is not None:
            groups[mine].add(group)
        if len(groups[True]) >= 2:
            return True
    taken, given = len(groups[True]), len(groups[False])
    return taken > given if taken or given else filled >= MADE_OF_PARTS


@compiled
def _group_parts(starts: Longs, parts: Longs, is_long: Flags, span_starts: Longs, spans: Spans) -> Integers:
    """Group the parts of each text by where they stand in it, the largest first; groups hardly overlap each other.

    Text n has the parts `starts[n]` to `starts[n + 1]`: edges, and whether it is the longer text of each. Returns the
    number of the group of each part, from 0 in each text.
    """
    groups = np.zeros(len(parts), np.int32)
    covered, marks = np.zeros(1024, np.uint64), np.zeros(1024, np.bool_)
    for text in range(len(starts) - 1):
        if starts[text + 1] - starts[text] < 2:
            continue
        size = 0
        for part in range(starts[text], starts[text + 1]):
            for row in range(span_starts[parts[part]], span_starts[parts[part] + 1]):
                span = spans[row]
                end = span.other_start + span.other_words if is_long[part] else span.start + span.words
                size = max(size, end)
        if size > len(covered):
            covered, marks = np.zeros(2 * size, np.uint64), np.zeros(2 * size, np.bool_)
        covered[:size] = 0
        found = 0
        for part in range(starts[text], starts[text + 1]):
            marks[:size] = False
            for row in range(span_starts[parts[part]], span_starts[parts[part] + 1]):
                span = spans[row]
                first = span.other_start if is_long[part] else span.start
                words = span.other_words if is_long[part] else span.words
                marks[first : first + words] = True
            group = _find_group(covered[:size], marks[:size], found)
            groups[part] = group
            found = max(found, group + 1)
            for word in range(size):
                if marks[word]:
                    covered[word] |= np.uint64(1) << np.uint64(group)
    return groups


@compiled(called_by_kernels=True, makes_arrays=True)
def _find_group(covered: LongHashes, marks: Flags, found: int) -> int:
    """Find the group that a part belongs to: the one that it meets most, or a new one where it meets none enough.

    `covered` has a bit for each of the `found` groups that cover a word.
    """
    meets, size = np.zeros(MOST_GROUPS, np.int64), 0
    for word in range(len(marks)):
        if marks[word]:
            size += 1
            for group in range(found):
                meets[group] += (covered[word] >> np.uint64(group)) & np.uint64(1)
    best = 0
    for group in range(1, found):
        if meets[group] > meets[best]:
            best = group
    is_apart = found == 0 or meets[best] * OVERLAP < size
    return found if is_apart and found < MOST_GROUPS else best
