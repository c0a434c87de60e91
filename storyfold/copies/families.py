"""Group articles into families by their verified edges: stars around a hub, so that no chain or round-up joins texts.

The rule.

1. A text made of parts that do not overlap, each of them found in another article, is a round-up. It stays joined only
   with articles that have .70 of its words, so it joins no two of its parts.
2. Hubs are chosen greedily: the article with most family edges, then the one most like its neighbours (the sum of the
   smaller shares), then in the founder's order. No two hubs share an edge.
3. Every other article joins the hub that covers it most.

So each member shares, with its hub, at least .70 of the shorter text. The result depends on the set of articles and
edges alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyfold.identity.founding import order_by_founding
from storyfold.schemas.copies import Copy
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

WHOLE = 0.80  # an article with so much of another's text is its copy, not a part of it
PART = 0.50  # of an article, from which it stands in the other as a part and not as a quotation: more than half
OVERLAP = 0.20  # of the smaller part's words in the round-up: parts that meet more are not apart
MADE_OF_PARTS = 0.60  # of the text: where nothing says who copied, parts that fill so much of it are whole articles
FAMILY_KINDS = frozenset({"full", "excerpt", "update"})


@dataclass(frozen=True, slots=True)
class Family:
    """One family: its hub and all its members, in the founder's order."""

    hub: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """An edge as seen from one of its articles."""

    other: str
    joins: bool  # whether it is a family edge
    share: float  # of this article's words that stand in the other
    share_other: float
    copied: bool | None  # whether this one copied; None where that is not better than a guess
    spans: tuple[tuple[int, int], ...]  # start and words in this article


def group_families(articles: Mapping[str, Article], copies: Iterable[Copy], settings: CopySettings) -> list[Family]:
    """Group articles so that each is in exactly one family, by the rule above.

    Weaker edges, and edges to articles that are not given, join nothing and still show of what parts a text is made.
    """
    sides = _list_sides(articles, copies)
    round_ups = {name for name in articles if _is_round_up(sides[name])}
    edges = {
        name: {
            side.other: side
            for side in sides[name]
            if side.joins and side.other in articles
            if (name not in round_ups or side.share >= settings.family_share)
            and (side.other not in round_ups or side.share_other >= settings.family_share)
        }
        for name in articles
    }
    order = sorted(
        articles, key=lambda name: (*_rank_hub(edges[name], name in round_ups), *order_by_founding(articles[name]))
    )
    rank = {name: position for position, name in enumerate(order)}
    hub_of: dict[str, str] = {}
    for name in order:
        if not any(other in hub_of for other in edges[name]):
            hub_of[name] = name
    for name in order:
        if name not in hub_of:
            hubs = [side for other, side in edges[name].items() if hub_of.get(other) == other]
            hub_of[name] = min(hubs, key=lambda s: (-s.share, rank[s.other])).other
    return _make_families(articles, hub_of)


def _make_families(articles: Mapping[str, Article], hub_of: Mapping[str, str]) -> list[Family]:
    members: dict[str, list[str]] = {}
    for name in sorted(articles, key=lambda name: order_by_founding(articles[name])):
        members.setdefault(hub_of[name], []).append(name)
    return [Family(hub, tuple(names)) for hub, names in members.items()]


def _rank_hub(edges: Mapping[str, Side], is_round_up: bool) -> tuple[bool, int, float]:  # noqa: FBT001
    return is_round_up, -len(edges), -round(sum(min(side.share, side.share_other) for side in edges.values()), 2)


def _list_sides(articles: Mapping[str, Article], copies: Iterable[Copy]) -> dict[str, list[Side]]:
    sides: dict[str, list[Side]] = {name: [] for name in articles}
    for copy in sorted(copies, key=lambda c: (c.article_id, c.of_article_id)):
        this, other = copy.article_id, copy.of_article_id
        joins = copy.kind in FAMILY_KINDS
        known = copy.direction_confidence != "low"
        mine = tuple((span.start, span.words) for span in copy.spans)
        theirs = tuple((span.of_start, span.of_words) for span in copy.spans)
        shares = copy.share_of_this, copy.share_of_other
        if this in articles:
            sides[this].append(Side(other, joins, shares[0], shares[1], True if known else None, mine))
        if other in articles:
            sides[other].append(Side(this, joins, shares[1], shares[0], False if known else None, theirs))
    return sides


def _is_round_up(sides: Sequence[Side]) -> bool:
    """Say whether the text consists of parts that do not overlap, taken from others rather than by them."""
    parts = [side for side in sides if side.share < WHOLE and side.share_other >= PART and side.spans]
    if len(parts) < 2:
        return False
    groups = _group_parts(sorted(parts, key=lambda side: (-side.share, side.other)))
    if len(groups) < 2:
        return False
    taken = sum(any(side.copied for side in members) for _, members in groups)
    given = sum(any(side.copied is False for side in members) for _, members in groups)
    if taken or given:
        return taken >= 2 or (taken == 1 and given == 0)
    return sum(members[0].share for _, members in groups) >= MADE_OF_PARTS


def _group_parts(parts: Sequence[Side]) -> list[tuple[NDArray[np.bool_], list[Side]]]:
    """Group parts by where they stand in the text, the largest first; groups hardly overlap each other."""
    size = max(start + words for side in parts for start, words in side.spans)
    groups: list[tuple[NDArray[np.bool_], list[Side]]] = []
    for side in parts:
        marks = np.zeros(size, np.bool_)
        for start, words in side.spans:
            marks[start : start + words] = True
        meets = [int((marks & covered).sum()) for covered, _ in groups]
        if not meets or max(meets) < OVERLAP * int(marks.sum()):
            groups.append((marks, [side]))
        else:
            covered, members = groups[meets.index(max(meets))]
            covered |= marks
            members.append(side)
    return groups
