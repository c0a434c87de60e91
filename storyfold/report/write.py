"""Write a night's report to disk: one page a night in the lake's `reports/`."""

from __future__ import annotations

from pathlib import Path

from storyfold.lake.lake import Lake
from storyfold.outcomes import WrongUse
from storyfold.output.destination import open_output
from storyfold.report.night_links import INDEX, find_neighbours, list_night_pages, replace_line
from storyfold.report.night_terminal import render_summary_lines
from storyfold.report.render import render_line, render_nights, render_page
from storyfold.report.summary import read_night_summary


def write_report(lake: Lake, run_id: str) -> tuple[list[str], Path]:
    """Write `reports/<run_id>.html`, for the last run also `latest.html`; return the lines of the summary and the path.

    The links in the pages of the nights before and after are replaced, and `index.html` lists all nights.
    """
    summary, nights = lake.read_with(
        lambda connection: (read_night_summary(connection, run_id), list_night_pages(connection, lake.reports, run_id))
    )
    lake.reports.mkdir(parents=True, exist_ok=True)
    page = render_page(summary, nights)
    path = lake.reports / f"{run_id}.html"
    latest = [lake.reports / "latest.html"] if run_id == choose_run(lake, None) else []
    for target in (path, *latest):
        _write_page(target, page)
    for neighbour in filter(None, find_neighbours(summary.night, nights)):
        file = lake.reports / neighbour.file
        old = file.read_text(encoding="utf-8")
        _write_page(file, replace_line(old, render_line(neighbour.night, nights)))
    _write_page(lake.reports / INDEX, render_nights(nights))
    return render_summary_lines(summary), path


def _write_page(target: Path, page: str) -> None:
    with open_output(target) as out:
        out.write(page.encode("utf-8"))


def choose_run(lake: Lake, night: str | None) -> str:
    """Return the run that landed last, of one night if it is named; WrongUse says which nights there are."""
    found = lake.read(
        "SELECT run_id, night::VARCHAR AS night FROM runs WHERE status <> 'failed' AND kind = 'night' "
        "ORDER BY finished_at DESC, run_id, attempt DESC"
    ).to_pylist()
    for row in found:
        if night in (None, row["night"]):
            return str(row["run_id"])
    nights = sorted({row["night"] for row in found})
    known = f"there are: {', '.join(nights[-5:])}" if nights else "none has landed there"
    raise WrongUse(f"{lake.folder}: no night {night or ''} in this lake; {known}")
