"""Fit the weights that find the headline among the lines of a plain text.

Prints nothing itself: `python -m benchmarks.fit_plaintext_lines` fits these weights with the rest of the model.

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

from storyfold.parse.plaintext.headline import NAMES, find_headline_candidates, measure_headline_candidates
from storyfold.parse.plaintext.lines import Line

Array = npt.NDArray[np.float64]
PENALTY = 10.0  # on standardised features; between .3 and 10 the figures move by .02, 10 is best on both sets
PLAIN = re.compile(r"\W+")


@dataclass(frozen=True)
class Choice:
    """Hold one page in one rendering: the candidates' features, and which of them are the title."""

    rows: Array
    right: npt.NDArray[np.bool_]


def normalize_title(title: str) -> str:
    """Normalize a title for comparison: no differences of case, width, punctuation, white space or soft hyphens."""
    normalized = unicodedata.normalize("NFKC", title).casefold().replace("\u00ad", "")
    return PLAIN.sub(" ", normalized).strip()


def list_right_titles(entry: dict[str, Any], html: str) -> frozenset[str]:
    """Return what counts as a page's title, normalized."""
    titles = [entry["title"]] if entry.get("title") else list_titles_in(html)
    return frozenset(normalize_title(title) for title in titles) - {""}


def list_titles_in(html: str) -> list[str]:
    """Return what a page's own HTML names as its title."""
    tree = LexborHTMLParser(html)
    named = tree.css_first('meta[property="og:title"]')
    headings = tree.css("h1")
    element = tree.css_first("title")
    return [
        *([named.attributes.get("content") or ""] if named else []),
        *([headings[0].text(separator=" ")] if len(headings) == 1 else []),
        *(re.split(r"\s[|–—-]\s|»", element.text())[:1] if element else []),
    ]


def make_choice(lines: Sequence[Line], body: Sequence[int], titles: frozenset[str]) -> Choice:
    """Make the choice among the candidates around a text."""
    chosen = find_headline_candidates(lines, body) if body else []
    rows = np.array(measure_headline_candidates(lines, body, chosen), dtype=float).reshape(len(chosen), len(NAMES))
    return Choice(rows, np.array([normalize_title(lines[index].text) in titles for index in chosen], dtype=bool))


def fit_titles(choices: Sequence[Choice]) -> Array:
    """Fit weights of the features as they are, by gradient ascent with momentum until the slope is flat."""
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
