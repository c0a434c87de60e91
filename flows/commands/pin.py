"""The commands `storyfold pin`, `unpin` and `pins`: what an analyst says of two articles, whatever their texts say."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from flows.commands.files import settings_option
from flows.commands.kernel_compilation import compile_kernels
from flows.commands.lake import lake_option
from flows.commands.lake_age import explain_missing_names, tell_age
from storyfold.outcomes import WrongUse
from storyfold.output.destination import STANDARD, open_output
from storyfold.output.visible import make_visible
from storyfold.settings.stages import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.commands.pin_groups import Changes
    from storyfold.lake.lake import Lake

LONGEST_NOTE = 2_000  # characters; a reason, which stands in a line of every report
MOST_LINES = 20  # of what changes, that are printed
OTHER_SETTINGS = (
    "the lake's last night ran with other settings than these, of whatever stage; if its sources.toml sets [copies] or "
    "[stories], name it with --sources: what the pin concerns is grouped anew by them"
)

sources_option = click.option(
    "--sources", metavar="FILE", type=click.Path(path_type=Path), help="The nights' sources.toml, for its settings."
)
by_option = click.option("--by", metavar="NAME", help="Who says so.  [default: the name of the system's user]")
dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would change; write nothing.")


def change_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of what changes pins: who says so, in which lake, by which settings."""
    for option in (dry_run_option, sources_option, settings_option, lake_option, by_option):
        command = option(command)
    return command


@click.command(
    epilog="""\b
Examples:
  storyfold pin different 579e468bc982aa14 bf2453a2ae30df97 --note "two fires in one street"
  storyfold pin same https://www.example.com/2026/03/10/storm https://other.example/storm --dry-run
  storyfold pin same 579e468b bf2453a2 --as family --note "rewritten throughout, says the editor"
Exit codes: 0; 1 no such article, another run is writing the lake, or this or another pin would not hold, of which a
dry run knows nothing; 2 wrong use, or it contradicts other pins, which are named then. What there is: storyfold pins.
How pins are applied: docs/architecture.md."""
)
@click.argument("verdict", type=click.Choice(("same", "different")))
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option(
    "--as",
    "level",
    type=click.Choice(("family", "story")),
    default="story",
    show_default=True,
    help="What is meant: one event (story), or one text that was copied (family).",
)
@click.option("--note", default="", help="Why: it is shown wherever the pin is.")
@change_options
def pin(  # noqa: PLR0913 (click gives an argument for each option)
    *,
    verdict: Literal["same", "different"],
    first: str,
    second: str,
    level: Literal["family", "story"],
    note: str,
    by: str | None,
    lake: Path,
    settings: Path | None,
    sources: Path | None,
    dry_run: bool,
) -> None:
    """Say that two articles are of one story or family, or are not; it holds at once and on every later night.

    A and B are each an article's id (or its first letters) or an address that the lake knows. `same` joins their whole
    stories (as family their families, and so their stories). `different` keeps these two apart, as story in families,
    too: a copy parted from its original counts as a text whose original was not seen. Others of their group stay with
    the one that they are more like. Nothing else moves. What changed is printed; `storyfold unpin` takes it back.
    """
    _check_words((first, second))
    if len(note) > LONGEST_NOTE:
        raise WrongUse(f"pin: a note of {len(note)} characters is too long; allowed: {LONGEST_NOTE}")
    from flows.commands.pin_groups import Wanted, find_pin_changes

    chosen, user = _choose_settings(settings, sources), _name_user(by)
    wanted = Wanted(verdict, level, (first, second), note.strip(), user)
    _change(lake, chosen, dry_run, lambda opened: find_pin_changes(opened, wanted, chosen, datetime.now(UTC)))


@click.command(
    epilog="""\b
Examples:
  storyfold unpin 1f0c93aa57d2
  storyfold unpin 579e468bc982aa14 bf2453a2ae30df97 --dry-run
Exit codes: 0; 1 no such pin, or another run is writing the lake; 2 wrong use."""
)
@click.argument("asked", metavar="PIN | A B", nargs=-1, required=True)
@click.option(
    "--as", "level", type=click.Choice(("family", "story")), help="Which pin of A and B, where there are two."
)
@change_options
def unpin(
    *,
    asked: tuple[str, ...],
    level: Literal["family", "story"] | None,
    by: str | None,
    lake: Path,
    settings: Path | None,
    sources: Path | None,
    dry_run: bool,
) -> None:
    """Remove a pin, by its id or its two articles: families and stories are as if it had never been set.

    Its row stays in the table `pins`, with who removed it and when.
    """
    if len(asked) > 2:
        raise WrongUse("unpin: name a pin by its id or by its two articles; see storyfold unpin --help")
    _check_words(asked)
    from flows.commands.pin_groups import find_unpin_changes

    chosen, user = _choose_settings(settings, sources), _name_user(by)
    _change(
        lake, chosen, dry_run, lambda opened: find_unpin_changes(opened, asked, level, user, chosen, datetime.now(UTC))
    )


@click.command(
    epilog="""\b
Examples:
  storyfold pins
  storyfold pins --all --format json | jq '.[] | select(.unpinned_at)'
In SQL: FROM current_pins has those in force, FROM pins all that ever were."""
)
@lake_option
@click.option("--all", "every", is_flag=True, help="Those that were removed, too.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to tell them."
)
def pins(*, lake: Path, every: bool, form: str) -> None:
    """List the pins of a lake: who said what of which two articles, when and why."""
    from flows.lake_form import load_form
    from storyfold.lake.lake import Lake
    from storyfold.report.pin_lines import read_pin_lines, render_pin_lines

    opened = Lake(lake)
    age = opened.compare(load_form())
    tell_age(age, opened.folder)
    with explain_missing_names(age, opened.folder):
        found = opened.read_with(lambda connection: read_pin_lines(connection, every=every))
    if form == "json":
        import orjson

        with open_output(STANDARD) as out:
            out.write(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    for line in render_pin_lines(found) or ["no pins"]:
        click.echo(line)


def _change(lake: Path, settings: Settings, dry_run: bool, find: Callable[[Lake], Changes]) -> None:  # noqa: FBT001
    """Find what pins change, print it, and commit it but for a dry run."""
    from flows.commands.pin_groups import describe_pin, land_changes, list_change_lines
    from flows.lake_form import load_form, prepare_lake
    from storyfold.lake.faults import name_disk_faults
    from storyfold.lake.form import NewerLake, OlderLake
    from storyfold.lake.lake import Lake

    opened = Lake(lake)
    age = opened.compare(load_form())
    if age.unknown:
        raise NewerLake(age.describe(opened.folder))
    if dry_run and age.is_older:
        raise OlderLake(f"--dry-run writes nothing, and {age.describe(opened.folder)}")
    compile_kernels()

    def show(changes: Changes) -> None:
        (changed,) = changes.pins
        done = ("would remove " if dry_run else "removed ") if changed.unpinned_at else "would set " if dry_run else ""
        click.echo(make_visible(f"{done}{describe_pin(changed)}"))
        for name, title in sorted(changes.titles.items()):
            click.echo(make_visible(f"  {name} {title or 'without a title'}"))
        for line in list_change_lines(changes, MOST_LINES):
            click.echo(make_visible(line))

    if dry_run:
        changes = find(opened)
        _tell_settings(opened, settings)
        show(changes)
        click.echo("nothing was written: --dry-run")
        return
    opened.check()
    with opened.lock_for_writing(), name_disk_faults(opened.folder):
        prepare_lake(opened, lambda line: click.echo(f"storyfold: {line}", err=True))
        changes = find(opened)
        _tell_settings(opened, settings)
        land_changes(opened, changes)
    show(changes)


def _tell_settings(lake: Lake, settings: Settings) -> None:
    """Print a line where the last night ran with other settings: groups would be made anew by these."""
    from storyfold.run.queries import has_other_settings

    if lake.read_with(lambda connection: has_other_settings(connection, settings.fingerprint)):
        click.echo(f"storyfold: {OTHER_SETTINGS}", err=True)


def _choose_settings(settings: Path | None, sources: Path | None) -> Settings:
    if settings and sources:
        raise WrongUse("name settings by --settings or by --sources, not by both")
    if sources is None:
        return load_settings(settings)
    from storyfold.settings.sources import load_sources

    return load_sources(sources).settings


def _check_words(asked: tuple[str, ...]) -> None:
    if not all(words.strip() for words in asked):
        raise WrongUse("an id or address is empty; see storyfold pin --help")


def _name_user(by: str | None) -> str:
    """Return who sets a pin: what was given, else the name of the system's user; WrongUse where neither is there."""
    try:
        name = (by if by is not None else getpass.getuser()).strip()
    except (KeyError, OSError, ImportError):  # a user without a name, as in some containers
        name = ""
    if not name or len(name) > 200:
        raise WrongUse("--by NAME: say who sets or removes the pin, in at most 200 characters")
    return name
