"""Run `storyfold demo`: serve the invented web, run its nights, and print what they found."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.kernel_compilation import compile_kernels

if TYPE_CHECKING:
    from storyfold.demo_web.server import RunningWeb
    from storyfold.lake.lake import Lake

EXIT_PARTIAL = 3


@click.command(
    epilog="""\b
Examples:
  storyfold demo
  storyfold demo --lake /tmp/demo-lake
  storyfold demo --serve
More on the web, its truth, and how to add a story: docs/demo.md."""
)
@click.option(
    "--lake",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data/demo-lake"),
    show_default=True,
    help="The lake's folder.",
)
@click.option("--serve", is_flag=True, help="Leave the web up afterwards, to be looked at; Ctrl-C ends it.")
def demo(lake: Path, serve: bool) -> int:  # noqa: FBT001 (click gives a flag by name)
    """Run three nights over a news web of our own, served on this machine alone.

    Ten invented outlets report, copy, correct and get dates wrong for three days. A second run adds nothing; one
    that was killed is finished.
    """
    from flows.commands.demo_nights import find_missing_nights, serve_web_for_lake
    from storyfold.demo_web.content import load_web
    from storyfold.lake.faults import name_disk_faults
    from storyfold.lake.lake import Lake

    web = load_web()
    lake = lake.absolute()
    Lake(lake).check()
    _bring_up_to_date(Lake(lake))
    missing = find_missing_nights(lake, web)
    statuses: list[str] = []
    with ExitStack() as stack:
        stack.enter_context(name_disk_faults(lake))
        running = stack.enter_context(serve_web_for_lake(lake, web)) if missing or serve else None
        if running and missing:
            statuses = _run_nights(running, lake, missing)
        if statuses and sys.stderr.isatty():
            click.echo("", err=True)  # apart from the bars
        _print_found(lake, already=not missing)
        if running and serve:
            running.now = web.nights[-1]
            _serve_until_stopped(running)
    return EXIT_PARTIAL if "partial" in statuses else 0


def _bring_up_to_date(lake: Lake) -> None:
    """Migrate a lake that an older version made: which nights are missing is asked of it, and what they found."""
    from flows.lake_form import load_form, prepare_lake, refuse_newer_lake

    refuse_newer_lake(lake)
    if lake.catalog.exists() and lake.compare(load_form()).describe(lake.folder):
        compile_kernels()
        with lake.lock_for_writing():
            prepare_lake(lake, lambda line: click.echo(f"storyfold: {line}", err=True))


def _run_nights(running: RunningWeb, lake: Path, nights: Sequence[datetime]) -> list[str]:
    from flows.commands.prefect_server import configure_server, run_temporary_server

    def report(line: str) -> None:
        click.echo(line, err=True)

    compile_kernels()
    report(configure_server(lake / "work" / "prefect"))
    from flows.commands.demo_nights import run_nights
    from flows.commands.log_lines import show_log_lines

    show_log_lines()
    with run_temporary_server(report):
        return run_nights(running, lake, nights, report)


def _print_found(lake: Path, *, already: bool) -> None:
    from storyfold.lake.lake import Lake
    from storyfold.report.lake_terminal import render_lake_lines

    if already:
        click.echo("All nights are in this lake already; nothing was added. Remove its folder to start anew.\n")
    for line in Lake(lake).read_with(render_lake_lines):
        click.echo(line)
    click.echo(f"\nReport: {lake / 'reports' / 'latest.html'}")
    click.echo(f'Tables: storyfold sql --lake {lake} "FROM top_stories"')


def _serve_until_stopped(running: RunningWeb) -> None:
    """Leave the web up until the user stops it."""
    click.echo("\nThe web is up, as it was on its last night (Ctrl-C ends it):")
    for outlet in running.site.web.outlets:
        click.echo(f"  {running.site.addresses[outlet.id]}/  {outlet.name}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("")
