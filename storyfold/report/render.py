"""Render the night's page: one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from storyfold.output.html_pages import load_templates, render_html
from storyfold.output.pair_reasons import PairReasons
from storyfold.output.visible import strip_marks
from storyfold.report import charts, formatting, why_words
from storyfold.report.night_links import NightPage, find_neighbours
from storyfold.report.pin_lines import describe_pin
from storyfold.report.story_life import StoryLife
from storyfold.report.story_terminal import describe_change, describe_found, describe_role, describe_state
from storyfold.report.summary import NightSummary


def render_page(summary: NightSummary, nights: Sequence[NightPage] = ()) -> str:
    """Return the report as one HTML document in UTF-8: no scripts, no requests, all text from pages escaped.

    `nights` are the pages it can link to. Its Content-Security-Policy allows the one style sheet, by its hash, and
    nothing else, so that a page's text could load or run nothing even if it slipped through.
    """
    return _render_template(
        "night.html",
        summary=summary,
        nights_line=Markup(render_line(summary.night, nights)),  # noqa: S704 (our own template)
        fates=charts.draw_bar([("kept", summary.kept), ("rejected", summary.rejected)]),
        rejected_before=summary.rejected - sum(line.pages for line in summary.rejects),
    )


def render_line(night: date, nights: Sequence[NightPage]) -> str:
    """Return the line of a night's page that leads to the night before, the night after and the list of all."""
    before, after = find_neighbours(night, nights)
    return _load_templates().get_template("nights_line.html").render(before=before, after=after) if nights else ""


def render_nights(nights: Sequence[NightPage]) -> str:
    """Return the page that lists all nights, the newest first."""
    return _render_template("nights.html", pages=nights)


def render_story(life: StoryLife) -> str:
    """Return the life of a story as one HTML document, with what `render_page` promises."""
    return _render_template("story.html", story=life)


def render_why(reasons: PairReasons) -> str:
    """Return what two articles are to each other as one HTML document, with what `render_page` promises."""
    return render_html(
        _load_templates(), "why.html", "why.css", reasons=reasons, words=why_words, copies=reasons.copies,
        stories=reasons.stories, articles=(reasons.a, reasons.b),
    )  # fmt: skip


def _render_template(template: str, **values: object) -> str:
    return render_html(_load_templates(), template, "night.css", **values)


@cache
def _load_templates() -> Environment:
    templates = load_templates(
        "storyfold.report",
        {
            "plain": strip_marks,
            "lines": formatting.strip_lines,
            "web_address": formatting.find_web_address,
            "moment": formatting.format_moment,
            "number": formatting.format_number,
            "duration": formatting.format_duration,
            "counted": formatting.format_count,
            "stages_listed": formatting.list_stages,
            "timeline": charts.draw_timeline,
            "unseen_original": formatting.name_unseen_original,
        },
    )
    templates.globals["chart_width"] = charts.WIDTH
    templates.globals["describe_warning"] = formatting.describe_warning
    templates.globals["describe_state"] = describe_state
    templates.globals["describe_pin"] = describe_pin
    templates.globals["describe_change"] = describe_change
    templates.globals["describe_role"] = describe_role
    templates.globals["describe_found"] = describe_found
    return templates
