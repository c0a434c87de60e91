"""Render an explanation as one HTML page that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from storyfold.output.visible import limit_marks, strip_marks
from storyfold.parse.explain.explained_body import ExplainedBlock
from storyfold.parse.explain.explanation import Explanation

SHOWN_CUT = 200  # blocks of one run that was cut; a page of ten megabytes has a hundred thousand
SHOWN_REASONS = 3  # of a folded run, the commonest first


@dataclass(frozen=True, slots=True)
class Run:
    """Hold blocks in a row that are all kept, which are shown, or all cut, which are folded away."""

    kept: bool
    blocks: Sequence[ExplainedBlock]

    @property
    def shown(self) -> Sequence[ExplainedBlock]:
        """The first blocks, which are shown."""
        return self.blocks[:SHOWN_CUT]

    @property
    def reasons(self) -> str:
        """Why they were cut, the commonest reasons first."""
        counts = Counter(block.reason for block in self.blocks).most_common()
        named = [f"{reason} ({count})" if len(counts) > 1 else reason for reason, count in counts[:SHOWN_REASONS]]
        return ", ".join(named) + (", and others" if len(counts) > SHOWN_REASONS else "")


def render_explanation(explanation: Explanation) -> str:
    """Return the page in UTF-8: no scripts, no requests; all text of the explained page escaped.

    Its Content-Security-Policy allows the one style sheet, by its hash, and nothing else.
    """
    environment = _load_environment()
    style = (environment.loader or PackageLoader("storyfold.parse.explain")).get_source(environment, "explanation.css")
    runs = [Run(kept, tuple(blocks)) for kept, blocks in groupby(explanation.blocks, lambda block: block.kept)]
    return environment.get_template("explanation.html").render(
        explanation=explanation,
        article=explanation.article,
        runs=runs,
        kept=sum(block.kept for block in explanation.blocks),
        style=Markup(style[0]),  # noqa: S704 (our own file)
        style_hash=base64.b64encode(hashlib.sha256(style[0].encode("utf-8")).digest()).decode("ascii"),
    )


def _show_lines(text: str) -> str:
    """Return a block's text with its line breaks, and few marks on a letter."""
    return "\n".join(strip_marks(line, len(line) + 1) for line in limit_marks(text).split("\n"))


@cache
def _load_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("storyfold.parse.explain"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=lambda text: strip_marks(text, 2_000), shown_lines=_show_lines)
    return environment
