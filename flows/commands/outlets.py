"""The command `storyfold outlets`: whose texts a lake has, who owns them, and who only repeats others."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.lake import lake_option
from flows.commands.lake_age import explain_missing_names, tell_age
from flows.commands.report_formats import out_option
from storyfold.output.destination import open_output
from storyfold.settings.outlets import OutletSettings
from storyfold.settings.sources import load_sources
from storyfold.settings.stages import load_settings

if TYPE_CHECKING:
    from storyfold.report.outlet_record import OutletRecord

FORMATS = ("text", "json", "csv")


@click.command(
    epilog="""\b
Examples:
  storyfold outlets
  storyfold outlets --lake /srv/lake --sources sources.toml
  storyfold outlets --format csv --out outlets.csv
  storyfold outlets --format json | jq '.[] | select(.probable_mirror) | .outlet'
In SQL: storyfold sql "FROM outlets", as the list was on the last night. How to list owners of your own: the head of
data/outlets.toml, and [outlets] in sources.toml."""
)
@lake_option
@click.option(
    "--sources", type=click.Path(path_type=Path), help="Tell outlets apart as a night over this sources.toml does."
)
@click.option("--settings", metavar="FILE", type=click.Path(path_type=Path), help="A file with an [outlets] table.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to list them."
)
@out_option
def outlets(lake: Path, sources: Path | None, settings: Path | None, form: str, out: Path) -> None:
    """List the outlets of a lake, those with most articles first.

    Of each: articles, how many are its own texts and how many others', stories, and what the list of outlets says of
    its owner, kind and country. An outlet that has others' texts and was never first is shown as a probable mirror,
    with what shows it. The list is that of now: the program's, and the file of yours that --sources or --settings
    names.
    """
    if sources is not None and settings is not None:
        raise click.UsageError("give --sources or --settings, not both")
    used = _read_settings(sources, settings)
    from flows.lake_form import load_form
    from storyfold.lake.lake import Lake
    from storyfold.report.outlet_record import read_outlets

    opened, listed = Lake(lake), used.make_list()
    found = opened.compare(load_form())
    tell_age(found, opened.folder)
    with explain_missing_names(found, opened.folder, reads_views=True):
        records = opened.read_with(lambda c: read_outlets(c, listed, used.mirror_texts, used.mirror_share))
    with open_output(out) as written:
        written.write(_render(records, form))


def _read_settings(sources: Path | None, settings: Path | None) -> OutletSettings:
    return load_sources(sources).settings.outlets if sources else load_settings(settings).outlets


def _render(records: list[OutletRecord], form: str) -> bytes:
    """Render records in one of FORMATS."""
    from storyfold.report.outlet_record import list_columns, make_plain_rows

    if form == "json":
        import orjson

        return orjson.dumps(make_plain_rows(records), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, list_columns(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(make_plain_rows(records))
        return text.getvalue().encode("utf-8")
    from storyfold.report.outlets_terminal import render_outlet_lines

    return ("\n".join(render_outlet_lines(records)) + "\n").encode("utf-8")
