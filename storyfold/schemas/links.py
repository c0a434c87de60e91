"""Declare the table of the links in articles' texts, and what parse and cutting hand on of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ArticleId, SeenDate, Version, WarcFile, WarcOffset

LinkAddress = Annotated[str, "Where it leads, as canonical address; of a replay in a web archive, what that shows."]
Anchor = Annotated[
    str | None,
    "Its words as printed, with single spaces, at most 200 characters; of one over several paragraphs those of the "
    "first. Null in rows made from `articles.links` of an older version, which did not keep them.",
]
LinkPublisher = Annotated[str | None, "The publisher of the address: its registrable domain (public suffix list)."]
IsInternal = Annotated[
    bool | None, "Whether that is the article's own publisher; null where the article's address is not known."
]


@declare_table(
    "article_links",
    "a link in an article's text",
    key=("article_id", "version", "position"),
    partition="seen_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    article_id: ArticleId
    version: Version
    seen_date: SeenDate
    position: Annotated[
        int,
        "Its place among the links of the page's text, from 0; those in lines that were cut count, and stand in "
        "`cuts.links`.",
    ]
    line: Annotated[
        int | None,
        "In which line of the uncut text it stands, from 0, as `cuts.position` counts them; null in rows of an older "
        "version.",
    ] = None
    address: LinkAddress
    anchor: Anchor = None
    publisher: LinkPublisher = None
    is_internal: IsInternal = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLink:
    """A link in a text as its page has it."""

    line: Annotated[int | None, "The line in which it stands, from 0; null where that is not known."] = None
    address: LinkAddress
    anchor: Anchor = None
    publisher: LinkPublisher = None
    is_internal: IsInternal = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLink:
    """A link in a line that was cut."""

    position: Annotated[int, "Its place among the links of the page's text, from 0."]
    address: LinkAddress
    anchor: Anchor = None
    publisher: LinkPublisher = None
    is_internal: IsInternal = None


@declare_table(
    "parsed_links",
    "the links in the text of a page that was kept, in the order of `articles`",
    key=("location", "warc_file", "warc_offset"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLinks:
    location: Annotated[str, "The file's path, the archive's path, or the address requested."]
    warc_file: WarcFile
    warc_offset: WarcOffset
    links: Annotated[tuple[TextLink, ...], "Its links, in the order of the text; at most 100."] = ()
