"""List the wordings that a page gives its headline: lists on other pages may have any of them."""

from __future__ import annotations

from collections.abc import Iterable

from storyfold.parse.html.elements import Elements
from storyfold.parse.html.metadata import Metadata
from storyfold.parse.html.titles import clean_title


def list_title_wordings(elements: Elements, metadata: Metadata) -> tuple[str, ...]:
    """Return what heading, meta tags, JSON-LD and `<title>` give for the headline, each wording once.

    Of each source the first alone (`og:title` and its twin of Twitter): more of them are headlines of other pages.
    """
    cards = [*metadata.og_titles[:1], metadata.twitter_title or ""]
    return _list_distinct([*elements.headings[:1], elements.page_title or "", *metadata.headlines[:1], *cards])


def _list_distinct(titles: Iterable[str]) -> tuple[str, ...]:
    return tuple(title for title in dict.fromkeys(map(clean_title, titles)) if title)
