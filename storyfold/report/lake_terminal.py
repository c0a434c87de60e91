"""All nights of a lake in one page of the terminal: what came in, what is told, who was first, who copied."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb

from storyfold.report.formatting import counted, first_words, fitted, moment, number, plain, reasons_listed
from storyfold.report.views import read_sql

WIDTH = 120  # characters of a line
REASON_LINES = 3


def lake_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """At most some 50 lines of plain text about the lake as it stands; `connection` has it in use."""
    nights = _rows(connection, "nights")
    lines = ["Night        pages in   kept   rejected   new articles   changed   moved   gone   stories new or changed"]
    lines += [
        f"{night['night']}   {night['pages_in']:>8,}   {night['kept']:>4,}   {night['rejected']:>8,}"
        f"   {night['new_articles']:>12,}   {night['changed_articles']:>7,}   {night['moved_articles']:>5,}"
        f"   {night['gone_articles']:>4,}   {night['stories']:>22,}"
        for night in nights
    ]
    reasons = reasons_listed((row["reason"], row["stage"], row["pages"]) for row in _rows(connection, "reasons"))
    totals = _rows(connection, "totals")[0]
    told = counted(totals["stories"], "story", "stories")
    copied = f"{number(totals['copies'])} of them with somebody else's text"
    lines += fitted("Rejected:", reasons, WIDTH, REASON_LINES) if reasons else ["Nothing was rejected."]
    lines += ["", f"{counted(totals['articles'], 'article')} ({copied}) tell {told}. Most widely told:"]
    for place, story in enumerate(_rows(connection, "stories"), 1):
        lines += _story(place, story)
    lines += ["", "Most of others' text"]
    lines += [_copier(row) for row in _rows(connection, "copiers")]
    lines += _doubts(_rows(connection, "doubts"))
    return [line.rstrip()[:WIDTH] for line in lines]


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    # By way of Arrow, as in summary.py: DuckDB's own rows need pytz for a time with a zone.
    rows: list[dict[str, Any]] = connection.execute(read_sql(f"lake/{name}")).to_arrow_table().to_pylist()
    return rows


def _story(place: int, row: dict[str, Any]) -> list[str]:
    count = f"{counted(row['independent_sources'], 'independent source')}, {counted(row['articles'], 'article')}"
    lines = [f"  {place}. {plain(row['headline'], 75) or 'without a headline'}: {count}"]
    lines.append(f"     outlets: {plain(', '.join(row['outlet_names']), 100)}")
    if row["first_outlet"]:
        when = moment(_utc(row["first_at"]), row["first_precision"])
        told = first_words(row["first_outlet"], f"{when} UTC", row["maybe_earlier"], row["same_text_outlets"])
        lines.append(f"     {told}")
    if row["copiers"]:
        lines.append(f"     took others' text: {plain(', '.join(row['copiers']), 95)}")
    return lines


def _utc(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value else None


def _copier(row: dict[str, Any]) -> str:
    of = f"{number(row['copies_of_others'])} of {counted(row['articles'], 'article')}"
    return (
        f"  {plain(row['outlet'], 40)}: {of} are others' text; {number(row['copied_by_others'])} of its own taken over"
    )


def _doubts(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["", "No date was doubted."]
    lines = ["", f"Dates doubted or unknown: {number(rows[0]['total'])}"]
    told = (f"{plain(r['outlet'], 30)}, “{plain(r['title'], 40)}”: {r['date_reason']}" for r in rows)
    lines += ["  " + plain(line, WIDTH - 2) for line in told]
    left = rows[0]["total"] - len(rows)
    return [*lines, f"  and {number(left)} more"] if left else lines
