"""Mark the words of a text that are its outlet's boilerplate, as far as a sketch shows it."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Flags, LongHashes
from storyfold.kernels.compiled import compiled
from storyfold.text.sketch import BOUND, SHINGLE_WORDS, hash_shingle


@compiled(called_by_kernels=True, makes_arrays=True)
def mark_boilerplate_words(words: LongHashes, boilerplate: LongHashes, marks: Flags) -> None:
    """Mark each word that belongs to the outlet's boilerplate, given the sketch hashes that do (ascending).

    Only sampled shingles can be recognised, so a word goes with the sampled shingle nearest to it, the earlier of two.
    """
    marks[:] = False
    if len(boilerplate) == 0:
        return
    bound = max(np.uint64(BOUND - 1), boilerplate[-1])
    start, before, is_before = 0, -1, False  # the words before `start` are marked; the sampled shingle before
    for position in range(len(words) - SHINGLE_WORDS + 1):
        shingle = hash_shingle(words, position)
        if shingle > bound:
            continue
        middle = position + SHINGLE_WORDS // 2
        slot = np.searchsorted(boilerplate, shingle)
        is_repeated = bool(slot < len(boilerplate) and boilerplate[slot] == shingle)
        if before >= 0:
            border = (middle + before + 1) // 2
            marks[start:border] = is_before
            start = border
        before, is_before = middle, is_repeated
    marks[start:] = is_before
