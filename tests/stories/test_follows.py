"""A story that takes up a series follows the last one of it: whatever the order of nights."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.stories_support import FIRST_NIGHT, Memory, tell_nothing
from stories.test_cluster import FILLER, FLOOD, SEEN, article, groups_of, move

from storyfold.schemas import Article, FamilyMember
from storyfold.stories.story_ids import make_story_id

VISIT = (
    "Chancellor Mirelle Ostrander travels to Quenby next week for talks with President Tavo Lindqvist on the gas "
    "pipeline across the Sarnow strait. Quenby expects Ostrander to sign the late customs treaty at Lindqvist's "
    "summer palace, and to visit the shipyard of Harnosk.",
    "Chancellor Mirelle Ostrander has arrived in Quenby, where President Tavo Lindqvist received her at his summer "
    "palace. Talks on the gas pipeline across the Sarnow strait began at once; Ostrander and Lindqvist are to sign the "
    "customs treaty, and to see the shipyard of Harnosk.",
    "In Quenby Chancellor Mirelle Ostrander met President Tavo Lindqvist again: at the summer palace both spoke of the "
    "gas pipeline across the Sarnow strait and of the customs treaty. Ostrander went on to the shipyard of Harnosk.",
)
MARKET = (
    "The bakers' guild of Umbridge opened its spelt market with eleven ovens and a choir. Guild master Petra Falk cut "
    "the first loaf, and children of Umbridge carried sourdough through the lanes.",
    "An orchid thief broke into the glasshouse at Velmore and took forty bulbs. Curator Idris Bane says that the locks "
    "of the glasshouse were new; police in Velmore look for a grey van.",
)


def report_jobs(month: str, jobs: int, rate: str) -> str:
    """The report of one month on the labour market of a country that is none."""
    return (
        f"Employers in Valdonia added {jobs} thousand jobs in {month}, the Valdonian labour bureau in Karst said, and "
        f"the unemployment rate stood at {rate} per cent. Payrolls grew in shipping and masonry; hourly wages of "
        "Valdonian workers rose. Bureau chief Ansel Brode told economists in Karst that hiring stays brisk."
    )


def tell(name: str, body: str, day: int | None, **more) -> Article:
    """An article of that day, first seen on it; an undated one on the first night."""
    told = article(name, body, day, title=None, **more)
    return move(told, SEEN + timedelta(days=day or 0, hours=13))


def follow(**names: str) -> dict[str, str]:
    """Which story follows which, each named by its founder."""
    return {make_story_id(later): make_story_id(earlier) for later, earlier in names.items()}


def test_a_preview_and_an_undated_report_are_one_story_until_the_report_is_dated():
    lake = Memory()
    lake.night([tell("p", VISIT[0], 0), tell("u", VISIT[1], None)])
    assert lake.groups() == groups_of("p u")
    assert lake.told[make_story_id("p")].provisional
    assert lake.follows == {}
    places = [
        FamilyMember(run_date=FIRST_NIGHT, article_id=name, family_id="u", role=role, original_article_id="w")
        for name, role in (("u", "mirror"), ("w", "original"))
    ]
    told = lake.night([tell("w", VISIT[1], 270)], places)
    assert lake.groups() == groups_of("p", "u w")
    assert lake.follows == follow(u="p")
    new, old = make_story_id("u"), make_story_id("p")
    assert [(r.story_id, r.other_story_id) for r in told.lineage if r.event == "split"] == [(new, old)]
    (row,) = [row for row in told.follows if row.follows_story_id]
    assert (row.gap_days, row.kind) == (270, "same series")
    assert 0.25 <= row.similarity <= 1


def test_two_dated_visits_are_two_stories_of_one_series():
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0), tell("b", VISIT[2], 100)])
    assert lake.groups() == groups_of("a", "b")
    assert lake.follows == follow(b="a")


def test_an_undated_text_between_two_dated_visits_joins_one_and_merges_none():
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0), tell("b", VISIT[2], 100), tell("u", VISIT[0], None)])
    assert len(lake.groups()) == 2
    assert not any({"a", "b"} <= group for group in lake.groups())
    assert lake.follows == follow(b="a")


def test_four_monthly_reports_are_four_stories_with_three_links():
    lake = Memory()
    months = (("March", 41, "4.2"), ("April", 38, "4.3"), ("May", 52, "4.1"), ("June", 47, "4.0"))
    for number, month in enumerate(months):
        lake.night([tell("abcd"[number], report_jobs(*month), 31 * number)])
    assert lake.groups() == groups_of("a", "b", "c", "d")
    assert lake.follows == follow(b="a", c="b", d="c")


def test_two_unlike_stories_of_one_outlet_do_not_follow_each_other():
    lake = Memory()
    lake.night([tell("a", MARKET[0], 0, outlet="Echo"), tell("b", MARKET[1], 90, outlet="Echo")])
    assert lake.follows == {}


@pytest.mark.parametrize(("days", "linked"), [(28, False), (29, True), (396, True), (397, False)])
def test_a_story_follows_one_that_ended_before_the_window_and_began_within_the_look_back(days, linked):
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0)])
    told = lake.night([tell("b", report_jobs("May", 5, "3"), days), tell("c", VISIT[2], days)])
    assert lake.follows == (follow(c="a") if linked else {})
    assert len(told.follows) == 2


def test_an_undated_story_neither_follows_nor_is_followed():
    lake = Memory()
    lake.night([tell("a", VISIT[1], None)])
    lake.night([move(tell("b", VISIT[2], 200), SEEN + timedelta(days=200))])
    assert lake.groups() == groups_of("a", "b")
    assert lake.follows == {}


def test_an_earlier_visit_that_arrives_late_is_followed_from_then_on():
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0)])
    lake.night([tell("c", VISIT[1], 200)])
    assert lake.follows == follow(c="a")
    told = lake.night([tell("b", VISIT[2], 100)])
    assert lake.follows == follow(b="a", c="b")
    assert {row.story_id for row in told.follows} == {make_story_id("b"), make_story_id("c")}
    assert {row.story_id for row in told.stories} == {make_story_id("b")}


def test_a_story_whose_predecessor_tells_of_something_else_now_follows_the_one_before():
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0), tell("b", VISIT[2], 100), tell("c", VISIT[1], 200)])
    assert lake.follows == follow(b="a", c="b")
    lake.night([tell("b", MARKET[0], 100, version=2)])
    assert lake.follows == follow(c="a")


def test_a_story_whose_predecessor_is_dated_no_longer_follows_the_one_before():
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0), tell("b", VISIT[2], 100), tell("c", VISIT[1], 200)])
    doubted = replace(tell("b", VISIT[2], 100), date_confidence="low", not_before=None, not_after=None)
    lake.night([doubted])
    assert "b" in {name for group in lake.groups() for name in group}
    assert lake.follows == follow(c="a")


def test_a_story_that_ends_in_another_is_followed_as_that_one():
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0), tell("b", VISIT[2], 40), tell("z", VISIT[2], 150)])
    assert lake.follows == follow(b="a", z="b")
    moved = tell("b", VISIT[2], 2)
    lake.night([moved])
    assert lake.groups() == groups_of("a b", "z")
    assert lake.follows == follow(z="a")
    assert lake.ask("SELECT count(*) FROM story_lineage WHERE event = 'merged'") == [(1,)]


@pytest.mark.parametrize("day", [2, None])
def test_a_story_that_ended_or_is_dated_no_longer_is_followed_by_no_later_one(day):
    lake = Memory()
    lake.night([tell("a", VISIT[1], 0), tell("b", VISIT[2], 40)])
    lake.night([tell("b", VISIT[2], day)])
    lake.night([tell("z", VISIT[2], 150)])
    assert lake.follows == follow(z="a")


def test_a_night_again_tells_nothing_of_series():
    lake = Memory()
    night = [tell("a", VISIT[1], 0), tell("b", VISIT[2], 100), tell("c", FLOOD[0], 100)]
    lake.night(night)
    assert tell_nothing(lake.night(night))
    assert tell_nothing(lake.night(night[:1]))


PLACES = ("har", "bor", "mil", "tor", "sel")


@st.composite
def years(draw):
    """Articles of a few events that recur over a year, some undated, each with the night on which it comes."""
    rows = []
    for number in range(draw(st.integers(3, 10))):
        pick = random.Random(draw(st.integers(0, 10_000)))
        event = draw(st.integers(0, 2))
        words = pick.sample([f"{PLACES[event]}{n}ville" for n in range(26)], 22) + pick.choices(FILLER, k=20)
        day = draw(st.one_of(st.none(), st.integers(0, 420), st.sampled_from((0, 29, 60, 90, 200))))
        rows.append((draw(st.integers(0, 2)), tell(f"{chr(97 + number)}", " ".join(words), day)))
    return rows


def check_any_order(rows: list[tuple[int, Article]], order: list[int]) -> None:
    by_night, at_once, filled = Memory(), Memory(), Memory()
    for night in order:
        by_night.night([told for number, told in rows if number == night])
    at_once.night([told for _, told in rows])
    filled.night([told for number, told in rows if number != order[0]])
    filled.night([told for number, told in rows if number == order[0]])
    assert by_night.groups() == at_once.groups() == filled.groups()
    # an id can be that of another founder where a story was split, so stories are named by their articles
    assert list_follows(by_night) == list_follows(at_once) == list_follows(filled)
    assert tell_nothing(by_night.night([told for _, told in rows]))


def list_follows(lake: Memory) -> set[tuple[frozenset[str], frozenset[str], float, int]]:
    members: dict[str, set[str]] = {}
    for name, membership in lake.current.items():
        members.setdefault(membership.story_id, set()).add(name)
    asked = "SELECT story_id, follows_story_id, similarity, gap_days FROM current_follows"
    return {(frozenset(members[a]), frozenset(members[b]), like, gap) for a, b, like, gap in lake.ask(asked)}


@given(years(), st.permutations(range(3)))
@settings(deadline=None, max_examples=10)
def test_nights_in_any_order_give_the_same_series(rows, order):
    check_any_order(rows, order)


@pytest.mark.slow
@given(years(), st.permutations(range(3)))
@settings(deadline=None, max_examples=60)
def test_more_nights_in_any_order_give_the_same_series(rows, order):
    check_any_order(rows, order)


def test_dates_at_the_ends_of_the_calendar_are_no_trouble():
    lake = Memory()
    days = [(date(1, 1, 2) - FIRST_NIGHT).days, (date(9999, 12, 30) - FIRST_NIGHT).days]
    for name, day in zip("ab", days, strict=True):
        lake.night([move(tell(name, VISIT[1], day), SEEN)])
    assert lake.follows == {}
