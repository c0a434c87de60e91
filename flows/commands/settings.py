"""The command `storyfold settings`: every value that a user may set, what it is, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from storyfold.output.visible import make_visible
from storyfold.settings.ranges import Text
from storyfold.settings.sources import load_sources
from storyfold.settings.stages import Setting, Settings, list_settings, load_settings, load_tables


@click.command(
    epilog="""\b
Examples:
  storyfold settings
  storyfold settings --sources data/sources.toml
  storyfold settings --settings mine.toml
  storyfold settings > mine.toml   # all values, to change some of them"""
)
@click.option("--sources", type=click.Path(path_type=Path), help="Show what a night over this sources.toml goes by.")
@click.option("--settings", metavar="FILE", type=click.Path(path_type=Path), help="Show what this file sets.")
def settings(sources: Path | None, settings: Path | None) -> None:
    """Show every setting, its value, and where it comes from.

    Prints TOML: a table for each stage, [discover] to [stories], as sources.toml takes them, and as the option
    --settings of `parse`, `copies` and `stories` does. What is not set and has no default stands there as a comment.
    """
    if sources is not None and settings is not None:
        raise click.UsageError("give --sources or --settings, not both")
    if sources is not None:
        loaded = load_sources(sources)
        shown = list_settings(loaded.settings, str(sources), loaded.set_tables)
    elif settings is not None:
        shown = list_settings(load_settings(settings), str(settings), load_tables(settings))
    else:
        shown = list_settings(Settings(), "", {})
    table = None
    for setting in shown:
        if setting.table != table:
            click.echo(f"[{setting.table}]" if table is None else f"\n[{setting.table}]")
            table = setting.table
        click.echo(make_visible(_format(setting)))


def _format(setting: Setting) -> str:
    """Format a setting as a line of TOML. One that is not set is a comment, with an example of what it may be."""
    if isinstance(setting.allowed, Text) and setting.value is None:
        return f"# {setting.key} = {_format_value(setting.allowed.example)}  # not set; {setting.allowed.words}"
    origin = setting.origin if setting.origin == "default" else f"set in {setting.origin}"
    return f"{setting.key} = {_format_value(setting.value)}  # {origin}; {setting.allowed}"


def _format_value(value: object) -> str:
    """Format a value as TOML has it: as JSON does, whose numbers, flags and strings in ASCII are those of TOML."""
    return json.dumps(value)
