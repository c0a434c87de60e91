"""Count the sources of a story: the publishers that have a text of their own in it."""

from __future__ import annotations

from collections.abc import Iterable

from storyfold.credits.listed_outlets import OutletList
from storyfold.credits.publisher import list_source_names
from storyfold.identity.joined_names import find_root
from storyfold.schemas.pages import Article


def count_sources(own_texts: Iterable[Article], outlets: OutletList) -> int:
    """Return how many sources these articles come from; one article stands for each text that was written once.

    Two reports by one paper are one source, whether it is known by the same name or by the same registrable domain;
    all texts that are an agency's are one source, that agency; and so are all outlets of one owner, as far as the list
    knows. A listed mirror adds none; where all are mirrors, somebody whom nobody saw is the one source.
    """
    joined: dict[str, str] = {}
    texts = 0
    for article in own_texts:
        texts += 1
        names = [find_root(name, joined) for name in list_source_names(article, outlets)]
        for other in names[1:]:
            joined[find_root(other, joined)] = find_root(names[0], joined)
    return len({find_root(name, joined) for name in joined}) or min(texts, 1)
