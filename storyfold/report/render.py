"""Render the night's page: one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from storyfold.output.visible import strip_marks
from storyfold.report import charts, formatting
from storyfold.report.night_links import NightPage, find_neighbours
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
    return _make_environment().get_template("nights_line.html").render(before=before, after=after) if nights else ""


def render_nights(nights: Sequence[NightPage]) -> str:
    """Return the page that lists all nights, the newest first."""
    return _render_template("nights.html", pages=nights)


def _render_template(template: str, **values: object) -> str:
    environment = _make_environment()
    style = (environment.loader or PackageLoader("storyfold.report")).get_source(environment, "night.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return environment.get_template(template).render(
        style=Markup(style),  # noqa: S704 (our own file)
        style_hash=digest,
        **values,
    )


@cache
def _make_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("storyfold.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        plain=strip_marks,
        web_address=formatting.find_web_address,
        moment=formatting.format_moment,
        number=formatting.format_number,
        duration=formatting.format_duration,
        counted=formatting.format_count,
        stages_listed=formatting.list_stages,
        timeline=charts.draw_timeline,
    )
    environment.globals["chart_width"] = charts.WIDTH
    environment.globals["describe_warning"] = formatting.describe_warning
    return environment
