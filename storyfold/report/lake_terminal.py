"""Render all nights of a lake on one page of the terminal: what came in, the stories, who was first, who copied."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb

from storyfold.report.formatting import (
    describe_first_report,
    fit_to_width,
    format_count,
    format_moment,
    format_number,
    list_reasons,
    make_plain,
)
from storyfold.report.views import read_sql

WIDTH = 120  # characters of a line
REASON_LINES = 3


def render_lake_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return some 50 lines of plain text at most about the lake as it is; `connection` has it in use."""
    nights = _read_rows(connection, "nights")
    lines = ["Night        pages in   kept   rejected   new articles   changed   moved   gone   stories new or changed"]
    lines += [
        f"{night['night']}   {night['pages_in']:>8,}   {night['kept']:>4,}   {night['rejected']:>8,}"
        f"   {night['new_articles']:>12,}   {night['changed_articles']:>7,}   {night['moved_articles']:>5,}"
        f"   {night['gone_articles']:>4,}   {night['stories']:>22,}"
        for night in nights
    ]
    reasons = list_reasons((row["reason"], row["stage"], row["pages"]) for row in _read_rows(connection, "reasons"))
    totals = _read_rows(connection, "totals")[0]
    stories = format_count(totals["stories"], "story", "stories")
    copied = f"{format_number(totals['copies'])} of them with somebody else's text"
    lines += fit_to_width("Rejected:", reasons, WIDTH, REASON_LINES) if reasons else ["Nothing was rejected."]
    lines += ["", f"{format_count(totals['articles'], 'article')} ({copied}) tell {stories}. Most widely told:"]
    for rank, story in enumerate(_read_rows(connection, "stories"), 1):
        lines += _render_story(rank, story)
    lines += ["", "Most of others' text"]
    lines += [_render_copier(row) for row in _read_rows(connection, "copiers")]
    lines += _render_doubts(_read_rows(connection, "doubts"))
    return [line.rstrip()[:WIDTH] for line in lines]


def _read_rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    # By way of Arrow, as in summary.py: DuckDB's own rows need pytz for a time with a zone.
    rows: list[dict[str, Any]] = connection.execute(read_sql(f"lake/{name}")).to_arrow_table().to_pylist()
    return rows


def _render_story(rank: int, row: dict[str, Any]) -> list[str]:
    count = (
        f"{format_count(row['independent_sources'], 'independent source')}, {format_count(row['articles'], 'article')}"
    )
    lines = [f"  {rank}. {make_plain(row['headline'], 75) or 'without a headline'}: {count}"]
    lines.append(f"     outlets: {make_plain(', '.join(row['outlet_names']), 100)}")
    if row["first_outlet"]:
        when = format_moment(_convert_to_utc(row["first_at"]), row["first_precision"])
        first = describe_first_report(
            row["first_outlet"], f"{when} UTC", row["maybe_earlier"], row["same_text_outlets"]
        )
        lines.append(f"     {first}")
    if row["copiers"]:
        lines.append(f"     took others' text: {make_plain(', '.join(row['copiers']), 95)}")
    return lines


def _convert_to_utc(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value else None


def _render_copier(row: dict[str, Any]) -> str:
    of = f"{format_number(row['copies_of_others'])} of {format_count(row['articles'], 'article')}"
    taken = f"{format_number(row['copied_by_others'])} of its own taken over"
    return f"  {make_plain(row['outlet'], 40)}: {of} are others' text; {taken}"


def _render_doubts(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["", "No date was doubted."]
    lines = ["", f"Dates doubted or unknown: {format_number(rows[0]['total'])}"]
    doubts = (f"{make_plain(r['outlet'], 30)}, “{make_plain(r['title'], 40)}”: {r['date_reason']}" for r in rows)
    lines += ["  " + make_plain(line, WIDTH - 2) for line in doubts]
    left = rows[0]["total"] - len(rows)
    return [*lines, f"  and {format_number(left)} more"] if left else lines
