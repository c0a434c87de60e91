"""Fit the model of plain-text lines, `storyfold/parse/plaintext/line_model.npz`, and one without each fold.

    rendering/bin/pip install lightgbm==4.7.0
    rendering/bin/python -m benchmarks.fit_plaintext_lines --out FOLDER

Needs the renderers that `benchmarks/parse_plaintext.py` names, and LightGBM; none of them is needed to use the model.
Writes `line_model.npz`, fitted to all pages, and `dump_fold_<n>.npz`, each fitted without the sites of one fold
(`benchmarks/sites.py`), so that the quality gate can read every page with a model that never saw its site; prints a
line for each file with its hash.

Data: the shared evaluation pages (181 of article-extraction-benchmark, 142 of the test pages of Fundus), each in
three renderings and, for dumps that keep no blank lines, without these. They belong to their publishers; the files
hold thresholds and weights only. A line is text where over 60 % of its word 4-grams are in the gold body. A line
weighs as its words, a page nearly as one page. The second ensemble is given what the first, out of fold, says of the
lines around and where the headline is; it leaves out the lines that the first was sure about and wrong (the gold
has tables, lists and embedded posts that no reader of lines can tell from furniture).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.fit_body import flatten_trees
from benchmarks.fit_plaintext_titles import Choice, fit_titles, list_right_titles, make_choice
from benchmarks.parse_plaintext import RENDERERS
from benchmarks.shared_data import find_shared_folder, load_scoring
from benchmarks.sites import FOLDS, get_fold
from storyfold.kernels.trees import Trees
from storyfold.parse.plaintext.body_lines import find_first_runs
from storyfold.parse.plaintext.clean_text import clean_text
from storyfold.parse.plaintext.headline import find_title
from storyfold.parse.plaintext.line_context import measure_context
from storyfold.parse.plaintext.line_features import NAMES, measure_features
from storyfold.parse.plaintext.line_model import LineModel
from storyfold.parse.plaintext.lines import Line, read_lines

Array = npt.NDArray[np.float64]
SETS = ("aeb", "fundus")
RENDERINGS = ("resiliparse", "inscriptis", "lexbor-bullets", "resiliparse tight", "inscriptis tight")
BREAKS = " tight"  # what a rendering without blank lines is called
SURE = 0.8  # a first estimate this far from the label is sure and wrong; .9 is .002 worse
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
    """Hold one page in one rendering."""

    rendering: str
    fold: int
    titles: frozenset[str]
    lines: list[Line]
    rows: npt.NDArray[np.float32]
    labels: Array
    weights: Array


@dataclass(frozen=True)
class SecondStageSample:
    """Hold what the second ensemble is fitted on, for one sample: its table, and the lines that count."""

    table: npt.NDArray[np.float32]
    kept: npt.NDArray[np.bool_]


def load_samples(folder: Path, score: ModuleType) -> list[Sample]:
    """Read every page of a set in every rendering."""
    found: list[Sample] = []
    for entry in score.read_jsonl(folder / "gold.jsonl.gz"):
        content = gzip.decompress((folder / "html" / Path(entry["path"]).name).read_bytes())
        html, body = content.decode("utf-8", "replace"), entry["body"]
        size, titles = max(50, len(WORD.findall(body))), list_right_titles(entry, html)
        for rendering in RENDERINGS:
            text = RENDERERS[rendering.removesuffix(BREAKS)](html)
            text = re.sub(r"\n\s*\n+", "\n", text) if rendering.endswith(BREAKS) else text
            lines = read_lines(clean_text(text).text)
            weights = np.array([min(line.words, 80) + 1.0 for line in lines]) / size**0.7
            fold = get_fold(entry["url"])
            found.append(
                Sample(rendering, fold, titles, lines, measure_features(lines), label_lines(lines, body), weights)
            )
    return found


def label_lines(lines: Sequence[Line], gold: str) -> Array:
    """Label lines of the gold body 1, others 0; short lines only between two long ones that are of it."""
    wanted, running = make_grams(gold), f" {' '.join(WORD.findall(gold))} "
    hits = np.zeros(len(lines))
    for i, line in enumerate(lines):
        own = make_grams(line.text)
        words = " ".join(WORD.findall(line.text))
        hits[i] = len(own & wanted) / len(own) if own else float(bool(words) and f" {words} " in running)
    sure = [i for i, line in enumerate(lines) if hits[i] > 0.6 and line.words >= 6]
    inside = np.zeros(len(lines))
    if sure:
        inside[sure[0] : sure[-1] + 1] = 1
    result: Array = (hits > 0.6) * inside
    return result


def make_grams(text: str) -> set[tuple[str, ...]]:
    """Return the word 4-grams of a text."""
    words = WORD.findall(text)
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}


def fit_trees(tables: Sequence[Any], samples: Sequence[Sample], kept: Sequence[Any]) -> Trees:
    """Fit gradient-boosted trees on the lines kept of each sample's table."""
    import lightgbm

    rows = np.vstack([table[keep] for table, keep in zip(tables, kept, strict=True)])
    hits = np.concatenate([sample.labels[keep] for sample, keep in zip(samples, kept, strict=True)])
    weights = np.concatenate([sample.weights[keep] for sample, keep in zip(samples, kept, strict=True)])
    data = lightgbm.Dataset(rows, hits, weight=weights / weights.mean())
    return flatten_trees(lightgbm.train(SETTINGS, data, TREES).dump_model()["tree_info"])


def fit_linear(rows: Array, hits: Array, weights: Array) -> Array:
    """Fit ridge-penalised logistic regression by Newton's method: weights of the features, then a constant."""
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


class Fitter:
    """Fit the models without one fold each. A first ensemble is fitted once for each pair of folds left out."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples = samples
        self.firsts: dict[frozenset[int], Trees] = {}

    def fit_without(self, fold: int | None) -> LineModel:
        """Fit the model that never saw the sites of this fold; on all pages where it is None."""
        left = frozenset() if fold is None else frozenset({fold})
        samples = [sample for sample in self.samples if sample.fold not in left]
        half = samples[::2]  # of an odd number of renderings, so that all are there: enough for a weight a feature
        weights = np.concatenate([sample.weights for sample in half])
        linear = fit_linear(
            np.vstack([sample.rows for sample in half]),
            np.concatenate([sample.labels for sample in half]),
            weights / weights.mean(),
        ).astype(np.float32)
        first = self._fit_first(left)
        model = LineModel(first, first, linear, np.zeros(0, np.float32))
        odds = [model._replace(first=self._fit_first(left | {s.fold})).first_odds(s.rows) for s in samples]
        model = model._replace(title=fit_titles(_list_choices(samples, odds)).astype(np.float32))
        second = [_make_second_stage_sample(sample, odd, model) for sample, odd in zip(samples, odds, strict=True)]
        return model._replace(second=fit_trees([s.table for s in second], samples, [s.kept for s in second]))

    def _fit_first(self, left: frozenset[int]) -> Trees:
        """Fit the first ensemble without these folds."""
        if left not in self.firsts:
            samples = [sample for sample in self.samples if sample.fold not in left]
            everything = [np.ones(len(sample.labels), dtype=bool) for sample in samples]
            self.firsts[left] = fit_trees([sample.rows for sample in samples], samples, everything)
        return self.firsts[left]


def _list_choices(samples: Sequence[Sample], odds: Sequence[Array]) -> list[Choice]:
    """List the headlines to choose among, around the text as the first ensemble sees it."""
    return [
        make_choice(sample.lines, find_first_runs(sample.lines, odd.tolist()), sample.titles)
        for sample, odd in zip(samples, odds, strict=True)
        if not sample.rendering.endswith(BREAKS)
    ]


def _make_second_stage_sample(sample: Sample, odds: Array, model: LineModel) -> SecondStageSample:
    title_at = find_title(sample.lines, find_first_runs(sample.lines, odds.tolist()), model.title)
    right = np.abs(1 / (1 + np.exp(-odds)) - sample.labels) < SURE
    return SecondStageSample(measure_context(sample.rows, sample.lines, odds, title_at), right)


def write_model(model: LineModel, path: Path) -> None:
    """Write one `.npz` file, and print a line with its hash."""
    trees = {
        f"{stage}_{name}": array
        for stage in ("first", "second")
        for name, array in zip(Trees._fields, getattr(model, stage), strict=True)
    }
    np.savez_compressed(path, **trees, linear=model.linear, title=model.title)
    print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}  {path.stat().st_size} bytes", flush=True)


def main() -> None:
    """Fit and write the models."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the folder for the models")
    folder = parser.parse_args().out
    shared = find_shared_folder()
    score = load_scoring(shared)
    samples = [sample for name in SETS for sample in load_samples(shared / "data" / "pages" / name, score)]
    print(f"{len(samples)} renderings, {sum(len(s.lines) for s in samples)} lines, {len(NAMES)} features", flush=True)
    fitter = Fitter(samples)
    for fold in range(FOLDS):
        write_model(fitter.fit_without(fold), folder / f"dump_fold_{fold}.npz")
    write_model(fitter.fit_without(None), folder / "line_model.npz")


if __name__ == "__main__":
    main()
