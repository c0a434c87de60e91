"""Commands that ask a lake: they read the last committed night and change nothing but reports."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storyfold.outcomes import WrongUse

if TYPE_CHECKING:
    import duckdb

FORMATS = ("table", "csv", "json", "parquet")
SHOWN_ROWS = 200  # of a table on the terminal; DuckDB leaves out the middle of more and says how many there are
BATCH_ROWS = 2_000  # fetched at once, so that a long answer needs little memory

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
  storyfold sql "SHOW TABLES"
More questions, and how to attach the lake elsewhere: docs/sql.md. Columns: docs/columns.md."""
)
@click.argument("query")
@lake_option
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print the answer."
)
def sql(query: str, lake: Path, form: str) -> None:
    """Ask the tables of a lake; the answer goes to standard output.

    json is one array of objects; parquet is a file, so send it into one: > answer.parquet
    """
    import duckdb

    from storyfold.lake import Lake

    if form == "parquet" and sys.stdout.isatty():
        raise WrongUse("--format parquet writes bytes; send them into a file: storyfold sql ... > answer.parquet")
    with Lake(lake).connect() as connection:
        try:
            statements = connection.extract_statements(query)
            if not statements:
                raise WrongUse('sql: the query is empty; try: storyfold sql "FROM top_stories"')
            if len(statements) > 1:
                raise WrongUse("sql: one query at a time, please; this has several, apart by semicolons")
            answer = connection.sql(query)
            if answer is not None:
                _print(answer, form)
        except duckdb.InterruptException:
            raise click.Abort from None
        except duckdb.Error as error:
            raise WrongUse(f"sql: {error}") from None


def _print(answer: duckdb.DuckDBPyRelation, form: str) -> None:
    if form == "table":
        answer.show(max_rows=SHOWN_ROWS)
    elif form == "parquet":
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "answer.parquet"
            answer.write_parquet(str(file))
            with file.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)
    elif form == "json":
        _print_json(answer)
    else:
        _print_csv(answer)


def _rows(answer: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(BATCH_ROWS):
        yield from rows


def _print_csv(answer: duckdb.DuckDBPyRelation) -> None:
    """Lists and structs are written as JSON, times in ISO 8601, an unknown value as nothing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in _rows(answer):
        writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict | tuple):
        return _json(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _print_json(answer: duckdb.DuckDBPyRelation) -> None:
    """One array of objects, in batches."""
    out = sys.stdout.buffer
    out.write(b"[")
    for number, row in enumerate(_rows(answer)):
        out.write((b",\n " if number else b"") + _json(dict(zip(answer.columns, row, strict=True))))
    out.write(b"]\n")
    out.flush()


def _json(value: Any) -> bytes:
    import orjson

    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    """What JSON has no type for: exact decimals as numbers, bytes in hex, everything else as its text."""
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
    from storyfold.lake import Lake
    from storyfold.report import view_statements
    from storyfold.report.write import run_of, write_report

    run_id = run_of(Lake(lake), night)
    Lake(lake).create(view_statements())  # a lake of an earlier release gets this one's columns and views
    lines, page = write_report(Lake(lake), run_id)
    for line in lines:
        click.echo(line)
    click.echo(f"Report: {page}")
