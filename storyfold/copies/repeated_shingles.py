"""Find the shingles that an outlet repeats across its own pages (forms, footers, column heads), no proof of copying."""

from __future__ import annotations

import numpy as np

from storyfold.copies.word_hashes import Hashes, mix_hash
from storyfold.kernels.arrays import Flags, Integers, Longs, ReadOnlyLongHashes
from storyfold.kernels.compiled import compiled
from storyfold.settings.copies import CopySettings

Ints = Longs
Outlets = Integers

MOST_SLOTS = 2**27  # bytes of the table that sorts out rare keys: 128 MB, full size up to 1.8 million documents


def find_boilerplate_rows(starts: Ints, hashes: Hashes, outlets: Outlets, settings: CopySettings) -> Flags:
    """Say for each hash of each sketch whether at least max(5, 1 %) of its outlet's articles have it.

    The same sketch again in the same outlet is one article (a text at two addresses is no boilerplate). Sketch n has
    `hashes[starts[n]:starts[n + 1]]`; outlet -1 is unknown and has no boilerplate.
    """
    is_boilerplate = np.zeros(len(hashes), np.bool_)
    counted = np.zeros(len(outlets), np.bool_)
    counted[np.unique(_hash_sketches(starts, hashes, outlets), return_index=True)[1]] = True
    counted &= outlets >= 0
    articles = np.bincount(outlets[counted], minlength=int(outlets.max(initial=-1)) + 1)
    least = settings.boilerplate_articles
    needed = np.maximum(least, np.ceil(articles * settings.boilerplate_share)).astype(np.int64)
    slots = 2 ** (2 * len(hashes)).bit_length()  # two to four times as many as keys: few rare ones meet in a slot
    rows, keys, owners, counting = _find_frequent(starts, hashes, outlets, counted, least, min(slots, MOST_SLOTS))
    frequent, times = _find_repeated(keys[counting], least)
    if len(frequent):
        positions = np.searchsorted(frequent, keys).clip(max=len(frequent) - 1)
        is_boilerplate[rows] = (frequent[positions] == keys) & (times[positions] >= needed[owners])
    return is_boilerplate


def _find_repeated(keys: Hashes, least: int) -> tuple[Hashes, Ints]:
    """Find the keys that stand at least `least` times, ascending, and how often each does."""
    distinct, times = np.unique(keys, return_counts=True)
    enough = times >= least
    return distinct[enough], times[enough]


@compiled(called_by_kernels=True)
def _make_key(value: np.uint64, outlet: int) -> np.uint64:
    """Mix a hash with its outlet's number, so that the same hash of two outlets has two keys."""
    return mix_hash(value ^ mix_hash(np.uint64(outlet + 1)))


@compiled
def _hash_sketches(starts: Ints, hashes: ReadOnlyLongHashes, outlets: Outlets) -> Hashes:
    """Hash each sketch as a whole, with its outlet; sketch n has `hashes[starts[n]:starts[n + 1]]`."""
    whole = np.empty(len(outlets), np.uint64)
    for document in range(len(outlets)):
        state = mix_hash(np.uint64(outlets[document] + 1))
        for row in range(starts[document], starts[document + 1]):
            state = mix_hash(state ^ hashes[row])
        whole[document] = state
    return whole


@compiled
def _find_frequent(
    starts: Ints, hashes: ReadOnlyLongHashes, outlets: Outlets, counted: Flags, least: int, slots: int
) -> tuple[Ints, Hashes, Outlets, Flags]:
    """Find the hashes whose key may stand `least` times: a table of `slots` small counts turns the others away.

    It never turns away one too many. `outlets` and `counted` are of each sketch: its outlet, and whether it counts. The
    arrays returned have an entry for each hash found: its row in `hashes`, key, outlet, and whether its sketch counts.
    """
    table = np.zeros(slots, np.uint8)
    low = np.uint64(slots - 1)
    enough = min(least, 255)
    for document in range(len(outlets)):
        if counted[document]:
            for row in range(starts[document], starts[document + 1]):
                slot = _make_key(hashes[row], outlets[document]) & low
                table[slot] += table[slot] < enough
    often = np.zeros(len(hashes), np.bool_)
    found = 0
    for document in range(len(outlets)):
        if outlets[document] >= 0:
            for row in range(starts[document], starts[document + 1]):
                often[row] = table[_make_key(hashes[row], outlets[document]) & low] >= enough
                found += often[row]
    rows, keys = np.empty(found, np.int64), np.empty(found, np.uint64)
    owners, counting = np.empty(found, np.int32), np.empty(found, np.bool_)
    found = 0
    for document in range(len(outlets)):
        for row in range(starts[document], starts[document + 1]):
            if often[row]:
                rows[found], keys[found] = row, _make_key(hashes[row], outlets[document])
                owners[found], counting[found] = outlets[document], counted[document]
                found += 1
    return rows, keys, owners, counting
