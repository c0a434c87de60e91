"""Who copied whom: the night's articles against each other and against the lake."""

from __future__ import annotations

import time

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.copies.near_duplicates import find_near_duplicates
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import read_changed_articles
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part, write_part
from storyfold.schemas import Copy, FamilyPlace, Sketch
from tasks.known import LakeTexts
from tasks.retrying import RETRIES, RETRY_SECONDS, worth_retrying

STAGE = "copies"


@task(
    name="copies",
    task_run_name="copies-{attempt.run_id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def find_copies(attempt: Attempt) -> Part:
    """A part with the new articles' sketches, the copies found, and every family place that changed."""
    out = attempt.stage(STAGE) / "night"
    if done := read_part(out):
        return done
    started = time.monotonic()
    articles = read_changed_articles(attempt)
    with attempt.lake.connect() as connection:
        folded = find_near_duplicates(articles, LakeTexts(connection), attempt.run_date)
    sketched = {sketch.article_id for sketch in folded.sketches}
    kept = sum(article.article_id in sketched for article in articles)
    counts = StageCounts(STAGE, len(articles), kept, seconds=time.monotonic() - started)
    return write_part(out, {Sketch: folded.sketches, Copy: folded.copies, FamilyPlace: folded.families}, counts)
