"""Write the report of what landed, and show its tables on the Prefect server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from storyfold.outcomes import StageCounts
from storyfold.report.markdown import make_stage_rows, render_markdown
from storyfold.report.summary import read_night_summary
from storyfold.report.write import write_report
from tasks.resources import Resources
from tasks.retrying import retried_task

# Keys of artifacts: the server keeps every run's under them, the last one on top.
STAGES_KEY = "storyfold-stages"
NIGHT_KEY = "storyfold-night"


@retried_task("report", "report-{run_id}")
def report_night(run_id: str, resources: Resources) -> tuple[list[str], Path]:
    """Write the page into the lake's `reports/`; return the lines for the terminal, and the page's path."""
    return write_report(resources.lake, run_id)


@task(name="artifacts", task_run_name="artifacts-{run_id}", cache_policy=NO_CACHE)
def show_on_server(run_id: str, stages: Sequence[StageCounts], resources: Resources) -> None:
    """Put the run's tables on the server: its stages as a table, and all of it as one page of Markdown."""
    with resources.lake.connect() as connection:
        summary = read_night_summary(connection, run_id)
    description = f"Night of {summary.night}, lake {resources.lake.folder}"
    create_table_artifact(table=make_stage_rows(stages), key=STAGES_KEY, description=description)
    create_markdown_artifact(markdown=render_markdown(summary, stages), key=NIGHT_KEY, description=description)
