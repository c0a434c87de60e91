"""Render an explanation as one HTML page that needs nothing else and runs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment

from storyfold.output.html_pages import load_templates, render_html
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
    runs = [Run(kept, tuple(blocks)) for kept, blocks in groupby(explanation.blocks, lambda block: block.kept)]
    return render_html(
        _load_templates(),
        "explanation.html",
        "explanation.css",
        explanation=explanation,
        article=explanation.article,
        runs=runs,
        kept=sum(block.kept for block in explanation.blocks),
    )


def _show_lines(text: str) -> str:
    """Return a block's text with its line breaks, and few marks on a letter."""
    return "\n".join(strip_marks(line, len(line) + 1) for line in limit_marks(text).split("\n"))


@cache
def _load_templates() -> Environment:
    filters = {"shown": lambda text: strip_marks(text, 2_000), "shown_lines": _show_lines}
    return load_templates("storyfold.parse.explain", filters)
