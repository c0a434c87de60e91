"""What pins ask for, which of them contradict each other, and what they make of groups."""

import random
from itertools import combinations

import numpy as np
import pytest
from identity.pins_support import make_pin

from storyfold.identity.pinned_groups import WeighedPairs, apply_pins
from storyfold.identity.pins import Pins, find_contradiction, make_constraints, make_pin_id


def apply(label, pins, pairs=(), *, by_average=True, level="story"):
    """Apply pins between texts named by their numbers; return the groups."""
    names = [f"{number:02}" for number in range(len(label))]
    columns = zip(*pairs, strict=True) if pairs else ((), (), ())
    weighed = WeighedPairs(*(np.array(column, np.int64) for column in columns))
    constraints = make_constraints(pins, level)
    nodes = {name: number for number, name in enumerate(names) if name in constraints.tags}
    found = apply_pins(np.array(label), nodes, weighed, constraints, by_average=by_average).tolist()
    return {frozenset(n for n, one in enumerate(found) if one == group) for group in found}


def groups_of(*listed):
    return {frozenset(group) for group in listed}


def test_a_pin_is_known_by_its_pair_in_either_order_and_by_its_level():
    assert make_pin_id("a", "b", "story") == make_pin_id("b", "a", "story") != make_pin_id("a", "b", "family")


def test_what_pins_hold_together_is_found_over_any_number_of_them():
    pins = Pins((make_pin("a", "b", "same"), make_pin("c", "b", "same", "family"), make_pin("c", "d", "different")))
    assert pins.find_partners(["a"], "story") == {"a", "b", "c"}
    assert pins.find_partners(["a"], "family") == {"a"}
    assert pins.find_partners(["b"], "family") == {"b", "c"}
    assert pins.find_partners(["x"], "story") == set()


@pytest.mark.parametrize("order", range(3))
def test_a_contradiction_is_named_by_the_pins_that_lead_from_one_article_to_the_other(order):
    same = [make_pin("a", "b", "same"), make_pin("b", "c", "same", "family"), make_pin("x", "y", "same")]
    apart = make_pin("c", "a", "different")
    pins = random.Random(order).sample([*same, apart], 4)
    assert find_contradiction(pins) == [apart, *same[:2]] or find_contradiction(pins) == [apart, *same[1::-1]]
    assert find_contradiction([*same, make_pin("a", "x", "different")]) == []


def test_one_story_may_have_two_families_but_one_family_no_two_stories():
    assert find_contradiction([make_pin("a", "b", "same"), make_pin("a", "b", "different", "family")]) == []
    assert find_contradiction([make_pin("a", "b", "same", "family"), make_pin("a", "b", "different")]) != []


def test_same_joins_whole_groups_and_moves_no_other():
    assert apply([0, 0, 2, 2, 4], [make_pin("01", "03", "same")]) == groups_of({0, 1, 2, 3}, {4})


def test_different_in_two_groups_moves_nothing():
    assert apply([0, 0, 2, 2], [make_pin("01", "03", "different")]) == groups_of({0, 1}, {2, 3})


def test_different_parts_a_group_into_two_and_each_other_member_goes_where_it_is_most_alike():
    pairs = [(0, 1, 9), (0, 2, 8), (1, 2, 5), (2, 3, 4), (1, 3, 7), (0, 3, 2), (3, 4, 1)]
    assert apply([0] * 5, [make_pin("00", "01", "different")], pairs) == groups_of({0, 2}, {1, 3, 4})
    assert apply([0] * 5, [make_pin("00", "01", "different")], pairs, by_average=False) == groups_of({0, 2}, {1, 3, 4})


def test_a_text_that_is_most_alike_one_of_many_goes_by_the_strongest_pair_where_copies_are_grouped():
    star = [(0, other, 9) for other in range(1, 6)] + [(5, 6, 5), (0, 6, 8)]
    pins = [make_pin("00", "05", "different")]
    assert apply([0] * 7, pins, star, by_average=False) == groups_of({0, 1, 2, 3, 4, 6}, {5})


def test_pins_hold_before_what_is_alike():
    pairs = [(0, 1, 9), (1, 2, 9), (2, 3, 9)]
    pins = [make_pin("00", "03", "same"), make_pin("00", "01", "different")]
    assert apply([0] * 4, pins, pairs) == groups_of({0, 3}, {1, 2})


def test_what_a_pin_keeps_apart_is_kept_apart_with_what_other_pins_hold_together_with_it():
    pins = [make_pin("00", "01", "different"), make_pin("00", "02", "same"), make_pin("01", "03", "same")]
    assert apply([0, 1, 2, 2], pins, [(2, 3, 9)], level="family") == groups_of({0}, {1}, {2}, {3})


def test_of_any_groups_and_pins_all_pins_hold_and_what_none_names_stays():
    for seed in range(60):
        draw = random.Random(seed)
        size = 14
        label = sorted(draw.choice(range(4)) for _ in range(size))
        label = [label.index(group) for group in label]
        pairs = [(a, b, draw.randrange(1, 5)) for a, b in combinations(range(size), 2) if draw.random() < 0.5]
        pins = []
        for a, b in draw.sample(list(combinations(range(size), 2)), 7):
            pin = make_pin(f"{a:02}", f"{b:02}", draw.choice(("same", "different")))
            pins += [] if find_contradiction([*pins, pin]) else [pin]
        found = apply(label, pins, pairs)
        assert apply(label, draw.sample(pins, len(pins)), draw.sample(pairs, len(pairs))) == found
        for pin in pins:
            together = any({int(pin.article_id), int(pin.of_article_id)} <= group for group in found)
            assert together is (pin.verdict == "same")
        named = {label[int(name)] for pin in pins for name in (pin.article_id, pin.of_article_id)}
        for group in {*label} - named:
            assert frozenset(n for n, one in enumerate(label) if one == group) in found
