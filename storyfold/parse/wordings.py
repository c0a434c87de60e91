"""The headline in every wording that a page gives it: lists on other pages may have any of them."""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.metadata import Metadata
from storyfold.parse.titles import clean


def title_wordings(tree: LexborHTMLParser, metadata: Metadata) -> tuple[str, ...]:
    """What heading, meta tags, JSON-LD and `<title>` give for the headline, each wording once.

    Of each place the first alone (`og:title` and its twin of Twitter): more of them are headlines of other pages.
    """
    nodes = [tree.css_first("h1"), tree.css_first("title")]
    printed = [node.text(separator=" ") for node in nodes if node is not None]
    return _each_once([*printed, *metadata.headlines[:1], *metadata.og_titles[:2]])


def _each_once(titles: Iterable[str]) -> tuple[str, ...]:
    return tuple(title for title in dict.fromkeys(map(clean, titles)) if title)
