"""What a night brought, for people: views for SQL, one page, and a few lines for the terminal."""

from storyfold.report.night_terminal import summary_lines
from storyfold.report.render import render_page
from storyfold.report.summary import NightSummary, night_summary
from storyfold.report.views import view_comments, view_statements

__all__ = ["NightSummary", "night_summary", "render_page", "summary_lines", "view_comments", "view_statements"]
