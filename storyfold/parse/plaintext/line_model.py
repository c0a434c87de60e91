"""Load the model for page dumps: two ensembles of small trees, a linear score, and the weights of a headline.

All are fitted by benchmarks/fit_plaintext_lines.py, which writes the file beside this module and prints its
fingerprint.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from storyfold.kernels.trees import Trees, predict_chances
from storyfold.parse.plaintext import headline, line_context, line_features
from storyfold.parse.plaintext.line_features import Numbers

FILE = Path(__file__).with_name("line_model.npz")
FINGERPRINT = "2883b6fe74cc45261ed692cb87cb79075f727701bf44fc8b11a5e16304a6f0c7"
LARGEST = 6.0  # log odds beyond which one line is no surer than another: 1 in 400

TREES_COUNT = 2  # how much the trees count against the linear score: they are surer, it is steadier on odd dumps

Odds = npt.NDArray[np.float64]


class LineModel(NamedTuple):
    """Hold two models: `first` sees a line's features, `second` also the first's chances of the lines around."""

    first: Trees
    second: Trees
    linear: npt.NDArray[np.float32]  # a weight for each feature, and the constant
    title: npt.NDArray[np.float32]  # a weight for each feature of a headline

    def first_odds(self, rows: Numbers) -> Odds:
        """Return for each row of features the log odds that the line is text of the article, -6 to 6."""
        return _predict_odds(self.first, rows)

    def second_odds(self, rows: Numbers, more: Numbers) -> Odds:
        """Return the log odds by the second model, from the rows `more`, averaged with the linear score of `rows`."""
        linear = rows.astype(np.float64) @ self.linear[:-1].astype(np.float64) + float(self.linear[-1])
        odds: Odds = (TREES_COUNT * _predict_odds(self.second, more) + np.clip(linear, -LARGEST, LARGEST)) / (
            TREES_COUNT + 1
        )
        return odds


def _predict_odds(trees: Trees, rows: Numbers) -> Odds:
    chance = np.clip(predict_chances(trees, rows), 1e-9, 1 - 1e-9)
    odds: Odds = np.clip(np.log(chance / (1 - chance)), -LARGEST, LARGEST)
    return odds


@cache
def load_line_model() -> LineModel:
    """Load the fitted model; ValueError if its file is not the one that was reviewed."""
    return read_line_model(FILE, FINGERPRINT)


def read_line_model(path: Path, fingerprint: str | None = None) -> LineModel:
    """Read the model in a file; ValueError where its SHA-256 is not the one given, or it is for other features."""
    content = path.read_bytes()
    if fingerprint is not None and hashlib.sha256(content).hexdigest() != fingerprint:
        raise ValueError(f"{path.name} is not the reviewed model: its fingerprint differs")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        first, second = (
            Trees(*(np.ascontiguousarray(arrays[f"{stage}_{name}"]) for name in Trees._fields))
            for stage in ("first", "second")
        )
        model = LineModel(first, second, arrays["linear"], arrays["title"])
    own = len(line_features.NAMES)
    wanted = own, own + len(line_context.NAMES), own + 1, len(headline.NAMES)
    found = (
        int(first.feature.max()) + 1, int(second.feature.max()) + 1, len(model.linear), len(model.title)
    )  # fmt: skip
    if found[0] > wanted[0] or found[1] > wanted[1] or found[2:] != wanted[2:]:
        raise ValueError(f"{path.name} was fitted on other features: {found}; there are {wanted}")
    return model
