"""Declare the tables of lines: those that were cut from an article's text, and all those of its page by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pyarrow as pa

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ArticleId, SeenDate, Version
from storyfold.schemas.links import CutLink


@declare_table(
    "cuts",
    "a line that was cut from an article's text",
    key=("article_id", "version", "position"),
    partition="seen_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    article_id: ArticleId
    version: Version
    run_id: Annotated[str, "The run that cut it."] = ""
    seen_date: SeenDate
    position: Annotated[int, "Its position among the lines of the uncut text, from 0."]
    text: Annotated[str, "The line. With `body` and the other cuts of the version it is the uncut text again."]
    reason: Annotated[
        Literal["repeated-line", "other-headline", "list-heading", "list-item"],
        "`repeated-line`: the outlet has it on pages that share little else; `other-headline`: another page's title; "
        "`list-heading`: what stands over such titles; `list-item`: a small line between two of them.",
    ]
    pages: Annotated[int, "How many pages show it; 0 where they show the lines next to it instead."] = 0
    example_article_id: Annotated[str | None, "One of these pages; it may have become no article."] = None
    links: Annotated[
        tuple[CutLink, ...] | None, "The links in it, which `article_links` has not; null in rows of an older version."
    ] = None


@declare_table(
    "page_lines",
    "the lines of an article's text as its page has them, by number (internal)",
    key=("article_id", "version"),
    partition="seen_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    article_id: ArticleId
    version: Version
    seen_date: SeenDate
    outlet: Annotated[
        str | None,
        "The outlet, or the source where no outlet is known, whose lines these are; null where the version only "
        "repeats the one before it.",
    ] = None
    keys: Annotated[tuple[Annotated[int, pa.uint64()], ...], "A number for each line of the uncut text, in order."] = ()
    own_share: Annotated[
        float, "The share of the characters that stood on no other page of the outlet up to its day, 0 to 1."
    ] = 1.0
    left_whole: Annotated[bool, "Whether so much would have been cut that nothing was."] = False
