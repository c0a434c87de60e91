"""Count the sources of a story: the publishers that have a text of their own in it."""

from __future__ import annotations

from collections.abc import Iterable

from storyfold.credits.publisher import list_source_names
from storyfold.schemas.pages import Article


def count_sources(own_texts: Iterable[Article]) -> int:
    """Return how many sources these articles come from; one article stands for each text that was written once.

    Two reports by one paper are one source, whether it is known by the same name or by the same registrable domain;
    all texts that are an agency's are one source, that agency.
    """
    joined: dict[str, str] = {}
    for article in own_texts:
        first, *others = [_find_root(name, joined) for name in list_source_names(article)]
        for other in others:
            joined[other] = first
    return len({_find_root(name, joined) for name in joined})


def _find_root(name: str, joined: dict[str, str]) -> str:
    while joined.setdefault(name, name) != name:
        name = joined[name]
    return name
