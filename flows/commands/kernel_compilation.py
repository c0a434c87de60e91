"""Compile kernels before a command needs them, so that a person sees what the first command waits for."""

from __future__ import annotations

import sys

import click


def compile_kernels() -> None:
    """Compile the kernels that are not compiled yet, with a count on standard error; at once where all are."""
    from storyfold.kernels.compiled import prepare_kernels

    prepare_kernels(lambda line: click.echo(f"storyfold: {line}", err=True), _show_step)


def _show_step(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  {done} of {total}", err=True, nl=done == total)
