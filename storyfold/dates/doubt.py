"""Apply what a family says against an article's date.

The rule stands twice: here for the stages that run on rows, and in `report/sql/placed_articles.sql` for the views, as
the reader of a lake has SQL alone. A test holds the two equal in every case: change both.
"""

from __future__ import annotations

from dataclasses import replace

from storyfold.schemas.pages import Article

LABEL = "a label, of which nothing says how far it is to be believed"  # the reason of a date in a file of articles


def apply_date_doubt(article: Article, doubt: str | None) -> Article:
    """Return the article with its date at confidence `low` for this reason; unchanged where there is none.

    A date that is `low` or unknown anyway keeps its own reason. A doubted date no longer says when the text was there:
    the interval ends when we saw it.
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
