import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storyfold.stories.average_link import MOST_LINKS, label_components, label_groups
from storyfold.stories.neighbours import Links

SCALE = 2**46  # so that sums of the similarities below are exact
THRESHOLD = SCALE // 4
WHOLENESS = 0.75


def find_components(found, count, threshold, most_links=MOST_LINKS):
    """The components, each ascending, in order of first member."""
    return list_groups(label_components(found, count, threshold, most_links))


def cluster_average_link(found, sure, threshold, wholeness, within):
    """The groups in these components, each ascending, in order of first member."""
    component = np.full(len(sure), -1, np.int64)
    for number, members in enumerate(within):
        component[list(members)] = number
    return list_groups(label_groups(found, np.array(sure, np.bool_), threshold, wholeness, component))


def list_groups(label):
    """The texts of each label; one with a label below 0 is in none."""
    groups = {}
    for text, one in enumerate(label.tolist()):
        groups.setdefault(one, []).append(text)
    return sorted(tuple(texts) for one, texts in groups.items() if one >= 0)


def links(pairs: dict[tuple[int, int], float]) -> Links:
    ordered = sorted(pairs)
    ends = np.array(ordered, np.int64).reshape(-1, 2)
    return Links(ends[:, 0].copy(), ends[:, 1].copy(), np.array([round(pairs[p] * SCALE) for p in ordered], np.int64))


def grouped(pairs: dict[tuple[int, int], float], sure: list[bool]) -> list[tuple[int, ...]]:
    found = links(pairs)
    return cluster_average_link(found, sure, THRESHOLD, WHOLENESS, find_components(found, len(sure), THRESHOLD))


def plain_average_link(pairs: dict[tuple[int, int], float], sure: list[bool]) -> list[tuple[int, ...]]:
    """The textbook algorithm, the sure texts by themselves first, then all, no two groups with sure texts joined."""
    height: dict[tuple[int, ...], float] = {(x,): float("inf") for x in range(len(sure))}
    dated = {(x,): float("inf") for x, known in enumerate(sure) if known}
    if dated and len(dated) < len(sure):
        cut_plain_tree(pairs, dated, set())
        height = dated | {(x,): float("inf") for x, known in enumerate(sure) if not known}
        return cut_plain_tree(pairs, height, {x for x, known in enumerate(sure) if known})
    return cut_plain_tree(pairs, height, set())


def cut_plain_tree(
    pairs: dict[tuple[int, int], float], height: dict[tuple[int, ...], float], apart: set[int]
) -> list[tuple[int, ...]]:
    """Take every mean from the pairs themselves at every step; `height` is left with the whole groups that are cut."""
    clusters, groups = list(height), dict(height)
    while True:
        means = [
            (-sum(pairs.get((min(x, y), max(x, y)), 0.0) for x in a for y in b) / (len(a) * len(b)), a[0], b[0])
            for a, b in itertools.combinations(sorted(clusters), 2)
            if not (apart & set(a) and apart & set(b))
        ]
        if not means or -min(means)[0] < THRESHOLD / SCALE:
            height.clear()
            height.update(groups)
            return sorted(groups)
        mean, x, y = min(means)
        one, other = (c for c in clusters if c[0] in (x, y))
        merged = tuple(sorted(one + other))
        clusters = [c for c in clusters if c not in (one, other)] + [merged]
        if one in groups and other in groups:
            looser = min(groups[one], groups[other])
            if min(len(one), len(other)) == 1 or -mean >= WHOLENESS * looser:
                del groups[one], groups[other]
                groups[merged] = -mean


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 9))
    every = list(itertools.combinations(range(count), 2))
    # each with a digit of its own, so that no two means are equal: which of equals is merged first is no matter here
    values = st.sampled_from([0.0, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0])
    pairs = {pair: value + 2.0 ** -(10 + n) for n, pair in enumerate(every) if (value := draw(values)) > 0.0}
    return pairs, [draw(st.booleans()) for _ in range(count)]


@given(graphs())
@settings(deadline=None)
def test_groups_are_those_of_the_textbook_average_link(graph):
    pairs, sure = graph
    for dated in (sure, [True] * len(sure), [False] * len(sure)):
        assert grouped(pairs, dated) == plain_average_link(pairs, dated)


@st.composite
def equal_graphs(draw):
    count = draw(st.integers(2, 12))
    values = st.sampled_from([0.0, 0.25, 0.5, 0.75])
    pairs = {pair: v for pair in itertools.combinations(range(count), 2) if (v := draw(values)) > 0.0}
    return pairs, [draw(st.booleans()) for _ in range(count)], draw(st.permutations(range(len(pairs))))


@given(equal_graphs())
@settings(deadline=None)
def test_the_order_of_the_pairs_does_not_matter_where_similarities_are_equal(graph):
    pairs, sure, order = graph
    found = links(pairs)
    mixed = Links(found.a[order], found.b[order], found.similarity[order])
    within = find_components(mixed, len(sure), THRESHOLD)
    assert cluster_average_link(mixed, sure, THRESHOLD, WHOLENESS, within) == grouped(pairs, sure)


def test_of_equally_near_texts_the_smallest_number_is_joined():
    assert grouped({(0, 2): 0.4, (1, 2): 0.4, (2, 3): 0.4}, [True] * 4) == [(0, 2), (1,), (3,)]
    assert grouped({(0, 3): 0.4, (1, 2): 0.4, (1, 3): 0.4}, [True] * 4) == [(0, 3), (1, 2)]


def test_many_texts_in_one_component_take_the_room_of_their_pairs():
    count = 100_000  # a square of their similarities would take 80 GB
    first = np.arange(count - 1)
    found = Links(first, first + 1, np.where(first % 2 == 0, SCALE // 10 * 9, SCALE // 10 * 3))
    assert find_components(found, count, THRESHOLD) == [tuple(range(count))]
    groups = label_groups(found, np.ones(count, np.bool_), THRESHOLD, WHOLENESS, np.zeros(count, np.int64))
    assert groups.tolist() == (np.arange(count) // 2 * 2).tolist()


@given(graphs())
@settings(deadline=None)
def test_undated_texts_never_change_the_grouping_of_dated_ones(graph):
    pairs, sure = graph
    dated = [x for x, known in enumerate(sure) if known]
    place = {x: n for n, x in enumerate(dated)}
    among = {(place[a], place[b]): v for (a, b), v in pairs.items() if a in place and b in place}
    alone = grouped(among, [True] * len(dated))
    kept = [tuple(place[x] for x in g if x in place) for g in grouped(pairs, sure)]
    assert sorted(g for g in kept if g) == alone


@given(graphs())
@settings(deadline=None)
def test_every_text_is_in_exactly_one_group(graph):
    pairs, sure = graph
    assert sorted(x for g in grouped(pairs, sure) for x in g) == list(range(len(sure)))


def test_a_chain_does_not_become_one_group():
    chain = {(n, n + 1): 0.5 for n in range(9)}
    assert max(len(g) for g in grouped(chain, [True] * 10)) <= 3


def test_two_groups_that_are_each_closer_within_stay_apart_and_what_is_near_to_both_joins_neither():
    pairs = {(0, 1): 0.8, (2, 3): 0.8} | dict.fromkeys([(0, 2), (0, 3), (1, 2), (1, 3)], 0.5)
    assert grouped(pairs, [False] * 4) == [(0, 1), (2, 3)]
    assert grouped(pairs | {(0, 1): 0.6}, [False] * 4) == [(0, 1, 2, 3)]  # within the looser, no more than to the other
    between = dict.fromkeys([(0, 4), (1, 4), (2, 4), (3, 4)], 0.4)
    assert grouped(pairs | between, [False] * 5) == [(0, 1), (2, 3), (4,)]


def test_only_the_given_components_are_grouped():
    pairs = {(0, 1): 0.9, (2, 3): 0.9}
    found = links(pairs)
    first, second = find_components(found, 4, THRESHOLD)
    assert (first, second) == ((0, 1), (2, 3))
    assert cluster_average_link(found, [True] * 4, THRESHOLD, WHOLENESS, [second]) == [(2, 3)]
    assert cluster_average_link(found, [True] * 4, THRESHOLD, WHOLENESS, []) == []


def test_a_component_too_large_is_broken_up_where_its_texts_are_least_alike():
    near, far = 0.9, 0.3
    pairs = dict.fromkeys([*itertools.combinations(range(4), 2), *itertools.combinations(range(4, 8), 2)], near)
    pairs |= {(3, 4): far, (8, 9): far}
    assert find_components(links(pairs), 10, THRESHOLD) == [tuple(range(8)), (8, 9)]
    assert find_components(links(pairs), 10, THRESHOLD, most_links=12) == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9)]
    assert find_components(links(pairs), 10, THRESHOLD, most_links=1) == [*((n,) for n in range(8)), (8, 9)]
