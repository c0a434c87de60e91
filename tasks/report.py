"""The night's page and summary, from what landed."""

from __future__ import annotations

from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from storyfold.lake import Lake
from storyfold.report.write import write_report
from tasks.retrying import RETRIES, RETRY_SECONDS, worth_retrying


@task(
    name="report",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
def report_night(lake_folder: str, run_id: str) -> tuple[list[str], Path]:
    """Write the page into the lake's `reports/`; the lines for the terminal, and the page's path."""
    return write_report(Lake(lake_folder), run_id)
