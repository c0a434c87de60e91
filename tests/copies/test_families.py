"""The family rule on edges alone: no chains, no order, and round-ups that join nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from copies.copies_support import make_article
from hypothesis import given
from hypothesis import strategies as st

from storyfold.copies.copy_rows import make_edges
from storyfold.copies.families import group_families
from storyfold.schemas.copies import Copy, Span
from storyfold.settings.copies import CopySettings

SETTINGS = CopySettings()
NAMES = "abcdefgh"
ARTICLES = {name: make_article(name, "") for name in "abcdefghrwx"}


def edge(this: str, other: str, share: float, share_other: float, at: int = 0, **given: object) -> Copy:
    """An edge whose shared words start at `at` in the other text, of 100 words."""
    words, of_words = int(100 * share), int(100 * share_other)
    values = {"kind": "full" if min(share, share_other) >= 0.5 else "excerpt", "direction_confidence": "low"} | given
    return Copy(
        article_id=this,
        version=1,
        of_article_id=other,
        of_version=1,
        seen_date=date(2026, 3, 2),
        share_of_this=share,
        share_of_other=share_other,
        spans=(Span(start=0, of_start=at, words=words, of_words=of_words),),
        **values,  # type: ignore[arg-type]
    )


class Family(NamedTuple):
    hub: str
    members: tuple[str, ...]


def group(names: Iterable[str], edges: Sequence[Copy]) -> list[Family]:
    """Group the articles by the edges; those that only edges name are beyond them."""
    inside = sorted(names)
    beyond = sorted({name for e in edges for name in (e.article_id, e.of_article_id)} - set(inside))
    numbers = {name: number for number, name in enumerate(inside + beyond)}
    made, directions = make_edges(edges, numbers, [ARTICLES[name] for name in inside].__getitem__)

    def find_copier(edge: int) -> bool | None:
        return None if directions.find(edge).confidence == "low" else directions.find(edge).first_copied

    every = np.arange(len(numbers))
    hubs = group_families(every, every, made, find_copier, SETTINGS).hubs[: len(inside)].tolist()
    return [
        Family((inside + beyond)[hub], tuple(name for name, of in zip(inside, hubs, strict=True) if of == hub))
        for hub in dict.fromkeys(hubs)
    ]


def families(names: str, *edges: Copy) -> list[str]:
    return sorted("".join(f.members) for f in group(names, edges))


SHARES = st.sampled_from([0.2, 0.5, 0.7, 1.0])
EDGES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), SHARES, SHARES, st.integers(0, 60)), max_size=20
)


@given(EDGES, st.randoms(use_true_random=False))
def test_every_article_is_in_one_family_and_shares_an_edge_with_its_hub(
    drawn: list[tuple[str, str, float, float, int]], shuffler: random.Random
) -> None:
    edges = list({frozenset(d[:2]): edge(*d) for d in drawn if d[0] != d[1]}.values())
    found = group(NAMES, edges)
    assert sorted(name for family in found for name in family.members) == list(NAMES)
    joined = {frozenset((e.article_id, e.of_article_id)) for e in edges}
    hubs = [family.hub for family in found]
    assert all({name, f.hub} in joined for f in found for name in f.members if name != f.hub)
    names = list(NAMES)
    shuffler.shuffle(names)
    shuffler.shuffle(edges)
    again = group(names, edges)
    assert sorted(again, key=repr) == sorted(found, key=repr)
    assert len(set(hubs)) == len(hubs)


def test_partial_edges_join_nothing() -> None:
    assert families("ab", edge("a", "b", 1.0, 1.0, kind="partial")) == ["a", "b"]


def test_a_chain_is_cut_where_its_ends_do_not_meet() -> None:
    # a-b-c-d, each like the next: two hubs, nothing farther from its hub than one edge.
    chain = [edge(x, y, 0.75, 0.75) for x, y in ("ab", "bc", "cd", "de")]
    assert max(len(family) for family in families("abcde", *chain)) == 3


def test_an_article_joins_the_hub_that_covers_it_most() -> None:
    edges = [edge("x", "a", 0.7, 0.7), edge("x", "b", 0.9, 0.9)]
    edges += [edge(copy, hub, 1.0, 1.0) for hub, copies in (("a", "cd"), ("b", "ef")) for copy in copies]
    found = group("abcdefx", edges)
    assert Family("b", ("b", "e", "f", "x")) in found
    assert Family("a", ("a", "c", "d")) in found


def test_two_extended_copies_of_one_text_are_one_family() -> None:
    edges = [edge("b", "a", 0.5, 1.0), edge("c", "a", 0.5, 1.0), edge("a", "d", 1.0, 1.0)]
    edges += [edge("d", "b", 1.0, 0.5), edge("d", "c", 1.0, 0.5)]
    assert families("abcd", *edges) == ["abcd"]


def test_a_text_made_of_two_parts_joins_neither() -> None:
    assert families("abr", edge("a", "r", 1.0, 0.4), edge("b", "r", 1.0, 0.4, at=50)) == ["a", "b", "r"]
    # One part is most of it, and known to have been taken.
    parts = edge("r", "a", 0.6, 1.0, direction_confidence="high"), edge("b", "r", 1.0, 0.4, at=60)
    assert families("abr", *parts) == ["a", "b", "r"]


def test_parts_that_were_taken_from_a_text_join_it() -> None:
    sure = {"direction_confidence": "high"}
    parts = edge("a", "w", 1.0, 0.4, **sure), edge("b", "w", 1.0, 0.4, at=50, **sure)
    assert [f.members for f in group("abw", parts)] == [("a", "b", "w")]


def test_a_part_too_weak_for_a_family_still_shows_a_round_up() -> None:
    edges = edge("a", "r", 1.0, 0.5), edge("b", "r", 0.6, 0.3, at=60, kind="partial")
    assert len(group("abr", edges)) == 3
    assert len(group("ar", edges)) == 2  # wherever the part is
    assert len(group("ar", edges[:1])) == 1
