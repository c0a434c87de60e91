"""Group compared texts into families, and give each its place and its row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from storyfold.copies.claims import Claims, read_claims
from storyfold.copies.edges import Directions, Edges
from storyfold.copies.families import group_families
from storyfold.copies.family_roles import Places, SharedTexts, assign_places, make_shared_texts, rate_original
from storyfold.copies.originals import NONE_SEEN
from storyfold.copies.pinned_families import pin_families
from storyfold.kernels.arrays import Longs
from storyfold.output.file_families import FileFamilies
from storyfold.schemas.copies import UNSURE, FamilyMember
from storyfold.schemas.pages import Article
from storyfold.schemas.pins import Pin
from storyfold.settings.copies import CopySettings


@dataclass(frozen=True, slots=True)
class GroupedTexts:
    """Texts with their edges, and the place of each in its family.

    `ids` are in the founders' order; `given` numbers them in the order in which they were given.
    """

    ids: Sequence[str]
    given: Longs
    shared: SharedTexts
    places: Places

    def name_families(self) -> Iterator[tuple[str, str]]:
        """Yield the id of each article and that of its family."""
        for name, founder in zip(self.ids, self.places.founders.tolist(), strict=False):
            yield name, self.ids[founder]

    def make_columns(self) -> FileFamilies:
        """Make the families as columns in the order in which the articles were given."""
        places, rows = self.places, np.argsort(self.given)  # the place in the file of each number
        originals = places.originals[self.given]
        doubted = np.zeros(len(self.given), np.bool_)
        doubted[rows[np.fromiter(places.doubts, np.int64, len(places.doubts))]] = True
        return FileFamilies(
            rows[places.founders[self.given]], np.where(originals == NONE_SEEN, -1, rows[originals]), doubted
        )

    def list_members(self, run_date: date) -> list[FamilyMember]:
        """Make the rows of all articles, by id; `run_id` is left for the caller."""
        by_id = sorted(range(len(self.ids)), key=self.ids.__getitem__)
        return [self._make_member(number, run_date) for number in by_id]

    def _make_member(self, number: int, run_date: date) -> FamilyMember:
        places, original = self.places, int(self.places.originals[number])
        return FamilyMember(
            run_date=run_date,
            article_id=self.ids[number],
            family_id=self.ids[places.founders[number]],
            role=places.roles[number],
            original_article_id=None if original == NONE_SEEN else self.ids[original],
            original_confidence=rate_original(number, places, self.shared),
            independent_source=bool(places.is_independent[number]),
            date_doubt=places.doubts.get(number),
        )


def group_texts(
    articles: Sequence[Article], identical: Longs, edges: Edges, directions: Directions, settings: CopySettings,
    pins: Collection[Pin] = (),
) -> GroupedTexts:  # fmt: skip
    """Group texts, given in the founders' order, into families, and give each its place.

    `identical` has the number of the oldest text with the same words as each. Numbers beyond those of the articles are
    of texts that only weaker edges lead to. `pins` are applied to the families that the edges give.
    """
    claims = read_claims(articles)
    return group_claimed_texts(claims, np.arange(len(claims)), identical, edges, directions, settings, pins)


def group_claimed_texts(
    claims: Claims, given: Longs, identical: Longs, edges: Edges, directions: Directions, settings: CopySettings,
    pins: Collection[Pin] = (),
) -> GroupedTexts:  # fmt: skip
    """Group texts as `group_texts` does, by what their articles say of themselves; `given` as in `GroupedTexts`."""

    def find_copier(edge: int) -> bool | None:
        found = directions.find(edge)
        return None if found.confidence in UNSURE else found.first_copied

    ranks = np.arange(len(identical))
    families = group_families(identical, ranks, edges, find_copier, settings)
    if pins:
        families = pin_families(families, edges, claims.ids.to_pylist(), pins)
    shared = make_shared_texts(families, edges, directions, settings)
    places = assign_places(shared, ranks, claims.extend(len(identical)))
    return GroupedTexts(claims.ids.to_pylist(), given, shared, places)
