"""Fit the weights in `storyfold/parse/dump_title.py` and print them, with the figures out of fold.

    python -m benchmarks.fit_dump_titles

Conditional logistic regression (one choice among each page's candidates) with a ridge penalty, over the shared
evaluation pages in three renderings (see `benchmarks/parse_dumps.py`). What is right: the gold title; the pages of
article-extraction-benchmark have none, there it is what their own HTML names as title (og:title, a single h1, the
title element before its separator). Folds are by site, so that no site is trained on and tested.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from benchmarks.parse_dumps import RENDERERS
from benchmarks.shared_data import scoring, shared_folder
from benchmarks.sites import FOLDS, fold_of
from storyfold.parse.dump_block import find_body
from storyfold.parse.dump_lines import read_lines
from storyfold.parse.dump_text import clean
from storyfold.parse.dump_title import NAMES, candidates, features

Array = npt.NDArray[np.float64]
PENALTY = 10.0  # on standardised features; between .3 and 10 the figures move by .02, 10 is best on both sets
TRAINED_ON = ("resiliparse", "inscriptis", "lexbor-bullets")


@dataclass(frozen=True)
class Choice:
    """One page in one rendering: the candidates' features, and which of them are the title."""

    name: str
    renderer: str
    fold: int
    rows: Array
    right: npt.NDArray[np.bool_]


def titles_in(html: str) -> list[str]:
    """What a page's own HTML names as its title."""
    tree = LexborHTMLParser(html)
    named = tree.css_first('meta[property="og:title"]')
    headings = tree.css("h1")
    element = tree.css_first("title")
    return [
        *([named.attributes.get("content") or ""] if named else []),
        *([headings[0].text(separator=" ")] if len(headings) == 1 else []),
        *(re.split(r"\s[|–—-]\s|»", element.text())[:1] if element else []),
    ]


def load(folder: Path, score: ModuleType) -> list[Choice]:
    """Every page of a set in every rendering."""
    found: list[Choice] = []
    for gold in score.read_jsonl(folder / "gold.jsonl.gz"):
        content = gzip.decompress((folder / "html" / Path(gold["path"]).name).read_bytes())
        html = content.decode("utf-8", "replace")
        right = {score.plain(t) for t in ([gold["title"]] if gold.get("title") else titles_in(html))} - {""}
        for renderer in TRAINED_ON:
            lines = read_lines(clean(RENDERERS[renderer](html)).text)
            body = find_body(lines)
            chosen = candidates(lines, body) if body else []
            rows = np.array(features(lines, body, chosen), dtype=float).reshape(len(chosen), len(NAMES))
            hits = np.array([score.plain(lines[index].text) in right for index in chosen], dtype=bool)
            found.append(Choice(folder.name, renderer, fold_of(gold["url"]), rows, hits))
    return found


def fit(choices: Sequence[Choice]) -> Array:
    """Weights for the features as they are, by gradient ascent with momentum until the slope is flat."""
    choices = [choice for choice in choices if choice.right.any() and len(choice.right) > 1]
    stacked = np.vstack([choice.rows for choice in choices])
    mean, spread = stacked.mean(0), stacked.std(0) + 1e-9
    scaled = [(choice.rows - mean) / spread for choice in choices]
    weights, speed = np.zeros(stacked.shape[1]), np.zeros(stacked.shape[1])
    for _ in range(600):
        slope = -2 * PENALTY * weights
        for rows, choice in zip(scaled, choices, strict=True):
            scores = rows @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            wanted = chance * choice.right
            slope += rows.T @ (wanted / (wanted.sum() + 1e-12) - chance)
        speed = 0.9 * speed + slope / len(choices)
        weights += 0.3 * speed
    result: Array = weights / spread
    return result


def share_right(choices: Sequence[Choice], weights: Array) -> list[bool]:
    """For each page whether the best candidate is the title."""
    return [bool(len(c.right)) and bool(c.right[int(np.argmax(c.rows @ weights))]) for c in choices]


def main() -> None:
    """Print figures out of fold, then the weights fitted on all."""
    shared = shared_folder()
    score = scoring(shared)
    choices = [choice for name in ("aeb", "fundus") for choice in load(shared / "data" / "pages" / name, score)]
    hits: dict[tuple[str, str], list[bool]] = {}
    for fold in range(FOLDS):
        tested = [choice for choice in choices if choice.fold == fold]
        weights = fit([choice for choice in choices if choice.fold != fold])
        for choice, is_right in zip(tested, share_right(tested, weights), strict=True):
            hits.setdefault((choice.name, choice.renderer), []).append(is_right)
    for (name, renderer), right in sorted(hits.items()):
        print(f"{name} {renderer}: title exact {sum(right) / len(right):.3f} out of fold")
    print(json.dumps({name: round(float(w), 2) for name, w in zip(NAMES, fit(choices), strict=True)}))


if __name__ == "__main__":
    main()
