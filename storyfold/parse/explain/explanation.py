"""Declare the explanation of one page, for a person who wants to know why it reads as it does."""

from __future__ import annotations

from dataclasses import dataclass

from storyfold.outcomes import Reason
from storyfold.parse.explain.explained_body import ExplainedBlock
from storyfold.schemas.pages import Article


@dataclass(frozen=True, slots=True)
class ExplainedClaim:
    """Hold a date as the page or its list gives it: `weight` against other days, 0 where it does not count."""

    where: str
    words: str
    value: str
    weight: float
    fate: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold one page: the best article found, why it is none if it is none, its blocks and its date claims."""

    article: Article
    reason: Reason | None
    detail: str
    blocks: tuple[ExplainedBlock, ...]
    claims: tuple[ExplainedClaim, ...]

    @property
    def verdict(self) -> str:
        """Kept, or rejected and why, in a line."""
        if self.reason is None:
            return f"kept as {self.article.kind}"
        detail = f" ({self.detail})" if self.detail else ""
        return f"rejected: {self.reason.value}{detail}"
