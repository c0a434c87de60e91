"""The join against the plain definition, and an outlet's boilerplate."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from storyfold.copies.candidate_pairs import find_candidates, join_new_sketches
from storyfold.copies.repeated_shingles import find_boilerplate_rows
from storyfold.copies.sketch import BOUND
from storyfold.schemas.columns import get_declared_table, make_arrow_table
from storyfold.schemas.copies import Sketch
from storyfold.settings.copies import CopySettings

EMPTY = get_declared_table(Sketch).schema.empty_table()
HASHES = st.frozensets(st.integers(0, 30), max_size=16)


def sketch(name: str, hashes: frozenset[int], outlet: str | None = None, day: int = 1) -> Sketch:
    return Sketch(
        article_id=name,
        version=1,
        seen_date=date(2026, 1, day),
        outlet=outlet,
        hashes=tuple(sorted(hashes)),
        shingles=99,
    )


def table(*sketches: Sketch) -> pa.Table:
    return make_arrow_table(sketches, Sketch)


def plain_pairs(new: list[Sketch], known: list[Sketch]) -> list[tuple[str, str]]:
    """The definition, pair by pair."""
    found = []
    for place, one in enumerate(new):
        for other in [*new[:place], *known]:
            shared = len(set(one.hashes) & set(other.hashes))
            least = 0.6 if one.outlet is not None and one.outlet == other.outlet else 0.25
            if shared >= 4 and shared / min(len(one.hashes), len(other.hashes)) >= least:
                found.append(tuple(sorted((one.article_id, other.article_id))))
    return sorted(found)


@given(
    st.lists(st.tuples(HASHES, st.sampled_from([None, "A", "B"]), st.integers(1, 9)), max_size=12), st.integers(0, 12)
)
def test_the_join_finds_the_pairs_of_the_definition(
    drawn: list[tuple[frozenset[int], str | None, int]], new: int
) -> None:
    sketches = [sketch(f"s{n:02}", hashes, outlet, day) for n, (hashes, outlet, day) in enumerate(drawn)]
    found = find_candidates(table(*sketches[:new]), table(*sketches[new:]), CopySettings(boilerplate_articles=99))
    pairs = [tuple(sorted(pair)) for pair in found.pairs]
    assert sorted(pairs) == plain_pairs(sketches[:new], sketches[new:])


def test_a_short_text_is_measured_by_what_a_long_one_can_hold() -> None:
    low, high = set(range(5)), {BOUND + n for n in range(3)}
    short, long = sketch("short", frozenset(low | high)), sketch("long", frozenset(low | set(range(100, 150))))
    twin = sketch("twin", frozenset(low | high))
    settings = CopySettings(least_containment=0.99)
    found = find_candidates(table(short, long, twin), EMPTY, settings)
    assert {frozenset(pair) for pair in found.pairs} == {
        frozenset(("short", "long")), frozenset(("short", "twin")), frozenset(("twin", "long"))
    }  # fmt: skip


@given(st.lists(st.tuples(HASHES, st.integers(-1, 2)), max_size=40), st.integers(1, 6), st.sampled_from([0.01, 0.5]))
def test_boilerplate_is_what_enough_of_an_outlets_articles_have(
    drawn: list[tuple[frozenset[int], int]], least: int, share: float
) -> None:
    hashes = [sorted(h) for h, _ in drawn]
    outlets = np.array([outlet for _, outlet in drawn], np.int32)
    starts = np.concatenate([[0], np.cumsum([len(h) for h in hashes])]).astype(np.int64)
    flat = np.array([h for some in hashes for h in some], np.uint64)
    settings = CopySettings(boilerplate_articles=least, boilerplate_share=share)
    distinct = {(outlet, tuple(some)) for some, outlet in zip(hashes, outlets.tolist(), strict=True) if outlet >= 0}
    articles = Counter(outlet for outlet, _ in distinct)
    times = Counter((outlet, h) for outlet, some in distinct for h in some)
    expected = [
        outlet >= 0 and times[outlet, h] >= max(least, share * articles[outlet])
        for some, outlet in zip(hashes, outlets.tolist(), strict=True)
        for h in some
    ]
    assert find_boilerplate_rows(starts, flat, outlets, settings).tolist() == expected


def test_what_is_boilerplate_in_a_candidate_is_handed_on() -> None:
    footer = frozenset(range(1000, 1006))
    fillers = [sketch(f"f{n}", footer | {n * 10 + k for k in range(5)}, "A") for n in range(5)]
    pair = [sketch("x", footer | frozenset(range(500, 520)), "A"), sketch("y", frozenset(range(500, 520)), "B")]
    found = find_candidates(table(*pair), table(*fillers), CopySettings())
    assert [set(p) for p in found.pairs] == [{"x", "y"}]
    assert set(found.boilerplate["x"].tolist()) == footer
    assert not len(found.boilerplate["y"])


def test_nothing_new_or_nothing_known_gives_no_pairs() -> None:
    some = table(sketch("a", frozenset(range(9))), sketch("b", frozenset(range(9))))
    assert find_candidates(EMPTY, some, CopySettings()).pairs == []
    assert find_candidates(EMPTY, EMPTY, CopySettings()).pairs == []
    assert find_candidates(table(sketch("a", frozenset())), EMPTY, CopySettings()).pairs == []


def test_a_much_printed_hash_meets_only_the_oldest() -> None:
    many = [sketch(f"m{n:03}", frozenset(range(9)), day=1 + n // 20) for n in range(100)]
    found = find_candidates(table(*many), EMPTY, CopySettings(most_documents=10, most_candidates=7))
    oldest = {f"m{n:03}" for n in range(10)}
    assert all(set(pair) & oldest for pair in found.pairs)
    assert {name for pair in found.pairs for name in pair} == {m.article_id for m in many}
    assert len(found.pairs) <= 7 * 100


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.integers(0, 2**64 - 1)))
def test_membership_is_exact(values: list[int], wanted: list[int]) -> None:
    asked = np.array(values + wanted[:3], np.uint64)
    found = join_new_sketches(asked, np.unique(np.array(wanted, np.uint64)))
    assert found.tolist() == [v in set(wanted) for v in asked.tolist()]
