"""Group the articles of one file into stories, without a lake; ids and bodies are enough."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.average_link import find_components
from storyfold.stories.cluster import apply_doubts, find_unit_links, group_units
from storyfold.stories.neighbours import SCALE
from storyfold.stories.story_ids import name_groups
from storyfold.stories.units import choose_newest, make_units


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
