"""Write the docs that derive from code: `docs/columns.md` and `docs/reasons.md`. A test holds them to it."""

from __future__ import annotations

from pathlib import Path

from storyfold.outcomes import Reason
from storyfold.report import list_view_comments
from storyfold.schemas import TABLES, WORK_TABLES
from storyfold.schemas.columns import Table, get_sql_type

DOCS = Path(__file__).parent.parent / "docs"


def render_columns_page() -> str:
    """Return the page of every table with its columns, then of the views."""
    lines = [
        "# Tables and columns",
        "",
        "Written by `make docs` from the row classes in `storyfold/schemas/`; edit those, not this page.",
        "",
        "**Tables hold history.** `articles` has a row for each *version* of an article, `families`, `stories` and",
        "`story_articles` one for each run that changed something, also for what no longer stands: a plain `count(*)`",
        "of them counts versions and runs. The present state is in the views: `current_articles` (with its place in a",
        "family and a story), `current_families`, `current_stories`, `current_memberships`; see `sql.md`.",
        "",
        "## In the lake",
        "",
    ]
    for table in TABLES.values():
        lines += _render_table(table)
    lines += ["## Views", ""]
    lines += [f"- `{name}`: {comment}" for name, comment in list_view_comments().items()]
    lines += ["", "## Between stages", "", "Files in `work/<run_id>/`, cleared when the night has landed.", ""]
    for table in WORK_TABLES.values():
        lines += _render_table(table)
    return "\n".join(lines).rstrip() + "\n"


def _render_table(table: Table) -> list[str]:
    facts = f"One row is {table.about}. Key: {', '.join(f'`{k}`' for k in table.key)}."
    if table.partition:
        facts += f" Partitioned by `{table.partition}`."
    lines = [f"### `{table.name}`", "", facts, "", "| column | type | null | meaning |", "|---|---|---|---|"]
    for column in table.columns:
        meaning = column.meaning.replace("|", "\\|")
        if column.allowed:
            meaning += f" One of: {', '.join(f'`{value}`' for value in column.allowed)}."
        null = "yes" if column.nullable else ""
        lines.append(f"| `{column.name}` | {get_sql_type(column.type)} | {null} | {meaning} |")
    return [*lines, ""]


def render_reasons_page() -> str:
    """Return the page of every reason slug with its meaning."""
    lines = [
        "# Reasons for a rejection",
        "",
        "Written by `make docs` from `storyfold/outcomes.py`. The slugs stand in `rejects.reason` and",
        "`fetches.reason`, and under `reason` in the rows of `storyfold parse`. Each stands here once, with the stages",
        "that give it: feeds, sitemaps and lists are read in discover, pages in fetch and parse.",
        "",
        "| slug | stage | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{reason.value}` | {', '.join(reason.stages)} | {reason.meaning} |" for reason in Reason]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both pages."""
    (DOCS / "columns.md").write_text(render_columns_page(), encoding="utf-8")
    (DOCS / "reasons.md").write_text(render_reasons_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
