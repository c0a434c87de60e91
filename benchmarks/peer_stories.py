"""Group articles with another method, in a Python that has it: see `benchmarks.story_peers`, which starts this.

    PYTHON -m benchmarks.peer_stories PEER ARTICLES.npz OUT.json

Each is given what Storyfold itself made: the unit vectors of the articles (text and lead beside each other, so that
their product is the mean cosine of both views), or the graph of its similarities. Timed is all from there to a group
for each article, for each setting that is tried.

- agglomerative: `AgglomerativeClustering` of scikit-learn, average link on a square of distances.
- hdbscan: `HDBSCAN` of scikit-learn on the same square, groups of two and more; what it calls noise is a group of its
  own. (Its least distance between groups fails with numpy 2.4.)
- single-pass: articles in the order of their days; each joins the group whose centroid is nearest, from a similarity
  on, else it begins one (Allan, Papka and Lavrenko 1998). Over sparse products, no library.
- leiden: `leidenalg` with the constant Potts model on the graph (Traag, Waltman and van Eck 2019).

Needs numpy, scipy, scikit-learn, igraph and leidenalg, and neither Storyfold nor what it depends on.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Data = Mapping[str, Any]
Labels = list[int]

# What is tried: least similarities; for HDBSCAN, how groups are taken from its tree, and the neighbours of a core; for
# Leiden, resolutions (the similarity within a group from which a pair speaks for it).
SETTINGS: dict[str, tuple[Any, ...]] = {
    "agglomerative": (0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.25, 0.28, 0.32),
    "hdbscan": (("leaf", 1), ("leaf", 2), ("leaf", 3), ("eom", 1), ("eom", 2), ("eom", 3)),
    "single-pass": (0.12, 0.15, 0.18, 0.2, 0.22, 0.25, 0.28, 0.32, 0.36, 0.4, 0.45),
    "leiden": (0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.25, 0.3),
}
SEED = 1


def multiply(data: Data) -> Any:
    """Return the sparse square of the mean cosines of all articles."""
    from scipy.sparse import csr_matrix

    shape = len(data["starts"]) - 1, int(data["terms"].max()) + 1
    vectors = csr_matrix((data["weights"], data["terms"], data["starts"]), shape)
    return (vectors @ vectors.T).tocsr()


def measure_distances(data: Data) -> Any:
    """Return the dense square of distances, 1 minus the mean cosine."""
    distances = multiply(data).toarray()
    np.subtract(1.0, distances, out=distances)
    np.clip(distances, 0.0, None, out=distances)
    np.fill_diagonal(distances, 0.0)
    return distances


def group_agglomerative(data: Data, threshold: float) -> Labels:
    """Group by average link."""
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1.0 - threshold
    )
    return list(map(int, model.fit_predict(measure_distances(data))))


def group_hdbscan(data: Data, setting: tuple[str, int]) -> Labels:
    """Group by density."""
    from sklearn.cluster import HDBSCAN

    method, neighbours = setting
    model = HDBSCAN(
        min_cluster_size=2,
        min_samples=neighbours,
        metric="precomputed",
        cluster_selection_method=method,
        copy=False,
    )
    found = model.fit_predict(measure_distances(data)).tolist()
    return [label if label >= 0 else -1 - number for number, label in enumerate(found)]


def group_single_pass(data: Data, threshold: float) -> Labels:
    """Join each article to the nearest centroid so far; the length of one follows from its members' products."""
    products = multiply(data)
    label, squares = np.full(products.shape[0], -1), []
    for number in np.argsort(data["days"], kind="stable").tolist():
        row = slice(products.indptr[number], products.indptr[number + 1])
        of, values = label[products.indices[row]], products.data[row]
        sums = np.bincount(of[of >= 0], values[of >= 0], minlength=len(squares))
        nearness = sums / np.sqrt(squares) if squares else sums
        chosen = int(np.argmax(nearness)) if squares else -1
        if chosen < 0 or nearness[chosen] < threshold:
            chosen = len(squares)
            squares.append(0.0)
            sums = np.append(sums, 0.0)
        label[number] = chosen
        squares[chosen] += 1.0 + 2.0 * sums[chosen]
    return list(map(int, label))


def group_leiden(data: Data, resolution: float) -> Labels:
    """Group the graph of similarities."""
    import igraph
    import leidenalg

    graph = igraph.Graph(n=len(data["starts"]) - 1, edges=np.stack([data["a"], data["b"]], axis=1))
    found = leidenalg.find_partition(
        graph,
        leidenalg.CPMVertexPartition,
        weights=data["similarity"].tolist(),
        resolution_parameter=resolution,
        n_iterations=-1,
        seed=SEED,
    )
    return list(map(int, found.membership))


GROUPERS: dict[str, Callable[[Data, Any], Labels]] = {
    "agglomerative": group_agglomerative,
    "hdbscan": group_hdbscan,
    "single-pass": group_single_pass,
    "leiden": group_leiden,
}


def main() -> None:
    """Group a file's articles with each setting; write the seconds of processor time, and the group of each article."""
    peer, articles, out = sys.argv[1:]
    data = dict(np.load(articles))
    few = {"starts": np.arange(6), "terms": np.zeros(5, int), "weights": np.ones(5), "days": np.zeros(5)}
    pair = {"a": np.array([0]), "b": np.array([1]), "similarity": np.ones(1)}
    GROUPERS[peer](few | pair, SETTINGS[peer][-1])  # what is loaded on first use
    found = {}
    for setting in SETTINGS[peer]:
        started = time.process_time()
        labels = GROUPERS[peer](data, setting)
        found[str(setting)] = {"processor_seconds": time.process_time() - started, "groups": labels}
    Path(out).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
