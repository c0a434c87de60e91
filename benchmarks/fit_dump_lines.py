"""Fit the model in `storyfold/parse/dump_model.npz`, and print the figures out of fold and the file's fingerprint.

    rendering/bin/pip install lightgbm==4.7.0
    rendering/bin/python -m benchmarks.fit_dump_lines [--figures FILE] [--write FILE]

Needs the renderers that `benchmarks/parse_dumps.py` names, and LightGBM; none of them is needed to use the model.

Data: the shared evaluation pages (181 of article-extraction-benchmark, 142 of the test pages of Fundus), each in
three renderings and, for dumps that keep no blank lines, without these. They belong to their publishers; the file
holds thresholds and weights only. A line is text where over 60 % of its word 4-grams are in the gold body. A line
weighs as its words, a page nearly as one page. Two rounds: the second leaves out the lines that the first, out of
fold, was sure about and wrong (the gold has tables, lists and embedded posts that no reader of lines can tell from
furniture). `--figures` tests each fold, by site, with models that never saw its pages, in either round.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.parse_dumps import RENDERERS
from benchmarks.shared_data import scoring, shared_folder
from benchmarks.sites import FOLDS, fold_of
from storyfold.parse.dump_block import find_body
from storyfold.parse.dump_features import NAMES, features
from storyfold.parse.dump_lines import Line, read_lines
from storyfold.parse.dump_model import Model
from storyfold.parse.dump_text import clean

Array = npt.NDArray[np.float64]
SETS = ("aeb", "fundus")
RENDERINGS = ("resiliparse", "inscriptis", "lexbor-bullets", "resiliparse tight", "inscriptis tight")
SURE = 0.8  # a first round this far from the label is sure and wrong; .9 is .002 worse
PENALTY = 5.0  # of the linear part, on standardised features; between 1 and 20 the figures move by .002
TREES = 150
SETTINGS: dict[str, Any] = {
    "objective": "binary", "num_leaves": 16, "learning_rate": 0.08, "min_data_in_leaf": 200, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10, "max_bin": 63, "verbose": -1, "num_threads": 1,
    "deterministic": True, "force_row_wise": True, "seed": 1,
}  # fmt: skip
WORD = re.compile(r"\w+")


@dataclass
class Sample:
    """One page in one rendering."""

    name: str
    path: str
    rendering: str
    fold: int
    gold: str
    lines: list[Line]
    rows: npt.NDArray[np.float32]
    labels: Array
    weights: Array


def load(folder: Path, score: ModuleType) -> list[Sample]:
    """Every page of a set in every rendering."""
    found: list[Sample] = []
    for entry in score.read_jsonl(folder / "gold.jsonl.gz"):
        content = gzip.decompress((folder / "html" / Path(entry["path"]).name).read_bytes())
        html, body = content.decode("utf-8", "replace"), entry["body"]
        size = max(50, len(WORD.findall(body)))
        for rendering in RENDERINGS:
            text = RENDERERS[rendering.removesuffix(" tight")](html)
            text = re.sub(r"\n\s*\n+", "\n", text) if rendering.endswith(" tight") else text
            lines = read_lines(clean(text).text)
            weights = np.array([min(line.words, 80) + 1.0 for line in lines]) / size**0.7
            key = folder.name, Path(entry["path"]).name, rendering, fold_of(entry["url"])
            found.append(Sample(*key, body, lines, features(lines), labels(lines, body), weights))
    return found


def labels(lines: Sequence[Line], gold: str) -> Array:
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
    result: Array = (hits > 0.6) * inside
    return result


def grams(text: str) -> set[tuple[str, ...]]:
    """The word 4-grams of a text."""
    words = WORD.findall(text)
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}


def fit_twice(samples: Sequence[Sample]) -> Model:
    """The model of the second round; the first is made by folds within these samples."""
    kept: list[npt.NDArray[np.bool_]] = [np.ones(len(sample.labels), dtype=bool) for sample in samples]
    for fold in sorted({sample.fold for sample in samples}):
        booster = fit_trees([s for s in samples if s.fold != fold])
        for index, sample in enumerate(samples):
            if sample.fold == fold and len(sample.labels):
                kept[index] = np.abs(booster.predict(sample.rows, num_threads=1) - sample.labels) < SURE
    return as_model(fit_trees(samples, kept), fit_linear(*stacked(samples)))


def stacked(samples: Sequence[Sample], kept: Sequence[npt.NDArray[np.bool_]] | None = None) -> tuple[Any, Any, Any]:
    """Features, labels and weights of all the lines, or of those kept."""
    chosen = kept or [np.ones(len(sample.labels), dtype=bool) for sample in samples]
    pairs = list(zip(samples, chosen, strict=True))
    weights = np.concatenate([sample.weights[keep] for sample, keep in pairs])
    return (
        np.vstack([sample.rows[keep] for sample, keep in pairs]),
        np.concatenate([sample.labels[keep] for sample, keep in pairs]),
        weights / weights.mean(),
    )


def fit_trees(samples: Sequence[Sample], kept: Sequence[npt.NDArray[np.bool_]] | None = None) -> Any:
    """Gradient-boosted trees."""
    import lightgbm

    rows, hits, weights = stacked(samples, kept)
    return lightgbm.train(SETTINGS, lightgbm.Dataset(rows, hits, weight=weights), TREES)


def fit_linear(rows: Array, hits: Array, weights: Array) -> Array:
    """Ridge-penalised logistic regression by Newton's method: weights for the features as they are, then a constant."""
    mean, spread = rows.mean(0, dtype=np.float64), rows.std(0, dtype=np.float64) + 1e-9
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    beta = np.zeros(scaled.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ beta))
        slope = scaled.T @ (weights * (chance - hits)) + PENALTY * beta
        bend = scaled.T @ (scaled * (weights * chance * (1 - chance))[:, None]) + PENALTY * np.eye(len(beta))
        step = np.linalg.solve(bend, slope)
        beta -= step
        if np.abs(step).max() < 1e-6:
            break
    plain = beta[:-1] / spread
    return np.append(plain, beta[-1] - plain @ mean)


def as_model(booster: Any, linear: Array) -> Model:
    """LightGBM's trees as arrays of equal length."""
    trees = booster.dump_model()["tree_info"]
    size = SETTINGS["num_leaves"]
    shape = (len(trees), size - 1)
    model = Model(
        feature=np.zeros(shape, np.int16), threshold=np.zeros(shape, np.float32), left=np.full(shape, -1, np.int8),
        right=np.full(shape, -1, np.int8), leaf=np.zeros((len(trees), size), np.float32),
        linear=linear.astype(np.float32),
    )  # fmt: skip
    for number, tree in enumerate(trees):
        nodes = [tree["tree_structure"]]
        while nodes:
            node = nodes.pop()
            if "leaf_value" in node:
                model.leaf[number, node.get("leaf_index", 0)] = node["leaf_value"]
                continue
            at = number, node["split_index"]
            model.feature[at], model.threshold[at] = node["split_feature"], node["threshold"]
            for side, array in (("left_child", model.left), ("right_child", model.right)):
                child = node[side]
                array[at] = child["split_index"] if "split_index" in child else ~child["leaf_index"]
                nodes.append(child)
    return model


def print_figures(samples: Sequence[Sample], score: ModuleType, *, in_sample: Model, bodies: Path) -> None:
    """Body F1 of each set and rendering, in sample and out of fold; the line numbers found out of fold go to a file."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    chosen: list[dict[str, Any]] = []
    for fold in range(FOLDS):
        apart = fit_twice([sample for sample in samples if sample.fold != fold])
        for sample in samples:
            if sample.fold != fold:
                continue
            for kind, model in (("in sample", in_sample), ("out of fold", apart)):
                body = find_body(sample.lines, model.log_odds(sample.rows).tolist())
                text = "\n\n".join(sample.lines[index].text for index in body)
                scores = found.setdefault((sample.name, sample.rendering, kind), [])
                scores.append(score.body_scores(sample.gold, text))
                if kind == "out of fold":
                    key = {"set": sample.name, "path": sample.path, "renderer": sample.rendering}
                    chosen.append({**key, "body": [int(index) for index in body]})
    for (name, rendering, kind), scores in sorted(found.items()):
        precision, recall, f1 = score.mean_body(scores)
        print(f"{name:8}{rendering:20}{kind:12} P {precision:.4f} R {recall:.4f} F1 {f1:.4f}", flush=True)
    bodies.write_text("".join(json.dumps(row) + "\n" for row in chosen), encoding="utf-8")


def main() -> None:
    """Fit on everything; write the model, print its fingerprint, and the figures where asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=Path, help="also fit by folds, print figures; a file for what was found so")
    parser.add_argument("--write", type=Path, help="the file for the fitted model")
    chosen = parser.parse_args()
    shared = shared_folder()
    score = scoring(shared)
    samples = [sample for name in SETS for sample in load(shared / "data" / "pages" / name, score)]
    print(f"{len(samples)} renderings, {sum(len(s.lines) for s in samples)} lines, {len(NAMES)} features", flush=True)
    model = fit_twice(samples)
    if chosen.write:
        arrays = {name: getattr(model, name) for name in Model.__slots__}
        np.savez_compressed(chosen.write, **arrays)
        print(f"{hashlib.sha256(chosen.write.read_bytes()).hexdigest()}  {chosen.write}", flush=True)
    if chosen.figures:
        print_figures(samples, score, in_sample=model, bodies=chosen.figures)


if __name__ == "__main__":
    main()
