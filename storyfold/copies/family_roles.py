"""Assign each member its role in the family: which is the original, and what the others are to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from storyfold.copies.date_doubts import find_date_doubts
from storyfold.copies.direction import (
    Extra,
    Sureness,
    choose_original,
    find_direction,
    get_published_span,
    rate_copy_sureness,
)
from storyfold.copies.edges import UNIT, Directions, Edges
from storyfold.copies.families import Families
from storyfold.credits.agency_outlets import credits_other
from storyfold.credits.publisher import find_outlet
from storyfold.dates.doubt import apply_date_doubt
from storyfold.kernels.arrays import Flags, Longs
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

Role = Literal["original", "syndicated", "excerpt", "mirror", "update"]
NONE_SEEN = -1  # in place of an original that was not seen
MOST_WITNESSES = 64  # surely dated identical texts that a date is held against: the oldest; one that shows it is enough


@dataclass(frozen=True, slots=True)
class Claims:
    """What decides which articles are looked at one by one: arrays with an entry a text."""

    credits: Flags  # an agency is credited
    is_sure: Flags  # the date is of high confidence
    is_doubtful: Flags  # it is of medium confidence, so that another page may show it to be false


@dataclass(frozen=True, slots=True)
class Places:
    """The place of each text in its family: the number of the founder, the role, the original, and who counts."""

    founders: Longs
    roles: list[Role]
    originals: Longs  # NONE_SEEN where it was not seen
    is_independent: Flags
    doubts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """How much of one text stands in another, and who copied; identical texts are asked for by who stands for them."""

    families: Families
    edges: Edges
    directions: Directions
    mostly: int  # the share from which a text is mostly another, in ten-thousandths
    numbers: Mapping[int, int]  # of two texts, as one number: their edge

    def get_share(self, text: int, of: int) -> int:
        """Return which share of a text stands in the other, in ten-thousandths; 0 where they were not compared."""
        one, other = int(self.families.nodes[text]), int(self.families.nodes[of])
        if one == other:
            return UNIT
        edge = self._find_edge(one, other)
        if edge is None:
            return 0
        return int((self.edges.share if self.edges.short[edge] == one else self.edges.share_long)[edge])

    def _find_edge(self, one: int, other: int) -> int | None:
        return self.numbers.get(min(one, other) * len(self.families.nodes) + max(one, other))

    def is_part(self, text: int, of: int) -> bool:
        """Say whether the text stands in the other and is less than half of it."""
        return text != of and self.get_share(of, text) < self.mostly <= self.get_share(text, of)

    def has_copied(self, text: int, other: int) -> bool:
        """Say whether the text took what it has of the other, and not the other way round."""
        one, two = int(self.families.nodes[text]), int(self.families.nodes[other])
        edge = self._find_edge(one, two)
        assert edge is not None  # only parts are asked for, which share an edge
        if (one, two) != (text, other):
            extra = Extra(*self.edges.extra[edge].tolist())
            get = self.directions.get_article
            is_longer = bool(self.edges.long[edge] == one)
            return find_direction(get(text), get(other), extra, first_is_longer=is_longer).first_copied
        return self.directions.find(edge).first_copied == bool(self.edges.short[edge] == one)


def make_shared_texts(families: Families, edges: Edges, directions: Directions, settings: CopySettings) -> SharedTexts:
    """Make the look-up of these edges."""
    keys = np.minimum(edges.short, edges.long) * len(families.nodes) + np.maximum(edges.short, edges.long)
    numbers = dict(zip(keys.tolist(), range(len(edges)), strict=True))
    return SharedTexts(families, edges, directions, round(settings.mostly * UNIT), numbers)


def assign_places(shared: SharedTexts, ranks: Longs, claims: Claims) -> Places:
    """Assign one place to each text. The family's founder is the first of its members in the order of `ranks`."""
    families, get_article = shared.families, shared.directions.get_article
    size = len(families.hubs)
    order = np.lexsort((ranks, families.hubs))
    starts = np.append(np.flatnonzero(np.diff(families.hubs[order], prepend=-1)), size)
    places = Places(
        np.arange(size), ["original"] * size, np.arange(size), np.ones(size, np.bool_), _find_doubts(shared, claims)
    )
    lengths = np.diff(starts)
    # A text alone is its own original, unless it is an agency's; and that nobody doubts.
    plain = (lengths == 1) & ~claims.credits[order[starts[:-1]]] if size else np.zeros(0, np.bool_)
    for number in np.flatnonzero(~plain):
        members = order[starts[number] : starts[number + 1]].tolist()
        dated = {n: apply_date_doubt(get_article(n), places.doubts.get(n)) for n in members}
        _assign_family(members, int(families.hubs[members[0]]), dated, shared, places)
    return places


def _assign_family(
    members: Sequence[int], hub: int, articles: Mapping[int, Article], shared: SharedTexts, places: Places
) -> None:
    # An article that cut a part out did not write it; one whose text another added to may have.
    whole = [n for n in members if not (shared.is_part(n, hub) and shared.has_copied(n, hub))]
    chosen = choose_original([articles[n] for n in whole])
    original = next((n for n in whole if articles[n] is chosen), None)
    independent = whole[0] if original is None else original  # the first that has the whole text
    for number in members:
        places.founders[number] = members[0]
        places.roles[number] = _choose_role(number, original, hub, articles, shared)
        places.originals[number] = NONE_SEEN if original is None else original
        places.is_independent[number] = number == independent


def _choose_role(
    number: int, original: int | None, hub: int, articles: Mapping[int, Article], shared: SharedTexts
) -> Role:
    if number == original:
        return "original"
    if shared.is_part(number, hub if original is None else original):
        return "excerpt"
    article, source = articles[number], None if original is None else articles[original]
    outlet = find_outlet(article)
    if source is not None and outlet is not None and outlet == find_outlet(source):
        return "update"
    return "mirror" if _is_mirror(article, source) else "syndicated"


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


def _find_doubts(shared: SharedTexts, claims: Claims) -> dict[int, str]:
    """Find the dates that another member of the family shows to be false, by number, and why."""
    get_article = shared.directions.get_article
    pairs = sorted(set(_pair_doubtful(shared, claims)))
    found = find_date_doubts((get_article(one), get_article(other)) for one, other in pairs)
    return {one: found[name] for one, _ in pairs if (name := get_article(one).article_id) in found}


def _pair_doubtful(shared: SharedTexts, claims: Claims) -> Iterator[tuple[int, int]]:
    """Pair each text of doubtful date with the surely dated ones of its family that have most of it."""
    families, edges = shared.families, shared.edges
    doubtful = _list_by_node(families, claims.is_doubtful)
    if not doubtful:
        return
    sure = _list_by_node(families, claims.is_sure)
    for node in doubtful.keys() & sure.keys():
        yield from ((one, other) for one in doubtful[node] for other in sure[node][:MOST_WITNESSES])
    same = families.hubs[edges.short] == families.hubs[edges.long]
    for ends, share in (((edges.short, edges.long), edges.share), ((edges.long, edges.short), edges.share_long)):
        chosen = np.flatnonzero(same & (share >= shared.mostly))
        for node, other in zip(ends[0][chosen].tolist(), ends[1][chosen].tolist(), strict=True):
            if node in doubtful and other in sure:
                yield from ((one, two) for one in doubtful[node] for two in sure[other][:MOST_WITNESSES])


def _list_by_node(families: Families, marks: Flags) -> dict[int, list[int]]:
    listed: dict[int, list[int]] = {}
    for number in np.flatnonzero(marks).tolist():
        listed.setdefault(int(families.nodes[number]), []).append(number)
    return listed


def rate_original(number: int, places: Places, get_article: Callable[[int], Article]) -> Sureness | None:
    """Rate how sure it is that a member took the original's text; None for the original itself."""
    original = int(places.originals[number])
    if original == number:
        return None
    article = apply_date_doubt(get_article(number), places.doubts.get(number))
    if original == NONE_SEEN:  # the text is an agency's, whose page was not seen: one that does not say so is less sure
        return "high" if credits_other(article) else "medium"
    source = apply_date_doubt(get_article(original), places.doubts.get(original))
    return rate_copy_sureness(article, source)
