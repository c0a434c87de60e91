"""Read boosted decision trees from a file whose fingerprint is known, and evaluate them in a kernel."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, Floats, FloatTable, Integers, Shorts
from storyfold.kernels.compiled import compiled

# Trees after which a sum below the second number is hopeless, and the log odds that it gets then (a chance of .003):
# so 56 of 100 blocks of 323 pages, out of fold; with all trees none of them came to a chance above .01.
TREES_BEFORE_GIVING_UP, GIVE_UP_BELOW, HOPELESS_ODDS = 40, -2.0, -6.0


class Trees(NamedTuple):
    """One ensemble as flat arrays. A node goes to `lower` where its feature is at most `bound`, else to `upper`.

    A child below 0 is a leaf, whose value stands at its complement; the ensemble's result is the sum of the leaves.
    """

    roots: Integers
    feature: Shorts
    bound: Floats
    lower: Integers
    upper: Integers
    value: Floats


class Model(NamedTuple):
    """Two ensembles: on a block's features, and on those with the chances that the first gives the blocks around."""

    first: Trees
    second: Trees


def read_model(path: Path, fingerprint: str | None = None) -> Model:
    """Return the model in an `.npz` file; raises `ValueError` where its SHA-256 is not the one given."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if fingerprint is not None and found != fingerprint:
        raise ValueError(f"{path.name} is not the model that was reviewed: its SHA-256 is {found}")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        first, second = (
            Trees(*(np.ascontiguousarray(arrays[f"{stage}_{name}"]) for name in Trees._fields))
            for stage in Model._fields
        )
    return Model(first, second)


def predict_chances(trees: Trees, table: FloatTable, *, give_up: bool = False) -> Doubles:
    """Return, for each row, the chance from 0 to 1 that it is text.

    With `give_up`, rows that look hopeless to the first trees get `HOPELESS_ODDS` without the others.
    """
    chance: Doubles = 1 / (
        1 + np.exp(-_sum_leaves(trees, table, TREES_BEFORE_GIVING_UP if give_up else len(trees.roots)))
    )
    return chance


@compiled
def _sum_leaves(trees: Trees, table: FloatTable, first_trees: int) -> Doubles:
    """Return the sum of the leaves that each row of features comes to, in log odds; a loop, since each has its own way.

    A row whose sum is below `GIVE_UP_BELOW` after the first trees gets `HOPELESS_ODDS`.
    """
    roots, feature, bound = trees.roots, trees.feature, trees.bound
    lower, upper, value = trees.lower, trees.upper, trees.value
    sums = np.zeros(len(table))
    for row in range(len(table)):
        total = 0.0
        for tree in range(len(roots)):
            if tree == first_trees and total < GIVE_UP_BELOW:
                total = HOPELESS_ODDS
                break
            node = np.int64(roots[tree])
            while node >= 0:
                node = np.int64(lower[node] if table[row, feature[node]] <= bound[node] else upper[node])
            total += value[~node]
        sums[row] = total
    return sums
