"""Compare pairs of texts word by word: how much of each stands in the other, counted by kernels over whole batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from storyfold.copies.align import SPAN, Spans, align_with_index, count_slots, index_text, make_room
from storyfold.copies.sketch import mark_boilerplate_words
from storyfold.kernels.arrays import (
    ROW,
    Flags,
    LongHashes,
    Longs,
    Record,
    declare_record,
)
from storyfold.kernels.compiled import compiled
from storyfold.text.characters import CharacterTables
from storyfold.text.words import ReadTexts, Texts, read_texts

# Of a text's words; where quotations and boilerplate leave less, the quotations are the text. Chosen; on 20,000
# generated documents .33 and .50 measure no worse (pairs F1 .9998 for .9997), but there nobody prints speeches.
LEAST_OWN = 0.20
OWN_PARTS = round(1 / LEAST_OWN)
BATCH_BYTES = 2**27  # of the texts of the pairs compared at once; as words they take one and a half times as many

SHARED = declare_record(  # words of the shorter text and of the longer one, and how many of them stand in the other
    words=np.int32,
    equal=np.int32,
    own=np.int32,  # of the shorter, neither quoted nor boilerplate
    own_equal=np.int32,
    own_steady=np.int32,  # that stand in a run of at least STEADY_RUN
    kept=np.int32,  # of the shorter, quoted or not, but no boilerplate
    kept_equal=np.int32,
    long_words=np.int32,
    long_equal=np.int32,
    long_own=np.int32,
    long_own_equal=np.int32,
    before=np.int32,  # of the longer, before what they share, …
    after=np.int32,  # … and after it
    spans=np.int32,
)
Shared = Annotated[NDArray[np.record], ROW, SHARED]
OneShared = Annotated[Record, SHARED]


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What pairs of texts share: the shorter text of each, the longer one, counts, and spans one pair after another."""

    short: Longs
    long: Longs
    shared: Shared
    spans: Spans


@dataclass(frozen=True, slots=True)
class DayPairs:
    """Pairs of texts that are judged by one day, and what is boilerplate of them on that day.

    `numbers` are the texts of the pairs, ascending; text `numbers[n]` has the hashes
    `boilerplate[starts[n]:starts[n + 1]]` of its outlet's boilerplate, ascending.
    """

    left: Longs
    right: Longs
    numbers: Longs
    starts: Longs
    boilerplate: LongHashes


def make_day_pairs(left: Longs, right: Longs, starts: Longs, hashes: LongHashes, is_repeated: Flags) -> DayPairs:
    """Take along with pairs what is boilerplate of their sketches; sketch n is `hashes[starts[n]:starts[n + 1]]`."""
    numbers = np.unique(np.concatenate([left, right]))
    return DayPairs(left, right, numbers, *_take_boilerplate(numbers, starts, hashes, is_repeated))


def compare_pairs(
    days: Sequence[DayPairs], texts: Texts, ids: pa.Array, tables: CharacterTables, *, order: Longs | None = None,
    read: ReadTexts | None = None,
) -> list[Comparisons]:  # fmt: skip
    """Compare the texts of all pairs; which of two is given first does not matter. Text n is `texts` number `order[n]`.

    The shorter of two texts is the one with fewer words that are no boilerplate, then with the smaller id. `read` has
    the words of all texts where they are at hand; otherwise those of the pairs are read, a batch after the other.
    """
    if not days:
        return []
    left, right = (np.concatenate([getattr(pairs, side) for pairs in days]) for side in ("left", "right"))
    day_of = np.repeat(np.arange(len(days)), [len(pairs.left) for pairs in days])
    rows = np.arange(len(texts)) if order is None else order
    sizes = np.diff(texts.starts)[rows]
    by_component = np.lexsort((right, left, day_of, _label_components(left, right, len(texts))))
    batches = np.cumsum(sizes[left[by_component]] + sizes[right[by_component]]) // BATCH_BYTES
    found = []
    for chosen in np.split(by_component, np.flatnonzero(np.diff(batches)) + 1):
        numbers = np.arange(len(texts))
        if read is None:
            numbers = np.unique(np.concatenate([left[chosen], right[chosen]]))
        words = read or read_texts(rows[numbers], texts.data, texts.starts, tables)
        for day in np.unique(day_of[chosen]).tolist():
            of_day = chosen[day_of[chosen] == day]
            found.append(_compare_day(left[of_day], right[of_day], days[day], numbers, words, ids))
    return found


def _compare_day(
    left: Longs, right: Longs, pairs: DayPairs, numbers: Longs, read: ReadTexts, ids: pa.Array
) -> Comparisons:
    """Compare pairs of one day; `read` has the words of the texts `numbers`."""
    used, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    rows, known = np.searchsorted(numbers, used), np.searchsorted(pairs.numbers, used)
    marks, own, kept, sizes = _mark_words(rows, known, read, pairs.starts, pairs.boilerplate)
    ranks = pc.sort_indices(ids.take(pa.array(used))).to_numpy()
    place = np.empty(len(used), np.int64)
    place[ranks] = np.arange(len(used))
    one, two = places[: len(left)], places[len(left) :]
    is_short = (sizes[one] < sizes[two]) | ((sizes[one] == sizes[two]) & (place[one] < place[two]))
    short, long = np.where(is_short, one, two), np.where(is_short, two, one)
    order = np.lexsort((short, long))  # the index of a longer text is made once
    short, long = short[order], long[order]
    shared, spans = _compare_texts(short, long, Marked(rows, read.starts, read.hashes, marks, own, kept))
    return Comparisons(used[short], used[long], shared, spans)


@compiled
def _label_components(left: Longs, right: Longs, size: int) -> Longs:
    """Label each pair with the smallest text that pairs connect it with, so that a text is read in one batch."""
    parents = np.arange(size)
    for pair in range(len(left)):
        one, two = left[pair], right[pair]
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        while parents[two] != two:
            parents[two] = parents[parents[two]]
            two = parents[two]
        parents[max(one, two)] = min(one, two)
    labels = np.empty(len(left), np.int64)
    for pair in range(len(left)):
        one = left[pair]
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        labels[pair] = one
    return labels


@compiled
def _take_boilerplate(
    numbers: Longs, starts: Longs, hashes: LongHashes, is_repeated: Flags
) -> tuple[Longs, LongHashes]:
    """Take the hashes that are boilerplate of the sketches `numbers`; see `DayPairs`."""
    ends = np.zeros(len(numbers) + 1, np.int64)
    for place in range(len(numbers)):
        ends[place + 1] = ends[place]
        for row in range(starts[numbers[place]], starts[numbers[place] + 1]):
            ends[place + 1] += is_repeated[row]
    taken, filled = np.empty(ends[len(numbers)], np.uint64), 0
    for number in numbers:
        for row in range(starts[number], starts[number + 1]):
            if is_repeated[row]:
                taken[filled] = hashes[row]
                filled += 1
    return ends, taken


class Marked(NamedTuple):
    """Texts as words, with marks: text n has the words from `starts[rows[n]]`, and its marks from `marks[n]`."""

    rows: Longs
    starts: Longs
    words: LongHashes
    marks: Longs
    own: Flags
    kept: Flags


@compiled
def _mark_words(
    rows: Longs, known: Longs, read: ReadTexts, boilerplate_starts: Longs, boilerplate: LongHashes
) -> tuple[Longs, Flags, Flags, Longs]:
    """Mark the words of the texts `rows` that are their own, and those that are kept; and count the kept ones.

    Text `rows[n]` has the words from `starts[rows[n]]`, and the boilerplate from `boilerplate_starts[known[n]]`.
    Returns where the marks of each text begin as well.
    """
    starts, words, quoted = read.starts, read.hashes, read.quoted
    marks, sizes = np.zeros(len(rows) + 1, np.int64), np.zeros(len(rows), np.int64)
    for place in range(len(rows)):
        marks[place + 1] = marks[place] + starts[rows[place] + 1] - starts[rows[place]]
    own, kept = np.zeros(marks[len(rows)], np.bool_), np.zeros(marks[len(rows)], np.bool_)
    for place in range(len(rows)):
        first, end = starts[rows[place]], starts[rows[place] + 1]
        flagged = boilerplate[boilerplate_starts[known[place]] : boilerplate_starts[known[place] + 1]]
        mine, left = own[marks[place] : marks[place + 1]], kept[marks[place] : marks[place + 1]]
        mark_boilerplate_words(words[first:end], flagged, left)
        sizes[place] = _choose_counting_words(quoted[first:end], mine, left)
    return marks, own, kept, sizes


@compiled(called_by_kernels=True)
def _choose_counting_words(quoted: Flags, own: Flags, kept: Flags) -> int:
    """Choose the words that count: `kept`, which comes as the boilerplate, and `own`; return how many are kept.

    Where all is boilerplate all is kept; in a speech or a statement the quotations are the text.
    """
    size, owned = 0, 0
    for word in range(len(kept)):
        kept[word] = not kept[word]
        size += kept[word]
    if size == 0:
        kept[:] = True
        size = len(kept)
    for word in range(len(kept)):
        own[word] = kept[word] & (not quoted[word])
        owned += own[word]
    for word in range(len(kept) if owned * OWN_PARTS < len(own) else 0):
        own[word] = kept[word]
    return size


@compiled
def _compare_texts(short: Longs, long: Longs, texts: Marked) -> tuple[Shared, Spans]:
    """Compare the texts of each pair; see `Comparisons`."""
    words, most = texts.words, 1
    for text in range(len(texts.marks) - 1):
        most = max(most, texts.marks[text + 1] - texts.marks[text])
    heads, nexts = np.empty(count_slots(most), np.int32), np.empty(most, np.int32)
    room = make_room(most)
    equal, long_equal, steady = np.empty(most, np.bool_), np.empty(most, np.bool_), np.empty(most, np.bool_)
    shared, spans, filled = np.zeros(len(short), SHARED), np.empty(1024, SPAN), 0
    for pair in range(len(short)):
        first, other_first = texts.starts[texts.rows[short[pair]]], texts.starts[texts.rows[long[pair]]]
        one, two = (
            slice(texts.marks[short[pair]], texts.marks[short[pair] + 1]),
            slice(texts.marks[long[pair]], texts.marks[long[pair] + 1]),
        )
        size, long_size = one.stop - one.start, two.stop - two.start
        mine, other = words[first : first + size], words[other_first : other_first + long_size]
        slots = count_slots(long_size)
        if pair == 0 or long[pair] != long[pair - 1]:
            index_text(other, heads[:slots], nexts)
        equal[:size], steady[:size], long_equal[:long_size] = False, False, False
        count = align_with_index(
            mine, other, (heads[:slots], nexts), room, equal[:size], long_equal[:long_size], steady[:size]
        )
        _count_shared(shared[pair], texts.own[one], texts.kept[one], texts.own[two], equal, steady, long_equal)
        shared[pair].spans = count
        while filled + count > len(spans):
            longer = np.empty(2 * len(spans), SPAN)
            longer[:filled] = spans[:filled]
            spans = longer
        spans[filled : filled + count] = room.spans[:count]
        filled += count
    return shared, spans[:filled].copy()


@compiled(called_by_kernels=True)
def _count_shared(
    shared: OneShared, own: Flags, kept: Flags, long_own: Flags, equal: Flags, steady: Flags, long_equal: Flags
) -> None:
    """Count the marks of one pair into its record."""
    shared.words, shared.long_words = len(own), len(long_own)
    total, owned, own_equal, own_steady, keeps, kept_equal = 0, 0, 0, 0, 0, 0
    for word in range(len(own)):  # `&` and not `and`: no branch, so that many words are counted at once
        total += equal[word]
        owned += own[word]
        own_equal += own[word] & equal[word]
        own_steady += own[word] & steady[word]
        keeps += kept[word]
        kept_equal += kept[word] & equal[word]
    shared.equal, shared.own, shared.own_equal, shared.own_steady = total, owned, own_equal, own_steady
    shared.kept, shared.kept_equal = keeps, kept_equal
    total, owned, own_equal, first, last = 0, 0, 0, 0, len(long_own) - 1
    for word in range(len(long_own)):
        total += long_equal[word]
        owned += long_own[word]
        own_equal += long_own[word] & long_equal[word]
    while total and not long_equal[first]:
        first += 1
    while total and not long_equal[last]:
        last -= 1
    shared.long_equal, shared.long_own, shared.long_own_equal = total, owned, own_equal
    shared.before, shared.after = first, len(long_own) - 1 - last
