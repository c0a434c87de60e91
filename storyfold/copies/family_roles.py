"""Assign each member its role in the family: which is the original, and what the others are to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from storyfold.copies.date_doubts import find_date_doubts
from storyfold.copies.direction import Sureness, choose_original, get_published_span, rate_copy_sureness
from storyfold.copies.families import Family
from storyfold.credits.agency_outlets import credits_other
from storyfold.credits.publisher import find_outlet
from storyfold.dates.doubt import apply_date_doubt
from storyfold.schemas.copies import Copy, FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

Role = Literal["original", "syndicated", "excerpt", "mirror", "update"]


@dataclass(frozen=True, slots=True)
class FamilyEdges:
    """Edges by their two articles: which share of the first stands in the second, and who copied from whom.

    `mostly` is the share from which an article is mostly another: see `CopySettings`.
    """

    shares: Mapping[tuple[str, str], float]
    copied: Collection[tuple[str, str]]
    mostly: float

    def is_part(self, article: Article, of: Article) -> bool:
        """Say whether the article stands in the other and is less than half of it."""
        name, whole = article.article_id, of.article_id
        if name == whole or (name, whole) not in self.shares:
            return False
        return self.shares[whole, name] < self.mostly <= self.shares[name, whole]


def assign_roles(
    families: Sequence[Family],
    articles: Mapping[str, Article],
    copies: Iterable[Copy],
    run_date: date,
    settings: CopySettings,
) -> list[FamilyMember]:
    """Assign one role to each member, by article id. The family's id is its founder's: the first of `members`."""
    shares: dict[tuple[str, str], float] = {}
    copied: set[tuple[str, str]] = set()
    for copy in copies:
        shares[copy.article_id, copy.of_article_id] = copy.share_of_this
        shares[copy.of_article_id, copy.article_id] = copy.share_of_other
        copied.add((copy.article_id, copy.of_article_id))
    edges = FamilyEdges(shares, copied, settings.mostly)
    doubts = find_date_doubts(_pair_members(families, articles, edges))
    dated = {name: apply_date_doubt(article, doubts.get(name)) for name, article in articles.items()}
    members = [
        replace(member, date_doubt=doubts.get(member.article_id))
        for family in families
        for member in _make_members(family, dated, edges, run_date)
    ]
    return sorted(members, key=lambda member: member.article_id)


def _pair_members(
    families: Iterable[Family], articles: Mapping[str, Article], edges: FamilyEdges
) -> Iterator[tuple[Article, Article]]:
    """Pair each article with those of its family that have most of its text."""
    family_of = {name: number for number, family in enumerate(families) for name in family.members}
    for (name, other), share in edges.shares.items():
        if share >= edges.mostly and name in family_of and family_of[name] == family_of.get(other):
            yield articles[name], articles[other]


def _make_members(
    family: Family, articles: Mapping[str, Article], edges: FamilyEdges, run_date: date
) -> Iterable[FamilyMember]:
    members = [articles[name] for name in family.members]
    hub = articles[family.hub]
    # An article that cut a part out did not write it; one whose text another added to may have.
    whole = [a for a in members if not (edges.is_part(a, hub) and (a.article_id, hub.article_id) in edges.copied)]
    original = choose_original(whole)
    independent = original or whole[0]  # members are in the founder's order: the first that has the whole text
    for article in members:
        yield FamilyMember(
            run_date=run_date,
            article_id=article.article_id,
            family_id=family.members[0],
            role=_choose_role(article, original, hub, edges),
            original_article_id=original.article_id if original else None,
            original_confidence=_rate_original(article, original),
            independent_source=article is independent,
        )


def _rate_original(article: Article, original: Article | None) -> Sureness | None:
    if article is original:
        return None
    if original is None:  # the text is an agency's, whose page was not seen: one that does not say so is less sure
        return "high" if credits_other(article) else "medium"
    return rate_copy_sureness(article, original)


def _choose_role(article: Article, original: Article | None, hub: Article, edges: FamilyEdges) -> Role:
    if article is original:
        return "original"
    if edges.is_part(article, original or hub):
        return "excerpt"
    outlet = find_outlet(article)
    if original is not None and outlet is not None and outlet == find_outlet(original):
        return "update"
    return "mirror" if _is_mirror(article, original) else "syndicated"


def _is_mirror(article: Article, original: Article | None) -> bool:
    """Say whether a full copy at another outlet adds no credit, and its date is doubted or on a later day."""
    if find_outlet(article) is None or article.authors or any(b.kind == "agency" for b in article.bylines):
        return False
    if article.date_confidence == "low":
        return True
    if original is None or article.agency:
        return False
    spans = get_published_span(article), get_published_span(original)
    # On a later day: those who may print a text do so within the day.
    return spans[0] is not None and spans[1] is not None and spans[0][0].date() > spans[1][0].date()
