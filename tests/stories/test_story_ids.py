import dataclasses
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storyfold.schemas.pages import Article, get_seen_date
from storyfold.stories.story_ids import make_lineage, make_story_id, name_groups

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


def named(groups, story_of, articles=ARTICLES, taken=()):
    seen = {name: get_seen_date(row.first_seen_at) for name, row in articles.items()}
    return name_groups(groups, story_of, seen, taken)


def events(groups, story_of, articles=ARTICLES, revived=()):
    rows = make_lineage(named(groups, story_of, articles), story_of, revived, TODAY)
    return {(row.story_id, row.event, row.other_story_id) for row in rows}


def test_a_story_is_named_after_the_first_seen_and_then_the_smallest_id():
    result = named([["a", "b"], ["c"]], {})
    assert result.groups == {B: {"a", "b"}, C: {"c"}}
    assert result.founders == {B: "b", C: "c"}
    assert events([["a", "b"], ["c"]], {}) == {(B, "born", None), (C, "born", None)}
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
    assert (result.groups.keys(), result.ended) == ({B}, {})
    assert events([["a", "b"]], {"a": B, "b": B}) == set()


def test_a_story_that_gets_an_earlier_report_has_its_id_and_the_old_one_leads_there():
    result = named([["a", "b", "c"]], {"a": A, "c": A})
    assert result.groups.keys() == {B}
    assert result.ended == {A: B}
    assert result.founders == {B: "b", A: "a"}
    assert events([["a", "b", "c"]], {"a": A, "c": A}) == {(B, "born", None), (A, "merged", B)}


def test_in_a_merge_the_older_founder_survives():
    groups, story_of = [["a", "b", "c", "d"]], {"a": A, "c": A, "b": B, "d": D}
    assert named(groups, story_of).groups.keys() == {B}
    assert named(groups, story_of).ended == {A: B, D: B}
    assert events(groups, story_of) == {(A, "merged", B), (D, "merged", B), (B, "continued", None)}


def test_in_a_split_the_founder_keeps_the_id():
    groups, story_of = [["c", "a"], ["b"]], {"a": B, "b": B, "c": B}
    assert named(groups, story_of).groups == {B: {"b"}, A: {"a", "c"}}
    assert events(groups, story_of) == {(B, "continued", None), (A, "born", None), (A, "split", B)}


def test_a_part_of_two_old_stories_is_split_from_both():
    found = events([["a"], ["b"], ["c", "d", "e"]], {"a": A, "c": A, "b": B, "d": B})
    assert found >= {(C, "born", None), (C, "split", A), (C, "split", B)}


def test_a_story_whose_founder_leaves_for_another_leads_there_and_its_rest_is_split_from_it():
    groups, story_of = [["b", "a"], ["c", "d"]], {"b": B, "a": A, "c": A, "d": A}
    assert named(groups, story_of).ended == {A: B}
    assert events(groups, story_of) == {
        (B, "continued", None),
        (A, "merged", B),
        (C, "born", None),
        (C, "split", A),
    }


def test_an_id_that_stood_before_or_was_closed_is_revived():
    assert events([["b"], ["a"]], {"a": B, "b": B}, revived={A}) >= {(A, "revived", None), (A, "split", B)}
    assert events([["b", "a"]], {"b": B}, revived={B}) == {(B, "revived", None)}


def test_an_id_that_another_story_has_kept_from_an_older_program_is_not_given_twice():
    result = named([["b", "a"], ["c"]], {"a": A}, taken={B})
    assert result.groups == {A: {"a", "b"}, C: {"c"}}
    result = named([["b"]], {}, taken={B})
    assert not result.groups.keys() & {B}


def test_a_story_whose_founder_is_forgotten_leads_to_its_earliest_member():
    gone = {i: row for i, row in ARTICLES.items() if i != "b"}
    result = named([["a", "c"], ["d"]], {"a": B, "c": B, "b": B, "d": B}, gone)
    assert result.ended == {B: A}
    assert events([["d"]], {"b": B}, gone) == {(D, "born", None), (B, "ended", None)}


partitions = st.lists(st.integers(0, 3), min_size=6, max_size=6)


def join(labels):
    return [[i for i, label in zip(ARTICLES, labels, strict=True) if label == wanted] for wanted in set(labels)]


@given(st.lists(partitions, min_size=1, max_size=5))
def test_over_any_history_ids_follow_from_the_groups_and_every_dead_one_leads_to_its_founder(history):
    story_of: dict[str, str] = {}
    dead: dict[str, str] = {}
    for labels in history:
        result = named(join(labels), story_of)
        assert sorted(m for members in result.groups.values() for m in members) == sorted(ARTICLES)
        assert result.groups == named(join(labels), {}).groups  # whatever was before
        rows = make_lineage(result, story_of, (), TODAY)
        told = [(row.story_id, row.event, row.other_story_id) for row in rows]
        assert len(told) == len(set(told))
        assert {row.story_id for row in rows if row.event == "merged"} == result.ended.keys()
        assert set(story_of.values()) - result.groups.keys() == result.ended.keys()
        dead |= {story_id: result.founders[story_id] for story_id in result.ended}
        story_of = {m: story_id for story_id, members in result.groups.items() for m in members}
        for story_id, other in result.ended.items():
            assert story_of[dead[story_id]] == other
        assert all(make_story_id(founder) == story_id for story_id, founder in dead.items())


@given(partitions, partitions, st.randoms(use_true_random=False))
def test_the_order_of_groups_and_members_does_not_matter(before, after, order):
    story_of = {m: s for s, members in named(join(before), {}).groups.items() for m in members}
    straight = join(after)
    shuffled = [order.sample(g, len(g)) for g in order.sample(straight, len(straight))]
    mixed = dict(order.sample(list(story_of.items()), len(story_of)))
    assert named(straight, story_of) == named(shuffled, mixed)
    assert events(straight, story_of) == events(shuffled, mixed)
