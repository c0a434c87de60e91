"""Extract the lines that trafilatura finds on a page, to check the model's choice."""

from __future__ import annotations

import logging
from collections.abc import Collection

import numpy as np
from lxml.etree import LxmlError
from selectolax.lexbor import LexborHTMLParser
from trafilatura import bare_extraction
from trafilatura.settings import Document

from storyfold.parse.body.block_model import WeighedPage
from storyfold.parse.body.prune import prune, remove_furniture
from storyfold.parse.html.scan import PADDING

# Chance below which trafilatura is not shown a block, which spares it a third of its time: out of fold the F1 is the
# same, from .01 on it is lower.
HOPELESS_CHANCE = 0.004
_NO_TEXT = ["script", "style", "svg", "head", "iframe", "template"]
MAX_TAGS = 100_000  # the largest of 323 real pages has 8,000; trafilatura takes 4 s and 450 MB for 200,000

# What lxml and trafilatura were seen to raise, or may by their own code, on pages cut or mangled at random;
# trafilatura's own refusals come as None.
_EXTRACTION_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError)


def extract_with_trafilatura(page: WeighedPage, heads: Collection[str]) -> list[str]:
    """Return the lines that trafilatura finds in the pruned page, without furniture. Never raises."""
    tree = LexborHTMLParser(select_hopeful_markup(page))
    tree.strip_tags(_NO_TEXT, recursive=True)
    prune(tree)
    return remove_furniture(extract_lines(tree.html or ""), heads)


def select_hopeful_markup(page: WeighedPage) -> bytes:
    """Return the page's markup without the elements that hold nothing but hopeless blocks; all of it where all are."""
    markup, elements = page.scan.markup.tobytes()[:-PADDING], page.scan.elements
    count = len(page.chances)
    hopeful = np.concatenate([[0], np.cumsum(page.chances >= HOPELESS_CHANCE)])
    if not hopeful[-1]:
        return markup
    first, end = np.minimum(elements["first_block"], count), np.minimum(elements["end_block"], count)
    hopeless = (end > first) & (hopeful[end] == hopeful[first]) & (elements["end_tag_to"] > 0)
    kept: list[bytes] = []
    after = 0
    for named, closed in elements[hopeless][["attributes_from", "end_tag_to"]].tolist():
        start = markup.rfind(b"<", after, named)
        if start >= 0:  # not in an element that was left out
            kept.append(markup[after:start])
            after = closed
    return b"".join([*kept, markup[after:]])


def silence_extractors() -> None:
    """Let trafilatura and its parts warn of no page: what they warn of (no text) has its row in `rejects`.

    For a process that is ours: a worker, a command. A program that imports this package keeps its own loggers.
    """
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def extract_lines(markup: str) -> list[str]:
    """Return the lines that trafilatura finds, without comments and without its memory of other pages.

    Its option `fast` leaves out the two other extractors that it would try in turn: used with the model they took
    twice the time, and lost .003 of F1 on one set and .001 on the other, out of fold.
    """
    if markup.count("<") > MAX_TAGS:
        return []
    try:
        document = bare_extraction(markup, include_comments=False, with_metadata=False, deduplicate=False, fast=True)
    except _EXTRACTION_ERRORS:
        return []
    text = document.text or "" if isinstance(document, Document) else ""
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]
