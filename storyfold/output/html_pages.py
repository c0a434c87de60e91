"""Render HTML pages of our own that need nothing else and run nothing: all escaped, one style sheet inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def load_templates(package: str, filters: Mapping[str, Callable[..., object]]) -> Environment:
    """Return the templates of a package's folder `templates`, which escape every value that they show.

    They fill `page.html`, which has what every page says to browsers and search engines.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("storyfold.output")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters)
    return environment


def render_html(templates: Environment, template: str, style_file: str, **values: object) -> str:
    """Render one page with its style sheet, and the hash by which its Content-Security-Policy allows that alone."""
    assert templates.loader is not None
    style = templates.loader.get_source(templates, style_file)[0]
    return templates.get_template(template).render(
        style=Markup(style),  # noqa: S704 (our own file)
        style_hash=base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
        **values,
    )
