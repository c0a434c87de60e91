"""Live pages and digests are stories of their own, mention the stories that they tell of, and change no other group."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
from stories.stories_support import Memory
from stories.test_cluster import FLOOD, STRIKE, article, groups_of

from storyfold.copies.articles_in_file import group_articles
from storyfold.output.article_rows import read_articles
from storyfold.report import list_view_statements
from storyfold.schemas.copies import FamilyMember
from storyfold.settings.copies import CopySettings
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import FileStories, name_file_stories
from storyfold.stories.mentions import MENTION_DAYS
from storyfold.stories.neighbours import SCALE, Compared, find_links
from storyfold.stories.references import count_all
from storyfold.stories.story_ids import make_story_id
from storyfold.stories.term_rows import count_terms
from storyfold.stories.term_vectors import UNIT, weigh_rows
from storyfold.stories.times import Times
from storyfold.text.kept_terms import METHOD_LIMITS

FAIR = "A horse fair in Little Dunmore ended with a prize for the mare Tansy, whose breeder Elwin Pask sold her."
DIGEST = "\n\n".join(
    (
        "Floods in Harbridge",
        "The Torwell barrage near Harbridge failed after days of rain. Firefighters in boats took families from "
        "roofs, said mayor Orla Venn.",
        "No trams in Ostmark",
        "Tram drivers of the union Verdano strike over night shifts until Friday. Commuters wait at Central Square.",
        "Books",
        "A library in Quillby lends its millionth book, a cookery book of the last century.",
    )
)
REPORTS = [
    article("a", FLOOD[0]), article("b", FLOOD[1]), article("c", STRIKE[0]), article("d", STRIKE[1], 1),
    article("f", FAIR, title="Mare Tansy wins at Little Dunmore"),
]  # fmt: skip
GROUPS = groups_of("a b", "c d", "f")
FLOOD_STORY, STRIKE_STORY = make_story_id("a"), make_story_id("c")


def digest(name: str = "n", day: int | None = 1, kind: str = "digest", body: str = DIGEST, **more):
    return article(name, body, day, kind=kind, title="Morning briefing", **more)


def mentions(lake: Memory) -> list[tuple]:
    return lake.ask("SELECT article_id, story_id FROM story_mentions ORDER BY ALL")


def mentioned(*names: str) -> list[tuple]:
    return sorted((name, story) for name in names for story in (FLOOD_STORY, STRIKE_STORY))


@pytest.mark.parametrize("kind", ["digest", "live"])
def test_a_text_that_touches_many_is_a_story_of_its_own_and_mentions_each(kind):
    lake = Memory()
    lake.night([*REPORTS, digest(kind=kind)])
    assert lake.groups() == GROUPS | groups_of("n")
    assert mentions(lake) == mentioned("n")
    found = lake.ask("SELECT similarity, own_texts FROM story_mentions")
    assert all(similarity >= StorySettings().mention_threshold for similarity, _ in found)
    assert {texts for _, texts in found} == {2}


def test_as_an_article_it_would_join_or_tear_others():
    lake = Memory()
    lake.night([*REPORTS, digest(kind="article")])
    assert lake.groups() != GROUPS | groups_of("n")
    assert mentions(lake) == []


def test_in_whatever_order_nights_bring_it_others_are_grouped_as_without_it():
    without = Memory()
    without.night(REPORTS)
    expected = set()
    for order in itertools.permutations([REPORTS[:2], REPORTS[2:], [digest()]]):
        lake = Memory()
        for night in order:
            lake.night(night)
        assert lake.groups() == without.groups() | groups_of("n")
        assert mentions(lake) == mentioned("n")
        expected.add(tuple(lake.read_links()))
    assert len(expected) == 1


def test_two_of_them_do_not_mention_each_other_and_never_merge():
    lake = Memory()
    lake.night([*REPORTS, digest("n"), digest("o", kind="live")])
    assert lake.groups() == GROUPS | groups_of("n", "o")
    assert mentions(lake) == mentioned("n", "o")
    assert lake.ask("SELECT * FROM story_links WHERE article_id IN ('n', 'o') AND of_article_id IN ('n', 'o')") == []


def test_copies_of_a_digest_mention_what_it_does():
    lake = Memory()
    places = [
        FamilyMember(run_date=REPORTS[0].seen_date, article_id=n, family_id="n", role=r, original_article_id="n")
        for n, r in (("n", "original"), ("p", "syndicated"))
    ]
    lake.night([*REPORTS, digest("n"), digest("p")], places)
    assert lake.groups() == GROUPS | groups_of("n p")
    assert mentions(lake) == mentioned("n", "p")


@pytest.mark.parametrize(("before", "after"), [("article", "digest"), ("digest", "article")])
def test_a_page_that_becomes_a_digest_or_is_one_no_more_is_grouped_anew(before, after):
    lake, at_once = Memory(), Memory()
    first = digest(kind=before, body=FLOOD[2])
    second = dataclasses.replace(digest(kind=after, body=FLOOD[2] + " More."), version=2)
    second = dataclasses.replace(second, first_seen_at=first.first_seen_at)
    lake.night([*REPORTS, first])
    lake.night([second])
    at_once.night([*REPORTS, second])
    assert lake.groups() == at_once.groups()
    assert mentions(lake) == mentions(at_once)
    assert (frozenset("n") in lake.groups()) == (after == "digest")


def test_what_lies_too_long_before_a_digest_is_not_mentioned():
    days = MENTION_DAYS
    assert f"<= {days}\n" in list_view_statements()["story_mentions"]
    for day, found in ((days, [("n", FLOOD_STORY)]), (days + 1, []), (None, [("n", FLOOD_STORY)])):
        lake = Memory()
        lake.night([*REPORTS[:2], digest(day=day)])
        assert mentions(lake) == found


def test_a_digest_seen_on_a_later_day_mentions_what_was_seen_before():
    lake = Memory()
    lake.night(REPORTS)
    lake.night([digest(first_seen_at=datetime(2026, 1, 3, tzinfo=UTC), day=2)])
    assert mentions(lake) == mentioned("n")
    lake.night([digest("o", first_seen_at=datetime(2026, 3, 3, tzinfo=UTC), day=61)])
    assert mentions(lake) == mentioned("n")


def find_in_file(rows: list[dict[str, object]], folder: Path) -> FileStories:
    file = folder / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    read = read_articles(file)
    families = group_articles(read, CopySettings()).make_columns()
    return name_file_stories(read, families, StorySettings())


def test_in_a_file_its_kind_or_its_title_tells_and_others_are_grouped_as_without_it(tmp_path):
    rows = [
        {
            "id": a.article_id,
            "title": a.title,
            "body": a.body,
            "published_at": a.published_at and a.published_at.isoformat(),
        }
        for a in REPORTS
    ]
    without = find_in_file(rows, tmp_path)
    assert without.mentions == {}
    titles = {"title": "Morning briefing"}, {"title": "Storm – live updates"}
    for told in ({"kind": "digest"}, {"kind": "live"}, *titles):
        at = {"published_at": (REPORTS[0].published_at + timedelta(days=1)).isoformat()}
        found = find_in_file([*rows, {"id": "n", "title": "In short", "body": DIGEST} | at | told], tmp_path)
        assert found.story_ids[:-1] == without.story_ids
        assert found.story_ids[-1] not in without.story_ids
        assert list(found.mentions) == [len(rows)]
        assert set(found.mentions[len(rows)]) == {FLOOD_STORY, STRIKE_STORY}
    long_after = {"published_at": "2026-06-01"}
    found = find_in_file([*rows, {"id": "n", "body": DIGEST, "kind": "digest"} | long_after], tmp_path)
    assert found.mentions == {len(rows): []}


def test_a_mention_is_how_much_of_a_text_the_digest_has_by_its_null_level():
    settings = StorySettings(mention_overlap=1e-12, mention_threshold=0.001)
    rows = count_terms([*REPORTS, digest()], METHOD_LIMITS)
    reference, count = count_all(rows), len(rows)
    zero = np.zeros(count, np.int64)
    times = Times(zero, zero, zero + 1, zero, np.arange(count) == count - 1)
    compared = Compared(
        rows,
        np.arange(count),
        times,
        np.ones(count, np.bool_),
        (),
        parts=True,
        counted=None,
        languages=np.full(count, -1),
    )
    links = find_links(compared, [(0, reference)], settings).links
    vectors = weigh_rows(rows, reference, settings)
    held = set(vectors.terms[vectors.starts[-2] :].tolist())
    found = {int(a): int(s) for a, b, s in zip(links.a, links.b, links.similarity, strict=True) if b == count - 1}
    assert found.keys() >= {0, 1, 2, 3}
    for other, similarity in found.items():
        places = range(vectors.starts[other], vectors.starts[other + 1])
        both = sum(vectors.text[p] ** 2.0 + vectors.lead[p] ** 2.0 for p in places if int(vectors.terms[p]) in held)
        assert similarity == pytest.approx(both / (2 * UNIT**2) * vectors.factor[other] ** 2 * SCALE, abs=1)
