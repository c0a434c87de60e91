import dataclasses
import random
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.stories_support import FIRST_NIGHT, Memory, tell_nothing

from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.story_ids import make_story_id
from storyfold.stories.units import OPEN, PLACE_COLUMNS, believe_dates

SEEN = datetime(2026, 1, 1, tzinfo=UTC)

FLOOD = (
    "The river Torwell burst its banks near Harbridge on Sunday and flooded four hundred homes. Firefighters in boats "
    "took families from the roofs of Mill Lane. The mayor of Harbridge, Orla Venn, said the barrage at Torwell had "
    "failed after three days of rain.",
    "Hundreds of families left their homes in Harbridge after the Torwell barrage failed and the river flooded Mill "
    "Lane. Mayor Orla Venn asked the army for boats. Firefighters brought people from roofs all night.",
    "Soldiers joined firefighters in flooded Harbridge, where the failed Torwell barrage has left hundreds without "
    "homes. Mayor Orla Venn promised an inquiry into the barrage.",
)
STRIKE = (
    "Tram drivers in Ostmark walked out on Monday over night shifts, and the union Verdano said that no tram would run "
    "before Friday. Commuters queued for buses at the Central Square.",
    "No tram runs in Ostmark until Friday, as drivers of the union Verdano strike over night shifts. At Central Square "
    "commuters waited for buses for hours.",
)
TITLES = {FLOOD: "Harbridge flooded as Torwell barrage fails", STRIKE: "Ostmark tram drivers strike over night shifts"}


def article(article_id: str, body: str, day: int | None = 0, **more) -> Article:
    """An article surely of that day of January 2026, or undated."""
    published = None if day is None else datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
    start = published and published.replace(hour=0)
    fields = {
        "title": next(title for texts, title in TITLES.items() if body in texts) if "title" not in more else None,
        "outlet": f"Outlet {article_id}",
        "published_at": published,
        "date_confidence": "none" if day is None else "high",
        "not_before": start,
        "not_after": start and start + timedelta(hours=23),
        "first_seen_at": SEEN + timedelta(minutes=ord(article_id[0])),
    }
    base = {"source_id": "s", "location": "x", "content_sha256": "", "warc_file": ""}
    values = base | fields | more
    return Article(
        article_id=article_id,
        body=body,
        language="en",
        warc_offset=0,
        seen_date=values["first_seen_at"].date(),
        **values,
    )


def move(told: Article, instant: datetime) -> Article:
    """The article, first seen then."""
    return dataclasses.replace(told, first_seen_at=instant, seen_date=instant.date())


def groups_of(*ids: str) -> set[frozenset[str]]:
    return {frozenset(i.split()) for i in ids}


def test_two_events_of_one_day_are_two_stories():
    lake = Memory()
    told = lake.night(
        [article("a", FLOOD[0]), article("b", FLOOD[1]), article("c", STRIKE[0]), article("d", STRIKE[1], 1)]
    )
    assert lake.groups() == groups_of("a b", "c d")
    flood = lake.told[make_story_id("a")]
    assert (flood.articles, flood.outlets, flood.independent_sources, flood.provisional) == (2, 2, 2, False)
    assert flood.headline == TITLES[FLOOD]
    assert {"harbridge", "torwell"} <= set(flood.keywords)
    strike = lake.told[make_story_id("c")]
    assert strike.last_published_at - strike.first_published_at == timedelta(days=1)
    assert {m.basis for m in told.memberships} == {"text and time"}
    assert all(0.2 < m.score < 1.0 for m in told.memberships)


def test_a_story_of_one_is_alone_with_score_one():
    told = Memory().tell([article("a", FLOOD[0], None)])
    (membership,) = told.memberships
    assert (membership.basis, membership.score, membership.provisional) == ("alone", 1.0, False)
    (story,) = told.stories
    assert (story.first_published_at, story.provisional, story.articles) == (None, False, 1)


def test_nothing_new_tells_nothing():
    assert tell_nothing(Memory().tell([]))


def test_the_same_night_again_tells_nothing():
    lake = Memory()
    night = [article("a", FLOOD[0]), article("b", FLOOD[1], None), article("c", STRIKE[0]), article("e", FLOOD[2], 2)]
    lake.night(night)
    assert tell_nothing(lake.night(night))
    assert tell_nothing(lake.night(night[:2]))


def test_the_order_of_articles_does_not_matter():
    night = [article(i, body, day) for i, body, day in zip("abcde", FLOOD + STRIKE, (0, None, 1, 0, None), strict=True)]
    expected = Memory().tell(night)
    for seed in range(5):
        mixed = random.Random(seed).sample(night, len(night))
        told = Memory().tell(mixed)
        assert (told.stories, told.memberships, told.lineage) == (
            expected.stories,
            expected.memberships,
            expected.lineage,
        )
        assert told.links == expected.links


def test_a_recurring_event_beyond_the_window_is_a_new_story():
    lake = Memory()
    lake.night([article("a", FLOOD[0], 0), article("b", FLOOD[0], 60)])
    assert lake.groups() == groups_of("a", "b")


def test_an_undated_text_joins_one_occurrence_and_never_bridges_two():
    lake = Memory()
    lake.night([article("a", FLOOD[0], 0), article("b", FLOOD[1], 60), article("u", FLOOD[1], None)])
    assert lake.groups() == groups_of("a", "b u")
    assert {m.article_id for m in lake.current.values() if m.provisional} == {"b", "u"}
    assert lake.told[make_story_id("b")].first_published_at == article("b", FLOOD[1], 60).published_at


@pytest.mark.parametrize("earlier", [40, 20])
def test_an_article_that_was_seen_earlier_than_thought_is_grouped_as_if_that_had_been_known(earlier):
    def seen(article_id, text, days):
        return article(article_id, text, None, first_seen_at=SEEN + timedelta(days=days))

    a, b, c = seen("a", FLOOD[0], 50), seen("b", FLOOD[1], 60), seen("c", STRIKE[0], 55)
    moved = seen("a", FLOOD[0], 60 - earlier)
    later, at_once = Memory(), Memory()
    later.night([a, b, c])
    assert later.groups() == groups_of("a b", "c")
    later.night([moved])
    at_once.night([moved, b, c])
    assert later.groups() == at_once.groups() == (groups_of("a", "b", "c") if earlier > 28 else groups_of("a b", "c"))


def test_an_interval_that_ends_before_the_story_keeps_a_text_out():
    lake = Memory()
    long_ago = datetime(2024, 1, 1, tzinfo=UTC)
    lake.night([article("a", FLOOD[0], 0), article("u", FLOOD[1], None, not_after=long_ago)])
    assert lake.groups() == groups_of("a", "u")


def test_a_doubtful_date_is_no_date():
    lake = Memory()
    doubtful = article("u", FLOOD[1], 700)
    doubtful = dataclasses.replace(doubtful, date_confidence="low", not_before=None)
    lake.night([article("a", FLOOD[0], 0), doubtful])
    assert lake.groups() == groups_of("a u")
    (story,) = lake.read_stories()
    assert story.provisional
    assert story.last_published_at == article("a", FLOOD[0], 0).published_at


def test_a_dated_copy_narrows_the_interval_and_moves_the_undated_one():
    lake = Memory()
    lake.night([article("a", FLOOD[0], 0), article("u", FLOOD[1], None)])
    assert lake.groups() == groups_of("a u")
    family = [
        FamilyMember(run_date=FIRST_NIGHT, article_id=i, family_id="u", role=role, original_article_id="v")
        for i, role in (("u", "mirror"), ("v", "original"))
    ]
    told = lake.night([article("v", FLOOD[1], 90)], family)
    assert lake.groups() == groups_of("a", "u v")
    new = make_story_id("u")
    assert {(row.story_id, row.event, row.other_story_id) for row in told.lineage} == {
        (make_story_id("a"), "continued", None),
        (new, "born", None),
        (new, "split", make_story_id("a")),
    }
    assert not lake.told[make_story_id("a")].provisional
    assert lake.told[new].independent_sources == 1


def test_a_family_votes_once_and_goes_together():
    """Five copies of one text are as near to a third as that text alone is, and follow it wherever it goes."""
    copies = [article(f"k{n}", FLOOD[0], 0) for n in range(5)]
    places = [
        FamilyMember(run_date=FIRST_NIGHT, article_id=c.article_id, family_id="k0", role="syndicated") for c in copies
    ]
    lake = Memory()
    lake.night([*copies, article("z", FLOOD[1], 0), article("s", STRIKE[0])], places)
    assert lake.groups() == groups_of("k0 k1 k2 k3 k4 z", "s")
    story = lake.told[make_story_id("k0")]
    assert (story.articles, story.independent_sources) == (6, 2)


def test_a_new_version_replaces_the_old_text():
    lake = Memory()
    lake.night([article("a", FLOOD[0]), article("b", FLOOD[1])])
    told = lake.night([article("b", STRIKE[0], version=2), article("c", STRIKE[1])])
    assert lake.groups() == groups_of("a", "b c")
    assert lake.told[make_story_id("a")].articles == 1
    assert lake.current["a"].basis == "alone"
    assert {(row.event, row.story_id) for row in told.lineage} == {
        ("continued", make_story_id("a")),
        ("born", make_story_id("b")),
        ("split", make_story_id("b")),
    }


def test_a_joining_article_continues_the_story_and_keeps_the_others_since_run():
    lake = Memory()
    lake.night([article("a", FLOOD[0]), article("b", FLOOD[1])])
    told = lake.night([article("c", FLOOD[2], 1)])
    assert [(row.event, row.story_id) for row in told.lineage] == [("continued", make_story_id("a"))]
    assert {m.article_id: m.since_run for m in told.memberships} == {"a": "run-1", "b": "run-1", "c": ""}
    (story,) = told.stories
    assert story.articles == 3


def test_an_earlier_report_that_arrives_late_gives_the_story_the_id_it_would_have_had():
    later, at_once = Memory(), Memory()
    rows = [
        move(article(i, body), SEEN + timedelta(days=d)) for i, body, d in zip("abc", FLOOD, (3, 4, 1), strict=True)
    ]
    later.night(rows[:2])
    told = later.night(rows[2:])
    at_once.night(rows)
    former, now = make_story_id("a"), make_story_id("c")
    assert later.stories() == at_once.stories() == {now: frozenset("abc")}
    assert {(row.story_id, row.event, row.other_story_id) for row in told.lineage} == {
        (now, "born", None),
        (former, "merged", now),
    }
    check_resolved(later)
    assert dict(later.ask("FROM story_successors")) == {former: now}


def test_an_id_leads_to_the_story_of_its_founder_after_merges_and_splits_and_stands_again():
    lake = Memory()
    first, second = article("a", FLOOD[0]), move(article("b", STRIKE[0]), SEEN + timedelta(days=1))
    lake.night([first, second])
    one, other = make_story_id("a"), make_story_id("b")
    lake.night([dataclasses.replace(move(second, SEEN + timedelta(days=2)), version=2, body=FLOOD[1], title=None)])
    assert dict(lake.ask("FROM story_ids")) == {one: one, other: one}
    told = lake.night([dataclasses.replace(move(second, SEEN + timedelta(days=3)), version=3)])
    assert lake.stories() == {one: frozenset("a"), other: frozenset("b")}
    assert ("revived", other) in {(row.event, row.story_id) for row in told.lineage}
    assert dict(lake.ask("FROM story_ids")) == {one: one, other: other}


@pytest.mark.parametrize(("day", "event", "stories"), [(10, "continued", 1), (20, "revived", 1), (40, "born", 2)])
def test_a_story_closes_and_is_opened_again_within_the_window_and_followed_beyond_it(day, event, stories):
    lake = Memory()
    lake.night([article("a", FLOOD[0]), article("b", FLOOD[1])])
    story = make_story_id("a")
    assert lake.told[story].open_until == date(2026, 1, 1) + timedelta(days=lake.settings.closes_days)
    assert lake.ask("SELECT is_closed FROM current_stories") == [(False,)]
    for _ in range(20):
        lake.night([])
    lake.night([article("s", STRIKE[0], 20)])
    assert dict(lake.ask("SELECT story_id, is_closed FROM current_stories"))[story] is True
    told = lake.night([article("c", FLOOD[2], day)])
    assert [(row.event) for row in told.lineage] == [event]
    assert len({m.story_id for m in lake.current.values() if m.article_id in "abc"}) == stories


def test_an_untouched_story_gets_no_rows():
    lake = Memory()
    lake.night([article("a", FLOOD[0]), article("b", FLOOD[1]), article("c", STRIKE[0])])
    told = lake.night([article("d", STRIKE[1])])
    assert {s.story_id for s in told.stories} == {make_story_id("c")}
    assert {m.article_id for m in told.memberships} == {"c", "d"}


@pytest.mark.parametrize("body", ["", " ", "the of and", "\x00", "…", "12", "東"])
def test_poor_texts_are_stories_of_their_own(body):
    lake = Memory()
    lake.night([article("a", body, title=None), article("b", body, title=None), article("c", FLOOD[0])])
    assert frozenset("c") in lake.groups()


STEMS = ("har", "bor", "mil", "tor", "sel")
FILLER = "the minister said that on the day of the report there were people in the city who had seen it all".split()


@st.composite
def nights(draw):
    """Articles of a few invented events, some undated, each with the night on which it comes."""
    rows = []
    for number in range(draw(st.integers(2, 12))):
        pick = random.Random(draw(st.integers(0, 10_000)))
        event, other = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        words = [f"{STEMS[event]}{pick.randrange(14)}ville" for _ in range(22)]
        words += [f"{STEMS[other]}{pick.randrange(14)}ville" for _ in range(10)] + pick.choices(FILLER, k=25)
        day = draw(st.one_of(st.none(), st.integers(0, 50)))
        name = f"{chr(97 + number)}"
        rows.append((draw(st.integers(0, 2)), article(name, " ".join(words), day, title=None)))
    return rows


def check_night_by_night(rows):
    by_night, at_once = Memory(), Memory()
    for night in range(3):
        by_night.night([a for n, a in rows if n == night])
    at_once.night([a for _, a in rows])
    assert by_night.stories() == at_once.stories()
    assert tell_nothing(by_night.night([a for _, a in rows]))
    triples = [(row.run_date, row.story_id, row.event, row.other_story_id) for row in by_night.lineage]
    assert len(triples) == len(set(triples))


def check_resolved(lake):
    """Every id that a story ever had leads to a story that stands, and a standing one to itself."""
    ever = {story_id for (story_id,) in lake.ask("SELECT DISTINCT story_id FROM stories")}
    resolved = dict(lake.ask("SELECT story_id, current_story_id FROM story_ids"))
    assert resolved.keys() == ever
    assert len(resolved) == len(lake.ask("FROM story_ids"))
    assert set(resolved.values()) == lake.told.keys() == {name for name, now in resolved.items() if name == now}


# Of few texts in general, so that those few that a test has say which words are common.
OWN_WORDS = StorySettings(general_texts=6, story_texts=0, level_general_texts=3, level_story_texts=0)


@given(nights())
@settings(deadline=None, max_examples=15)
def test_night_by_night_gives_the_groups_of_all_at_once(rows):
    check_night_by_night(rows)


@pytest.mark.slow
@given(nights())
@settings(deadline=None, max_examples=60)
def test_more_nights_give_the_groups_of_all_at_once(rows):
    check_night_by_night(rows)


def check_any_order(rows, order):
    """A night that is filled back is part of the reference of the days after it: what they have is judged anew."""
    seen = [(n, move(a, SEEN + timedelta(days=20 * n))) for n, a in rows]
    by_night, at_once = Memory(OWN_WORDS), Memory(OWN_WORDS)
    for night in order:
        by_night.night([a for n, a in seen if n == night])
    at_once.night([a for _, a in seen])
    assert by_night.stories() == at_once.stories()
    assert by_night.read_links() == at_once.read_links()
    check_resolved(by_night)


@given(nights(), st.permutations(range(3)))
@settings(deadline=None, max_examples=15)
def test_nights_in_any_order_give_the_groups_of_all_at_once(rows, order):
    check_any_order(rows, order)


@pytest.mark.slow
@given(nights(), st.permutations(range(3)))
@settings(deadline=None, max_examples=60)
def test_more_nights_in_any_order_give_the_groups_of_all_at_once(rows, order):
    check_any_order(rows, order)


def check_moved_texts(rows, reach, order):
    """Texts that begin or cease to stand for a family move no other text out of another's reach, or into it."""
    near = dataclasses.replace(OWN_WORDS, index_reach=reach, index_reach_share=0.0, index_share=1.0)
    seen = [move(a, SEEN + timedelta(days=5 * n, hours=k)) for k, (n, a) in enumerate(rows)]
    shared = {"run_date": FIRST_NIGHT, "family_id": seen[0].article_id, "original_article_id": seen[order].article_id}
    places = [FamilyMember(article_id=a.article_id, role="copy", **shared) for a in (seen[0], seen[-1], seen[order])]
    places = list({place.article_id: place for place in places}.values())
    later, at_once = Memory(near), Memory(near)
    later.night(seen)
    later.night([], places)
    at_once.night(seen, places)
    assert later.read_links() == at_once.read_links()
    assert later.groups() == at_once.groups()


@given(nights(), st.integers(0, 3), st.integers(0, 1))
@settings(deadline=None, max_examples=15)
def test_texts_that_stand_for_a_family_no_more_move_no_others(rows, reach, order):
    check_moved_texts(rows, reach, order)


@pytest.mark.slow
@given(nights(), st.integers(0, 3), st.integers(0, 1))
@settings(deadline=None, max_examples=60)
def test_more_texts_that_stand_for_a_family_no_more_move_no_others(rows, reach, order):
    check_moved_texts(rows, reach, order)


def test_a_version_that_is_found_to_be_a_repeat_is_no_news():
    first = article("a", FLOOD[0])
    second = dataclasses.replace(move(article("a", FLOOD[1], 35), SEEN + timedelta(days=35)), version=2)
    others = [move(article("b", FLOOD[2], 36), SEEN + timedelta(days=36)), move(article("c", FLOOD[0], 36), SEEN)]
    later, never = Memory(OWN_WORDS), Memory(OWN_WORDS)
    later.night([first])
    later.night([second, *others])
    later.night([first], corrected=[dataclasses.replace(second, is_repeat=True)])
    never.night([first])
    never.night(others)
    assert later.read_links() == never.read_links() != []
    assert later.groups() == never.groups()


def test_a_date_that_the_family_shows_to_be_false_times_no_story():
    early = article("a", FLOOD[0], -1, date_confidence="medium")
    late = article("b", FLOOD[0], 0)

    def places(doubt):
        shared = {"run_date": FIRST_NIGHT, "family_id": "a", "original_article_id": "b"}
        mirror = FamilyMember(article_id="a", role="mirror", date_doubt=doubt, **shared)
        return [mirror, FamilyMember(article_id="b", role="original", **shared)]

    (believed,) = Memory().tell([early, late], places(None)).stories
    assert (believed.first_published_at, believed.last_published_at) == (early.published_at, late.published_at)
    (doubted,) = Memory().tell([early, late], places("dated before it")).stories
    assert (doubted.first_published_at, doubted.last_published_at) == (late.published_at, late.published_at)

    memory = Memory()
    memory.night([early, late], places(None))
    (later,) = memory.night([], places("dated before it")).stories  # the doubt comes a night later
    assert later.first_published_at == late.published_at
    assert memory.night([], places("dated before it")).stories == []


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (datetime.min.replace(tzinfo=UTC), 0),
        (datetime.min.replace(tzinfo=UTC, microsecond=1), 1),
        (SEEN, date(2025, 12, 31).toordinal()),
        (SEEN + timedelta(microseconds=1), date(2026, 1, 1).toordinal()),
        (datetime.max.replace(tzinfo=UTC), date.max.toordinal()),
    ],
)
def test_an_interval_ends_with_the_day_before_its_midnight(end, last):
    rows = make_arrow_table([article("a", FLOOD[0], None, not_after=end)], Article)
    for name in PLACE_COLUMNS:
        rows = rows.append_column(name, pa.nulls(1, pa.string()))
    believed = believe_dates(rows)
    assert (believed.first[0], believed.last[0]) == (-OPEN, last)


def on(article_id, text, seen, day, **more):
    """An article first seen on that day of January 2026, and dated some day of it."""
    return article(article_id, text, day, first_seen_at=SEEN + timedelta(days=seen), **more)


def undated(told):
    return dataclasses.replace(told, published_at=None, date_confidence="none", not_before=None, not_after=None)


EARLY, LATE = on("x", FLOOD[0], 0, 0), on("y", FLOOD[1], 60, 0)  # of one event, first seen two months apart


@pytest.mark.parametrize(
    "nights",
    [
        pytest.param([[LATE], [EARLY, on("z", STRIKE[0], 100, 100)]], id="days between are judged for it alone"),
        pytest.param([[undated(EARLY), undated(LATE)], [EARLY, LATE]], id="both are dated by one night"),
        pytest.param([[EARLY, undated(LATE)], [LATE]], id="the later one is dated later"),
        pytest.param([[undated(EARLY), LATE], [EARLY]], id="the earlier one is dated later"),
        pytest.param([[undated(LATE)], [EARLY, LATE]], id="one comes as the other is dated"),
        pytest.param(
            [[EARLY, LATE], [on("x", FLOOD[2], 0, 0), on("z", STRIKE[0], 100, 100)]], id="its text is read otherwise"
        ),
        pytest.param([[EARLY, LATE], [EARLY, on("y", FLOOD[1], 60, 59)]], id="a date that no longer meets the other"),
        pytest.param([[EARLY, LATE], [undated(LATE)]], id="a date that is taken back"),
    ],
)
def test_texts_that_were_seen_far_apart_are_paired_by_their_dates_whichever_night_says_them(nights):
    by_night, at_once = Memory(), Memory()
    for night in nights:
        by_night.night(night)
    at_once.night(list({told.article_id: told for night in nights for told in night}.values()))
    assert by_night.stories() == at_once.stories()
    assert by_night.read_links() == at_once.read_links()


@pytest.mark.parametrize("year", [1, 9999])
def test_texts_of_the_first_and_the_last_days_of_the_calendar_are_linked_once(year):
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC)
    given = [
        article(name, FLOOD[number], None, first_seen_at=seen, published_at=seen, date_confidence="high")
        for number, (name, seen) in enumerate((("a", first), ("b", first + timedelta(days=9)), ("c", last)))
    ]
    lake = Memory()
    for told in given:
        lake.night([told])
    assert lake.groups() == groups_of("a b", "c")
