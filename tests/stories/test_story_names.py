"""What a story is about: the names and numbers of its texts, and why these belong together."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from stories.stories_support import Memory
from stories.test_cluster import FLOOD, STRIKE, article

from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.stories import Story
from storyfold.schemas.text_names import StoryName, StoryNumber, TextName, TextNumber
from storyfold.stories.story_names import merge_names, merge_numbers
from storyfold.stories.why import explain_story
from storyfold.text.names import find_names
from storyfold.text.numbers import find_numbers

DATED = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (4, 6)]
STORY = Story(run_date=DATED[0].date(), story_id="s", articles=3, own_texts=3, independent_sources=2)


def name(text: str, kind=None, words=None, times=1) -> TextName:
    return TextName(name=text, kind=kind, kind_words=words, times=times)


def test_names_are_merged_by_how_they_are_written_each_text_once():
    texts = [
        [name("Ana Ruiz", "person", "President", 3), name("VARN"), name("South Korea")],
        [name("Ruiz", times=2), name("Varn", "place", "city of"), name("Korea")],
        [name("Ana Ruíz"), name("Varn")],
    ]
    merged = merge_names(texts, 20)
    assert merged == (
        StoryName(name="Ana Ruiz", kind="person", kind_words="President", texts=3, times=6),
        StoryName(name="Varn", kind="place", kind_words="city of", texts=3, times=3),
        StoryName(name="Korea", texts=1, times=1),
        StoryName(name="South Korea", texts=1, times=1),
    )
    for order in itertools.permutations(texts):
        assert merge_names(order, 20) == merged
    assert merge_names(texts, 2) == merged[:2]
    assert merge_names([], 20) == ()


def test_a_last_word_that_two_names_have_stays_alone():
    merged = merge_names([[name("Ana Ruiz"), name("Luis Ruiz")], [name("Ruiz")]], 20)
    assert [(n.name, n.texts) for n in merged] == [("Ana Ruiz", 1), ("Luis Ruiz", 1), ("Ruiz", 1)]


def test_texts_that_say_two_kinds_say_none():
    merged = merge_names([[name("Varn", "person", "Mr")], [name("Varn", "place", "city of")]], 20)
    assert [(n.kind, n.kind_words) for n in merged] == [(None, None)]


def test_numbers_are_merged_by_value_unit_and_noun():
    texts = [
        [
            TextNumber(written="$4.5 million", value=4.5e6, unit="$"),
            TextNumber(written="12", value=12, counted="people"),
        ],
        [
            TextNumber(written="$4.5m", value=4.5e6, unit="$", times=2),
            TextNumber(written="12", value=12, counted="cows"),
        ],
        [TextNumber(written="1.234", counted="Dinge"), TextNumber(written="12", value=12, counted="People")],
    ]
    merged = merge_numbers(texts, 20)
    assert merged == (
        StoryNumber(written="$4.5 million", value=4.5e6, unit="$", texts=2, times=3),
        StoryNumber(written="12", value=12, counted="People", texts=2, times=2),
        StoryNumber(written="1.234", counted="Dinge", texts=1, times=1),
        StoryNumber(written="12", value=12, counted="cows", texts=1, times=1),
    )
    for order in itertools.permutations(texts):
        assert merge_numbers(order, 20) == merged


def test_why_says_what_several_texts_share_and_when_they_are_dated():
    story = dataclasses.replace(
        STORY,
        names=(StoryName(name="Port Rosa", texts=3, times=5), StoryName(name="Ana Ruiz", texts=1)),
        numbers=(StoryNumber(written="48,000", counted="homes", texts=2),),
    )
    words = [("rosa", 3), ("flood", 3), ("dam", 2), ("goat", 1)]
    assert explain_story(story, words, 0.5, DATED) == (
        "3 texts of 2 sources share Port Rosa (3); 48,000 homes (2); the words flood (3), dam (2); "
        "dated from 2026-03-04 to 2026-03-06, 1 without a sure date"
    )
    assert explain_story(STORY, [("goat", 1)], 0.314, []) == (
        "3 texts of 2 sources share no single name, number or keyword, but are alike as a whole (0.31); "
        "none is surely dated"
    )
    copies = dataclasses.replace(STORY, own_texts=1, independent_sources=1)
    assert explain_story(copies, words, 1, DATED[:1] * 3) == "3 articles print one text; dated on 2026-03-04"
    assert explain_story(dataclasses.replace(STORY, articles=1, own_texts=1), words, 1, DATED[:1]) is None


def test_a_story_has_the_names_of_its_own_texts_and_a_copy_counts_for_nothing():
    lake = Memory()
    copy = article("d", FLOOD[0], title="Harbridge flooded as Torwell barrage fails")
    family = [
        FamilyMember(
            run_date=copy.seen_date, article_id=i, family_id="a", original_article_id="a", role=role,
            independent_source=i == "a",
        )
        for i, role in (("a", "original"), ("d", "syndicated"))
    ]  # fmt: skip
    lake.night([article("a", FLOOD[0]), article("b", FLOOD[1]), article("c", FLOOD[2]), copy], family)
    (story,) = lake.read_stories()
    named = {n.name: (n.kind, n.texts) for n in story.names}
    assert named["Orla Venn"] == ("person", 3)
    assert named["Harbridge"] == (None, 3)
    assert named["Torwell"] == (None, 3)
    assert story.why.startswith("3 texts of 3 sources share ")
    assert "Harbridge (3)" in story.why
    assert "(4)" not in story.why
    assert story.why.endswith("; dated on 2026-01-01")


def test_an_article_alone_has_names_and_no_reason():
    lake = Memory()
    lake.night([article("a", STRIKE[0])])
    (story,) = lake.read_stories()
    assert {"Ostmark", "Verdano"} <= {n.name for n in story.names}
    assert story.why is None
    assert [row[0] for row in lake.ask("SELECT name FROM story_names WHERE name = 'Ostmark'")] == ["Ostmark"]


def test_an_article_without_names_has_none():
    lake = Memory()
    lake.night([article("a", "it rained and nobody was there to see it. it went on all day.", title=None)])
    (story,) = lake.read_stories()
    assert (story.names, story.numbers, story.why) == (None, None, None)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_stories_are_about_the_same_however_nights_are_ordered(order):
    nights = [
        [article("a", FLOOD[0]), article("e", STRIKE[0], 1)],
        [article("b", FLOOD[1], 1, first_seen_at=datetime(2026, 1, 2, tzinfo=UTC))],
        [
            article("c", FLOOD[2], 2, first_seen_at=datetime(2026, 1, 3, tzinfo=UTC)),
            article("f", STRIKE[1], 2, first_seen_at=datetime(2026, 1, 3, 1, tzinfo=UTC)),
        ],
    ]
    once, lake = Memory(), Memory()
    once.night([told for night in nights for told in night])
    for number in order:
        lake.night(nights[number])
    assert tell(lake) == tell(once)
    assert len(tell(once)) == 2
    assert all(names and why for _, names, _, why in tell(once))


def tell(lake: Memory) -> list[tuple]:
    """What the stories that stand are about, by their headline."""
    return sorted((s.representative_article_id, s.names, s.numbers, s.why) for s in lake.read_stories())


def test_a_changed_text_is_told_anew():
    lake = Memory()
    first = article("a", FLOOD[0])
    lake.night([first])
    (before,) = lake.read_stories()
    later = first.first_seen_at + timedelta(days=1)
    changed = dataclasses.replace(
        first, version=2, body=FLOOD[0] + " The bishop of Harbridge gave $3 million.", first_seen_at=later,
        seen_date=later.date(),
    )  # fmt: skip
    lake.night([changed])
    (after,) = lake.read_stories()
    assert [n.written for n in before.numbers or ()] == []
    assert [n.written for n in after.numbers or ()] == ["$3 million"]


def test_names_and_numbers_of_a_story_are_bounded():
    body = " ".join(f"We saw Goat{chr(97 + n % 26)} Keeper{chr(97 + n // 26)} with {n} cows." for n in range(2, 300))
    assert len(merge_names([find_names(None, body, "en")] * 50, 20)) == 20
    assert len(merge_numbers([find_numbers(None, body, "en")] * 50, 10)) == 10
