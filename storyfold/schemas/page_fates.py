"""Declare what a command on files writes down of each page that it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.schemas.columns import declare_table


@declare_table("page_fates", "what became of a page that a command on files was given", key=("item_id",))
@dataclass(frozen=True, slots=True, kw_only=True)
class PageFate:
    item_id: Annotated[str, "The item that was read."]
    location: Annotated[str, "The file's path, the archive's path, or the address requested."]
    reason: Annotated[str | None, "Why no article was kept: a reason slug; null where one was."] = None
    detail: Annotated[str, "What was wrong, in words."] = ""
    has_article: Annotated[bool, "Whether `articles` has what could be read of it, in the same order."]
