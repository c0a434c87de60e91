"""Run the commands on a lake, `sql` and `report`: they read the last committed night and write nothing but reports."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.commands.lake_age import explain_missing_names, tell_age
from storyfold.outcomes import WrongUse
from storyfold.output.destination import STANDARD, open_output
from storyfold.output.visible import make_lines_visible, make_visible

if TYPE_CHECKING:
    import duckdb

FORMATS = ("table", "line", "csv", "json", "parquet")
SHOWN_ROWS = 200  # of a table on the terminal; DuckDB leaves out the middle of more and says how many there are
BATCH_ROWS = 2_000  # fetched at once, so that a long result needs little memory
# DESCRIBE gives names and types only (DuckDB 1.5.5); the meanings are the catalog's comments.
_DESCRIBE = re.compile(r"\s*(?:DESCRIBE|DESC)\s+(?:TABLE\s+)?(\w+)\s*;?\s*", re.IGNORECASE)

lake_option = click.option(
    "--lake",
    type=click.Path(path_type=Path),
    default=Path("data/lake"),
    show_default=True,
    help="The lake's folder.",
)


@click.command(
    epilog="""\b
Examples:
  storyfold sql "SELECT headline, outlets, articles FROM top_stories ORDER BY place LIMIT 5"
  storyfold sql --format csv "FROM copies_by_outlet" > copies.csv
  storyfold sql --format json "SELECT title, outlet FROM current_articles WHERE date_confidence = 'low'"
  storyfold sql --format line "FROM articles LIMIT 1"
  storyfold sql "DESCRIBE current_articles"
  storyfold sql
More questions, and how to attach the lake elsewhere: docs/sql.md. Columns: docs/columns.md."""
)
@click.argument("query", required=False)
@lake_option
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print the answer."
)
def sql(query: str | None, lake: Path, form: str) -> None:
    """Ask the tables of a lake; the answer goes to standard output.

    Without a query: the views and tables there are, and what a row of each is. line puts each value on a line of its
    own, for wide rows; json is one array of objects; parquet is a file, so send it into one: > answer.parquet
    """
    import duckdb

    from flows.lake_form import load_form
    from storyfold.lake.faults import diagnose_fault
    from storyfold.lake.form import find_differences
    from storyfold.lake.lake import Lake

    if form == "parquet" and sys.stdout.isatty():
        raise WrongUse("--format parquet writes bytes; send them into a file: storyfold sql ... > answer.parquet")
    opened = Lake(lake)
    with opened.connect() as connection:
        today = load_form()
        found = find_differences(connection, today)
        if query is None:
            tell_age(found, opened.folder)
            for line in _list_contents(connection):
                click.echo(make_visible(line))
            return
        try:
            statements = connection.extract_statements(query)
            if not statements:
                raise WrongUse('sql: the query is empty; try: storyfold sql "FROM top_stories"')
            if len(statements) > 1:
                raise WrongUse("sql: one query at a time, please; this has several, apart by semicolons")
            reads_views = not today.views.keys().isdisjoint(re.findall(r"\w+", query.lower()))
            with explain_missing_names(found, opened.folder, reads_views=reads_views):
                result = _describe(connection, query) or connection.sql(query)
            tell_age(found, opened.folder)
            if result is not None:
                _print(result, form)
        except duckdb.InterruptException:
            raise click.Abort from None
        except duckdb.Error as error:
            if diagnose_fault(error, opened.folder):
                raise
            raise WrongUse(f"sql: {error}") from None


def _list_contents(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield a line for each view, then for each table, with its meaning as the catalog has it."""
    from storyfold.lake.catalog_comments import make_table_comment, read_comments, read_meaning
    from storyfold.schemas import TABLES

    comments = read_comments(connection)
    for name, table in TABLES.items():  # a lake that an earlier release wrote has no comments on its tables
        if ("table", name) in comments:
            comments["table", name] = comments["table", name] or make_table_comment(table)
    titles = {"view": "Views: what holds now", "table": "Tables: what was found as of each run"}
    width = max((len(name) for kind, name in comments if kind in titles), default=0)
    for kind, title in titles.items():
        yield title
        for name in sorted(name for found, name in comments if found == kind):
            yield f"  {name:<{width}}  {read_meaning(comments[kind, name])}".rstrip()
        yield ""
    yield 'Columns: storyfold sql "DESCRIBE current_articles"'


def _describe(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation | None:
    """Return the result of DESCRIBE with the columns' meanings; None for another query."""
    named = _DESCRIBE.fullmatch(query)
    if named is None:
        return None
    # A view's columns have no comments: they mean what the tables' columns of their name do, if those all agree.
    return connection.sql(
        f"""
        WITH described AS (SELECT * FROM (DESCRIBE {named[1]})),
        comments AS (
            SELECT
                column_name,
                max(column_index) FILTER (lower(table_name) = lower('{named[1]}')) AS position,
                max(comment) FILTER (lower(table_name) = lower('{named[1]}')) AS own,
                CASE WHEN count(DISTINCT comment) = 1 THEN max(comment) END AS shared
            FROM duckdb_columns() WHERE database_name = current_database() GROUP BY column_name
        )
        SELECT column_name, column_type, "null", coalesce(own, shared) AS meaning
        FROM described LEFT JOIN comments USING (column_name) ORDER BY position
        """  # noqa: S608 (one word, as the expression above has it)
    )


def _print(result: duckdb.DuckDBPyRelation, form: str) -> None:
    if form == "table":
        shown = io.StringIO()
        with redirect_stdout(shown):  # DuckDB spells out what ASCII has of controls, not direction marks
            result.show(max_rows=SHOWN_ROWS)
        sys.stdout.write(make_lines_visible(shown.getvalue()))
    elif form == "line":
        _print_lines(result)
    elif form == "parquet":
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "answer.parquet"
            result.write_parquet(str(file))
            with file.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)
    elif form == "json":
        _print_json(result)
    else:
        _print_csv(result)


def _print_lines(result: duckdb.DuckDBPyRelation) -> None:
    """Print a value a line, its name before it; a blank line between rows, long texts line under line."""
    width = max(map(len, result.columns), default=0)
    for number, row in enumerate(_fetch_rows(result)):
        sys.stdout.write("\n" if number else "")
        for name, value in zip(result.columns, row, strict=True):
            text = "" if value is None else str(_format_cell(value))
            lines = make_lines_visible(text).replace("\n", "\n" + " " * (width + 3))
            sys.stdout.write(f"{make_visible(name):>{width}} = {lines}\n")


def _fetch_rows(result: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(BATCH_ROWS):
        yield from rows


def _print_csv(result: duckdb.DuckDBPyRelation) -> None:
    """Print lists and structs as JSON, times in ISO 8601, an unknown value as nothing."""
    writer = csv.writer(_choose_stream(), lineterminator="\n")
    writer.writerow(result.columns)
    for row in _fetch_rows(result):
        writer.writerow([_format_cell(value) for value in row])


class _Terminal:
    """Write to standard output where a person reads it: nothing in a text can steer the terminal."""

    def write(self, text: str) -> int:
        return sys.stdout.write(make_lines_visible(text))


def _choose_stream() -> Any:
    return _Terminal() if sys.stdout.isatty() else sys.stdout


def _format_cell(value: Any) -> Any:
    if isinstance(value, list | dict | tuple):
        return _make_json(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _print_json(result: duckdb.DuckDBPyRelation) -> None:
    """Print one array of objects, in batches."""
    with open_output(STANDARD) as out:
        out.write(b"[")
        for number, row in enumerate(_fetch_rows(result)):
            out.write((b",\n " if number else b"") + _make_json(dict(zip(result.columns, row, strict=True))))
        out.write(b"]\n")


def _make_json(value: Any) -> bytes:
    import orjson

    return orjson.dumps(value, default=_convert_for_json, option=orjson.OPT_NON_STR_KEYS)


def _convert_for_json(value: Any) -> Any:
    """Convert what JSON has no type for: exact decimals to numbers, bytes to hex, everything else to its text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.hex() if isinstance(value, bytes) else str(value)


@click.command(
    epilog="""\b
Examples:
  storyfold report
  storyfold report --night 2026-11-20 --lake /tmp/lake"""
)
@lake_option
@click.option("--night", metavar="DATE", help="The night to report, as 2026-11-20.  [default: the last one landed]")
def report(lake: Path, night: str | None) -> None:
    """Make a night's report page again and print its summary."""
    from flows.lake_form import load_form
    from storyfold.lake.faults import check_writable, name_disk_faults
    from storyfold.lake.form import OlderLake
    from storyfold.lake.lake import Lake
    from storyfold.report.write import choose_run, write_report

    opened = Lake(lake)
    found = opened.compare(load_form())
    if found.views or found.older_views:  # an older view may mean another thing than the page says of it
        raise OlderLake(found.describe(opened.folder))
    with explain_missing_names(found, opened.folder):
        run_id = choose_run(opened, night)
        check_writable(opened.folder)
        with name_disk_faults(opened.folder):
            lines, page = write_report(opened, run_id)
    tell_age(found, opened.folder)
    for line in lines:
        click.echo(line)
    click.echo(f"Report: {page}")
