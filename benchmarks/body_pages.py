"""Read the evaluation pages as the body model sees them: blocks, features, and which blocks the gold body has.

Prints nothing itself: `benchmarks.fit_body` fits the model on these pages, `benchmarks.quality` reads them out of fold.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from storyfold.kernels.trees import Model, read_model
from storyfold.parse.body.features import hash_stated, measure_features
from storyfold.parse.body.find_body import find_body
from storyfold.parse.body.hints import Hints
from storyfold.parse.decode import decode_page, decode_to_utf8
from storyfold.parse.html.elements import read_elements
from storyfold.parse.html.hostile_markup import reject_hostile_markup
from storyfold.parse.html.metadata import read_metadata
from storyfold.parse.html.scan import scan_markup
from storyfold.parse.html.scan_records import Scan
from storyfold.parse.html_page import make_hints, parse_tree
from storyfold.settings.parse import ParseSettings

SETS = ("aeb", "fundus")
WORD = re.compile(r"\w+")
GRAM = 4  # words: as the scorer counts
PASSES = 3
FOLDS = 5
MODELS = Path(__file__).parent / "models"  # fitted without one fold each; the package has the one of all pages

_SECOND_LEVEL = frozenset("ac co com gob gov net org ne or go".split())

Grams = Counter[tuple[str, ...]]


@dataclass(slots=True)
class LabelledPage:
    """Hold one page: its site, its blocks, and which of them make the gold body best."""

    set: str
    name: str
    site: str
    gold: str
    scan: Scan
    features: np.ndarray
    labels: np.ndarray
    gains: np.ndarray  # what each block's right label is worth in F1

    def text(self, kept: np.ndarray) -> str:
        """Return the text of the kept blocks."""
        return "\n\n".join(self.scan.block_text(int(b)) for b in np.flatnonzero(kept))


def get_site(entry: dict[str, str]) -> str:
    """Return the site of a page, the name in its address: one for all hosts and countries that share it."""
    labels = (urlsplit(entry["url"]).hostname or "").split(".")
    suffix = 2 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 1
    return labels[max(0, len(labels) - suffix - 1)]


def read_pages(shared: Path, names: tuple[str, ...] = SETS) -> Iterator[LabelledPage]:
    """Yield every page of the sets, in the order of their gold."""
    for name in names:
        folder = shared / "data" / "pages" / name
        with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                path = folder / "html" / Path(entry["path"]).name
                yield label_page(name, entry, gzip.decompress(path.read_bytes()))


def get_fold(site: str, folds: int = FOLDS) -> int:
    """Return the fold of a site: by the hash of its name, so that no site is in two."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % folds


@cache
def read_fold_model(fold: int) -> Model:
    """Read the model fitted without the sites of one fold."""
    return read_model(MODELS / f"body_fold_{fold}.npz")


def find_bodies_out_of_fold(folder: Path, gold: list[dict[str, str]], *, fast: bool = False) -> list[str]:
    """Find the body of each page with the model that was fitted without its site."""
    bodies = []
    for entry in gold:
        content = gzip.decompress((folder / "html" / Path(entry["path"]).name).read_bytes())
        tree = parse_tree(decode_to_utf8(content), ParseSettings().nesting)
        model = read_fold_model(get_fold(get_site(entry)))
        bodies.append(find_body(tree, read_page_hints(tree), fast=fast, model=model).text)
    return bodies


def label_page(name: str, entry: dict[str, str], content: bytes) -> LabelledPage:
    """Label the blocks of a page given as bytes."""
    return label_markup(name, entry, reject_hostile_markup(decode_page(content, None)[0], ParseSettings().nesting))


def label_markup(name: str, entry: dict[str, str], markup: str) -> LabelledPage:
    """Label the blocks of a page given as text."""
    tree = LexborHTMLParser(markup)
    scan = scan_markup(tree.html or "")
    features = measure_features(scan, hash_stated(read_page_hints(tree)))
    texts = [scan.block_text(b) for b in range(len(scan.blocks))]
    labels, gains = label_blocks(texts, entry["body"])
    return LabelledPage(name, entry["path"], get_site(entry), entry["body"], scan, features, labels, gains)


def read_page_hints(tree: LexborHTMLParser) -> Hints:
    """Read what the page's metadata says of its text, as the parser reads it."""
    elements = read_elements(tree)
    return make_hints(read_metadata(elements, None), elements.headings, None)


def count_grams(words: list[str]) -> Grams:
    """Count runs of four words, as the scorer counts them."""
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + GRAM]) for i in range(max(1, len(words) - GRAM + 1)))


def label_blocks(texts: list[str], gold: str) -> tuple[np.ndarray, np.ndarray]:
    """Choose the blocks that score best against the gold; return them, and what each block adds or would cost.

    Begins with the blocks most of whose words are the gold's, then turns single blocks over while F1 rises.
    """
    wanted = count_grams(WORD.findall(gold))
    blocks = [WORD.findall(text) for text in texts]
    overlap = [_measure_overlap(words, wanted) for words in blocks]
    running = f" {' '.join(WORD.findall(gold))} "
    chosen = _choose_first(blocks, overlap, wanted)
    movable = [b for b, words in enumerate(blocks) if words and (overlap[b] > 0.1 or _is_within(words, running))]
    best = _score_choice(blocks, chosen, wanted)
    for _ in range(PASSES):
        before = best
        for b in movable:
            chosen[b] = not chosen[b]
            score = _score_choice(blocks, chosen, wanted)
            if score > best:
                best = score
            else:
                chosen[b] = not chosen[b]
        if best == before:
            break
    return chosen, _measure_gains(blocks, chosen, wanted, best)


def _measure_overlap(words: list[str], wanted: Grams) -> float:
    own = count_grams(words)
    return sum((own & wanted).values()) / max(1, sum(own.values()))


def _is_within(words: list[str], running: str) -> bool:
    return len(words) < GRAM and f" {' '.join(words)} " in running


def _choose_first(blocks: list[list[str]], overlap: list[float], wanted: Grams) -> np.ndarray:
    """Choose the gold's blocks; of those that are on the page twice only the first, where the gold has them once."""
    left = Counter(wanted)
    chosen = np.zeros(len(blocks), bool)
    for b, words in enumerate(blocks):
        own = count_grams(words)
        if len(words) >= GRAM and overlap[b] > 0.5 and sum((own & left).values()) > 0.5 * sum(own.values()):
            chosen[b] = True
            left -= own
    return chosen


def _score_choice(blocks: list[list[str]], chosen: np.ndarray, wanted: Grams) -> float:
    found = count_grams([word for b in np.flatnonzero(chosen) for word in blocks[b]])
    hit = sum((found & wanted).values())
    return 2 * hit / max(1, sum(found.values()) + sum(wanted.values()))


def _measure_gains(blocks: list[list[str]], chosen: np.ndarray, wanted: Grams, best: float) -> np.ndarray:
    kept = sum(len(blocks[b]) for b in np.flatnonzero(chosen)) or 1
    gains = np.zeros(len(blocks))
    for b, words in enumerate(blocks):
        if chosen[b]:
            chosen[b] = False
            gains[b] = best - _score_choice(blocks, chosen, wanted)
            chosen[b] = True
        else:
            gains[b] = best * len(words) / (2 * kept + len(words))  # what so many wrong words cost in F1
    return gains
