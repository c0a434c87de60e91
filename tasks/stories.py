"""Group the new articles with each other and with the lake's into stories: one task a run."""

from __future__ import annotations

import time

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.outcomes import StageCounts
from storyfold.run.assemble import read_changed_articles
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import FamilyMember, Lineage, Membership, Story
from storyfold.settings.stories import StorySettings
from storyfold.stories.cluster import cluster_stories
from storyfold.stories.queries import KnownStoriesInLake
from tasks.retrying import RETRIES, RETRY_SECONDS, is_worth_retrying

STAGE = "stories"


@task(
    name="stories",
    task_run_name="stories-{attempt.run_id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
)
def group_stories(attempt: Attempt, copies: Part, settings: StorySettings) -> Part:
    """Write and return a part with every story, membership and change of identity that this run brings."""
    out = attempt.stage(STAGE) / "night"
    if done := read_part(out):
        return done
    started = time.monotonic()
    articles = read_changed_articles(attempt)
    with attempt.lake.connect() as connection:
        known = KnownStoriesInLake(connection)
        families = read_rows([copies], FamilyMember)
        clustered = cluster_stories(articles, families, known, attempt.run_date, settings)
        grouped = {m.article_id for m in (*known.read_memberships(), *clustered.memberships)}
    kept = sum(article.article_id in grouped for article in articles)
    counts = StageCounts(STAGE, len(articles), kept, seconds=time.monotonic() - started)
    return write_part(
        out, {Story: clustered.stories, Membership: clustered.memberships, Lineage: clustered.lineage}, counts
    )
