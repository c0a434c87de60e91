"""Fit the weights in `storyfold/parse/dump_title.py` and print them, with titles and days out of fold.

    rendering/bin/python -m benchmarks.fit_dump_titles [--bodies FILE]

Conditional logistic regression (one choice among each page's candidates) with a ridge penalty, over the shared
evaluation pages in three renderings (see `benchmarks/parse_dumps.py`). What is right: the gold title; the pages of
article-extraction-benchmark have none, there it is what their own HTML names as title (og:title, a single h1, the
title element before its separator). Folds are by site, so that no site is trained on and tested; with FILE, written
by `benchmarks/fit_dump_lines.py --figures FILE`, the text above which a title is looked for is out of fold too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from benchmarks.parse_dumps import RENDERERS
from benchmarks.quality import days_of
from benchmarks.shared_data import scoring, shared_folder
from benchmarks.sites import FOLDS, fold_of
from storyfold.parse.dates import weigh
from storyfold.parse.dump_block import find_body
from storyfold.parse.dump_dates import date_claims
from storyfold.parse.dump_lines import Line, read_lines
from storyfold.parse.dump_text import clean
from storyfold.parse.dump_title import NAMES, candidates, features, without_kicker

Array = npt.NDArray[np.float64]
PENALTY = 10.0  # on standardised features; between .3 and 10 the figures move by .02, 10 is best on both sets
SEEN = datetime(2026, 11, 21, tzinfo=UTC)  # the day on which the pages count as seen
TRAINED_ON = ("resiliparse", "inscriptis", "lexbor-bullets")


@dataclass(frozen=True)
class Choice:
    """One page in one rendering: the candidates' features, and which of them are the title."""

    name: str
    renderer: str
    fold: int
    rows: Array
    right: npt.NDArray[np.bool_]
    chosen: list[int]
    lines: list[Line]
    body: list[int]
    published: str | None


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


def load(folder: Path, score: ModuleType, bodies: dict[tuple[str, str, str], list[int]]) -> list[Choice]:
    """Every page of a set in every rendering."""
    found: list[Choice] = []
    for gold in score.read_jsonl(folder / "gold.jsonl.gz"):
        content = gzip.decompress((folder / "html" / Path(gold["path"]).name).read_bytes())
        html = content.decode("utf-8", "replace")
        right = {score.plain(t) for t in ([gold["title"]] if gold.get("title") else titles_in(html))} - {""}
        for renderer in TRAINED_ON:
            lines = read_lines(clean(RENDERERS[renderer](html)).text)
            key = folder.name, Path(gold["path"]).name, renderer
            body = bodies[key] if bodies else find_body(lines)
            chosen = candidates(lines, body) if body else []
            rows = np.array(features(lines, body, chosen), dtype=float).reshape(len(chosen), len(NAMES))
            hits = np.array([score.plain(lines[index].text) in right for index in chosen], dtype=bool)
            page = folder.name, renderer, fold_of(gold["url"]), rows, hits, chosen
            found.append(Choice(*page, lines, body, gold.get("published_at")))
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


def best_of(choice: Choice, weights: Array) -> int | None:
    """Which of a page's candidates is taken for its headline."""
    if not len(choice.rows):
        return None
    best = choice.chosen[int(np.argmax(choice.rows @ weights))]
    return choice.chosen.index(without_kicker(choice.lines, choice.chosen, best))


def has_day(choice: Choice, title_at: int | None) -> bool:
    """Whether the page's day is found, given the line of its title."""
    claims = date_claims(choice.lines, choice.body, title_at, None)
    text = " ".join(choice.lines[index].text for index in choice.body)
    published = weigh(claims, text=text, agency=None, seen_at=SEEN).published_at
    wanted = days_of((choice.published or "").replace(" ", "T"))
    return bool(wanted & days_of(published.isoformat() if published else None))


def print_figures(choices: Sequence[Choice]) -> None:
    """The share of right titles and days of each set and rendering, out of fold."""
    titles: dict[tuple[str, str], list[bool]] = {}
    days: dict[tuple[str, str], list[bool]] = {}
    for fold in range(FOLDS):
        weights = fit([choice for choice in choices if choice.fold != fold])
        for choice in choices:
            if choice.fold != fold:
                continue
            best = best_of(choice, weights)
            key = choice.name, choice.renderer
            titles.setdefault(key, []).append(best is not None and bool(choice.right[best]))
            if choice.published:
                days.setdefault(key, []).append(has_day(choice, None if best is None else choice.chosen[best]))
    for key, right in sorted(titles.items()):
        day = f"  same day {sum(days[key]) / len(days[key]):.4f}" if key in days else ""
        print(*key, f"title exact {sum(right) / len(right):.4f}{day}  out of fold")


def main() -> None:
    """Print figures out of fold, then the weights fitted on all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bodies", type=Path, help="the texts found out of fold")
    chosen = parser.parse_args()
    rows = [json.loads(line) for line in chosen.bodies.read_text().splitlines()] if chosen.bodies else []
    bodies = {(row["set"], row["path"], row["renderer"]): row["body"] for row in rows}
    shared = shared_folder()
    score = scoring(shared)
    choices = [c for name in ("aeb", "fundus") for c in load(shared / "data" / "pages" / name, score, bodies)]
    print_figures(choices)
    print(json.dumps({name: round(float(w), 2) for name, w in zip(NAMES, fit(choices), strict=True)}))


if __name__ == "__main__":
    main()
