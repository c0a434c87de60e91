"""What trafilatura makes of a page."""

from __future__ import annotations

import logging
from collections.abc import Collection

from lxml.etree import LxmlError
from selectolax.lexbor import LexborHTMLParser
from trafilatura import bare_extraction
from trafilatura.settings import Document

from storyfold.parse.prune import prune, without_furniture

_NO_TEXT = ["script", "style", "svg", "head", "iframe", "template"]
MAX_TAGS = 100_000  # the largest of 323 real pages has 8,000; trafilatura takes 4 s and 450 MB for 200,000

# What lxml and trafilatura were seen to raise, or may by their own code, on pages cut or mangled at random;
# trafilatura's own refusals come as None.
_EXTRACTION_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError)
# What they warn of (a page with no text) has its row in `rejects`.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def second_opinion(tree: LexborHTMLParser, heads: Collection[str]) -> list[str]:
    """The lines that trafilatura finds in the pruned page, without furniture. Prunes `tree`. Never raises."""
    tree.strip_tags(_NO_TEXT, recursive=True)  # what is left takes trafilatura a tenth less time
    prune(tree)
    return without_furniture(extract_lines(tree.html or ""), heads)


def extract_lines(markup: str) -> list[str]:
    """The lines that trafilatura finds, without comments and without its memory of other pages.

    `fast` leaves out the two other extractors that it would ask in turn: beside the model they took twice the time,
    and lost .003 of F1 on one set and .001 on the other, out of fold.
    """
    if markup.count("<") > MAX_TAGS:
        return []
    try:
        document = bare_extraction(markup, include_comments=False, with_metadata=False, deduplicate=False, fast=True)
    except _EXTRACTION_ERRORS:
        return []
    text = document.text or "" if isinstance(document, Document) else ""
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]
