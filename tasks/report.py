"""Write the report of what landed, and show its tables on the Prefect server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.report.markdown import make_stage_rows, render_markdown
from storyfold.report.summary import read_night_summary
from storyfold.report.write import write_report
from tasks.retrying import RETRIES, RETRY_SECONDS, is_worth_retrying

# Keys of artifacts: the server keeps every run's under them, the last one on top.
STAGES_KEY = "storyfold-stages"
NIGHT_KEY = "storyfold-night"


@task(
    name="report",
    task_run_name="report-{run_id}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
)
def report_night(lake_folder: str, run_id: str) -> tuple[list[str], Path]:
    """Write the page into the lake's `reports/`; return the lines for the terminal, and the page's path."""
    return write_report(Lake(lake_folder), run_id)


@task(name="artifacts", task_run_name="artifacts-{run_id}", cache_policy=NO_CACHE)
def show_on_server(lake_folder: str, run_id: str, stages: Sequence[StageCounts]) -> None:
    """Put the run's tables on the server: its stages as a table, and all of it as one page of Markdown."""
    with Lake(lake_folder).connect() as connection:
        summary = read_night_summary(connection, run_id)
    description = f"Night of {summary.night}, lake {lake_folder}"
    create_table_artifact(table=make_stage_rows(stages), key=STAGES_KEY, description=description)
    create_markdown_artifact(markdown=render_markdown(summary, stages), key=NIGHT_KEY, description=description)
