"""Make the rows that `storyfold copies` writes: each article with its family and role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from storyfold.copies.near_duplicates import NearDuplicates
from storyfold.schemas import Article


def make_family_rows(articles: Sequence[Article], found: NearDuplicates) -> Iterator[dict[str, Any]]:
    """Make `id, family_id, role, original_id, share` of each article, in their order.

    `share` is how much of its words stand in the original (0 to 1); where that is unseen, in the member of the
    family that it shares most with.
    """
    shares = {(c.article_id, c.of_article_id): c.share_of_this for c in found.copies}
    shares |= {(c.of_article_id, c.article_id): c.share_of_other for c in found.copies}
    members = {member.article_id: member for member in found.families}
    most: dict[str, float] = {}
    for (one, other), share in shares.items():
        if members[one].family_id == members[other].family_id:
            most[one] = max(share, most.get(one, 0.0))
    for article in articles:
        name, member = article.article_id, members[article.article_id]
        original = member.original_article_id
        share = 1.0 if original == name else shares.get((name, original or ""), most.get(name, 0.0))
        yield {
            "id": name,
            "family_id": member.family_id,
            "role": member.role,
            "original_id": original,
            "share": round(share, 4),
        }
