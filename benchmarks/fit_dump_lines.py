"""Fit the weights in `storyfold/parse/dump_block.py` and print them.

    python benchmarks/fit_dump_lines.py PAGES_DIR [PAGES_DIR ...]

Each folder holds `html/*.html.gz` and `gold.jsonl.gz` (rows with `path` and `body`). Every page is rendered to lines
with and without bullets; a line is text where over 60 % of its word 4-grams are in the gold body. Ridge-penalised
logistic regression by Newton's method; a line weighs as its words, a page as the root of its words. With two folders,
each is also fitted alone, for a fair test on the other (`--alone N` prints that fit).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from pathlib import Path, PurePath

import numpy as np

from benchmarks.parse_dumps import render
from storyfold.parse.dump_lines import NAMES, Line, features, read_lines

WORD = re.compile(r"\w+")
PENALTY = 5.0  # on standardised features; between 1 and 20 the figures move by .002


def grams(text: str) -> set[tuple[str, ...]]:
    """The word 4-grams of a text."""
    words = WORD.findall(text)
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}


def labels(lines: list[Line], gold: str) -> np.ndarray:
    """1 for lines of the gold body, else 0; short lines only between two long ones that are of it."""
    wanted, running = grams(gold), f" {' '.join(WORD.findall(gold))} "
    hits = np.zeros(len(lines))
    for i, line in enumerate(lines):
        own = grams(line.text)
        words = " ".join(WORD.findall(line.text))
        hits[i] = len(own & wanted) / len(own) if own else float(bool(words) and f" {words} " in running)
    sure = [i for i, line in enumerate(lines) if hits[i] > 0.6 and line.words >= 6]
    inside = np.zeros(len(lines))
    if sure:
        inside[sure[0] : sure[-1] + 1] = 1
    return ((hits > 0.6) * inside).astype(float)


def load(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (lines by features and a constant), labels and weights of every line of a folder's pages."""
    rows, hits, weights = [], [], []
    with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as gold:
        for entry in map(json.loads, gold):
            content = gzip.decompress((folder / "html" / PurePath(entry["path"]).name).read_bytes())
            for bullets in (False, True):
                lines = read_lines(render(content.decode("utf-8", "replace"), bullets=bullets))
                words = np.array([min(line.words, 80) + 1.0 for line in lines])
                rows.append(np.array(features(lines)))
                hits.append(labels(lines, entry["body"]))
                weights.append(words / np.sqrt(words.sum()))
    matrix = np.vstack(rows)
    weight = np.concatenate(weights)
    return np.column_stack([matrix, np.ones(len(matrix))]), np.concatenate(hits), weight * len(weight) / weight.sum()


def fit(matrix: np.ndarray, hits: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights for the features as they are, the constant last."""
    mean, spread = matrix.mean(0), matrix.std(0) + 1e-9
    mean[-1], spread[-1] = 0, 1
    scaled, beta = (matrix - mean) / spread, np.zeros(matrix.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ beta))
        slope = scaled.T @ (weight * (chance - hits)) + PENALTY * beta
        bend = (scaled * (weight * chance * (1 - chance))[:, None]).T @ scaled + PENALTY * np.eye(len(beta))
        step = np.linalg.solve(bend, slope)
        beta -= step
        if np.abs(step).max() < 1e-6:
            break
    plain = beta / spread
    plain[-1] -= (beta / spread * mean)[:-1].sum()
    return plain


def main() -> None:
    """Print the fitted weights as a Python dict."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--alone", type=int, help="fit only the folder of this number, from 0")
    chosen = arguments.parse_args()
    folders = chosen.folders if chosen.alone is None else [chosen.folders[chosen.alone]]
    parts = [load(folder) for folder in folders]
    weights = fit(*(np.concatenate([part[i] for part in parts]) for i in range(3)))
    print(json.dumps({name: round(float(w), 2) for name, w in zip([*NAMES, "constant"], weights, strict=True)}))


if __name__ == "__main__":
    main()
