"""An explanation as one HTML page that needs nothing else and runs nothing."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from storyfold.parse.explain.explanation import Explanation


def render_explanation(explanation: Explanation) -> str:
    """The page in UTF-8: no scripts, no requests; all text of the explained page escaped."""
    return _environment().get_template("explanation.html").render(told=explanation, article=explanation.article)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("storyfold.parse.explain"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
