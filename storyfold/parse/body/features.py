"""What the model is told of each block: its text, its place in the tree, its likes, its neighbours.

None of it names a site: class names count by generic words in them (`block_words`), and by being the same as those of
other blocks of the page.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable, Hashes, Longs
from storyfold.parse.body.block_features import fill_likes, fill_text, fill_tree
from storyfold.parse.body.feature_columns import COLUMNS
from storyfold.parse.body.hints import Hints
from storyfold.parse.body.metadata_features import fill_again, fill_said, hash_word_runs, measure_shares
from storyfold.parse.body.position_features import fill_articles, fill_heads, fill_images, fill_near, fill_place
from storyfold.parse.html.scan import hash_words
from storyfold.parse.html.scan_rows import Scan

MOST_SAID = 50_000  # words read of what the page says of its own text


class Said(NamedTuple):
    """What the page says of its text, as ascending hashes of word runs and of words."""

    spoken: Longs
    described: Longs
    heads: Longs


def read_said(hints: Hints) -> Said:
    """The page's own words on its text: its JSON-LD body, its descriptions, its titles and credits."""
    texts = (hints.spoken, "\n".join(hints.descriptions), "\n".join(hints.heads))
    spoken, described, heads = hash_words(*texts)
    return Said(_grams(spoken), _grams(described), np.unique(heads.astype(np.int64)))


def _grams(words: Hashes) -> Longs:
    return np.unique(hash_word_runs(words[:MOST_SAID]))


def measure_features(scan: Scan, said: Said) -> FloatTable:
    """A row of `COLUMNS` numbers for each block."""
    table = np.zeros((len(scan.blocks), COLUMNS), np.float32)
    if len(table):
        fill_text(scan.blocks, scan.groups, table)
        sentences = fill_tree(scan.elements, scan.marks, scan.blocks, table)
        fill_likes(scan.elements, scan.blocks, sentences, table)
        fill_place(sentences, table)
        fill_said(scan.blocks, scan.words, said.spoken, said.described, said.heads, table)
        fill_images(scan.blocks, table)
        fill_again(scan.blocks, scan.words, table)
        fill_heads(table)
        fill_articles(scan.elements, scan.marks, scan.blocks, sentences, table)
        fill_near(scan.elements, scan.blocks, sentences, table)
    return table


def measure_shares_within(scan: Scan, text: str) -> Doubles:
    """For each block, the share of its word runs that the text has too; of shorter blocks, of its words."""
    (words,) = hash_words(text)
    return measure_shares(scan.blocks, scan.words, np.unique(hash_word_runs(words)), np.unique(words.astype(np.int64)))
