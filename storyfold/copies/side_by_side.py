"""Lay two texts side by side, as the kernels align them: what both have, and what only one has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from storyfold.copies.align import SPAN, Spans, align_with_index, count_slots, index_text, make_room
from storyfold.kernels.arrays import Flags, LongHashes
from storyfold.kernels.compiled import compiled
from storyfold.output.pair_reasons import AlignedRow, Piece, RowKind
from storyfold.text.characters import read_character_tables
from storyfold.text.word_places import find_word_starts
from storyfold.text.words import join_texts, read_texts


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with where each of its words begins, an end after the last, and which of them the other text has."""

    text: str
    starts: Sequence[int]
    shared: Flags

    def cut(self, first: int, after: int, breaks: Collection[int] = ()) -> tuple[Piece, ...]:
        """Cut out these words as runs of shared and of own ones; with what stands before the first of all.

        A run ends at `breaks` too: words before which the other text has something of its own.
        """
        if first >= after:
            return ()
        borders = [n for n in range(first + 1, after) if self.shared[n] != self.shared[n - 1] or n in breaks]
        ends = zip([first, *borders], [*borders, after], strict=True)
        return tuple(
            Piece(text=self.text[self.starts[n] if n else 0 : self.starts[end]], is_shared=bool(self.shared[n]))
            for n, end in ends
        )


def lay_side_by_side(shorter: str, longer: str) -> tuple[AlignedRow, ...]:
    """Lay two texts side by side in the order of the shorter one, which is A; what they have elsewhere is `moved`."""
    read = read_texts(np.arange(2), *_join(shorter, longer), read_character_tables())
    mine, other = (read.hashes[read.starts[n] : read.starts[n + 1]] for n in range(2))
    equal, equal_other, spans = _mark_shared_words(mine, other)
    one, two = _mark(shorter, equal), _mark(longer, equal_other)
    return tuple(_list_rows(one, two, [tuple(span) for span in spans.tolist()]))


def turn_rows(rows: Sequence[AlignedRow]) -> tuple[AlignedRow, ...]:
    """Return the rows with A and B exchanged."""
    names: dict[RowKind, RowKind] = {"only A": "only B", "only B": "only A"}
    return tuple(
        replace(
            row,
            kind=names.get(row.kind, row.kind),
            a=row.b,
            b=row.a,
            a_start=row.b_start,
            b_start=row.a_start,
            a_words=row.b_words,
            b_words=row.a_words,
        )
        for row in rows
    )


def _join(*texts: str) -> tuple[np.ndarray, np.ndarray]:
    joined = join_texts(texts)
    return joined.data, joined.starts


def _mark(text: str, shared: Flags) -> _Marked:
    return _Marked(text, [*find_word_starts(text)[: len(shared)], len(text)], shared)


@compiled
def _mark_shared_words(words: LongHashes, other: LongHashes) -> tuple[Flags, Flags, Spans]:
    """Align two texts as `compare_texts.py` does; return which words of each the other has, and the spans."""
    most = max(len(words), len(other), 1)
    heads, nexts, room = np.empty(count_slots(len(other)), np.int32), np.empty(most, np.int32), make_room(most)
    equal, equal_other = np.zeros(len(words), np.bool_), np.zeros(len(other), np.bool_)
    steady = np.zeros(len(words), np.bool_)
    index_text(other, heads, nexts)
    count = align_with_index(words, other, (heads, nexts), room, equal, equal_other, steady)
    spans = np.empty(count, SPAN)
    spans[:] = room.spans[:count]
    return equal, equal_other, spans


def _list_rows(one: _Marked, two: _Marked, spans: Sequence[tuple[int, ...]]) -> Iterator[AlignedRow]:
    """Yield the rows: before each span that both have in the same order what stands before it in either text alone."""
    in_order = _find_chain(spans)
    is_left = np.ones(len(two.shared), np.bool_)  # for rows of its own, as it stands in none with a moved run
    for number in set(range(len(spans))) - in_order:
        is_left[spans[number][1] : spans[number][1] + spans[number][3]] = False
    at = other_at = 0
    for number, (start, other_start, words, other_words) in enumerate(spans):
        yield from _list_own(one, at, start, "A")
        if number in in_order:
            for first, after in _list_runs(is_left, other_at, other_start):
                yield from _list_own(two, first, after, "B")
            other_at = other_start + other_words
        breaks, other_breaks = _find_breaks(one, two, (start, start + words), (other_start, other_start + other_words))
        yield AlignedRow(
            kind="shared" if number in in_order else "moved",
            a=one.cut(start, start + words, breaks),
            b=two.cut(other_start, other_start + other_words, other_breaks),
            a_start=start,
            b_start=other_start,
            a_words=words,
            b_words=other_words,
        )
        at = start + words
    yield from _list_own(one, at, len(one.shared), "A")
    for first, after in _list_runs(is_left, other_at, len(two.shared)):
        yield from _list_own(two, first, after, "B")


def _find_breaks(
    one: _Marked, two: _Marked, span: tuple[int, int], other_span: tuple[int, int]
) -> tuple[set[int], set[int]]:
    """Find the shared words of a span before which one of the texts has words of its own, in both texts."""
    words, others = (
        np.flatnonzero(text.shared[slice(*ends)]) + ends[0] for text, ends in ((one, span), (two, other_span))
    )
    if len(words) != len(others):  # words of the other text that another span has, too: then no word is another's
        return set(), set()
    is_break = (np.diff(words) > 1) | (np.diff(others) > 1)
    return set(words[1:][is_break].tolist()), set(others[1:][is_break].tolist())


def _list_own(text: _Marked, first: int, after: int, side: str) -> Iterator[AlignedRow]:
    pieces = text.cut(first, after)
    if pieces and side == "A":
        yield AlignedRow(kind="only A", a=pieces, a_start=first, a_words=after - first)
    elif pieces:
        yield AlignedRow(kind="only B", b=pieces, b_start=first, b_words=after - first)


def _list_runs(marks: Flags, first: int, after: int) -> Iterator[tuple[int, int]]:
    """Yield where each run of marked places begins and ends, from first to after."""
    borders = np.flatnonzero(np.diff(marks[first:after].astype(np.int8), prepend=0, append=0)) + first
    yield from zip(borders[::2].tolist(), borders[1::2].tolist(), strict=True)


def _find_chain(spans: Sequence[tuple[int, ...]]) -> set[int]:
    """Find the spans that both texts have in the same order, those with the most words.

    The chain that ends with a span goes on from the best one that ends before it: with a tree of the best ends so far
    there is no question of squares for the thousands of spans that a hostile page can have.
    """
    ends = sorted({other + size for _, other, _, size in spans})
    place_of = {end: place + 1 for place, end in enumerate(ends)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(ends) + 1)  # of Fenwick (1994): the most words up to an end
    before: list[int] = []
    best = (0, -1)
    for number, (_, other, words, size) in enumerate(spans):
        total, last = _find_most(tree, bisect_right(ends, other))
        before.append(last)
        found = (total + words, number)
        best = max(best, found, key=lambda one: one[0])
        place = place_of[other + size]
        while place < len(tree):
            tree[place] = max(tree[place], found, key=lambda one: one[0])
            place += place & -place
    chain, number = set(), best[1]
    while number >= 0:
        chain.add(number)
        number = before[number]
    return chain


def _find_most(tree: Sequence[tuple[int, int]], place: int) -> tuple[int, int]:
    found = (0, -1)
    while place > 0:
        found = max(found, tree[place], key=lambda one: one[0])
        place -= place & -place
    return found
