"""Group the articles of one file into stories, without a lake; ids and bodies are enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storyfold.kernels.arrays import Longs
from storyfold.output.file_articles import FileArticles
from storyfold.output.file_families import FileFamilies
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.average_link import cluster_average_link, find_components
from storyfold.stories.cluster import apply_doubts, find_unit_links, group_units
from storyfold.stories.file_units import FileUnits, make_file_units
from storyfold.stories.neighbours import SCALE, Times, find_links
from storyfold.stories.story_ids import make_story_id, name_groups
from storyfold.stories.term_rows import count_text_terms
from storyfold.stories.units import choose_newest, make_units
from storyfold.text.kept_terms import METHOD_LIMITS
from storyfold.text.words import view_texts


def name_stories(new: Sequence[Article], families: Sequence[FamilyMember], settings: StorySettings) -> dict[str, str]:
    """Return the story id of each article: as on a night that finds an empty lake, but nothing is told of a story."""
    members = {member.article_id: member for member in families}
    articles = apply_doubts(choose_newest(new), members)
    if not articles:
        return {}
    voters = make_units(articles, members)
    _, links = find_unit_links(articles, voters, settings)
    parts = find_components(links, len(voters), round(settings.threshold * SCALE))
    run_date = min(article.seen_date for article in articles.values())
    named = name_groups(group_units(links, voters, parts, settings), {}, articles, (), run_date)
    return {article_id: story_id for story_id, group in named.groups.items() for article_id in group}


def name_file_stories(articles: FileArticles, families: FileFamilies, settings: StorySettings) -> list[str]:
    """Return the story id of each article of a file, in its order: as `name_stories` does, without one `Article`."""
    if not len(articles):
        return []
    units = make_file_units(articles, families)
    order = _order_rows(units)
    titles, languages = view_texts(articles.columns["title"]), articles.columns["language"].to_pylist()
    rows = count_text_terms(titles, articles.texts, languages, METHOD_LIMITS, order)
    times = Times(units.first, units.last, units.sure.astype(np.int64) + (units.sure & units.confirmed))
    links = find_links(rows, times, units.seen[order], settings)
    threshold = round(settings.threshold * SCALE)
    parts = find_components(links, len(units.first), threshold)
    groups = cluster_average_link(links, units.sure.tolist(), threshold, settings.wholeness, parts)
    group_of = np.empty(len(units.first), np.int64)
    group_of[np.fromiter((unit for group in groups for unit in group), np.int64, len(group_of))] = np.repeat(
        np.arange(len(groups)), [len(group) for group in groups]
    )
    return _name_groups(group_of[units.unit_of], articles, units)


def _order_rows(units: FileUnits) -> Longs:
    """Return the representatives in the units' order, then the others by id."""
    by_id = np.argsort(units.by_id)
    is_other = np.ones(len(by_id), np.bool_)
    is_other[units.representatives] = False
    return np.concatenate([units.representatives, by_id[is_other[by_id]]])


def _name_groups(group_of: Longs, articles: FileArticles, units: FileUnits) -> list[str]:
    """Name each group after its founder."""
    by_founding = np.argsort(units.founding)
    groups, first = np.unique(group_of[by_founding], return_index=True)
    founders = articles.columns["article_id"].take(by_founding[first]).to_pylist()
    names = list(map(make_story_id, founders))
    assert len(set(names)) == len(groups)  # as long as no two of 128 bits are equal
    return [names[group] for group in group_of.tolist()]
