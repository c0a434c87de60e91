"""The article's text on an HTML page."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lxml.etree import LxmlError
from selectolax.lexbor import LexborHTMLParser
from trafilatura import bare_extraction
from trafilatura.settings import Document

from storyfold.parse.hints import Hints
from storyfold.parse.paywall import is_truncated, without_notices
from storyfold.parse.prune import BODY_WORDS, prune, standfirst, without_furniture
from storyfold.parse.words import fold

# Taken first, articleBody scores .897 where the page scores .943: so only where the page text is under half of it.
RESCUE_SHARE = 0.5
SHORT = 250  # characters; the shortest gold body of 323 real pages has 252: below it the pruned page is doubted
MAX_TAGS = 100_000  # the largest of 323 real pages has 8,000; trafilatura takes 4 s and 450 MB for 200,000

# What lxml and trafilatura were seen to raise, or may by their own code, on pages cut or mangled at random;
# trafilatura's own refusals come as None.
_EXTRACTION_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError)
# What they warn of (a page with no text) has its row in `rejects`.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)
_TAG = re.compile(r"<[^<>]{0,200}>")


@dataclass(frozen=True, slots=True)
class Body:
    """The text, its paragraphs apart by an empty line, and what found it."""

    text: str
    extractor: str
    truncated: bool = False


def find_body(tree: LexborHTMLParser, hints: Hints) -> Body:
    """The article's text; empty where there is none. Prunes `tree`. Never raises."""
    heads, descriptions, spoken, free = hints.heads, hints.descriptions, hints.spoken, hints.free
    whole = tree.html or ""
    lead = standfirst(tree, descriptions)
    prune(tree)
    pruned = tree.html or ""
    lines = without_furniture(_extract(pruned), heads)
    if _length(lines) < SHORT and len(pruned) < len(whole):
        lines = max(lines, without_furniture(_extract(whole), heads), key=_length)
    extractor = "trafilatura"
    if not lines:
        lines, extractor = _plain_lines(tree), "paragraphs"
    lines, notice = without_notices(lines)
    rescue = _lines(_TAG.sub(" ", spoken))
    if _length(lines) < RESCUE_SHARE * _length(rescue):
        lines, extractor = rescue, "json-ld"
    if lines and lead and fold(lead) not in fold("\n".join(lines)):
        lines = [lead, *lines]
    text = "\n\n".join(lines)
    return Body(text, extractor if text else "", is_truncated(text, notice=notice, free=free))


def _extract(markup: str) -> list[str]:
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
    return _lines(document.text or "") if isinstance(document, Document) else []


def _plain_lines(tree: LexborHTMLParser) -> list[str]:
    """The long paragraphs of a page that trafilatura cannot weigh: too large, or too deep for lxml (256 levels)."""
    paragraphs = (" ".join(node.text(separator=" ").split()) for node in tree.css("p"))
    return [text for text in paragraphs if len(text.split()) > BODY_WORDS]


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]


def _length(lines: Sequence[str]) -> int:
    return sum(map(len, lines))
