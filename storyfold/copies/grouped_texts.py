"""Group compared texts into families, and give each its place and its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from storyfold.copies.copy_rows import make_copies
from storyfold.copies.edges import Directions, Edges
from storyfold.copies.families import group_families
from storyfold.copies.family_roles import (
    NONE_SEEN,
    Claims,
    Places,
    SharedTexts,
    assign_places,
    make_shared_texts,
    rate_original,
)
from storyfold.kernels.arrays import Longs
from storyfold.schemas.copies import Copy, FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings


@dataclass(frozen=True, slots=True)
class GroupedTexts:
    """Texts with their edges, and the place of each in its family; `articles` are in the founders' order."""

    articles: Sequence[Article]
    shared: SharedTexts
    places: Places

    def name_families(self) -> Iterator[tuple[str, str]]:
        """Yield the id of each article and that of its family."""
        for number, article in enumerate(self.articles):
            yield article.article_id, self.articles[self.places.founders[number]].article_id

    def list_members(self, run_date: date) -> list[FamilyMember]:
        """Make the rows of all articles, by id."""
        by_id = sorted(range(len(self.articles)), key=lambda number: self.articles[number].article_id)
        return self.make_members(by_id, run_date)

    def list_copies(self) -> list[Copy]:
        """Make the rows of all edges."""
        return make_copies(self.shared.edges, self.shared.directions)

    def make_members(self, numbers: Iterable[int], run_date: date) -> list[FamilyMember]:
        """Make the rows of these texts, in the order given; `run_id` is left for the caller."""
        return [self._make_member(number, run_date) for number in numbers]

    def _make_member(self, number: int, run_date: date) -> FamilyMember:
        places, original = self.places, int(self.places.originals[number])
        return FamilyMember(
            run_date=run_date,
            article_id=self.articles[number].article_id,
            family_id=self.articles[places.founders[number]].article_id,
            role=places.roles[number],
            original_article_id=None if original == NONE_SEEN else self.articles[original].article_id,
            original_confidence=rate_original(number, places, self.articles.__getitem__),
            independent_source=bool(places.is_independent[number]),
            date_doubt=places.doubts.get(number),
        )


def group_texts(
    articles: Sequence[Article], identical: Longs, edges: Edges, directions: Directions, settings: CopySettings
) -> GroupedTexts:
    """Group texts, given in the founders' order, into families, and give each its place.

    `identical` has the number of the oldest text with the same words as each. Numbers beyond those of the articles are
    of texts that only weaker edges lead to.
    """

    def find_copier(edge: int) -> bool | None:
        found = directions.find(edge)
        return None if found.confidence == "low" else found.first_copied

    ranks = np.arange(len(identical))
    families = group_families(identical, ranks, edges, find_copier, settings)
    shared = make_shared_texts(families, edges, directions, settings)
    return GroupedTexts(articles, shared, assign_places(shared, ranks, _read_claims(articles, len(identical))))


def _read_claims(articles: Sequence[Article], size: int) -> Claims:
    has_credit, is_sure, is_doubtful = np.zeros((3, size), np.bool_)
    for number, article in enumerate(articles):
        has_credit[number] = bool(article.agency)
        is_sure[number] = article.date_confidence == "high"
        is_doubtful[number] = article.date_confidence == "medium"
    return Claims(has_credit, is_sure, is_doubtful)
