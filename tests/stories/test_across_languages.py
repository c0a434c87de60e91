"""Reports of one event in several languages are one story: of a file, of a night, and of nights in any order."""

from __future__ import annotations

import dataclasses
import random
import tomllib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from stories.stories_support import Memory

from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import name_stories
from storyfold.stories.group_texts import label_texts
from storyfold.stories.neighbours import SCALE, Links
from storyfold.stories.text_languages import mark_across, number_languages

REPORTED = Path(__file__).parents[1] / "golden" / "languages"
FIRST = datetime(2026, 3, 2, 6, tzinfo=UTC)
FIVE = ("es", "fr", "hi", "it", "pl")  # each of them has the strike


def read_reports(languages: tuple[str, ...] = FIVE) -> list[Article]:
    """Read the reports of invented events in these languages, two days of them; their ids begin with their event."""
    articles = []
    for language in languages:
        rows = tomllib.loads((REPORTED / f"{language}.toml").read_text(encoding="utf-8"))["report"]
        for number, row in enumerate(rows):
            seen = FIRST + timedelta(days=(number + len(articles)) % 2)
            articles.append(
                Article(
                    article_id=f"{row['story']} {language} {number}",
                    source_id="s",
                    location="x",
                    outlet=f"Outlet {language}",
                    title=row["title"],
                    body=row["body"].strip(),
                    language=language,
                    seen_date=seen.date(),
                    first_seen_at=seen,
                    published_at=seen,
                    date_confidence="high",
                    not_before=seen,
                    not_after=seen,
                    content_sha256="",
                    warc_file="",
                    warc_offset=0,
                )
            )
    return articles


def group_by_event(articles: list[Article]) -> set[frozenset[str]]:
    events = defaultdict(set)
    for article in articles:
        events[article.article_id.split()[0]].add(article.article_id)
    return {frozenset(names) for names in events.values()}


def group_file(articles: list[Article], settings: StorySettings | None = None) -> set[frozenset[str]]:
    found = defaultdict(set)
    for name, story in name_stories(articles, (), settings or StorySettings()).items():
        found[story].add(name)
    return {frozenset(names) for names in found.values()}


def tell(nights: list[list[Article]], settings: StorySettings | None = None) -> Memory:
    lake = Memory(settings)
    for night in nights:
        lake.night(night)
    return lake


def list_rows(lake: Memory) -> dict[str, object]:
    return {
        s.story_id: dataclasses.replace(s, run_id="", attempt=1, run_date=FIRST.date()) for s in lake.read_stories()
    }


def test_events_in_five_languages_are_one_story_each_of_a_file_and_of_a_night():
    articles = read_reports()
    events = group_by_event(articles)
    assert max(len({name.split()[1] for name in names}) for names in events) == 5
    assert group_file(articles) == events
    lake = tell([articles[::-1]])
    assert lake.groups() == events
    assert any(" texts of 5 sources in 5 languages share " in (story.why or "") for story in lake.read_stories())


def test_only_pairs_in_two_languages_have_links_that_say_so():
    lake = tell([read_reports()])
    rows = lake.ask("SELECT across, article_id, of_article_id FROM story_links")
    assert {across for across, *_ in rows} == {False, True}
    assert all(across == (one.split()[1] != other.split()[1]) for across, one, other in rows)


def spread(articles: list[Article], draw: random.Random) -> list[list[Article]]:
    """Give articles nights of two months, those of one event within some days; a few no date, a few no language."""
    begin = {event: draw.randrange(50) for event in sorted({a.article_id.split()[0] for a in articles})}
    nights: list[list[Article]] = [[] for _ in range(60)]
    for article in articles:
        night = begin[article.article_id.split()[0]] + draw.choice((0, 0, 1, 2, 6))
        seen = FIRST + timedelta(days=night)
        dated = seen if draw.random() < 0.8 else None
        given = {"published_at": dated, "not_before": dated, "not_after": dated}
        given["date_confidence"] = "high" if dated else "none"
        language = article.language if draw.random() < 0.95 else None
        moved = dataclasses.replace(article, seen_date=seen.date(), first_seen_at=seen, language=language, **given)
        nights[night].append(moved)
    return nights


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_two_months_in_nine_languages_at_once_by_night_and_shuffled_give_the_same_stories_and_links(seed):
    draw = random.Random(seed)
    nights = [row for row in spread(read_reports((*FIVE, "ar", "de", "en", "ja")), draw) if row]
    settings = StorySettings(general_texts=40, story_texts=0, level_general_texts=20, level_story_texts=0)
    at_once = tell([[article for night in nights for article in night]], settings)
    assert any(across for (across,) in at_once.ask("SELECT across FROM story_links"))
    for order in (draw.sample(nights, len(nights)),):
        by_night = tell(order, settings)
        assert by_night.stories() == at_once.stories()
        assert list_rows(by_night) == list_rows(at_once)
        assert by_night.read_links() == at_once.read_links()


@pytest.mark.parametrize("seed", [1, 2])
def test_nights_of_several_languages_at_once_one_by_one_and_shuffled_give_the_same_stories_and_links(seed):
    articles = read_reports((*FIVE, "ar", "en", "ru", "zh"))
    draw = random.Random(seed)
    undated = {"published_at": None, "date_confidence": "none", "not_before": None, "not_after": None}
    drawn = [dataclasses.replace(a, **undated) if draw.random() < 0.2 else a for a in articles]
    drawn = [dataclasses.replace(a, language=None) if draw.random() < 0.1 else a for a in drawn]
    at_once = tell([drawn])
    shuffled = draw.sample(drawn, len(drawn))
    by_night = tell([shuffled[n::6] for n in range(6)])
    assert by_night.stories() == at_once.stories()
    assert list_rows(by_night) == list_rows(at_once)
    assert by_night.read_links() == at_once.read_links()
    assert any(len({name.split()[1] for name in names}) > 2 for names in at_once.groups())


def test_reports_of_one_language_are_grouped_whether_or_not_their_language_is_known():
    articles = read_reports(("en",))
    unknown = [dataclasses.replace(article, language=None) for article in articles]
    known, without = tell([articles]), tell([unknown])
    assert known.stories() == without.stories()
    assert known.read_links() == without.read_links()
    assert not any(across for (across,) in known.ask("SELECT across FROM story_links"))


def test_what_is_found_in_a_language_does_not_depend_on_reports_in_others():
    articles = read_reports(("en", "de"))
    own = {frozenset(name for name in names if " en " in name) for names in group_file(articles)}
    assert own - {frozenset()} == group_file([a for a in articles if a.language == "en"])


def test_an_article_whose_language_is_read_otherwise_is_linked_anew():
    articles = read_reports()
    wrong = dataclasses.replace(articles[0], language="en" if articles[0].language != "en" else "de")
    lake = tell([[wrong, *articles[1:]], [articles[0]]])
    at_once = tell([articles])
    assert lake.stories() == at_once.stories()
    assert lake.read_links() == at_once.read_links()


def test_groups_of_two_languages_are_joined_by_the_mean_over_their_pairs_and_no_undated_text_bridges_two():
    # 0, 1: one English group; 2: German, like both; 3: French, like one of three alone
    links = {(0, 1): 0.9, (0, 2): 0.5, (1, 2): 0.3, (0, 3): 0.21}
    languages = np.array([0, 0, 1, 2])
    settings = StorySettings(crossing_threshold=0.2, threshold=0.2)
    assert label(links, np.ones(4), languages, settings) == [0, 0, 0, 3]
    # 0 and 2 are dated, and not alike; 1 has no date and is like both
    links = {(0, 1): 0.6, (1, 2): 0.5}
    assert label(links, np.array([1, 0, 1]), np.array([0, 1, 2]), settings) == [0, 0, 2]
    # dated texts are joined as if the others were not there: 3 is no reason to part 0 and 2
    links = {(0, 2): 0.3, (0, 3): 0.9}
    assert label(links, np.array([1, 1, 1, 0]), np.array([0, 1, 1, 0]), settings)[2] == 0


def label(links: dict[tuple[int, int], float], dated: np.ndarray, languages: np.ndarray, settings: StorySettings):
    a, b = (np.array([pair[n] for pair in links], np.int64) for n in (0, 1))
    similarity = np.array([round(value * SCALE) for value in links.values()], np.int64)
    return label_texts(Links(a, b, similarity), dated.astype(np.int64), languages, settings).tolist()


def test_languages_are_told_apart_by_their_code_alone():
    given = pa.chunked_array(
        [["en", "en-GB", "EN_us", "de", None, "", "und", "nb", "no", "x1", "hr", "sr", "zxx", "qqb", "fil"]]
    )
    numbers = number_languages(given)
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3]
    assert (numbers[[4, 5, 6, 9, 12, 13]] == -1).all()  # a page may print any three letters
    assert numbers[14] >= 0
    assert numbers[7] == numbers[8]
    assert numbers[10] == numbers[11] != numbers[7]
    assert mark_across(numbers, np.array([0, 0, 0]), np.array([1, 3, 4])).tolist() == [False, True, False]
