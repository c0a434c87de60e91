"""Render a night as Markdown tables and plain rows, for a page that somebody else draws.

Titles, outlets and notes come from pages: `escape_markdown` lets none of their characters mean anything in Markdown or
HTML.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence

from storyfold.outcomes import StageCounts
from storyfold.report.formatting import format_count, format_duration, format_number, make_plain
from storyfold.report.summary import NightSummary

STORIES = 10
# ASCII punctuation that means nothing in a table's cell; all other is written as a character reference, which
# CommonMark (2.5) never takes for structure, and which also breaks the bare addresses that GitHub's dialect links.
_HARMLESS = frozenset(" ,;'()-%")
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in string.punctuation if c not in _HARMLESS}


def escape_markdown(text: str | None, limit: int = 200) -> str:
    """Return one line of at most `limit` characters of the text, which any Markdown shows as it is."""
    return make_plain(text, limit).translate(_REFERENCES)


def make_stage_rows(stages: Sequence[StageCounts]) -> list[dict[str, str | int]]:
    """Make a row a stage: what came in, was kept and was rejected, by reason."""
    return [
        {
            "stage": counts.stage,
            "in": counts.items_in,
            "kept": counts.kept,
            "rejected": counts.rejected.total(),
            "reasons": _list_reasons(counts),
            "took": format_duration(counts.seconds),
        }
        for counts in stages
    ]


def render_markdown(summary: NightSummary, stages: Sequence[StageCounts]) -> str:
    """Render the night's state, stages, top stories and checks."""
    rows = make_stage_rows(stages)
    stories = [
        (rank, escape_markdown(story.headline, 120), story.independent_sources, story.outlets, story.articles)
        for rank, story in enumerate(summary.stories[:STORIES], 1)
    ]
    checks = [
        (
            escape_markdown(c.name),
            "yes" if c.passed else "**no**",
            format_number(c.value),
            escape_markdown(c.expected),
            escape_markdown(c.note),
        )
        for c in sorted(summary.checks, key=lambda c: (c.passed, not c.required))
    ]
    passed = len(summary.checks) - len(summary.failed_checks)
    parts = [
        f"# Night of {summary.night}: {escape_markdown(summary.status)}",
        f"Run {escape_markdown(summary.run_id)}, attempt {summary.attempt}, {format_duration(summary.seconds)}.",
        *([escape_markdown(summary.detail, 500)] if summary.detail else []),
        "## Stages",
        render_table(rows[0] if rows else (), [row.values() for row in rows]),
        "## Most widely told",
        render_table(("", "story", "independent sources", "outlets", "articles"), stories)
        if stories
        else "No stories.",
        f"## Checks: {passed} of {format_count(len(summary.checks), 'check')} passed",
        render_table(("check", "passed", "value", "expected", "note"), checks),
    ]
    return "\n\n".join(parts) + "\n"


def _list_reasons(counts: StageCounts) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counts.rejected.items()) if count)


def render_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Render a table of cells that are safe already."""
    names = list(heads)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
