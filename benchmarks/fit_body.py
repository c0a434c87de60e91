"""Fit the body model to the evaluation pages, and print a line for each file written, with its hash.

    python -m benchmarks.fit_body --out FOLDER [--folds N]

Needs LightGBM, which the project itself does not: run it in an environment of its own. Writes `block_model.npz`, fitted
to all pages, and `body_fold_<n>.npz`, each fitted without the sites of one fold (`get_fold`), so that the quality gate
can read every page with a model that never saw its site. Provenance: article-extraction-benchmark (MIT) and the test
pages of fundus (MIT) in `../shared`; only what is learnt from them is kept, no page and no text.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from benchmarks.body_pages import FOLDS, LabelledPage, get_fold, read_pages
from benchmarks.shared_data import find_shared_folder
from storyfold.kernels.trees import Trees, predict_chances
from storyfold.parse.body.context_features import measure_context

ROUNDS = 90
FIRST_SEEDS, SECOND_SEEDS = 2, 3  # one alone moves F1 by .002 either way from seed to seed
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.08,
    "num_leaves": 16,
    "min_data_in_leaf": 15,
    "feature_fraction_bynode": 0.15,  # chosen anew at each node; of .3 for a whole tree F1 was .001 lower
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,  # more would only wait for each other where cores are shared
    "max_bin": 63,
    "verbose": -1,
}


def weigh_blocks(page: LabelledPage) -> np.ndarray:
    """Weigh each page the same; in it each block by what it is worth in F1, the small ones a little more."""
    weight = np.sqrt(np.maximum(page.gains, 0)) + 0.003
    return weight / max(weight.sum(), 1e-9)


def fit_ensemble(pages: list[LabelledPage], tables: list[np.ndarray], seeds: int) -> Trees:
    """Fit the ensemble for these pages' blocks: the mean of so many, each on other parts of blocks and features."""
    weight = np.concatenate([weigh_blocks(page) for page in pages])
    table, labels = np.vstack(tables), np.concatenate([page.labels for page in pages])
    grown: list[dict[str, Any]] = []
    for seed in range(1, seeds + 1):
        data = lightgbm.Dataset(table, labels, weight=weight * len(weight) / weight.sum())
        of_seed = SETTINGS | {"seed": seed, "bagging_seed": seed, "feature_fraction_seed": seed}
        grown += lightgbm.train(of_seed, data, ROUNDS).dump_model()["tree_info"]
    trees = flatten_trees(grown)
    return trees._replace(value=trees.value / np.float32(seeds))


def flatten_trees(trees: list[dict[str, Any]]) -> Trees:
    """Flatten LightGBM's trees into arrays. Bounds are rounded down to 32 bits, which the features have too."""
    nodes: list[list[float]] = []
    values: list[float] = []

    def add(node: dict[str, Any]) -> int:
        if "split_feature" not in node:
            values.append(node["leaf_value"])
            return ~(len(values) - 1)
        index = len(nodes)
        bound = np.float32(node["threshold"])
        if bound > node["threshold"]:
            bound = np.nextafter(bound, np.float32(-np.inf))
        nodes.append([node["split_feature"], float(bound), 0, 0])
        nodes[index][2] = add(node["left_child"])
        nodes[index][3] = add(node["right_child"])
        return index

    roots = [add(tree["tree_structure"]) for tree in trees]
    table = np.array(nodes)
    return Trees(
        np.array(roots, np.int32),
        table[:, 0].astype(np.int16),
        table[:, 1].astype(np.float32),
        table[:, 2].astype(np.int32),
        table[:, 3].astype(np.int32),
        np.array(values, np.float32),
    )


def fit_all(pages: list[LabelledPage], folds: int) -> list[tuple[Trees, Trees]]:
    """Fit the two ensembles without each fold in turn, then those of all pages.

    What the second learns from the first's chances must be chances of pages that the first never saw: so it is given
    those of a model without the page's own fold either.
    """
    fold = [get_fold(page.site, folds) for page in pages]
    firsts: dict[frozenset[int], Trees] = {}

    def fit_first(without: frozenset[int]) -> Trees:
        if without not in firsts:
            kept = [page for page, f in zip(pages, fold, strict=True) if f not in without]
            firsts[without] = fit_ensemble(kept, [page.features for page in kept], FIRST_SEEDS)
        return firsts[without]

    models = []
    for left_out in (*range(folds), None):
        without = frozenset() if left_out is None else frozenset({left_out})
        kept = [(page, f) for page, f in zip(pages, fold, strict=True) if f != left_out]
        tables = [
            measure_context(page.scan, page.features, predict_chances(fit_first(without | {f}), page.features))
            for page, f in kept
        ]
        models.append((fit_first(without), fit_ensemble([page for page, _ in kept], tables, SECOND_SEEDS)))
        print(f"fitted without fold {left_out}", flush=True)
    return models


def write_model(model: tuple[Trees, Trees], path: Path) -> None:
    """Write one `.npz` file, and print a line with its hash."""
    arrays = {
        f"{stage}_{name}": array
        for stage, trees in zip(("first", "second"), model, strict=True)
        for name, array in zip(Trees._fields, trees, strict=True)
    }
    np.savez_compressed(path, **arrays)
    print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}  {path.stat().st_size} bytes")


def main() -> None:
    """Fit and write the models."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--folds", type=int, default=FOLDS)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()
    pages = list(read_pages(find_shared_folder()))
    for number, model in enumerate(fit_all(pages, options.folds)):
        write_model(model, options.out / (f"body_fold_{number}.npz" if number < options.folds else "block_model.npz"))


if __name__ == "__main__":
    main()
