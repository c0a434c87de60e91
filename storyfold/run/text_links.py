"""Make the rows of the links that are read of pages, beside their articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.links import ParsedLinks, TextLink


def make_parsed_links(articles: pa.Table, links: Iterable[Sequence[TextLink]]) -> pa.Table:
    """Make the rows of the links in texts, in the order of the articles; `links` has those of each."""
    places = (articles[name].to_pylist() for name in ("location", "warc_file", "warc_offset"))
    rows = [
        ParsedLinks(location=location, warc_file=file, warc_offset=offset, links=tuple(found))
        for location, file, offset, found in zip(*places, links, strict=True)
    ]
    return make_arrow_table(rows, ParsedLinks)


def make_bare_links(articles: pa.Table) -> pa.Table:
    """Make the same rows of articles of which only the addresses are known, from their column `links`."""
    lists = articles["links"].to_pylist()
    return make_parsed_links(articles, [[TextLink(address=address) for address in found] for found in lists])
