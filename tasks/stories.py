"""Which articles tell the same story: the night's against each other and against the lake's."""

from __future__ import annotations

import time

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.outcomes import StageCounts
from storyfold.run.assemble import read_changed_articles
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, read_rows, write_part
from storyfold.schemas import FamilyPlace, Lineage, Membership, Story
from storyfold.stories.cluster import cluster_stories
from tasks.known import LakeStories
from tasks.retrying import RETRIES, RETRY_SECONDS, worth_retrying

STAGE = "stories"


@task(
    name="stories",
    task_run_name="stories-{attempt.run_id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def group_stories(attempt: Attempt, copies: Part) -> Part:
    """A part with every story, membership and change of identity that this night brings."""
    out = attempt.stage(STAGE) / "night"
    if done := read_part(out):
        return done
    started = time.monotonic()
    articles = read_changed_articles(attempt)
    with attempt.lake.connect() as connection:
        known = LakeStories(connection)
        told = cluster_stories(articles, read_rows([copies], FamilyPlace), known, attempt.run_date)
        placed = {m.article_id for m in (*known.memberships(), *told.memberships)}
    kept = sum(article.article_id in placed for article in articles)
    counts = StageCounts(STAGE, len(articles), kept, seconds=time.monotonic() - started)
    return write_part(out, {Story: told.stories, Membership: told.memberships, Lineage: told.lineage}, counts)
