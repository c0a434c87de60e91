"""Declare the table of changes in what a page states about itself while its text stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ArticleId, SeenDate, Version
from storyfold.schemas.pages import Notice

What = Literal["title", "authors", "published_at", "url", "canonical_url"]


@declare_table(
    "article_changes",
    "a change in what an article's page states about itself, its text being the same",
    key=("change_id",),
    partition="seen_date",
    sort=("article_id", "seen_at"),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    change_id: Annotated[str, "A hash of article, version, `what`, `before`, `after` and `seen_at`."]
    article_id: ArticleId
    version: Version
    run_id: Annotated[str, "The run that found it."] = ""
    attempt: Annotated[int, "The attempt that found it; with `run_id` it names a row of `runs`."] = 0
    seen_date: SeenDate
    seen_at: Annotated[datetime, "When we first saw the page as it is after the change."]
    what: Annotated[
        What,
        "What changed: `title`, its wording (case, punctuation: new words make a version); `authors`, by `; `; "
        "`published_at`, what the page itself claims; `url`, where it came from; `canonical_url`, what it names.",
    ]
    before: Annotated[str | None, "What the lake knew last; null where the page did not state it."] = None
    after: Annotated[str | None, "What the page states now; null where it states it no more."] = None
    evidence: Annotated[
        str, "Where it stands: of a date the source and the words of the claim; of all else the page's address."
    ] = ""
    notices: Annotated[
        tuple[Notice, ...], "Corrections and notes on the page that it did not have when its text landed."
    ] = ()
