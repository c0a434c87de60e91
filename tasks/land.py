"""Land a whole run in the lake, and clear its parts: one task each."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.run.assemble import RunParts
from storyfold.run.attempt import Attempt, end_attempt
from storyfold.run.landing import Landed, land_run
from tasks.resources import Resources
from tasks.retrying import retried_task


@retried_task("land", "land-{attempt.run_id}")
def land_night(attempt: Attempt, parts: RunParts, resources: Resources) -> Landed:
    """Commit the run; its status is `landed`, `partial` (a source is missing) or `failed` (a check failed)."""
    return land_run(attempt, parts, resources.lake)


@task(name="clear", task_run_name="clear-{attempt.run_id}", cache_policy=NO_CACHE)
def clear_work(attempt: Attempt, landed: Landed) -> None:
    """Remove a landed run's parts; keep a failed one's to look into."""
    end_attempt(attempt, landed=landed.run.status != "failed")
