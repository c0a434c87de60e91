"""Weigh each block of a page: how likely it is the article's text, by the model in `block_model.npz`.

The model is two ensembles of boosted trees, fitted by `benchmarks/fit_body.py`, which says on what; its fingerprint
stands here, so that no other file is taken for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from storyfold.kernels.trees import Model, predict_chances, read_model
from storyfold.parse.body.context_features import measure_context
from storyfold.parse.body.feature_columns import WORDS
from storyfold.parse.body.features import hash_stated, measure_features
from storyfold.parse.body.hints import Hints
from storyfold.parse.html.scan import scan_markup
from storyfold.parse.html.scan_records import Scan

FINGERPRINT = "7ca932531a6967eecf96aa93f7b26d9da24947b0307fcc4213c9e826f9bc9e06"

# A block whose chance is below it by the first ensemble keeps that chance: four in five. Out of fold .01 and .03 give
# the same F1 within .0001; at .05 it is .001 less.
FURNITURE = 0.02


@dataclass(frozen=True, slots=True)
class WeighedPage:
    """A page's blocks, their features, and the chance of each to be the article's text."""

    scan: Scan
    features: NDArray[np.float32]
    chances: NDArray[np.float64]

    def expected_f1(self, kept: NDArray[np.bool_]) -> float:
        """Return the F1 that this choice would have if the chances were true; 0 where nothing is kept."""
        words = self.features[:, WORDS]
        hit = float((words * self.chances)[kept].sum())
        return 2 * hit / max(1.0, float(words[kept].sum() + (words * self.chances).sum()))


@cache
def load_body_model() -> Model:
    """Return the model of the package; raises `ValueError` where its file is not the reviewed one."""
    return read_model(Path(__file__).with_name("block_model.npz"), FINGERPRINT)


def weigh_page(tree: LexborHTMLParser, hints: Hints, model: Model | None = None) -> WeighedPage:
    """Return the page with the chance of each block, by the package's model or another one. Never raises on a page."""
    scan = scan_markup(tree.html or "")
    features = measure_features(scan, hash_stated(hints))
    model = model or load_body_model()
    chances = predict_chances(model.first, features, give_up=True)
    hopeful = chances >= FURNITURE
    chances[hopeful] = predict_chances(model.second, measure_context(scan, features, chances)[hopeful])
    return WeighedPage(scan, features, chances)
