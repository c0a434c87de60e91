"""The night's page: one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from storyfold.report import charts, words
from storyfold.report.summary import NightSummary


def render_page(summary: NightSummary) -> str:
    """The report as one HTML document in UTF-8: no scripts, no requests, all text from pages escaped.

    Its Content-Security-Policy allows the one style sheet, by its hash, and nothing else, so that a page's text
    could load or run nothing even if it slipped through.
    """
    environment = _environment()
    style = (environment.loader or PackageLoader("storyfold.report")).get_source(environment, "night.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return environment.get_template("night.html").render(
        summary=summary,
        style=Markup(style),  # noqa: S704 (our own file)
        style_hash=digest,
        fates=charts.bar([("kept", summary.kept), ("rejected", summary.rejected)]),
        rejected_before=summary.rejected - sum(line.pages for line in summary.rejects),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("storyfold.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        plain=words.plain,
        web_address=words.web_address,
        moment=words.moment,
        number=words.number,
        duration=words.duration,
        counted=words.counted,
        timeline=charts.timeline,
    )
    environment.globals["chart_width"] = charts.WIDTH
    environment.globals["dry_words"] = words.dry_words
    return environment
