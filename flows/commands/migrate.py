"""The command `storyfold migrate`: bring a lake that an older version made up to date, without running a night."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.kernel_compilation import compile_kernels
from flows.commands.lake import lake_option
from storyfold.output.visible import make_visible


@click.command(
    epilog="""\b
Examples:
  storyfold migrate --lake /srv/lake
  storyfold migrate --lake /srv/lake --dry-run
Exit codes: 0 the lake is of this version (with --dry-run: what is to be done was told), 1 it could not be
brought there and is as it was, 2 wrong use. What a migration is: docs/operation.md."""
)
@lake_option
@click.option("--dry-run", is_flag=True, help="Only say what would be done; write nothing.")
def migrate(lake: Path, *, dry_run: bool) -> None:
    """Bring a lake that an older version made up to date, as the next night would.

    Adds the tables, columns and views that this version has, and makes anew what an older method derived. Articles,
    versions, families and stories keep their ids. All of it is committed at once: stopped on the way, the lake is as it
    was, and the same command starts again.
    """
    from flows.lake_form import load_form, prepare_lake
    from storyfold.lake.faults import name_disk_faults
    from storyfold.lake.form import NewerLake
    from storyfold.lake.lake import Lake
    from storyfold.lake.migration import list_changes
    from storyfold.outcomes import StoryfoldError

    opened, form = Lake(lake), load_form()
    found = opened.compare(form)
    if found.unknown:
        raise NewerLake(found.describe(opened.folder))
    if found.retyped:  # every night refuses it too, whatever else there is to do
        raise StoryfoldError(found.describe(opened.folder))
    changes = list(list_changes(form, found))
    for change in changes:
        click.echo(make_visible(change))
    if not changes:
        click.echo(f"nothing to do: {opened.folder} is of this version")
    elif dry_run:
        click.echo("nothing was written: --dry-run")
    else:
        opened.check()
        with opened.lock_for_writing():  # before it compiles: nobody waits a minute to be told of another run
            compile_kernels()  # for what is made anew, and for the keys of its rows
            with name_disk_faults(opened.folder):
                prepare_lake(opened, lambda line: click.echo(f"storyfold: {line}", err=True))
        click.echo(f"done: {opened.folder} is of this version")
