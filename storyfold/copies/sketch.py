"""Sketch texts by FracMinHash: keep the eighth of a text's word triples whose hash is smallest (Irber et al. 2022).

Triples, because 2, 3 and 4 words measured equal and 5 worse: three are seldom shared by chance, as two are, and one
changed word breaks three of them, not four.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storyfold.copies.word_hashes import HashedWords, Hashes, hash_words, mix_hash
from storyfold.credits.publisher import find_outlet
from storyfold.kernels.compiled import compiled
from storyfold.schemas.copies import Sketch
from storyfold.schemas.pages import Article

SHINGLE_WORDS = 3
FRACTION = 8  # one hash in eight is kept: about 37 a news article, enough to find 100-word briefs (measured)
BOUND = 2**64 // FRACTION  # hashes below it are kept
LEAST_HASHES = 8  # of a short text at least so many, the smallest (measured)


@compiled
def hash_shingles(words: Hashes) -> Hashes:
    """Hash each word triple, in order: `len(words) - 2` of them, none for a shorter text."""
    count = max(0, len(words) - 2)
    shingles = np.empty(count, np.uint64)
    for position in range(count):
        state = mix_hash(words[position] + np.uint64(0x9E3779B97F4A7C15))  # the odd increment of SplitMix64
        state = mix_hash(state ^ words[position + 1]) + np.uint64(0x9E3779B97F4A7C15)
        shingles[position] = mix_hash(state ^ words[position + 2])
    return shingles


def sample_hashes(words: HashedWords) -> tuple[Hashes, int]:
    """Sample a text's shingles: the hashes that are kept, ascending, and the number of distinct shingles."""
    distinct = np.unique(hash_shingles(words.hashes))
    kept = int(np.searchsorted(distinct, np.uint64(BOUND)))
    return distinct[: max(kept, LEAST_HASHES)], len(distinct)


def sketch_texts(articles: Sequence[Article]) -> list[Sketch]:
    """Sketch each article version, in their order."""
    return [sketch_one_text(article) for article in articles]


def sketch_one_text(article: Article) -> Sketch:
    """Sketch one article version."""
    hashes, count = sample_hashes(hash_words(article.body))
    return Sketch(
        article_id=article.article_id,
        version=article.version,
        seen_date=article.seen_date,
        outlet=find_outlet(article),
        hashes=tuple(hashes.tolist()),
        shingles=count,
    )


def mark_boilerplate_words(words: HashedWords, boilerplate: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Say for each word whether it belongs to the outlet's boilerplate, given the sketch hashes that do (ascending).

    Only sampled shingles can be recognised, so a word goes with the sampled shingle nearest to it, the earlier of two.
    """
    marks = np.zeros(len(words.hashes), np.bool_)
    if not len(boilerplate):
        return marks
    shingles = hash_shingles(words.hashes)
    bound = max(np.uint64(BOUND - 1), boilerplate[-1])
    sampled = np.flatnonzero(shingles <= bound)
    if not len(sampled):
        return marks
    middles = sampled + SHINGLE_WORDS // 2
    positions = np.searchsorted(boilerplate, shingles[sampled]).clip(max=len(boilerplate) - 1)
    is_boilerplate = boilerplate[positions] == shingles[sampled]
    borders = (middles[1:] + middles[:-1] + 1) // 2
    nearest: NDArray[np.bool_] = is_boilerplate[np.searchsorted(borders, np.arange(len(marks)), side="right")]
    return nearest
