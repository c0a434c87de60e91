"""A night's report on disk: one page a night in the lake's `reports/`."""

from __future__ import annotations

from pathlib import Path

from storyfold.lake import Lake
from storyfold.outcomes import WrongUse
from storyfold.report.lines import summary_lines
from storyfold.report.page import render_page
from storyfold.report.summary import night_summary


def write_report(lake: Lake, run_id: str) -> tuple[list[str], Path]:
    """Write `reports/<run_id>.html`, for the last run also `latest.html`; the summary's lines and the page's path."""
    summary = lake.ask(lambda connection: night_summary(connection, run_id))
    lake.reports.mkdir(parents=True, exist_ok=True)
    page = render_page(summary)
    path = lake.reports / f"{run_id}.html"
    latest = [lake.reports / "latest.html"] if run_id == run_of(lake, None) else []
    for target in (path, *latest):
        unfinished = target.with_suffix(".writing")
        unfinished.write_text(page, encoding="utf-8")
        unfinished.replace(target)
    return summary_lines(summary), path


def run_of(lake: Lake, night: str | None) -> str:
    """The run that landed last, of one night if it is named; WrongUse says which nights there are."""
    found = lake.read(
        "SELECT run_id, night::VARCHAR AS night FROM runs WHERE status <> 'failed' "
        "ORDER BY finished_at DESC, run_id, attempt DESC"
    ).to_pylist()
    for row in found:
        if night in (None, row["night"]):
            return str(row["run_id"])
    nights = sorted({row["night"] for row in found})
    there = f"there are: {', '.join(nights[-5:])}" if nights else "none has landed there"
    raise WrongUse(f"{lake.folder}: no night {night or ''} in this lake; {there}")
