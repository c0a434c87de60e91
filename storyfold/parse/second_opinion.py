"""What trafilatura makes of a page, told of the same blocks as the model's."""

from __future__ import annotations

import logging
from collections.abc import Collection

import numpy as np
from lxml.etree import LxmlError
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser
from trafilatura import bare_extraction
from trafilatura.settings import Document

from storyfold.parse.features import shares_within
from storyfold.parse.prune import prune, without_furniture
from storyfold.parse.scan_rows import Scan

MAX_TAGS = 100_000  # the largest of 323 real pages has 8,000; trafilatura takes 4 s and 450 MB for 200,000

# What lxml and trafilatura were seen to raise, or may by their own code, on pages cut or mangled at random;
# trafilatura's own refusals come as None.
_EXTRACTION_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError)
# What they warn of (a page with no text) has its row in `rejects`.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def second_opinion(tree: LexborHTMLParser, scan: Scan, heads: Collection[str]) -> NDArray[np.float64]:
    """For each block, the share of its word runs in trafilatura's text. Prunes `tree`. Never raises."""
    prune(tree)
    lines = without_furniture(extract_lines(tree.html or ""), heads)
    return shares_within(scan, "\n".join(lines))


def extract_lines(markup: str) -> list[str]:
    """The lines that trafilatura finds; its defaults but without comments, and without its memory of other pages.

    Of its modes the balanced one was best on both sets together once the page is pruned; `fast` was 1 point of
    F1 worse on pages of many countries.
    """
    if markup.count("<") > MAX_TAGS:
        return []
    try:
        document = bare_extraction(markup, include_comments=False, with_metadata=False, deduplicate=False)
    except _EXTRACTION_ERRORS:
        return []
    text = document.text or "" if isinstance(document, Document) else ""
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]
