"""Read texts into words, hashed to 64 bits, in one pass over their UTF-8 bytes; and mark the quoted ones.

A word is a run of letters and digits, case, width, accents and apostrophes folded away; each ideograph, kana and
letter of a script written without spaces is a word of its own: `characters.py` says what is what. The hash is that of
`kernels/hashing.py` over what the characters count as, so it is the same in every process and on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Flags, LongHashes, Longs, ReadOnlyBytes
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import FNV_BASIS, FNV_PRIME, mix_hash
from storyfold.text.characters import (
    ALONE,
    BREAK,
    INSIDE,
    LETTER,
    LINE,
    OPENING,
    CharacterTables,
    find_place,
)

MOST_WORDS = 50_000  # words read of one text: five times the longest newspaper features
MOST_CHARACTERS = 20 * MOST_WORDS  # characters read of one text: what has fewer words by then is no prose
MOST_QUOTED = 300  # words in one quotation; a mark left open by mistake must not swallow the text

Hashes = LongHashes
Marks = Flags


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as their UTF-8 bytes: text n is `data[starts[n]:starts[n + 1]]`."""

    data: ReadOnlyBytes
    starts: Longs

    def __len__(self) -> int:
        return len(self.starts) - 1


class ReadTexts(NamedTuple):
    """Texts as words: text n has the hashes and marks `starts[n]` to `starts[n + 1]`."""

    starts: Longs
    hashes: LongHashes
    quoted: Flags


def view_texts(texts: pa.Array | pa.ChunkedArray) -> Texts:
    """View a column of strings as bytes, without a copy where it is one piece; null is an empty text."""
    # large before it is joined: the offsets of plain strings end at 2 GB
    large = pc.fill_null(texts.cast(pa.large_string()), "")
    if isinstance(large, pa.ChunkedArray):
        large = pa.concat_arrays(large.chunks) if large.num_chunks else pa.array([], pa.large_string())
    _, offsets, data = large.buffers()
    starts = np.zeros(1, np.int64)
    if len(large):
        starts = np.frombuffer(offsets, np.int64)[large.offset : large.offset + len(large) + 1].copy()
    read = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    read.setflags(write=False)
    return Texts(read, starts)


def join_texts(bodies: Sequence[str]) -> Texts:
    """Join texts into one run of bytes; what is no Unicode counts as a question mark."""
    encoded = [body.encode("utf-8", "replace") for body in bodies]
    starts = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(data) for data in encoded], out=starts[1:])
    return Texts(np.frombuffer(b"".join(encoded), np.uint8), starts)


@compiled(called_by_kernels=True)
def decode_character(data: ReadOnlyBytes, at: int, end: int) -> tuple[int, int]:
    """Decode the character at a byte: its code point and its length in bytes; a byte that begins none is one."""
    first = int(data[at])
    if first < 0xC0 or at + 1 >= end:
        return first, 1
    if first < 0xE0:
        return ((first & 0x1F) << 6) | (int(data[at + 1]) & 0x3F), 2
    if first < 0xF0 and at + 2 < end:
        return ((first & 0x0F) << 12) | ((int(data[at + 1]) & 0x3F) << 6) | (int(data[at + 2]) & 0x3F), 3
    if at + 3 < end:
        high = ((first & 0x07) << 18) | ((int(data[at + 1]) & 0x3F) << 12)
        return min(high | ((int(data[at + 2]) & 0x3F) << 6) | (int(data[at + 3]) & 0x3F), 0x10FFFF), 4
    return first, 1


@compiled(called_by_kernels=True)
def _read_kind(data: ReadOnlyBytes, at: int, end: int, tables: CharacterTables) -> int:
    """Read the kind of the character at a byte; the end of a text is the end of a line."""
    if at >= end:
        return LINE
    return int(tables.kinds[find_place(tables.blocks, decode_character(data, at, end)[0])])


@compiled(called_by_kernels=True)
def _mark_quotation(
    kind: int, before: int, after: int, count: int, opened: tuple[int, bool], quoted: Flags
) -> tuple[int, bool]:
    """Open a quotation at a mark or an end of line, or close the one that is open, and mark its words.

    `before` and `after` are the kinds of the characters next to it, `count` the words before it. A mark opens before a
    word and after none; the next one closes. A quotation ends with its paragraph: one opened by a curly mark counts so
    far, for speech over several paragraphs is opened anew in each and closed in the last; one opened by a straight mark
    was perhaps an inch. `opened`, and what is returned, is the first word of the open quotation, -1 where none is, and
    whether a curly mark opened it.
    """
    first, is_curly = opened
    if first >= 0:
        if (kind != LINE or is_curly) and count - first <= MOST_QUOTED:
            quoted[first:count] = True
        return -1, False
    if kind != LINE and before != LETTER and after not in (BREAK, LINE):
        return count, kind == OPENING
    return -1, False


@compiled(called_by_kernels=True)
def _read_plain(
    data: ReadOnlyBytes, at: int, stop: int, tables: CharacterTables, word: tuple[int, np.uint64], hashes: LongHashes,
    quoted: Flags,
) -> tuple[int, int, np.uint64, bool]:  # fmt: skip
    """Read on within a word over ASCII letters and what parts them: most of most texts.

    `word` is the number of the word and the state of its hash; of words that end the state is written. Returns where it
    stops, the number and state of the word there, and whether it is within one.
    """
    count, product = word
    basis, is_inside = np.uint64(0), np.uint64(1)  # the state is `product ^ basis`: so each byte waits for one product
    stop = min(stop, at + 2 * (len(hashes) - count) - 3)  # a word and its end: two bytes or more
    while at < stop:
        byte = data[np.uint64(at)]  # of a signed number numba looks whether it counts from the end
        kind = tables.kinds[byte]
        if byte >= 0x80 or kind > LETTER:
            break
        # No branch on where a word ends, which is guessed wrong at every other word: what stands there is written over
        is_letter = np.uint64(kind)
        hashes[np.uint64(count)], quoted[np.uint64(count)] = product ^ basis, False
        count += int(is_inside & ~is_letter)
        product = (product ^ (basis ^ np.uint64(byte + tables.shifts[byte]))) * (FNV_PRIME & (np.uint64(0) - is_letter))
        basis, is_inside = FNV_BASIS & (is_letter - np.uint64(1)), is_letter
        at += 1
    return at, count, product ^ basis, is_inside == np.uint64(1)


@compiled(called_by_kernels=True)
def read_words(
    data: ReadOnlyBytes, start: int, end: int, tables: CharacterTables, hashes: LongHashes, quoted: Flags
) -> int:
    """Read the words of the text `data[start:end]` into `hashes`, mark in `quoted` which are quoted; return how many.

    At most as many as `hashes` holds, of the first MOST_CHARACTERS characters: there the text ends, so that a word that
    goes on counts as it stands so far, and what comes behind is not read.
    """
    kinds, shifts = tables.kinds, tables.shifts
    count, state, is_inside, before, opened = 0, FNV_BASIS, False, BREAK, (-1, False)
    at, characters = start, 0
    while at <= end and count < len(hashes) and characters <= MOST_CHARACTERS:
        is_within = at < end and characters < MOST_CHARACTERS
        code, length = decode_character(data, at, end) if is_within else (0x0A, 1)  # the end of a text ends a line
        place = code if code < 0x80 else find_place(tables.blocks, code)
        kind, counted = int(kinds[place]), code + shifts[place]
        at += length
        characters += 1
        if kind == LETTER:
            begun, state = at, (state ^ np.uint64(counted)) * FNV_PRIME
            stop = min(end, at + MOST_CHARACTERS - characters)
            at, count, state, is_inside = _read_plain(data, at, stop, tables, (count, state), hashes, quoted)
            characters += at - begun
            kind = LETTER if is_inside else BREAK
        elif kind != INSIDE:
            if is_inside:
                hashes[count], quoted[count] = state, False
                count, state, is_inside = count + 1, FNV_BASIS, False
            if kind >= LINE:
                after = _read_kind(data, at, end, tables)
                opened = _mark_quotation(kind, before, after, count, opened, quoted)
            elif kind == ALONE and count < len(hashes):
                hashes[count], quoted[count] = (FNV_BASIS ^ np.uint64(counted)) * FNV_PRIME, False
                count += 1
        before = kind
    for word in range(count):
        hashes[word] = mix_hash(hashes[word])
    return count


@compiled
def read_texts(numbers: Longs, data: ReadOnlyBytes, starts: Longs, tables: CharacterTables) -> ReadTexts:
    """Read the texts `numbers` into words, at most 50,000 of each; text n is `data[starts[n]:starts[n + 1]]`."""
    most = 0
    for number in numbers:
        most += min(MOST_WORDS, (starts[number + 1] - starts[number]) // 2 + 1)  # a word and its end: two bytes or more
    ends, hashes, quoted = np.zeros(len(numbers) + 1, np.int64), np.empty(most, np.uint64), np.empty(most, np.bool_)
    for place in range(len(numbers)):
        number, first = numbers[place], ends[place]
        room = min(MOST_WORDS, (starts[number + 1] - starts[number]) // 2 + 1)
        end = first + room
        count = read_words(data, starts[number], starts[number + 1], tables, hashes[first:end], quoted[first:end])
        ends[place + 1] = first + count
    return ReadTexts(ends, hashes[: ends[len(numbers)]], quoted[: ends[len(numbers)]])
