"""Write a run's part of stories: its articles grouped with each other and with the lake's."""

from __future__ import annotations

import time
from pathlib import Path

from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import read_changed_articles
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_rows, write_part
from storyfold.schemas import FamilyMember, Lineage, Membership, Story
from storyfold.settings.stories import StorySettings
from storyfold.stories.cluster import cluster_stories
from storyfold.stories.queries import KnownStoriesInLake


def write_stories(attempt: Attempt, lake: Lake, copies: Part, settings: StorySettings, out: Path) -> Part:
    """Write and return a part with every story, membership and change of identity that this run brings."""
    started = time.monotonic()
    articles = read_changed_articles(attempt)
    with lake.connect() as connection:
        known = KnownStoriesInLake(connection)
        families = read_rows([copies], FamilyMember)
        clustered = cluster_stories(articles, families, known, attempt.run_date, settings)
        grouped = {m.article_id for m in (*known.read_memberships(), *clustered.memberships)}
    kept = sum(article.article_id in grouped for article in articles)
    counts = StageCounts("stories", len(articles), kept, seconds=time.monotonic() - started)
    return write_part(
        out, {Story: clustered.stories, Membership: clustered.memberships, Lineage: clustered.lineage}, counts
    )
