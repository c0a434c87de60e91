"""Explain how alike two articles of a lake are, by the texts that stand for them, and by two articles of no lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Longs
from storyfold.output.pair_reasons import StoryReasons
from storyfold.schemas import StoryLink, TextNames
from storyfold.schemas.columns import get_declared_table, make_rows
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.schemas.stories import Membership
from storyfold.schemas.text_names import TextName, TextNumber
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import make_unit_columns, name_stories
from storyfold.stories.crossing_rows import count_crossing_terms
from storyfold.stories.explain_pair import TwoTexts, add_stored, explain_link
from storyfold.stories.link_texts import list_window_days
from storyfold.stories.neighbours import SCALE, Links, apply_times
from storyfold.stories.queries import LINKED, StoriesInLake
from storyfold.stories.references import Spans, count_all, count_references, digest_reference, make_spans
from storyfold.stories.stored_terms import make_crossing_rows, make_term_rows
from storyfold.stories.story_names import merge_names, merge_numbers
from storyfold.stories.term_rows import count_text_terms
from storyfold.stories.text_languages import mark_across, number_languages
from storyfold.stories.texts import get_times, read_days, select_named
from storyfold.stories.times import Times
from storyfold.stories.units import make_units
from storyfold.text.kept_terms import METHOD_LIMITS
from storyfold.text.names import find_names
from storyfold.text.numbers import find_numbers
from storyfold.text.words import join_texts

ONE_TEXT = StoryReasons(is_one_text=True, is_one_story=True)


def explain_stories_in_lake(
    articles: Sequence[Article], memberships: Sequence[Membership | None], lake: StoriesInLake, settings: StorySettings
) -> StoryReasons:
    """Explain the link between the texts that stand for two articles of a lake, as it was judged."""
    story_ids = [membership.story_id if membership else None for membership in memberships]
    is_one = None if None in story_ids else story_ids[0] == story_ids[1]
    texts = _find_texts([article.article_id for article in articles], lake)
    if texts is None:
        return StoryReasons(is_one_text=False, is_one_story=is_one)
    names = texts["article_id"].to_pylist()
    if names[0] == names[1]:
        return replace(ONE_TEXT, is_one_story=is_one)
    by_id = {article.article_id: article for article in lake.read_articles(lake.read_versions(names))}
    two, digest = _read_two_texts(texts, (by_id[names[0]], by_id[names[1]]), lake, settings)
    reasons = explain_link(two, settings, is_one_story=is_one)
    reasons = add_stored(reasons, _read_link(texts, lake, settings), digest, names)
    return (
        reasons
        if is_one in {True, None} or reasons.is_mention
        else _compare_groups(reasons, [str(i) for i in story_ids], lake, settings)
    )


def _find_texts(names: Sequence[str], lake: StoriesInLake) -> pa.Table | None:
    """Find the rows of `story_texts` that stand for the families of two articles; None where the lake has none."""
    family_of = {row["article_id"]: row["family_id"] for row in lake.read_places(names).to_pylist()}
    families = [family_of.get(name) or name for name in names]
    members = set(lake.read_members(families)["article_id"].to_pylist()) | set(names)
    rows = lake.read_texts(members)
    row_of = {family: number for number, family in enumerate(rows["family_id"].to_pylist())}
    if not all(family in row_of for family in families):
        return None
    return rows.take(pa.array([row_of[family] for family in families]))


def _read_two_texts(
    texts: pa.Table, articles: tuple[Article, Article], lake: StoriesInLake, settings: StorySettings
) -> tuple[TwoTexts, int]:
    """Read the terms of two texts and of the news of the later one's day; return the digest of these, too."""
    times, window = get_times(texts), settings.window_days
    day = int(times.seen.max())
    counted = lake.read_terms_of_days(list_window_days([day], window))
    keys = list(zip(*(texts[name].to_pylist() for name in ("article_id", "version")), strict=True))
    known = set(zip(*(counted[name].to_pylist() for name in ("article_id", "version")), strict=True))
    missing = texts.filter(pa.array([key not in known for key in keys]))
    terms = pa.concat_tables([counted, lake.read_terms_of(missing)]) if len(missing) else counted
    words = make_term_rows(terms)
    numbers = terms["article_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    days, is_news = read_days(terms["seen_date"], 0), np.diff(words.starts) > 0
    is_news[len(counted) :] = False
    spans = make_spans(numbers, terms["version"].to_numpy(), days, is_news, window)
    across = _are_across(number_languages(texts["language"]), times)
    rows = make_crossing_rows(terms) if across else words
    reference = next(count_references(rows, spans, np.array([day], np.int64)))
    place_of = {
        key: n for n, key in enumerate(zip(*(terms[c].to_pylist() for c in ("article_id", "version")), strict=True))
    }
    places = place_of[keys[0]], place_of[keys[1]]
    return TwoTexts(rows, places, reference, times, articles, across), digest_reference(reference, rows)


def _are_across(languages: Longs, times: Times) -> bool:
    """Say whether two texts are held against each other by what crosses languages; mentions go by words."""
    return bool(mark_across(languages, np.array([0]), np.array([1]))[0]) and not times.touches_many.any()


def _read_link(texts: pa.Table, lake: StoriesInLake, settings: StorySettings) -> dict[str, object] | None:
    """Read the row of `story_links` of two texts; None where the lake has none."""
    names = set(texts["article_id"].to_pylist())
    columns = get_declared_table(StoryLink).schema.names
    for read in (lake.read_links, lake.read_far_links):
        for row in read(texts, settings.window_days, columns).to_pylist():
            if {row["article_id"], row["of_article_id"]} == names:
                return {name: row[name] for name in (*LINKED, "is_mention", "reference")}
    return None


def _compare_groups(
    reasons: StoryReasons, story_ids: Sequence[str], lake: StoriesInLake, settings: StorySettings
) -> StoryReasons:
    """Add the mean link between the texts of two stories: by it, and not by one link, stories are joined."""
    story_of = {m.article_id: m.story_id for m in lake.read_memberships_in(story_ids)}
    texts = lake.read_texts(story_of)
    names, languages = texts["article_id"].to_pylist(), number_languages(texts["language"])
    of_first = np.array([story_of[name] == story_ids[0] for name in names], np.bool_)
    one, other = (np.flatnonzero(chosen) for chosen in (of_first, ~of_first))
    pairs = _count_pairs(languages[one], languages[other], across=reasons.across)
    number_of = {name: number for number, name in enumerate(names)}
    found = [
        (*sorted((number_of[row["article_id"]], number_of[row["of_article_id"]])), row["similarity"])
        for row in lake.read_links(texts, settings.window_days, [*LINKED, "across"]).to_pylist()
        if row["across"] == reasons.across and story_of.get(row["article_id"]) != story_of.get(row["of_article_id"])
        and row["article_id"] in number_of and row["of_article_id"] in number_of
    ]  # fmt: skip
    a, b, similarity = np.array(sorted(found), np.int64).reshape(-1, 3).T
    total = int(apply_times(Links(a, b, similarity), get_times(texts), settings).similarity.sum())
    return replace(reasons, group_link=total / SCALE / max(pairs, 1), group_pairs=pairs)


def _count_pairs(one: Longs, other: Longs, *, across: bool) -> int:
    """Count the pairs of texts in these languages of which the two are known and differ, or all others."""
    known = [languages[languages >= 0] for languages in (one, other)]
    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    same = int(np.bincount(known[0], minlength=size) @ np.bincount(known[1], minlength=size))
    apart = len(known[0]) * len(known[1]) - same
    return apart if across else len(one) * len(other) - apart


def explain_stories_of_two(
    articles: Sequence[Article], members: Sequence[FamilyMember], settings: StorySettings
) -> tuple[StoryReasons, dict[str, str]]:
    """Explain the link between two articles of no lake, as `storyfold stories` judges them; and name their stories."""
    named = name_stories(articles, members, settings)
    table = make_unit_columns(articles, {member.article_id: member for member in members})
    units = make_units(table)
    if len(units) < 2:
        return ONE_TEXT, named
    order = units.unit_of  # of each article its unit: each stands for itself
    seen = units.seen
    times = Times(units.first[order], units.last[order], units.dated[order], seen, units.touches_many[order])
    titles, bodies = join_texts([a.title or "" for a in articles]), join_texts([a.body for a in articles])
    spoken, order_of_two = [a.language for a in articles], np.arange(2)
    across = _are_across(number_languages(pa.chunked_array([pa.array(spoken, pa.string())])), times)
    rows = (
        count_crossing_terms(titles, bodies, spoken, order_of_two)
        if across
        else count_text_terms(titles, bodies, spoken, METHOD_LIMITS, order_of_two)
    )
    spans = Spans(seen, seen + settings.window_days)
    reference = next(count_references(rows, spans, seen.max(keepdims=True)), count_all(rows))
    two = TwoTexts(rows, (0, 1), reference, times, (articles[0], articles[1]), across)
    is_one = named[articles[0].article_id] == named[articles[1].article_id]
    return explain_link(two, settings, is_one_story=is_one), named


def list_common_names(
    articles: Sequence[Article], lake: StoriesInLake | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the names and the numbers that both articles have; those of a lake's are read from it."""
    listed: list[tuple[Sequence[TextName], Sequence[TextNumber]]] = []
    stored = _read_names(articles, lake) if lake else {}
    for article in articles:
        row = stored.get(article.article_id)
        text = (article.title, article.body, article.language)
        listed.append((row.names, row.numbers) if row else (find_names(*text), find_numbers(*text)))
    names = merge_names([names for names, _ in listed], sum(len(names) for names, _ in listed))
    numbers = merge_numbers([numbers for _, numbers in listed], sum(len(numbers) for _, numbers in listed))
    return (
        tuple(name.name for name in names if name.texts > 1),
        tuple(" ".join(filter(None, (n.written, n.counted))) for n in numbers if n.texts > 1),
    )


def _read_names(articles: Sequence[Article], lake: StoriesInLake) -> dict[str, TextNames]:
    versions = lake.read_versions(article.article_id for article in articles)
    rows = make_rows(lake.read_names_of(select_named(versions, versions["article_id"].to_pylist())), TextNames)
    return {row.article_id: row for row in rows}
