"""Measure what the model reads of each block: its text, its position in the tree, similar blocks, its neighbours.

None of it names a site: class names count by generic words in them (`block_vocabulary`), and by being the same as those
of other blocks of the page.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable, Hashes, Longs
from storyfold.parse.body.block_features import fill_similar, fill_text, fill_tree
from storyfold.parse.body.feature_columns import COLUMNS
from storyfold.parse.body.hints import Hints
from storyfold.parse.body.metadata_features import fill_repeats, fill_stated, hash_word_runs, measure_shares
from storyfold.parse.body.position_features import (
    fill_articles,
    fill_headings,
    fill_images,
    fill_neighbours,
    fill_position,
)
from storyfold.parse.html.scan import hash_words
from storyfold.parse.html.scan_records import Scan

MAX_STATED = 50_000  # words read of what the page states of its own text


class StatedText(NamedTuple):
    """What the page states of its text, as ascending hashes: of word runs, and of the words of titles and credits."""

    json_ld_runs: Longs
    description_runs: Longs
    title_words: Longs


def hash_stated(hints: Hints) -> StatedText:
    """Return what the page states of its text, hashed: its JSON-LD body, its descriptions, its titles and credits."""
    texts = (hints.spoken, "\n".join(hints.descriptions), "\n".join(hints.heads))
    json_ld, descriptions, titles = hash_words(*texts)
    return StatedText(_list_runs(json_ld), _list_runs(descriptions), np.unique(titles.astype(np.int64)))


def _list_runs(words: Hashes) -> Longs:
    return np.unique(hash_word_runs(words[:MAX_STATED]))


def measure_features(scan: Scan, stated: StatedText) -> FloatTable:
    """Return a row of `COLUMNS` numbers for each block."""
    table = np.zeros((len(scan.blocks), COLUMNS), np.float32)
    if len(table):
        fill_text(scan.blocks, scan.groups, table)
        sentences = fill_tree(scan.elements, scan.marks, scan.blocks, table)
        fill_similar(scan.elements, scan.blocks, sentences, table)
        fill_position(sentences, table)
        fill_stated(scan.blocks, scan.words, stated.json_ld_runs, stated.description_runs, stated.title_words, table)
        fill_images(scan.blocks, table)
        fill_repeats(scan.blocks, scan.words, table)
        fill_headings(table)
        fill_articles(scan.elements, scan.marks, scan.blocks, sentences, table)
        fill_neighbours(scan.elements, scan.blocks, sentences, table)
    return table


def measure_shares_within(scan: Scan, text: str) -> Doubles:
    """Return, for each block, the share of its word runs that the text has too; of shorter blocks, of its words."""
    (words,) = hash_words(text)
    return measure_shares(scan.blocks, scan.words, np.unique(hash_word_runs(words)), np.unique(words.astype(np.int64)))
