"""Report a run to people: views for SQL, one HTML page, and a few lines for the terminal."""

from storyfold.report.night_terminal import render_summary_lines
from storyfold.report.render import render_page
from storyfold.report.summary import NightSummary, read_night_summary
from storyfold.report.views import list_view_comments, list_view_statements

__all__ = [
    "NightSummary",
    "list_view_comments",
    "list_view_statements",
    "read_night_summary",
    "render_page",
    "render_summary_lines",
]
