"""The link between two articles of a lake is explained by the arithmetic that found it, in one language or across."""

from __future__ import annotations

from itertools import combinations

import pytest
from stories.stories_support import Memory
from stories.test_across_languages import read_reports

from storyfold.lake.stored_files import StoredFiles
from storyfold.output.pair_reasons import StoryReasons
from storyfold.report.why_words import tell_link
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.explain_in_lake import explain_stories_in_lake, explain_stories_of_two
from storyfold.stories.queries import NIGHT_TABLES, StoriesInLake

LANGUAGES = ("en", "es", "fr", "hi", "pl")
MANY_TOLD = 40


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return read_reports(LANGUAGES)


@pytest.fixture(scope="module")
def lake(articles: list[Article]) -> Memory:
    lake = Memory()
    days = sorted({article.seen_date for article in articles})
    for day in days:
        lake.night([article for article in articles if article.seen_date == day])
    for cls, name in NIGHT_TABLES.items():
        lake.connection.register(name, get_declared_table(cls).schema.empty_table())
    return lake


def explain(one: Article, other: Article, lake: Memory) -> StoryReasons:
    asked = StoriesInLake(lake.connection, StoredFiles(lake.connection))
    memberships = [lake.current[article.article_id] for article in (one, other)]
    return explain_stories_in_lake([one, other], memberships, asked, lake.settings)


def test_every_link_is_found_again_and_so_is_that_there_is_none(lake: Memory, articles: list[Article]) -> None:
    by_id = {article.article_id: article for article in articles}
    links = {
        frozenset((one, other)): (similarity, across)
        for one, other, similarity, across in lake.ask(
            "SELECT article_id, of_article_id, similarity, across FROM story_links ORDER BY ALL"
        )
    }
    assert {across for _, across in links.values()} == {True, False}
    apart = [pair for pair in combinations(sorted(by_id), 2) if frozenset(pair) not in links]
    for one, other in [*map(sorted, links), *apart[:MANY_TOLD]]:
        told = explain(by_id[one], by_id[other], lake)
        assert told.differences == ()
        assert told.across == (by_id[one].language != by_id[other].language)
        if link := links.get(frozenset((one, other))):
            assert (round((told.similarity or 0) * 1_000_000), told.across) == link
            assert sum(term.part for term in told.terms) == pytest.approx(told.similarity, abs=1e-5)
            assert all(term.term != "?" for term in told.terms)


def test_a_link_across_languages_is_told_by_what_both_print(lake: Memory, articles: list[Article]) -> None:
    one, other = (next(a for a in articles if a.article_id.startswith(f"strike {code} ")) for code in ("es", "hi"))
    told = explain(one, other, lake)
    assert told.is_one_story
    assert (told.threshold, told.least_overlap) == (lake.settings.crossing_threshold, lake.settings.crossing_overlap)
    printed = {term.term for term in told.terms}
    assert any(" / " in words and not words.isascii() for words in printed)
    assert "names by their consonants" in tell_link(told)


def test_stories_apart_are_told_by_the_pairs_that_would_join_them(lake: Memory, articles: list[Article]) -> None:
    strike, other = (
        next(a for a in articles if a.language == code and a.article_id.startswith("strike ") == is_strike)
        for code, is_strike in (("es", True), ("hi", False))
    )
    told = explain(strike, other, lake)
    members = [
        {n for n, m in lake.current.items() if m.story_id == lake.current[a.article_id].story_id}
        for a in (strike, other)
    ]
    language_of = {article.article_id: article.language for article in articles}
    pairs = sum(language_of[a] != language_of[b] for a in members[0] for b in members[1])
    assert not told.is_one_story
    assert (told.across, told.group_pairs) == (True, pairs)
    assert told.group_link is not None
    assert told.group_link < lake.settings.crossing_threshold


def test_two_articles_of_no_lake_are_explained_across_languages_too(articles: list[Article]) -> None:
    one, other = (next(a for a in articles if a.article_id.startswith(f"strike {code} ")) for code in ("es", "fr"))
    told, named = explain_stories_of_two([one, other], (), StorySettings())
    assert told.across
    assert told.is_one_story == (len(set(named.values())) == 1) == ((told.link or 0) >= (told.threshold or 1))
