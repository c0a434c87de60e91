"""Run the command line: `storyfold --help` lists the commands, each with examples.

Exit codes: 0 all well, 1 failed, 2 wrong use, 3 done with parts missing, 141 whoever read the output closed the pipe.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

import storyfold
from flows.commands.check import check
from flows.commands.demo import demo
from flows.commands.files import copies, parse, stories
from flows.commands.lake import lake_option, report, sql
from flows.commands.log_lines import is_no_line_of_a_run
from flows.commands.migrate import migrate
from flows.commands.outlets import outlets
from flows.commands.pin import pin, pins, unpin
from flows.commands.settings import settings
from flows.commands.story import story
from flows.commands.why import why
from storyfold.outcomes import StoryfoldError, WrongUse
from storyfold.output.visible import VisibleFormatter, make_visible

if TYPE_CHECKING:
    from flows.results import NightResult

EXIT_FAILED, EXIT_WRONG_USE, EXIT_PARTIAL = 1, 2, 3
EXIT_CLOSED_PIPE = 141  # 128 + SIGPIPE: what a shell gives for any program whose reader went away, as `head` does
ENGINE_NAMES = ("local",)  # those of flows.engines, which imports Prefect


class PipeClosed(StoryfoldError):
    """Say that whoever read the output wants no more of it: no failure, and nothing to report."""


class Commands(click.Group):
    """Hold the commands; a closed pipe ends one quietly, with an exit code of its own where click would give 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and flush what it printed."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in the buffer goes nowhere
            raise PipeClosed from None
        return done


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all well, 1 failed, 2 wrong use, 3 done with parts missing (a source of a night, a page of "
    "parse), 141 whoever read the output closed the pipe.",
)
@click.version_option(storyfold.__version__, prog_name="storyfold")
def cli() -> None:
    """Which of last night's pages tell the same story, who wrote it, and who only copied it."""


@cli.command(
    epilog="""\b
Examples:
  storyfold nightly --sources data/sources.toml
  storyfold nightly --sources data/demo/sources.toml --lake /tmp/lake --night 2026-11-20
  storyfold nightly --sources data/sources.toml --lake /srv/lake --resume-all
  PREFECT_API_URL=http://127.0.0.1:4200/api storyfold nightly --sources data/sources.toml"""
)
@click.option("--sources", type=click.Path(path_type=Path), required=True, help="The sources.toml to read from.")
@click.option("--night", metavar="DATE", help="Label of the run, as 2026-11-20.  [default: today, UTC]")
@lake_option
@click.option(
    "--engine", type=click.Choice(ENGINE_NAMES), default="local", show_default=True, help="Where batches run."
)
@click.option("--processes", type=click.IntRange(min=1), help="Batches at once.  [default: usable cores]")
@click.option("--resume-all", is_flag=True, help="First finish every night that was killed in this lake.")
def nightly(
    *,
    sources: Path,
    night: str | None,
    lake: Path,
    engine: Literal["local"],
    processes: int | None,
    resume_all: bool,
) -> int:
    """Run one night: pages in, stories out, all of it committed at once.

    Running the same night again adds nothing that is there already; a night that was killed is finished. With
    --resume-all, nights that were killed on earlier days are finished before it, the oldest first, each with the
    sources.toml that it was begun with; one that cannot be finished is told of in one line, and exits with 1.
    """
    from storyfold.settings.sources import load_sources
    from storyfold.text.embeddings import load_model

    load_model(
        load_sources(sources).settings.stories.embeddings
    )  # before the wait for Prefect: wrong use shows at once
    label = _read_date(night) if night is not None else None
    _check_lake(lake)
    from flows.commands.prefect_server import blame_full_disk, configure_server, run_temporary_server
    from storyfold.lake.faults import name_disk_faults

    click.echo(configure_server(lake.absolute() / "work" / "prefect"), err=True)
    with run_temporary_server(lambda line: click.echo(f"storyfold: {line}", err=True)):
        from flows.commands.log_lines import show_log_lines
        from flows.nightly import nightly as flow

        show_log_lines()
        with name_disk_faults(lake), blame_full_disk(lake.absolute()):
            result = flow(str(sources), label, str(lake), engine, processes, resume_all=resume_all)
    return _print_result(result, lake)


def _check_lake(lake: Path) -> None:
    """Report a lake that a night cannot be run in, before the wait for Prefect."""
    if lake.exists() and not lake.is_dir():
        raise WrongUse(f"--lake {lake} is a file; name a folder, which is made if it is not there")
    from flows.lake_form import refuse_newer_lake
    from storyfold.lake.lake import Lake

    opened = Lake(lake)
    opened.check()
    refuse_newer_lake(opened)
    if opened.folder.exists():
        with opened.lock_for_writing():  # no other run is writing it; the run itself takes the lock again
            pass


def _print_result(result: NightResult, lake: Path) -> int:
    """Print what became of the night and of those finished before it; return the worst of their exit codes."""
    for night in result.nights:
        for line in night.summary:
            click.echo(line)
        if night.report:
            click.echo(f"Report: {night.report}")
    click.echo(f'Tables: storyfold sql --lake {lake} "FROM top_stories"')
    for line in result.partial:  # those that could not be finished were logged when that was clear
        click.echo(f"storyfold nightly: {line}", err=True)
    if result.not_finished:
        return EXIT_FAILED
    return EXIT_PARTIAL if result.partial else 0


def _read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"--night '{text}' is no date; allowed: a day as 2026-11-20") from None


for command in (
    demo,
    parse,
    copies,
    stories,
    story,
    why,
    pin,
    unpin,
    pins,
    outlets,
    sql,
    report,
    check,
    migrate,
    settings,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its code; whatever a person can mend is reported in one line."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # here and not at the root alone: Prefect's loggers have levels of their own
    handler.setFormatter(VisibleFormatter("%(message)s"))
    handler.addFilter(is_no_line_of_a_run)  # what ends a command is told below, once
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    try:
        code = cli.main(arguments, prog_name="storyfold", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = EXIT_WRONG_USE
    except click.UsageError as error:
        code = _report_wrong_use(error)
    except PipeClosed:
        code = EXIT_CLOSED_PIPE
    except WrongUse as error:
        code = _report(str(error), EXIT_WRONG_USE)
    except (StoryfoldError, OSError) as error:
        code = _report(str(error), EXIT_FAILED)
    except (click.Abort, KeyboardInterrupt):
        code = _report("stopped", EXIT_FAILED)
    except Exception as error:  # noqa: BLE001 (whatever escapes: its trace, and one line for whoever reads only that)
        traceback.print_exc()
        code = _report(f"{type(error).__name__}: {error}"[:500], EXIT_FAILED)
    sys.exit(code or 0)


def _report_wrong_use(error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx else "storyfold"
    message = " ".join(error.format_message().split()).rstrip(".")
    if isinstance(error, click.NoSuchOption) and error.ctx:
        options = [o for p in error.ctx.command.params for o in p.opts if o.startswith("--")]
        message = f"no such option {error.option_name}; allowed: {', '.join(options)}"
    click.echo(make_visible(f"{path}: {message}; see {path} --help"), err=True)
    return EXIT_WRONG_USE


def _report(message: str, code: int) -> int:
    click.echo("storyfold: " + make_visible(" ".join(message.split())), err=True)
    return code


if __name__ == "__main__":
    main()
