"""Write the date that was chosen from an article's claims into its row."""

from __future__ import annotations

from dataclasses import replace

from storyfold.dates.weigh import Dating
from storyfold.schemas import Article


def apply_dating(article: Article, dating: Dating) -> Article:
    """Return the article with this result of weighing its date claims."""
    return replace(
        article,
        published_at=dating.published_at,
        published_day=dating.published_day,
        published_precision=dating.precision,
        date_confidence=dating.confidence,
        date_reason=dating.reason,
        not_before=dating.not_before,
        not_after=dating.not_after,
        modified_at=dating.modified_at,
    )
