"""Assign each member its role in the family: which is the original, and what the others are to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from storyfold.copies.challenges import Challenge, list_contested
from storyfold.copies.claims import NO_TIME, Claims
from storyfold.copies.date_doubts import find_date_doubts
from storyfold.copies.direction import Extra, Sureness, find_direction, rate_copy_sureness
from storyfold.copies.edges import PARTIAL, UNIT, WRITE_THROUGH, Directions, Edges
from storyfold.copies.families import Families
from storyfold.copies.originals import NONE_SEEN, choose_originals, read_credits
from storyfold.credits.agency_outlets import credits_other
from storyfold.dates.doubt import apply_date_doubt
from storyfold.kernels.arrays import Flags, Integers, Longs
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

Role = Literal["original", "syndicated", "excerpt", "mirror", "update"]
ROLES: tuple[Role, ...] = ("original", "syndicated", "excerpt", "mirror", "update")
ORIGINAL, SYNDICATED, EXCERPTED, MIRRORED, UPDATED = range(len(ROLES))
# Surely dated identical texts that a date is held against, the oldest: one that shows it is enough. A bound on the
# work, not measured: 50,000 reprints make no 50,000 squared pairs.
MOST_WITNESSES = 64
DAY = 86_400_000_000  # microseconds


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
    keys: Longs  # of the two texts of each edge, as one number, ascending
    numbers: Longs  # the edges in that order

    def measure_shares(self, texts: Longs, others: Longs) -> Longs:
        """Return which share of each text stands in the other, in ten-thousandths; 0 where they were not compared."""
        one, two = self.families.nodes[texts], self.families.nodes[others]
        edges = self._find_edges(one, two)
        if not len(self.edges):
            return np.where(one == two, UNIT, 0)
        share = np.where(self.edges.short[edges] == one, self.edges.share[edges], self.edges.share_long[edges])
        return np.where(one == two, UNIT, np.where(edges < 0, 0, share))

    def _find_edges(self, one: Longs, other: Longs) -> Longs:
        """Find the edge between each two texts that stand for others; -1 where there is none."""
        wanted = _key_pairs(one, other, len(self.families.nodes))
        places = np.searchsorted(self.keys, wanted, side="right") - 1
        found = self.keys[places] == wanted if len(self.keys) else np.zeros(len(wanted), np.bool_)
        numbers: Longs = np.where(found, self.numbers[places] if len(self.keys) else -1, -1)
        return numbers

    def find_parts(self, texts: Longs, of: Longs) -> Flags:
        """Say which texts stand in the other and are less than half of it."""
        share, of_other = self.measure_shares(texts, of), self.measure_shares(of, texts)
        is_part: Flags = (share >= self.mostly) & (of_other < self.mostly) & (texts != of)
        return is_part

    def has_copied(self, text: int, other: int) -> bool:
        """Say whether the text took what it has of the other, and not the other way round."""
        one, two = int(self.families.nodes[text]), int(self.families.nodes[other])
        edge = int(self._find_edges(np.array([one]), np.array([two]))[0])
        assert edge >= 0  # only parts are asked for, which share an edge
        if (one, two) != (text, other):
            extra, is_longer = self.find_extra(text, other)
            get = self.directions.get_article
            return find_direction(get(text), get(other), extra, first_is_longer=is_longer, in_words=False).first_copied
        return self.directions.find(edge).first_copied == bool(self.edges.short[edge] == one)

    def find_extra(self, text: int, other: int) -> tuple[Extra, bool]:
        """Find what the longer of two texts has beyond the shorter, and whether the first is the longer.

        It is nothing of two that were not compared, or share too little for one to be the other.
        """
        one, two = int(self.families.nodes[text]), int(self.families.nodes[other])
        edge = int(self._find_edges(np.array([one]), np.array([two]))[0]) if len(self.edges) else -1
        if edge < 0 or one == two or self.edges.kinds[edge] in (PARTIAL, WRITE_THROUGH):
            return Extra(0, 0, 0), False
        return self.edges.read_extra(edge), bool(self.edges.long[edge] == one)


def make_shared_texts(families: Families, edges: Edges, directions: Directions, settings: CopySettings) -> SharedTexts:
    """Make the look-up of these edges."""
    keys = _key_pairs(edges.short, edges.long, len(families.nodes))
    order = np.argsort(keys, kind="stable")
    return SharedTexts(families, edges, directions, round(settings.mostly * UNIT), keys[order], order)


def _key_pairs(one: Longs, other: Longs, size: int) -> Longs:
    """Make one number of each two texts, whichever of them is first."""
    return np.minimum(one, other) * size + np.maximum(one, other)


def assign_places(shared: SharedTexts, ranks: Longs, claims: Claims) -> Places:
    """Assign one place to each text. The family's founder is the first of its members in the order of `ranks`."""
    heads, size = shared.families.heads, len(shared.families.heads)
    doubts = _find_doubts(shared, claims)
    order = np.lexsort((ranks, heads))
    is_first = np.diff(heads[order], prepend=-1) != 0
    starts = np.flatnonzero(is_first)
    founders = np.empty(size, np.int64)
    founders[order] = order[starts][np.cumsum(is_first) - 1]
    # A text alone is its own original, unless it is an agency's
    has_credit = claims.find_credits()
    plain = (np.diff(starts, append=size) == 1) & ~has_credit[order[starts]]
    members = order[~np.repeat(plain, np.diff(starts, append=size))]
    roles, originals, is_independent = np.zeros(size, np.int8), np.arange(size), np.ones(size, np.bool_)
    if len(members):
        roles[members], originals[members], is_independent[members] = _place_members(members, shared, claims, doubts)
    return Places(founders, [ROLES[role] for role in roles.tolist()], originals, is_independent, doubts)


def _place_members(
    members: Longs, shared: SharedTexts, claims: Claims, doubts: Mapping[int, str]
) -> tuple[Integers, Longs, Flags]:
    """Choose roles, originals, and who counts as independent, of the members of families, one family after another."""
    claims = _doubt_dates(claims, doubts)
    hubs = shared.families.hubs[members]
    starts = np.append(np.flatnonzero(np.diff(shared.families.heads[members], prepend=-1)), len(members))
    # A text that cut a part out did not write it; one whose text another added to may have.
    is_whole = ~shared.find_parts(members, hubs)
    for place in np.flatnonzero(~is_whole).tolist():
        is_whole[place] = not shared.has_copied(int(members[place]), int(hubs[place]))
    found = choose_originals(starts, members, is_whole, read_credits(claims, members))
    found = _challenge_originals(found, starts, members, is_whole, shared, claims, doubts)
    originals = np.repeat(found, np.diff(starts))
    whole = np.flatnonzero(is_whole)
    first_whole = members[whole[np.searchsorted(whole, starts[:-1])]]  # the hub is whole, so each family has one
    independent = np.repeat(np.where(found == NONE_SEEN, first_whole, found), np.diff(starts))
    is_seen = originals != NONE_SEEN
    has_other = is_seen & (shared.families.hubs[originals] != hubs)  # its text is another version than the original's
    is_part = shared.find_parts(members, np.where(is_seen & ~has_other, originals, hubs))
    roles = _choose_roles(members, originals, is_part, has_other, claims)
    return roles, originals, members == independent


def _challenge_originals(
    found: Longs,
    starts: Longs,
    members: Longs,
    is_whole: Flags,
    shared: SharedTexts,
    claims: Claims,
    doubts: Mapping[int, str],
) -> Longs:
    """Return the originals that stand when each is held against the other members of its family."""
    outlets, settled = claims.number_outlets(), found.copy()

    def get_article(number: int) -> Article:
        return apply_date_doubt(shared.directions.get_article(number), doubts.get(number))

    for family, whole in list_contested(starts, members, is_whole, found):
        challenge = Challenge(whole, claims, outlets, get_article, shared.find_extra)
        settled[family] = challenge.settle(int(found[family]))
    return settled


def _doubt_dates(claims: Claims, doubts: Mapping[int, str]) -> Claims:
    """Return the claims with these dates at low confidence, as `apply_date_doubt` does."""
    doubted = np.fromiter(doubts, np.int64, len(doubts))
    is_sure, is_doubtful, is_low = claims.is_sure.copy(), claims.is_doubtful.copy(), claims.is_low.copy()
    starts, ends = claims.starts.copy(), claims.ends.copy()
    doubted = doubted[is_sure[doubted] | is_doubtful[doubted]]
    is_sure[doubted], is_doubtful[doubted], is_low[doubted] = False, False, True
    starts[doubted] = ends[doubted] = NO_TIME
    return replace(claims, is_sure=is_sure, is_doubtful=is_doubtful, is_low=is_low, starts=starts, ends=ends)


def _choose_roles(members: Longs, originals: Longs, is_part: Flags, has_other: Flags, claims: Claims) -> Integers:
    """Choose the role of each member, beside the original of its family.

    `is_part` says whether it is cut out of a whole text, `has_other` whether it has another version than the original.
    """
    outlets = claims.number_outlets()
    own, of_original = outlets[members], np.where(originals == NONE_SEEN, -1, outlets[originals])
    is_update = (own >= 0) & (own == of_original)
    is_mirror = _find_mirrors(members, originals, own, claims) & ~has_other
    roles = np.where(is_mirror, MIRRORED, SYNDICATED)
    roles = np.where(is_update, UPDATED, roles)
    roles = np.where(is_part, EXCERPTED, roles)
    chosen: Integers = np.where(members == originals, ORIGINAL, roles).astype(np.int8)
    return chosen


def _find_mirrors(members: Longs, originals: Longs, outlets: Longs, claims: Claims) -> Flags:
    """Find full copies at another outlet that add no credit, and whose date is doubted or on a later day."""
    starts = claims.starts[members]
    of_original = np.where(originals == NONE_SEEN, NO_TIME, claims.starts[originals])
    # On a later day: those who may print a text do so within the day.
    is_later = (starts != NO_TIME) & (of_original != NO_TIME) & (starts // DAY > of_original // DAY)
    is_later &= ~claims.find_credits()[members]
    is_mirror: Flags = (outlets >= 0) & ~claims.has_writer[members] & (claims.is_low[members] | is_later)
    return is_mirror


def _find_doubts(shared: SharedTexts, claims: Claims) -> dict[int, str]:
    """Find the dates that another member of the family shows to be false, by number, and why."""
    get_article = shared.directions.get_article
    pairs = sorted(set(_pair_doubtful(shared, claims)))
    found = find_date_doubts((get_article(one), get_article(other)) for one, other in pairs)
    return {one: found[name] for one, _ in pairs if (name := get_article(one).article_id) in found}


def _pair_doubtful(shared: SharedTexts, claims: Claims) -> Iterator[tuple[int, int]]:
    """Pair each text of doubtful date with the surely dated ones around its hub that have most of it."""
    families, edges = shared.families, shared.edges
    doubtful = _list_by_node(families, claims.is_doubtful)
    if not doubtful:
        return
    sure = _list_by_node(families, claims.is_sure)
    for node in doubtful.keys() & sure.keys():
        pairs = ((one, other) for one in doubtful[node] for other in sure[node][:MOST_WITNESSES])
        # identical texts may be in several families, as pins say
        yield from (pair for pair in pairs if families.hubs[pair[0]] == families.hubs[pair[1]])
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


def rate_original(number: int, places: Places, shared: SharedTexts) -> Sureness | None:
    """Rate how sure it is that a member took the original's text; None for the original itself."""
    original = int(places.originals[number])
    if original == number:
        return None
    get_article = shared.directions.get_article
    article = apply_date_doubt(get_article(number), places.doubts.get(number))
    if original == NONE_SEEN:  # the text is an agency's, whose page was not seen: one that does not say so is less sure
        return "high" if credits_other(article) else "medium"
    source = apply_date_doubt(get_article(original), places.doubts.get(original))
    extra, is_longer = shared.find_extra(number, original)
    return rate_copy_sureness(article, source, extra, first_is_longer=is_longer)
