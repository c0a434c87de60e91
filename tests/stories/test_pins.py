"""What pins make of stories: over nights, in any order, and when they are removed."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from identity.pins_support import make_pin
from stories.stories_support import Memory, tell_nothing
from stories.test_cluster import FLOOD, STRIKE, article, groups_of
from stories.test_identity_over_nights import NIGHTS, SETTINGS, list_rows, make_month

from storyfold.schemas.copies import FamilyMember
from storyfold.stories.story_ids import make_story_id


def make_lake():
    lake = Memory()
    lake.night([article("a", FLOOD[0]), article("b", FLOOD[1]), article("c", STRIKE[0]), article("d", STRIKE[1], 1)])
    return lake


def list_all(lake):
    """Every row in force but for the runs that wrote it."""
    rows = {name: replace(m, run_id="", attempt=1, run_date=None, since_run="") for name, m in lake.current.items()}
    return list_rows(lake), rows, lake.read_links(), lake.follows


def test_same_joins_two_stories_and_removing_it_gives_back_what_was():
    lake = make_lake()
    before = list_all(lake)
    lake.pin(make_pin("b", "d", "same"))
    assert lake.groups() == groups_of("a b c d")
    (story,) = lake.read_stories()
    assert (story.story_id, story.articles) == (make_story_id("a"), 4)
    assert ("merged", make_story_id("a")) in {(row.event, row.other_story_id) for row in lake.lineage}
    assert tell_nothing(lake.night([]))
    lake.pin()
    assert list_all(lake) == before


def test_different_parts_a_story_and_removing_it_gives_back_what_was():
    lake = make_lake()
    lake.night([article("e", FLOOD[2], 1)])
    before = list_all(lake)
    lake.pin(make_pin("a", "b", "different"))
    assert {"a", "b"} & {*lake.groups()} == set()
    assert lake.current["a"].story_id != lake.current["b"].story_id
    assert lake.current["e"].story_id in {lake.current["a"].story_id, lake.current["b"].story_id}
    assert lake.current["c"].story_id == lake.current["d"].story_id
    lake.pin()
    assert list_all(lake) == before


def test_a_later_report_of_one_of_two_pinned_stories_joins_both():
    lake = Memory()
    lake.night([article("a", FLOOD[0]), article("c", STRIKE[0])])
    lake.pin(make_pin("a", "c", "same"))
    lake.night([article("b", FLOOD[1])])
    lake.night([article("d", STRIKE[1], 1)])
    assert lake.groups() == groups_of("a b c d")


def test_a_pin_of_an_article_that_is_gone_moves_nothing():
    lake = make_lake()
    assert tell_nothing(lake.pin(make_pin("a", "nowhere", "same"), make_pin("b", "gone", "different")))


def test_a_pin_of_one_member_of_a_family_moves_the_family():
    lake = Memory()
    place = {"run_date": article("a", FLOOD[0]).seen_date, "family_id": "a", "original_article_id": "a"}
    lake.night(
        [article("a", FLOOD[0]), article("b", FLOOD[0]), article("c", STRIKE[0])],
        [FamilyMember(article_id=n, role="original" if n == "a" else "syndicated", **place) for n in "ab"],
    )
    lake.pin(make_pin("b", "c", "same"))
    assert lake.groups() == groups_of("a b c")


@pytest.mark.parametrize("seed", [4, pytest.param(5, marks=pytest.mark.slow)])
def test_pins_give_the_same_whenever_they_are_set_and_in_whatever_order_nights_come(seed):
    nights = make_month(seed)
    draw = random.Random(seed)
    plain = Memory(SETTINGS)
    plain.night([row for night in nights for row in night])
    stories = sorted(sorted(names) for names in plain.groups())
    large = sorted((names for names in stories if len(names) > 2), key=len)[-3:]
    joined = draw.sample([names for names in stories if names not in large], 4)
    pins = [make_pin(names[0], names[-1], "different") for names in large]
    pins += [make_pin(one[0], other[-1], "same") for one, other in pairwise(joined)]
    pins += [make_pin(large[0][1], joined[0][0], "same")]
    concerned = {name for names in (*large, *joined) for name in names}

    at_once = Memory(SETTINGS)
    at_once.pins = tuple(pins)
    at_once.night([row for night in nights for row in night])
    kept = {names for names in plain.groups() if not names & concerned}
    assert kept <= at_once.groups()
    assert {frozenset(names) for names in large}.isdisjoint(at_once.groups())
    expected = list_rows(at_once)
    assert all(expected[i] == row for i, row in list_rows(plain).items() if plain.stories()[i] in kept)

    later = Memory(SETTINGS)
    later.night([row for night in nights for row in night])
    for number in range(len(pins)):
        later.pin(*pins[: number + 1])
    assert (later.stories(), list_rows(later)) == (at_once.stories(), expected)
    assert tell_nothing(later.night([]))

    shuffled = Memory(SETTINGS)
    shuffled.pins = tuple(pins)
    for night in draw.sample(nights, NIGHTS):
        shuffled.night(night)
    assert (shuffled.stories(), list_rows(shuffled)) == (at_once.stories(), expected)
    shuffled.pin()
    assert (shuffled.stories(), list_rows(shuffled)) == (plain.stories(), list_rows(plain))
