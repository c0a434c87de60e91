"""What a page says of itself that has changed while its text has not."""

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
    "a change in what an article's page says of itself, its text being the same",
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
        "`published_at`, what the page itself claims; `url`, where it answers; `canonical_url`, the address it names.",
    ]
    before: Annotated[str | None, "What the lake knew last; null where it was not said."] = None
    after: Annotated[str | None, "What the page says now; null where it is not said any more."] = None
    evidence: Annotated[str, "Where it stands: the date's place and words; for all else the page's address."] = ""
    notices: Annotated[
        tuple[Notice, ...], "Corrections and notes on the page that it did not have when its text landed."
    ] = ()
