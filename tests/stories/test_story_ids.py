import dataclasses
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storyfold.schemas.pages import Article, get_seen_date
from storyfold.stories.story_ids import make_story_id, name_groups

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 2, 1)


def article(article_id: str, seen_day: int) -> Article:
    return Article(
        article_id=article_id,
        seen_date=SEEN.date() + timedelta(days=seen_day),
        source_id="s",
        location="x",
        first_seen_at=SEEN + timedelta(days=seen_day),
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )


# In order of founding: b was seen before a.
ARTICLES = {i: article(i, day) for day, i in enumerate(["b", "a", "c", "d", "e", "f"])}
A, B, C, D = (make_story_id(i) for i in "abcd")


def named(groups, story_of, articles=ARTICLES):
    seen = {name: get_seen_date(row.first_seen_at) for name, row in articles.items()}
    return name_groups(groups, story_of, seen, set(story_of.values()), TODAY)


def events(result):
    return {(row.story_id, row.event, row.other_story_id) for row in result.lineage}


def test_a_new_story_is_named_after_the_first_seen_and_then_the_smallest_id():
    result = named([["a", "b"], ["c"]], {})
    assert result.groups == {B: {"a", "b"}, C: {"c"}}
    assert events(result) == {(B, "born", None), (C, "born", None)}
    tied = {i: dataclasses.replace(row, first_seen_at=SEEN) for i, row in ARTICLES.items()}
    assert named([["b", "a"]], {}, tied).groups.keys() == {A}


def test_which_host_answers_first_names_no_story():
    """A copy and its original are asked for at once, and now the one answers first, now the other."""
    ids = set()
    for first, second in (("a", "b"), ("b", "a")):
        earlier, later = article(first, 3), article(second, 3)
        later = dataclasses.replace(later, first_seen_at=later.first_seen_at + timedelta(milliseconds=34))
        raced = {first: earlier, second: later}
        ids |= named([["a", "b"]], {}, raced).groups.keys()
    assert ids == {A}


def test_a_story_that_stays_the_same_says_nothing():
    result = named([["a", "b"]], {"a": B, "b": B})
    assert (result.groups.keys(), result.ended, result.lineage) == ({B}, {}, [])


def test_a_story_that_gets_an_earlier_seen_member_keeps_its_id():
    result = named([["a", "b", "c"]], {"a": A, "c": A})
    assert result.groups.keys() == {A}
    assert events(result) == {(A, "continued", None)}


def test_in_a_merge_the_older_founder_survives():
    result = named([["a", "b", "c", "d"]], {"a": A, "c": A, "b": B, "d": D})
    assert result.groups.keys() == {B}
    assert result.ended == {A: B, D: B}
    assert events(result) == {(A, "merged", B), (D, "merged", B), (B, "continued", None)}


def test_in_a_split_the_founder_keeps_the_id():
    result = named([["c", "a"], ["b"]], {"a": B, "b": B, "c": B})
    assert result.groups == {B: {"b"}, A: {"a", "c"}}
    assert events(result) == {(B, "continued", None), (A, "born", None), (A, "split", B)}


def test_a_part_of_two_old_stories_is_split_from_both():
    result = named([["a"], ["b"], ["c", "d", "e"]], {"a": A, "c": A, "b": B, "d": B})
    assert events(result) >= {(C, "born", None), (C, "split", A), (C, "split", B)}


def test_an_id_that_lives_on_elsewhere_is_not_given_twice():
    # the story B has lost its founder b to D, and goes on with its earliest member a
    result = named([["a"], ["b"]], {"a": B, "b": D})
    assert sorted(result.groups) == sorted([B, D])
    result = named([["a"], ["b", "d"], ["c"]], {"a": B, "b": D, "d": D, "c": D})
    assert result.groups == {B: {"a"}, D: {"b", "d"}, C: {"c"}}


def test_a_story_whose_founder_is_forgotten_goes_on_with_its_earliest_member():
    gone = {i: row for i, row in ARTICLES.items() if i != "b"}
    result = named([["a", "c"], ["d"]], {"a": B, "c": B, "b": B, "d": B}, gone)
    assert result.groups[B] == {"a", "c"}


partitions = st.lists(st.integers(0, 3), min_size=6, max_size=6)


@given(st.lists(partitions, min_size=1, max_size=5))
def test_over_any_history_ids_are_unique_and_every_dead_id_leads_to_a_living_one(history):
    story_of: dict[str, str] = {}
    successor: dict[str, str] = {}
    living: set[str] = set()
    for labels in history:
        groups = [[i for i, label in zip(ARTICLES, labels, strict=True) if label == wanted] for wanted in set(labels)]
        result = named(groups, story_of)
        assert sorted(m for members in result.groups.values() for m in members) == sorted(ARTICLES)
        told = [(row.story_id, row.event, row.other_story_id) for row in result.lineage]
        assert len(told) == len(set(told))
        assert {row.story_id for row in result.lineage if row.event == "merged"} == result.ended.keys()
        assert living - result.groups.keys() == result.ended.keys()
        successor = {**{k: v for k, v in successor.items() if k not in result.groups}, **result.ended}
        living = set(result.groups)
        for dead in successor:
            place = dead
            for _ in range(len(successor) + 1):
                place = successor.get(place, place)
            assert place in living
        story_of = {m: story_id for story_id, members in result.groups.items() for m in members}


@given(partitions, partitions, st.randoms(use_true_random=False))
def test_the_order_of_groups_and_members_does_not_matter(before, after, order):
    def groups(labels):
        return [[i for i, label in zip(ARTICLES, labels, strict=True) if label == wanted] for wanted in set(labels)]

    story_of = {m: s for s, members in named(groups(before), {}).groups.items() for m in members}
    straight = groups(after)
    shuffled = [order.sample(g, len(g)) for g in order.sample(straight, len(straight))]
    mixed = dict(order.sample(list(story_of.items()), len(story_of)))
    assert named(straight, story_of) == named(shuffled, mixed)
