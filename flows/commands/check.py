"""The command `storyfold check`: whether a whole lake is as it should be, a line a check."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.lake import lake_option
from flows.commands.lake_age import tell_age
from storyfold.output.visible import make_visible

if TYPE_CHECKING:
    from storyfold.lake.audit import Finding

EXIT_NOT_WHOLE = 1
NAME_WIDTH = 23  # of the longest name of a check, `complete-story_articles`


@click.command(
    epilog="""\b
Examples:
  storyfold check
  storyfold check --lake /srv/lake --bytes
  storyfold check --format json | jq '.checks[] | select(.state == "wrong")'
What each check means, and what to do where one is wrong: docs/operation.md."""
)
@lake_option
@click.option("--bytes", "with_bytes", is_flag=True, help="Read every archived page back, too; this takes long.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to report."
)
def check(lake: Path, *, with_bytes: bool, form: str) -> int:
    """Check a whole lake: its files, its archives, and whether all rows of all nights agree.

    A night checks what it touches; this looks at everything, and only reads. Exits with 0 where all is well, with 1
    where something is wrong. What an older version's lake does not have is told, and is no fault.
    """
    from flows.lake_form import load_form
    from storyfold.fetch.audit_archive import list_archive_checks
    from storyfold.lake.audit import audit_lake
    from storyfold.lake.lake import Lake

    opened, expected = Lake(lake), load_form()
    tell_age(opened.compare(expected), opened.folder)

    with _draw_progress() as show:
        archive_checks = list_archive_checks(opened, with_bytes=with_bytes, show_progress=show)
        findings = audit_lake(opened, expected.views, archive_checks, expected.steps)
        return _report_json(opened.folder, findings) if form == "json" else _report_text(findings)


def _report_text(findings: Iterable[Finding]) -> int:
    """Print a line a check, as each is made, and at the end whether the lake is whole."""
    states = []
    for finding in findings:
        states.append(finding.state)
        such = f"; such as {', '.join(finding.examples)}" if finding.state == "wrong" and finding.examples else ""
        such = f": {', '.join(finding.examples)}" if finding.state == "missing" and finding.examples else such
        line = f"{finding.state:<7} {finding.name:<{NAME_WIDTH}} {finding.count:>6} {finding.meaning}{such}"
        click.echo(make_visible(line))
    wrong, missing = states.count("wrong"), states.count("missing")
    if wrong:
        click.echo(f"not whole: {wrong} of {len(states)} checks found something wrong")
    elif missing:
        click.echo(
            f"whole, as far as it goes: {missing} of {len(states)} checks miss something, since another version made "
            "the lake"
        )
    else:
        click.echo(f"whole: {len(states)} checks, nothing wrong")
    return EXIT_NOT_WHOLE if wrong else 0


def _report_json(folder: Path, findings: Iterable[Finding]) -> int:
    """Print one object: the lake, whether it is whole, and the findings."""
    found = [asdict(finding) for finding in findings]
    whole = all(finding["state"] != "wrong" for finding in found)
    click.echo(json.dumps({"lake": str(folder), "whole": whole, "checks": found}, indent=1))
    return 0 if whole else EXIT_NOT_WHOLE


@contextmanager
def _draw_progress() -> Iterator[Callable[[int, int], None]]:
    """Give what shows how many archived pages are read back; it draws where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("archived pages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bars.add_task("")

    def show(done: int, total: int) -> None:
        bars.start()  # when there is something to show; again and again is no harm
        bars.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        bars.stop()
