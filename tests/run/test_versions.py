"""Versions: what is new, what is unchanged, what came twice, whatever the order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storyfold.identity.ids import hash_text
from storyfold.outcomes import Reason
from storyfold.run.versions import KnownVersion, number_versions
from storyfold.schemas import Article

START = datetime(2026, 3, 4, tzinfo=UTC)


def article(name, body, hour=0, location="x", uncut=None):
    seen = START + timedelta(hours=hour)
    return Article(
        article_id=name,
        seen_date=seen.date(),
        source_id="s",
        location=location,
        body=body,
        text_sha256=hash_text(None, body),
        uncut_sha256=uncut and hash_text(None, uncut),
        first_seen_at=seen,
        content_sha256=hash_text(body, location),
        warc_file="w",
        warc_offset=0,
    )


def test_first_seen_is_version_one_and_a_changed_text_the_next():
    numbered = number_versions([article("a", "new text", 2), article("a", "old text", 1), article("b", "other")], {})
    assert [(a.article_id, a.version, a.body) for a in numbered.new] == [
        ("a", 1, "old text"),
        ("a", 2, "new text"),
        ("b", 1, "other"),
    ]


def test_what_the_lake_holds_is_unchanged_or_the_next_version():
    known = {
        "a": [KnownVersion(3, hash_text(None, "The text."), START)],
        "b": [KnownVersion(1, "other", START)],
    }
    numbered = number_versions([article("a", "the  TEXT"), article("b", "changed")], known)
    assert numbered.unchanged == 1
    assert [(a.article_id, a.version) for a in numbered.new] == [("b", 2)]


def test_the_same_text_twice_in_a_night_is_one_article_and_one_reject():
    numbered = number_versions([article("a", "text", 1, "late"), article("a", "text", 0, "early")], {})
    assert [a.location for a in numbered.new] == ["early"]
    assert [(r.location, r.reason) for r in numbered.repeated] == [("late", Reason.REPEATED_PAGE.value)]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z"]), st.integers(0, 5))), st.randoms())
def test_the_order_of_arrival_is_nothing_and_every_page_has_one_fate(pages, random):
    articles = [article(name, body, hour, f"at {n}") for n, (name, body, hour) in enumerate(pages)]
    shuffled = list(articles)
    random.shuffle(shuffled)
    one, other = number_versions(articles, {}), number_versions(shuffled, {})
    assert (one.new, one.repeated) == (other.new, other.repeated)
    assert len(one.new) + len(one.repeated) + one.unchanged == len(articles)
    known = {}
    for a in one.new:
        known.setdefault(a.article_id, []).append(KnownVersion(a.version, a.text_sha256, a.first_seen_at))
    assert not number_versions(articles, known).new
    assert {a.article_id for a in one.choose_current({})} == {a.article_id for a in one.new}
    assert not one.choose_current({k: [KnownVersion(9, "later", START + timedelta(days=9))] for k in "ab"})


def test_an_older_text_from_an_archive_is_a_version_but_not_the_current_text():
    known = {"a": [KnownVersion(1, hash_text(None, "now"), START + timedelta(hours=5))]}
    numbered = number_versions([article("a", "long ago", 0)], known)
    assert [a.version for a in numbered.new] == [2]
    assert numbered.choose_current(known) == []


def test_a_text_that_comes_back_later_is_a_version_again():
    known = {"a": [KnownVersion(n, hash_text(None, t), START + timedelta(hours=n)) for n, t in ((1, "x"), (2, "y"))]}
    assert [a.version for a in number_versions([article("a", "x", 3)], known).new] == [3]
    assert number_versions([article("a", "x", 1)], known).unchanged == 1


def test_the_current_text_keeps_the_instant_of_the_first_version():
    known = {"a": [KnownVersion(1, hash_text(None, "old"), START)]}
    (current,) = number_versions([article("a", "new", 3)], known).choose_current(known)
    assert (current.version, current.body, current.first_seen_at) == (2, "new", START)


def test_two_texts_under_one_address_settle_after_one_night():
    pages = [article("a", "one text", 0, "x"), article("a", "another text", 0, "y")]
    first = number_versions(pages, {})
    known = {"a": [KnownVersion(a.version, a.text_sha256, a.first_seen_at) for a in first.new]}
    again = [article("a", "one text", 24, "x"), article("a", "another text", 24, "y")]
    assert [a.version for a in first.new] == [1, 2]
    assert (number_versions(again, known).new, number_versions(again, known).unchanged) == ([], 2)


def known_of(numbered):
    known = {}
    for a in numbered.new:
        version = KnownVersion(a.version, a.text_sha256, a.first_seen_at, a.uncut_sha256)
        known.setdefault(a.article_id, []).append(version)
    return known


def test_what_is_cut_from_an_unchanged_page_makes_no_version():
    landed = known_of(number_versions([article("a", "text and list"), article("b", "text", uncut="text, footer")], {}))
    again = [
        article("a", "text", 24, uncut="text and list"),  # cut now: what it rests on came later
        article("b", "text, footer", 24),  # cut no more
    ]
    assert (number_versions(again, landed).new, number_versions(again, landed).unchanged) == ([], 2)


def test_a_page_whose_list_alone_has_changed_is_no_version_and_one_whose_text_has_is():
    landed = known_of(number_versions([article("a", "text", uncut="text, list one")], {}))
    assert number_versions([article("a", "text", 24, uncut="text, list two")], landed).new == []
    changed = number_versions([article("a", "new text", 24, uncut="new text, list one")], landed)
    assert [(a.version, a.body) for a in changed.new] == [(2, "new text")]


PAGES = st.tuples(
    st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([None, "x", "u", "v"]), st.integers(0, 4)
)


@given(st.lists(PAGES), st.randoms())
def test_cut_pages_settle_after_one_night_whatever_their_order(pages, random):
    articles = [article(name, text, hour, f"at {n}", uncut) for n, (name, text, uncut, hour) in enumerate(pages)]
    one = number_versions(articles, {})
    two = number_versions(random.sample(articles, len(articles)), {})
    assert (one.new, one.repeated) == (two.new, two.repeated)
    again = number_versions(articles, known_of(one))
    assert again.new == []
    assert len(again.repeated) + again.unchanged == len(articles)


def test_a_text_that_the_lake_first_saw_later_is_that_version_seen_earlier():
    known = {"a": [KnownVersion(1, hash_text(None, "text"), START + timedelta(days=2), run_id="first", attempt=1)]}
    numbered = number_versions([article("a", "text")], known)
    assert (numbered.new, numbered.unchanged) == ([], 0)
    (moved,) = numbered.seen_earlier
    assert (moved.version, moved.run_id, moved.attempt, moved.first_seen_at) == (1, "first", 1, START)
    assert [a.version for a in numbered.choose_current(known)] == [1]


def test_a_text_between_two_others_is_a_version_in_its_place():
    known = {
        "a": [
            KnownVersion(1, hash_text(None, "x"), START),
            KnownVersion(2, hash_text(None, "y"), START + timedelta(days=4)),
        ]
    }
    numbered = number_versions([article("a", "z", 48), article("a", "y", 72)], known)
    assert [(a.version, a.body) for a in numbered.new] == [(3, "z")]
    assert [(a.version, a.body) for a in numbered.seen_earlier] == [(2, "y")]
    assert [a.body for a in numbered.choose_current(known)] == ["y"]


def test_a_version_that_repeats_the_one_before_it_is_none():
    known = {
        "a": [
            KnownVersion(1, hash_text(None, "x"), START),
            KnownVersion(2, hash_text(None, "y"), START + timedelta(days=1)),
            KnownVersion(3, hash_text(None, "x"), START + timedelta(days=2), is_repeat=True),
        ]
    }
    numbered = number_versions([article("a", "y", 72), article("a", "x", 96)], known)
    assert numbered.unchanged == 1  # y goes on: the third version is not one
    assert [(a.version, a.body) for a in numbered.new] == [(4, "x")]


DAYS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 4)), unique_by=lambda p: (p[0], p[2])
)


@given(DAYS, st.randoms())
def test_pages_of_each_day_in_one_run_or_in_one_a_day_are_the_same_versions(pages, random):
    """As long as no text comes back, whose later pages leave nothing, also in any order of the days."""
    articles = [article(name, body, 24 * day, f"at {n}") for n, (name, body, day) in enumerate(pages)]
    whole = {(a.article_id, a.first_seen_at, a.body) for a in number_versions(articles, {}).new}
    assert read_day_by_day(sorted(articles, key=lambda a: a.first_seen_at)) == whole
    texts = {(name, body): [d for n, b, d in pages if (n, b) == (name, body)] for name, body, _ in pages}
    between = [
        (name, body)
        for (name, body), days in texts.items()
        if any(n == name and b != body and min(days) < day < max(days) for n, b, day in pages)
    ]
    if not between:
        assert read_day_by_day(random.sample(articles, len(articles))) == whole


def read_day_by_day(articles):
    """The versions, by article and instant, after a run for each of these pages."""
    rows = {}
    for page in articles:
        known = {}
        for a in rows.values():
            known.setdefault(a.article_id, []).append(KnownVersion(a.version, a.text_sha256, a.first_seen_at))
        numbered = number_versions([page], known)
        rows |= {(a.article_id, a.version): a for a in (*numbered.new, *numbered.seen_earlier)}
    return {(a.article_id, a.first_seen_at, a.body) for a in rows.values()}
