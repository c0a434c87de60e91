"""Find which of the new articles copy which, each other or an article of the lake: one task a run."""

from __future__ import annotations

import time

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.copies.near_duplicates import find_near_duplicates
from storyfold.copies.queries import KnownTextsInLake
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import read_changed_articles
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, write_part
from storyfold.schemas import Copy, FamilyMember, Sketch
from storyfold.settings.copies import CopySettings
from tasks.retrying import RETRIES, RETRY_SECONDS, is_worth_retrying

STAGE = "copies"


@task(
    name="copies",
    task_run_name="copies-{attempt.run_id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
)
def find_copies(attempt: Attempt, settings: CopySettings) -> Part:
    """Write and return a part with the new articles' sketches, the copies found, and every family row that changed."""
    out = attempt.stage(STAGE) / "night"
    if done := read_part(out):
        return done
    started = time.monotonic()
    articles = read_changed_articles(attempt)
    with attempt.lake.connect() as connection:
        found = find_near_duplicates(articles, KnownTextsInLake(connection), attempt.run_date, settings)
    sketched = {sketch.article_id for sketch in found.sketches}
    kept = sum(article.article_id in sketched for article in articles)
    counts = StageCounts(STAGE, len(articles), kept, seconds=time.monotonic() - started)
    return write_part(out, {Sketch: found.sketches, Copy: found.copies, FamilyMember: found.families}, counts)
