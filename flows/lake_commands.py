"""Commands that ask a lake: they read the last committed night and change nothing but reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyfold.outcomes import WrongUse

if TYPE_CHECKING:
    import duckdb

FORMATS = ("table", "csv", "json", "parquet")
SHOWN_ROWS = 200  # of a table on the terminal; DuckDB leaves out the middle of more and says how many there are
BATCH_ROWS = 2_000  # turned to JSON at once, so that a long answer needs little memory

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
  storyfold sql "SELECT headline, outlets, articles FROM top_stories LIMIT 5"
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
            answer = connection.sql(query)
            if answer is not None:
                _print(answer, form)
        except duckdb.Error as error:
            raise WrongUse(f"sql: {error}") from None


def _print(answer: duckdb.DuckDBPyRelation, form: str) -> None:
    if form == "table":
        answer.show(max_rows=SHOWN_ROWS)
    elif form == "json":
        _print_json(answer)
    elif form == "csv":
        import pyarrow.csv

        pyarrow.csv.write_csv(_flat(answer).to_arrow_table(), sys.stdout.buffer)
    else:
        import pyarrow.parquet

        pyarrow.parquet.write_table(answer.to_arrow_table(), sys.stdout.buffer)


def _flat(answer: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """CSV has no lists and structs: they are written as JSON text."""
    nested = ("list", "struct", "map", "array", "union")
    columns = [
        f"to_json({_name(name)})::VARCHAR AS {_name(name)}" if kind.id in nested else _name(name)
        for name, kind in zip(answer.columns, answer.types, strict=True)
    ]
    return answer.project(", ".join(columns))


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _print_json(answer: duckdb.DuckDBPyRelation) -> None:
    """One array of objects, in batches."""
    import orjson

    out = sys.stdout.buffer
    out.write(b"[")
    separator = b""
    for batch in answer.to_arrow_reader(BATCH_ROWS):
        for row in batch.to_pylist():
            out.write(separator + orjson.dumps(row, default=str, option=orjson.OPT_NON_STR_KEYS))
            separator = b",\n "
    out.write(b"]\n")
    out.flush()


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
    from storyfold.report.write import run_of, write_report

    lines, page = write_report(Lake(lake), run_of(Lake(lake), night))
    for line in lines:
        click.echo(line)
    click.echo(f"Report: {page}")
