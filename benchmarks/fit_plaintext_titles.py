"""The weights of the line that is a page dump's headline; `benchmarks/fit_plaintext_lines.py` fits them with the rest.

Conditional logistic regression (one choice among each page's candidates) with a ridge penalty. What is right: the
gold title; the pages of article-extraction-benchmark have none, there it is what their own HTML names as title
(og:title, a single h1, the title element before its separator).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.plaintext.headline import NAMES, find_candidates, measure_candidates
from storyfold.parse.plaintext.lines import Line

Array = npt.NDArray[np.float64]
PENALTY = 10.0  # on standardised features; between .3 and 10 the figures move by .02, 10 is best on both sets
PLAIN = re.compile(r"\W+")


@dataclass(frozen=True)
class Choice:
    """One page in one rendering: the candidates' features, and which of them are the title."""

    rows: Array
    right: npt.NDArray[np.bool_]


def plain(title: str) -> str:
    """A title as titles are compared: case, width, punctuation, white space and soft hyphens folded away."""
    folded = unicodedata.normalize("NFKC", title).casefold().replace("\u00ad", "")
    return PLAIN.sub(" ", folded).strip()


def right_titles(entry: dict[str, Any], html: str) -> frozenset[str]:
    """What counts as a page's title, as it is compared."""
    titles = [entry["title"]] if entry.get("title") else titles_in(html)
    return frozenset(plain(title) for title in titles) - {""}


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


def choice_of(lines: Sequence[Line], body: Sequence[int], titles: frozenset[str]) -> Choice:
    """The candidates around a text."""
    chosen = find_candidates(lines, body) if body else []
    rows = np.array(measure_candidates(lines, body, chosen), dtype=float).reshape(len(chosen), len(NAMES))
    return Choice(rows, np.array([plain(lines[index].text) in titles for index in chosen], dtype=bool))


def fit_titles(choices: Sequence[Choice]) -> Array:
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
