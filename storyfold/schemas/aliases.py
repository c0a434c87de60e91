"""Declare the tables of other ids of an article: of older versions of this program, and of an address it moved to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ArticleId, RunDate


@declare_table(
    "article_aliases", "another id of an article", key=("alias_id",), partition="run_date", sort=("article_id",)
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleAlias:
    alias_id: Annotated[str, "The other id."]
    article_id: Annotated[str, "The id under which the lake goes on with the article; never an alias itself."]
    reason: Annotated[
        Literal["new-address", "former-address", "moved"],
        "`new-address`: the id that the page's address gives today, where an older version of this program gave "
        "another; `former-address`: an article that the lake has as well, at what is one address by today's rules; "
        "`moved`: the id of the address to which the page has moved.",
    ]
    run_id: Annotated[str, "The run that found it."] = ""
    run_date: RunDate


@declare_table("former_ids", "an id that an older version gave a kept page", key=("article_id", "former_id", "url"))
@dataclass(frozen=True, slots=True, kw_only=True)
class FormerId:
    article_id: ArticleId
    former_id: Annotated[str, "The id that an older version of this program gave the page."]
    url: Annotated[str | None, "The address it came from; null where nothing says so."] = None
