"""An article whose date its family shows to be false, as every later stage takes it."""

from __future__ import annotations

from dataclasses import replace

from storyfold.schemas.pages import Article


def apply_date_doubt(article: Article, doubt: str | None) -> Article:
    """The article with its date at confidence `low` for this reason; as it is where there is none.

    The date says no more when the text was there: the interval ends when we saw it. `current_articles` does the same.
    """
    if doubt is None or article.date_confidence in ("low", "none"):
        return article
    return replace(
        article,
        date_confidence="low",
        date_reason=", but ".join(filter(None, (article.date_reason, doubt))),
        not_before=None,
        not_after=article.first_seen_at,
    )
