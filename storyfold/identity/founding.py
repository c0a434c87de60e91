"""Order the members of a group by who founds it: what a family and a story are named after."""

from __future__ import annotations

from datetime import date

from storyfold.schemas.pages import Article, get_seen_date


def order_by_founding(article: Article) -> tuple[date, str]:
    """Return the key that orders members as founders: the day on which they were first seen, then the id.

    Never the instant: which of two hosts answers first says nothing, and differs from run to run.
    """
    return get_seen_date(article.first_seen_at), article.article_id
