"""A month of invented news: all at once, night by night, in any order, and with a report that arrives late."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from stories.stories_support import Memory

from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings

FIRST = datetime(2026, 1, 1, 6, tzinfo=UTC)
NIGHTS = 30
EVENTS = 24
FILLER = "the minister said that on the day of the report there were people in the city who had seen it all".split()
# Of few texts in general, so that the month's own news says which words are common.
SETTINGS = StorySettings(general_texts=40, story_texts=0, level_general_texts=20, level_story_texts=0)


def make_month(seed: int) -> list[list[Article]]:
    """Make the articles of each night: reports of events that go on for some days, a few without a date."""
    draw = random.Random(seed)
    events = [(draw.randrange(NIGHTS), [f"{draw.choice('bdfgklmnprst')}a{event}{n}vo" for n in range(18)])
              for event in range(EVENTS)]  # fmt: skip
    nights: list[list[Article]] = [[] for _ in range(NIGHTS)]
    for event, (begin, words) in enumerate(events):
        for number in range(draw.randrange(1, 6)):
            night = min(begin + draw.randrange(8), NIGHTS - 1)
            seen = FIRST + timedelta(days=night)
            sure = draw.random() < 0.8
            body = " ".join([*draw.sample(words, 14), *draw.choices(FILLER, k=30), f"report{event}x{number}"])
            nights[night].append(
                Article(
                    article_id=f"{draw.getrandbits(32):08x}",
                    source_id="s",
                    location="x",
                    outlet=f"Outlet {number}",
                    title=" ".join(draw.sample(words, 4)),
                    body=body,
                    language="en",
                    seen_date=seen.date(),
                    first_seen_at=seen,
                    published_at=seen - timedelta(hours=2) if sure else None,
                    date_confidence="high" if sure else "none",
                    not_before=seen - timedelta(hours=3) if sure else None,
                    not_after=seen if sure else None,
                    content_sha256="",
                    warc_file="",
                    warc_offset=0,
                )
            )
    return nights


def tell(nights: list[list[Article]]) -> Memory:
    lake = Memory(SETTINGS)
    for night in nights:
        lake.night(night)
    return lake


def check_alike(lake: Memory, expected: Memory) -> None:
    """Groups, ids, rows of stories and series are the same, and every id that ever was leads to one that stands."""
    assert lake.stories() == expected.stories()
    assert list_rows(lake) == list_rows(expected)
    assert lake.follows == expected.follows
    resolved = dict(lake.ask("SELECT story_id, current_story_id FROM story_ids"))
    assert resolved.keys() == {name for (name,) in lake.ask("SELECT DISTINCT story_id FROM stories")}
    assert set(resolved.values()) == lake.told.keys()
    assert all(resolved[name] == name for name in lake.told)


def list_rows(lake):
    """List the rows of stories, without the run that wrote each."""
    return {
        story.story_id: dataclasses.replace(story, run_id="", attempt=1, run_date=FIRST.date())
        for story in lake.read_stories()
    }


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_a_month_at_once_by_night_shuffled_and_with_a_late_report_gives_the_same_stories_and_ids(seed):
    nights = make_month(seed)
    at_once = tell([[row for night in nights for row in night]])
    assert 8 < len(at_once.stories()) < sum(map(len, nights))
    check_alike(tell(nights), at_once)
    check_alike(tell(random.Random(seed).sample(nights, NIGHTS)), at_once)
    largest = max(at_once.read_stories(), key=lambda story: (story.articles, story.story_id))
    (founder,) = (row for night in nights for row in night if row.article_id == largest.founder_article_id)
    late = tell([*([row for row in night if row is not founder] for night in nights), [founder]])
    check_alike(late, at_once)
    assert (largest.story_id, "merged") in {(row.other_story_id, row.event) for row in late.lineage}
