"""The options of commands that tell one thing in several forms: `storyfold story`, `storyfold why`."""

from __future__ import annotations

from pathlib import Path

import click

from storyfold.output.destination import STANDARD

FORMATS = ("text", "json", "markdown", "html")

format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to tell it."
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=STANDARD,
    show_default=True,
    help="The file to write; - is standard output.",
)
