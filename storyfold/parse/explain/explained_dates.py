"""What became of each date claim, in plain words."""

from __future__ import annotations

from datetime import datetime

from storyfold.dates.weigh import WEIGHTS, claims_agree, explain_impossible
from storyfold.parse.explain.explanation import ExplainedClaim
from storyfold.schemas.pages import Article, DateClaim


def explain_claims(article: Article, seen_at: datetime) -> tuple[ExplainedClaim, ...]:
    """Every claim of the article as it was kept: its weight against other days, and its fate."""
    return tuple(
        ExplainedClaim(
            where=claim.where,
            words=claim.words,
            value=claim.value.isoformat() if claim.value else "",
            weight=WEIGHTS.get(claim.where, 0.0) if claim.value else 0.0,
            fate=_fate(claim, article, seen_at),
        )
        for claim in article.date_claims
    )


def _fate(claim: DateClaim, article: Article, seen_at: datetime) -> str:
    if claim.value is None:
        return "cannot be read as a date"
    if why := explain_impossible(claim, seen_at):
        return f"not believed: {why}"
    if claim.where.startswith("modified"):
        return "when the page was changed, not when it was published"
    if article.published_at is None:
        return "not believed"
    chosen = DateClaim(where=claim.where, words="", value=article.published_at, precision=article.published_precision)
    if claim.value == article.published_at:
        return "gives the time"
    return (
        "agrees" if claims_agree(claim, chosen) else "names another day; it has less weight, or the text contradicts it"
    )
