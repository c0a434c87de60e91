"""Find the shingles that an outlet repeats across its own pages (forms, footers, column heads), no proof of copying.

What is boilerplate on a day follows from the outlet's texts first seen on it and the days before within the window.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from storyfold.copies.documents import Documents
from storyfold.copies.shared_hashes import Postings
from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled
from storyfold.kernels.hashing import mix_hash
from storyfold.settings.copies import CopySettings

MOST_SLOTS = 2**27  # bytes of the table that sorts out rare keys: 128 MB, full size up to 1.8 million documents
MILLION = 1_000_000


class RepeatedShingles(Protocol):
    """Say what is boilerplate of its outlet, on one day after another."""

    def find(self, day: int) -> Flags:
        """Return for each hash of each sketch whether it is, on a day not before the last one asked for."""
        ...


class Frequent(NamedTuple):
    """Hashes that may be boilerplate: sketch n has the `rows[starts[n]:starts[n + 1]]` of all hashes.

    `keys` number the pairs of outlet and hash.
    """

    rows: Longs
    keys: Longs
    starts: Longs


class RepeatedInTexts:
    """Judge by the given texts themselves: what enough of an outlet's texts of the window have.

    Enough is at least `boilerplate_articles` and `boilerplate_share` of them. The same text again at the same outlet
    is one text; outlet -1 is unknown and has no boilerplate.
    """

    def __init__(self, documents: Documents, postings: Postings, settings: CopySettings) -> None:
        self._documents = documents
        self._least = settings.boilerplate_articles
        self._share = round(settings.boilerplate_share * MILLION)
        self._begins = documents.days.astype(np.int64)
        self._ends = _find_ends(documents, settings.boilerplate_days)
        self._by_end = np.argsort(self._ends, kind="stable")
        counted = (documents.outlets >= 0) & (self._ends > self._begins)
        # a text counts once however often its outlet prints it, so fewer founders than are enough are not enough
        rows, texts = _list_often_shared(documents.starts, documents.founders, postings, self._least)
        outlets = documents.outlets[texts]
        slots = 2 ** (2 * len(rows)).bit_length()  # two to four times as many as keys: few meet in a slot
        found = _find_frequent(documents.hashes[rows], outlets, counted[texts], self._least, min(slots, MOST_SLOTS))
        rows, keys = rows[found[0]], found[1]
        numbers = np.unique(keys, return_inverse=True)[1].astype(np.int64)
        self._counted = counted
        self._frequent = Frequent(rows, numbers, np.searchsorted(rows, documents.starts).astype(np.int64))
        self._times = np.zeros(int(numbers.max(initial=-1)) + 1, np.int64)
        self._texts = np.zeros(int(documents.outlets.max(initial=-1)) + 1, np.int64)
        self._begun = self._ended = 0

    def find(self, day: int) -> Flags:
        """Return for each hash of each sketch whether it is boilerplate on a day."""
        begun = int(np.searchsorted(self._begins, day, side="right"))
        ended = int(np.searchsorted(self._ends, day, side="right", sorter=self._by_end))
        self._count(np.arange(self._begun, begun), 1)
        self._count(self._by_end[self._ended : ended], -1)
        self._begun, self._ended = begun, ended
        return _flag_rows(
            len(self._documents.hashes), self._frequent, self._documents.outlets, self._times, self._texts, self._least,
            self._share,
        )  # fmt: skip

    def _count(self, numbers: Longs, change: int) -> None:
        chosen = numbers[self._counted[numbers]]
        _count_keys(chosen, self._frequent, self._documents.outlets, self._times, self._texts, change)


def _find_ends(documents: Documents, window: int) -> Longs:
    """Find the day from which a text no longer counts: beyond the window, or as its outlet has it anew."""
    days = documents.days.astype(np.int64)
    ends = days + window + 1
    order = np.lexsort((documents.founders, documents.outlets))
    same = (np.diff(documents.founders[order]) == 0) & (np.diff(documents.outlets[order]) == 0)
    before, after = order[:-1][same], order[1:][same]
    ends[before] = np.minimum(ends[before], days[after])
    return ends


@compiled(called_by_kernels=True)
def make_outlet_key(value: np.uint64, outlet: int) -> np.uint64:
    """Mix a hash with its outlet's number, so that the same hash of two outlets has two keys."""
    return mix_hash(value ^ mix_hash(np.uint64(outlet + 1)))


@compiled
def _list_often_shared(starts: Longs, founders: Longs, postings: Postings, least: int) -> tuple[Longs, Integers]:
    """List the rows of hashes that at least so many founders have, and the texts whose they are.

    The sketch of text n has the rows from `starts[n]`; that of its founder has the same hashes.
    """
    is_often = postings.ends - postings.groups >= least
    rows, texts = np.empty(len(postings.group_of), np.int64), np.empty(len(postings.group_of), np.int32)
    found = 0
    for document in range(len(founders)):
        first = starts[founders[document]]
        for offset in range(starts[document + 1] - starts[document]):
            group = postings.group_of[first + offset]
            if group >= 0 and is_often[group]:
                rows[found], texts[found] = starts[document] + offset, document
                found += 1
    return rows[:found].copy(), texts[:found].copy()


@compiled
def _find_frequent(
    hashes: LongHashes, outlets: Integers, counted: Flags, least: int, slots: int
) -> tuple[Longs, LongHashes]:
    """Find the hashes whose key may stand `least` times: a table of `slots` small counts turns the others away.

    It never turns away one too many. `outlets` and `counted` are of each hash: the outlet of its text, and whether that
    counts. The arrays returned have an entry for each hash found: its place in `hashes`, and its key.
    """
    table = np.zeros(slots, np.uint8)
    low = np.uint64(slots - 1)
    enough = min(least, 255)
    keys = np.empty(len(hashes), np.uint64)
    for place in range(len(hashes)):
        keys[place] = make_outlet_key(hashes[place], outlets[place])
        slot = keys[place] & low
        table[slot] += counted[place] & (table[slot] < enough)
    places, found = np.empty(len(hashes), np.int64), 0
    for place in range(len(hashes)):
        if outlets[place] >= 0 and table[keys[place] & low] >= enough:
            places[found], keys[found] = place, keys[place]
            found += 1
    return places[:found].copy(), keys[:found].copy()


@compiled
def _count_keys(
    documents: Longs, frequent: Frequent, outlets: Integers, times: Longs, texts: Longs, change: int
) -> None:
    """Add `change` to the count of each key of these documents, and of their outlets' texts."""
    for document in documents:
        texts[outlets[document]] += change
        for position in range(frequent.starts[document], frequent.starts[document + 1]):
            times[frequent.keys[position]] += change


@compiled
def _flag_rows(
    size: int, frequent: Frequent, outlets: Integers, times: Longs, texts: Longs, least: int, share: int
) -> Flags:
    """Flag the rows whose key stands often enough among its outlet's texts; `share` is in millionths."""
    flags = np.zeros(size, np.bool_)
    for document in range(len(outlets)):
        if outlets[document] >= 0:
            needed = texts[outlets[document]] * share
            for position in range(frequent.starts[document], frequent.starts[document + 1]):
                stands = times[frequent.keys[position]]
                flags[frequent.rows[position]] = stands >= least and stands * MILLION >= needed
    return flags
