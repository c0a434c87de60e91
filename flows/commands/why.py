"""The command `storyfold why`: what two articles are to each other, and by what that was decided."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from flows.commands.files import settings_option
from flows.commands.kernel_compilation import compile_kernels
from flows.commands.lake import lake_option
from flows.commands.lake_age import explain_missing_names, tell_age
from flows.commands.report_formats import format_option, out_option
from storyfold.outcomes import WrongUse
from storyfold.output.destination import STANDARD, check_output, open_output
from storyfold.settings.stages import Settings, load_settings

if TYPE_CHECKING:
    import duckdb

    from flows.commands.why_pair import Asked
    from storyfold.output.pair_reasons import PairReasons, Side

PLAIN_WIDTH = 100  # columns of text that goes into a file


@click.command(
    epilog="""\b
Examples:
  storyfold why 579e468bc982aa14 bf2453a2ae30df97
  storyfold why https://www.example.com/2026/03/10/storm https://other.example/storm --lake /srv/lake
  storyfold why saved/a.html saved/b.html
  storyfold why saved/a.html 579e468bc982aa14 --format json | jq .copies.evidence
  storyfold why 579e468bc982aa14 bf2453a2ae30df97 --format html --out why.html
Who is whose copy: storyfold sql "FROM copies". Exit codes: 0; 1 no such article; 2 wrong use."""
)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@lake_option
@settings_option
@format_option
@out_option
def why(first: str, second: str, lake: Path, settings: Path | None, form: str, out: Path) -> None:
    """Tell why two articles are copies or are not, which was first, and why they are one story or two.

    A and B are each an article's id (or its first letters), an address that the lake knows, or a saved page (.html,
    .txt), which is read as `storyfold parse` reads it. Two of a lake are told as the lake has them, and where deciding
    again gives something else that is said; with a file among them, the two are judged by themselves.
    """
    if not first.strip() or not second.strip():
        raise WrongUse("why: name two articles; see storyfold why --help")
    chosen = load_settings(settings)
    check_output(out)
    compile_kernels()
    reasons = _explain((("A", first), ("B", second)), lake, chosen)
    with open_output(out) as written:
        written.write(_render(reasons, form, is_terminal=out == STANDARD and sys.stdout.isatty()))


def _explain(asked: tuple[tuple[Side, str], tuple[Side, str]], lake: Path, settings: Settings) -> PairReasons:
    """Explain the two, by the lake where both are of it."""
    from flows.commands.why_pair import check_two, explain_in_lake, explain_two, read_files, read_lake_articles
    from flows.lake_form import load_form
    from storyfold.lake.lake import Lake
    from storyfold.lake.look_ups import look_up

    files = [(side, words) for side, words in asked if Path(words).exists()]
    others = [one for one in asked if one not in files]
    found: dict[Side, Asked] = {one.side: one for one in (read_files(files, settings) if files else [])}
    if not others:
        return explain_two(found["A"], found["B"], settings)
    opened = Lake(lake)
    age = opened.compare(load_form())
    tell_age(age, opened.folder)

    def read(connection: duckdb.DuckDBPyConnection) -> PairReasons:
        with look_up(connection):
            both = found | {one.side: one for one in read_lake_articles(connection, others)}
            pair = both["A"], both["B"]
            if files:
                return explain_two(*pair, settings)
            check_two(pair)
            return explain_in_lake(connection, pair, settings)

    with explain_missing_names(age, opened.folder):
        return opened.read_with(read)


def _render(reasons: PairReasons, form: str, *, is_terminal: bool) -> bytes:
    """Render what was found in one of the formats."""
    if form == "json":
        import orjson

        return orjson.dumps(reasons, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if form == "html":
        from storyfold.report.render import render_why

        return render_why(reasons).encode("utf-8", "replace")
    if form == "markdown":
        from storyfold.report.why_markdown import render_why_markdown

        return render_why_markdown(reasons).encode("utf-8", "replace")
    from storyfold.report.why_terminal import render_why_text

    width = get_terminal_size((PLAIN_WIDTH, 24)).columns if is_terminal else PLAIN_WIDTH
    return render_why_text(reasons, width, is_terminal=is_terminal).encode("utf-8", "replace")
