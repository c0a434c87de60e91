"""Read the lake's views, which have what most people want to know, from the SQL files in `report/sql/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"

# A view stands after those it reads.
NAMES = (
    "landed_runs",
    "current_pins",
    "current_families",
    "current_memberships",
    "current_stories",
    "current_versions",
    "placed_articles",
    "last_answers",
    "current_articles",
    "story_successors",
    "story_ids",
    "story_mentions",
    "story_names",
    "story_numbers",
    "current_follows",
    "first_reports",
    "top_stories",
    "copies_by_outlet",
    "current_outlets",
    "outlets",
    "cuts_by_outlet",
    "current_links",
    "citations_by_outlet",
    "corrections",
    "night_summary",
    "source_health",
)


def list_view_statements() -> dict[str, str]:
    """Return the SELECT of each view by its name, each after the views it reads; tables are named without a schema."""
    return {name: read_sql(name) for name in NAMES}


def list_view_comments() -> dict[str, str]:
    """Return what a row of each view is, by the view's name."""
    return {name: sql.splitlines()[0].removeprefix("-- ") for name, sql in list_view_statements().items()}


@cache
def read_sql(name: str) -> str:
    """Return the text of `report/sql/<name>.sql` without white space at its end."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").rstrip()
