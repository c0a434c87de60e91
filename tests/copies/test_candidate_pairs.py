"""The join against the plain definition, an outlet's boilerplate by day, and the sort that both rest on."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from storyfold.copies.candidate_days import find_pairs
from storyfold.copies.documents import Documents, make_documents
from storyfold.copies.repeated_shingles import RepeatedInTexts
from storyfold.copies.shared_hashes import make_postings
from storyfold.copies.sort_hashes import sort_rows_by_hash
from storyfold.settings.copies import CopySettings
from storyfold.text.sketch import BOUND, Sketched

HASHES = st.frozensets(st.integers(0, 30), max_size=16)
Drawn = tuple[frozenset[int], str | None, int]
NO_BOILERPLATE = CopySettings(boilerplate_articles=10_000)


def documents(drawn: list[Drawn], judged: list[bool] | None = None) -> Documents:
    """Documents of hashes, outlet and day, the oldest first; the hashes stand for the words too."""
    hashes = [sorted(some) for some, _, _ in drawn]
    starts = np.append(0, np.cumsum([len(some) for some in hashes])).astype(np.int64)
    flat = np.array([h for some in hashes for h in some], np.uint64)
    texts = np.array([hash(tuple(some)) % 2**64 for some in hashes], np.uint64)
    words = np.array([len(some) + 2 for some in hashes], np.int64)
    return make_documents(
        pa.array([f"s{number:03}" for number in range(len(drawn))], pa.string()),
        pa.array([day for _, _, day in drawn], pa.int32()).cast(pa.date32()),
        pa.array([outlet for _, outlet, _ in drawn], pa.string()),
        Sketched(starts, flat, words, texts),
        np.array(judged if judged is not None else [True] * len(drawn), np.bool_),
    )


def find(made: Documents, settings: CopySettings) -> list[tuple[int, int]]:
    postings = make_postings(made)
    days = find_pairs(made, postings, RepeatedInTexts(made, postings, settings), settings)
    return sorted(pair for day in days for pair in zip(day.left.tolist(), day.right.tolist(), strict=True))


def plain_pairs(drawn: list[Drawn], judged: list[bool], settings: CopySettings) -> list[tuple[int, int]]:
    """The definition, pair by pair: with the founder of identical texts, else with older founders that share enough."""
    found: list[tuple[int, int]] = []
    founders: dict[frozenset[int], int] = {}
    for number, (hashes, outlet, _) in enumerate(drawn):
        twin = founders.get(hashes)
        near: list[tuple[int, int]] = []
        for other in founders.values() if twin is None and judged[number] else ():
            shared, least = len(hashes & drawn[other][0]), min(len(hashes), len(drawn[other][0]))
            needed = 0.6 if outlet is not None and outlet == drawn[other][1] else 0.25
            if shared >= 4 and shared >= needed * least:
                near.append((-(10 * shared // least), other))
        best = sorted(near[: settings.most_documents])[: settings.most_candidates]
        found += [(number, other) for _, other in best]
        if twin is not None and judged[number] and hashes:
            found.append((number, twin))
        founders.setdefault(hashes, number)
    return sorted(found)


DRAWN = st.lists(st.tuples(HASHES, st.sampled_from([None, "A", "B"]), st.integers(1, 9)), max_size=12)


@given(DRAWN.map(lambda drawn: sorted(drawn, key=lambda d: d[2])), st.lists(st.booleans(), min_size=12, max_size=12))
def test_the_join_finds_the_pairs_of_the_definition(drawn: list[Drawn], judged: list[bool]) -> None:
    assert find(documents(drawn, judged[: len(drawn)]), NO_BOILERPLATE) == plain_pairs(drawn, judged, NO_BOILERPLATE)


@given(DRAWN.map(lambda drawn: sorted(drawn, key=lambda d: d[2])), st.integers(1, 4), st.integers(1, 3))
def test_common_hashes_count_whatever_number_of_texts_makes_them_so(
    drawn: list[Drawn], most_documents: int, most_candidates: int
) -> None:
    settings = replace(NO_BOILERPLATE, most_documents=most_documents, most_candidates=most_candidates)
    assert find(documents(drawn), settings) == plain_pairs(drawn, [True] * len(drawn), settings)


def test_texts_with_more_common_hashes_than_are_walked_at_once_meet_those_that_share_enough() -> None:
    """Forms of several kinds, some filled in with much of their own: their hashes are of hundreds of texts each."""
    chooser = random.Random(5)
    drawn: list[Drawn] = []
    for number in range(2_500):
        first = 6 * chooser.randrange(3)
        form = chooser.sample(range(first, first + 16), 12)
        own = range(1_000 + 90 * number, 1_000 + 90 * number + chooser.choice([1, 20, 80]))
        drawn.append((frozenset([*form[: chooser.randint(2, 12)], *own]), None, 1))
    settings = replace(NO_BOILERPLATE, most_documents=30, most_candidates=20)
    judged = [number % 9 == 0 for number in range(2_500)]
    found = find(documents(drawn, judged), settings)
    assert found == plain_pairs(drawn, judged, settings)
    assert max(Counter(left for left, _ in found).values()) == 20


def test_a_short_text_is_measured_by_what_a_long_one_can_hold() -> None:
    low, high = set(range(5)), {BOUND + n for n in range(3)}
    short, long, like = (
        frozenset(low | high),
        frozenset(low | set(range(100, 150))),
        frozenset(low | high | {BOUND + 9}),
    )
    made = documents([(short, None, 1), (long, None, 1), (like, None, 1)])
    settings = CopySettings(least_containment=0.99, boilerplate_articles=10_000)
    assert find(made, settings) == [(1, 0), (2, 0), (2, 1)]


@given(
    st.lists(st.tuples(HASHES, st.sampled_from([None, "A", "B"]), st.integers(1, 9)), max_size=30),
    st.integers(2, 6), st.sampled_from([0.01, 0.5]), st.integers(0, 4),
)  # fmt: skip
def test_boilerplate_is_what_enough_of_an_outlets_texts_of_the_window_have(
    drawn: list[Drawn], least: int, share: float, window: int
) -> None:
    drawn = sorted(drawn, key=lambda d: d[2])
    settings = CopySettings(boilerplate_articles=least, boilerplate_share=share, boilerplate_days=window)
    made = documents(drawn)
    boilerplate = RepeatedInTexts(made, make_postings(made), settings)
    for today in sorted({day for _, _, day in drawn}):
        seen = {}
        for hashes, outlet, day in drawn:
            if today - window <= day <= today:
                seen.setdefault(outlet, set()).add(hashes)
        expected = [
            outlet is not None
            and (stands := sum(h in some for some in seen.get(outlet, ()))) >= least
            and stands >= share * len(seen[outlet])
            for hashes, outlet, _ in drawn
            for h in sorted(hashes)
        ]
        assert boilerplate.find(today).tolist() == expected


def test_boilerplate_makes_no_pair_and_is_handed_on() -> None:
    footer = frozenset(range(1000, 1006))
    fillers = [(footer | {n * 10 + k for k in range(5)}, "A", 1) for n in range(5)]
    x, y = (footer | frozenset(range(500, 520)), "A", 2), (frozenset(range(500, 520)), "B", 2)
    made = documents([*fillers, x, y], [False] * 5 + [True] * 2)
    postings = make_postings(made)
    (day,) = find_pairs(made, postings, RepeatedInTexts(made, postings, CopySettings()), CopySettings())
    assert (day.left.tolist(), day.right.tolist(), day.numbers.tolist()) == ([6], [5], [5, 6])
    assert day.boilerplate.tolist() == sorted(footer)
    assert day.starts.tolist() == [0, 6, 6]


def test_nothing_or_nothing_judged_gives_no_pairs() -> None:
    some: list[Drawn] = [(frozenset(range(9)), None, 1), (frozenset(range(10)), None, 1)]
    assert find(documents(some, [False, False]), CopySettings()) == []
    assert find(documents([]), CopySettings()) == []
    assert find(documents([(frozenset(), None, 1)]), CopySettings()) == []


def test_a_much_printed_hash_meets_only_the_oldest() -> None:
    many: list[Drawn] = [(frozenset([*range(9), 100 + n]), None, 1 + n // 20) for n in range(100)]
    found = find(documents(many), CopySettings(most_documents=10, most_candidates=7))
    assert {right for _, right in found} <= set(range(10))
    assert {name for pair in found for name in pair} == set(range(100))
    assert len(found) <= 7 * 100


@given(st.lists(st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 3).map(lambda n: n << 62), st.integers(0, 3))))
def test_equal_hashes_stand_together_in_the_order_given(values: list[int]) -> None:
    found = sort_rows_by_hash(np.array(values, np.uint64), np.arange(len(values), dtype=np.int32))
    order = found[1].tolist()
    assert found[0].tolist() == [values[row] for row in order]
    assert sorted(order) == list(range(len(values)))
    runs = [values[row] for place, row in enumerate(order) if place == 0 or values[row] != values[order[place - 1]]]
    assert len(runs) == len(set(runs))
    assert all(a < b for a, b in pairwise(order) if values[a] == values[b])
