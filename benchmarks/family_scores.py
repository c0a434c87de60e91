"""Score families found against those that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairScores:
    """How well the pairs of one family were found, and the adjusted Rand index (Hubert and Arabie 1985)."""

    precision: float
    recall: float
    f1: float
    rand: float


def score_families(gold: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> PairScores:
    """Score the families of the same documents: document to family, in each.

    Where there is no pair to be right or wrong about, a share is 1; families that agree wholly have an index of 1.
    """
    if gold.keys() != found.keys():
        raise ValueError(f"{len(gold.keys() ^ found.keys())} documents have a family on one side only")
    both = _count_pairs(Counter((gold[name], found[name]) for name in gold))
    true, claimed = _count_pairs(Counter(gold.values())), _count_pairs(Counter(found.values()))
    every = len(gold) * (len(gold) - 1) // 2
    expected = true * claimed / every if every else 0.0
    spread = (true + claimed) / 2 - expected
    return PairScores(
        precision=both / claimed if claimed else 1.0,
        recall=both / true if true else 1.0,
        f1=2 * both / (true + claimed) if true + claimed else 1.0,
        rand=(both - expected) / spread if spread else 1.0,
    )


def _count_pairs(sizes: Counter[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
