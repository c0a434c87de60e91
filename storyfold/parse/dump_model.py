"""The model that tells the lines of an article: an ensemble of small trees and a linear score, averaged.

Both are fitted by benchmarks/fit_dump_lines.py, which writes the file beside this module and prints its fingerprint.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numba
import numpy as np
import numpy.typing as npt

from storyfold.parse.dump_features import NAMES, Numbers

FILE = Path(__file__).with_name("dump_model.npz")
FINGERPRINT = "e06ac154ac98f26142dfff2b0896f42cbc6985bf5ef609f05ee84e3e8e9a9077"
LARGEST = 6.0  # log odds beyond which one line is no surer than another: 1 in 400

TREES_COUNT = 2  # how much the trees count against the linear score: they are surer, it is steadier on odd dumps


@dataclass(frozen=True, slots=True)
class Model:
    """Trees as arrays, one row a tree: `left` and `right` are a node's number, or a leaf's where negative (~n)."""

    feature: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int8]
    right: npt.NDArray[np.int8]
    leaf: npt.NDArray[np.float32]
    linear: npt.NDArray[np.float32]  # a weight for each feature, and the constant

    def log_odds(self, rows: Numbers) -> npt.NDArray[np.float64]:
        """For each row of features the log odds that the line is text of the article, -6 to 6."""
        if not len(rows):
            return np.zeros(0)
        trees = _sum_of_trees(rows, self.feature, self.threshold, self.left, self.right, self.leaf)
        linear = rows.astype(np.float64) @ self.linear[:-1].astype(np.float64) + float(self.linear[-1])
        odds: npt.NDArray[np.float64] = (
            TREES_COUNT * np.clip(trees, -LARGEST, LARGEST) + np.clip(linear, -LARGEST, LARGEST)
        ) / (TREES_COUNT + 1)
        return odds


@cache
def load_model() -> Model:
    """The fitted model; ValueError if its file is not the one that was reviewed."""
    content = FILE.read_bytes()
    if hashlib.sha256(content).hexdigest() != FINGERPRINT:
        raise ValueError(f"{FILE.name} is not the reviewed model: its fingerprint differs")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        model = Model(**{name: arrays[name] for name in Model.__slots__})
    if len(model.linear) != len(NAMES) + 1:
        raise ValueError(f"{FILE.name} was fitted on {len(model.linear) - 1} features; there are {len(NAMES)}")
    return model


@numba.njit(cache=True, nogil=True)
def _sum_of_trees(rows, feature, threshold, left, right, leaf):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  (compiled by numba)
    sums = np.zeros(len(rows))
    for row in range(len(rows)):
        for tree in range(len(feature)):
            node = 0
            while node >= 0:
                below = rows[row, feature[tree, node]] <= threshold[tree, node]
                node = left[tree, node] if below else right[tree, node]
            sums[row] += leaf[tree, ~node]
    return sums
