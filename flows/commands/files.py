"""Run the commands on files, without lake or Prefect: pages to articles, articles to families and stories, JSON lines.

`-` is standard input and standard output, so that the commands pipe; messages go to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flows.commands.kernel_compilation import compile_kernels
from flows.commands.quick_start import start_quickly
from flows.commands.scratch_folder import make_scratch_folder
from storyfold.outcomes import Reason, WrongUse
from storyfold.output.destination import STANDARD, check_output, describe_output, is_same_output
from storyfold.output.visible import make_visible
from storyfold.settings.stages import Settings, load_settings

if TYPE_CHECKING:
    from flows.commands.page_inputs import PageInputs
    from flows.commands.stdin_and_address import LoadedPage
    from storyfold.run.parts import Part
    from storyfold.schemas import Item
    from storyfold.stories.articles_in_file import FileStories

Result = TypeVar("Result")

out_path = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
out_option = click.option(
    "--out",
    type=out_path,
    required=True,
    help="The file to write: JSON lines, gzipped if it ends in .gz; - is standard output.",
)
settings_option = click.option(
    "--settings",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A TOML file with tables as `storyfold settings` prints them.",
)
articles_argument = click.argument("articles", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
processes_option = click.option(
    "--processes", type=click.IntRange(min=1), help="Worker processes.  [default: usable cores]"
)


@click.command(
    epilog="""\b
Examples:
  storyfold parse saved/ --out articles.jsonl
  storyfold parse a.html b.txt crawl.warc.gz --out articles.jsonl.gz
  storyfold parse a.html --out - | jq .title
  storyfold parse --fetch https://example.com/news/1 --out -
  storyfold parse --explain a.html
  storyfold parse --explain a.html --out why.html"""
)
@click.argument("inputs", metavar="PAGES...", nargs=-1, required=True)
@click.option(
    "--out",
    type=out_path,
    help="The file to write: JSON lines, gzipped if it ends in .gz; with --explain an HTML page; - is standard output.",
)
@click.option("--fetch", is_flag=True, help="One of PAGES is an http or https address: ask it for its page.")
@click.option(
    "--allow-loopback",
    is_flag=True,
    help="With --fetch, the address may be one of this machine (127.0.0.1), whatever --settings says.",
)
@click.option(
    "--cuts",
    "cuts_out",
    type=out_path,
    help="A file for the lines that other pages showed to be no part of a text: `id, position, text, reason`.",
)
@settings_option
@processes_option
@click.option("--fast", is_flag=True, help="Leave out trafilatura's check of texts: quicker, a little less exact.")
@click.option(
    "--explain", is_flag=True, help="Of one page: which blocks were kept and cut and why, what each date weighs."
)
def parse(  # noqa: PLR0913, PLR0917 (click gives an argument for each option)
    inputs: tuple[str, ...],
    out: Path | None,
    fetch: bool,  # noqa: FBT001 (click gives a flag by name)
    allow_loopback: bool,  # noqa: FBT001
    cuts_out: Path | None,
    settings: Path | None,
    processes: int | None,
    fast: bool,  # noqa: FBT001
    explain: bool,  # noqa: FBT001
) -> int:
    """Read pages (.html, .txt, .gz, folders, WARC, WET and ARC archives, - for standard input) into articles.

    One row a page. An address is asked for only with --fetch: one, as a night asks (its robots.txt and [fetch] of
    --settings hold; no private address).

    Lines that an outlet repeats on its pages, and headlines of other pages given here, are cut from the texts; a date
    that an outlet puts on all its pages is not believed.
    A page that is no article gets its row too, with `reason`, `kind` and the best body found. A page that
    takes more than 30 seconds or 2 GB, or what [parse] of --settings says, is quarantined, and the next one read.
    Exits with 3 if there is such a page, or an input that could not be read to its end.
    """
    from flows.commands.page_inputs import PageInputs

    chosen = load_settings(settings)
    given = PageInputs(inputs, fetch=fetch, allow_loopback=allow_loopback, settings=chosen)
    if explain:
        return _explain(given, out)
    if out is None:
        raise WrongUse(
            "--out is missing: the file to write, as --out articles.jsonl, or --out - for standard output "
            "(or --explain, to look at one page)"
        )
    _check_outputs(out, cuts_out, given.paths)
    return _parse(given, out, cuts_out, processes, chosen, fast=fast)


def _check_outputs(out: Path, cuts_out: Path | None, inputs: Sequence[Path]) -> None:
    for file in filter(None, (out, cuts_out)):
        _check_output(file, inputs)
    if cuts_out and is_same_output(cuts_out, out):
        raise WrongUse(f"--cuts {cuts_out} is the file of --out; name another")


def _parse(
    given: PageInputs, out: Path, cuts_out: Path | None, processes: int | None, chosen: Settings, *, fast: bool
) -> int:
    from flows.commands.cut_pages import cut_pages
    from flows.commands.parse_pages import parse_to_parts
    from storyfold.output.article_rows import open_row_writer, write_rows

    found = given.find_pages()
    pages, refused = found.items, found.refused
    compile_kernels()
    kept, failed = 0, len(refused)
    with (
        make_scratch_folder() as folder,
        open_row_writer(out) as written,
        open_row_writer(cuts_out) if cuts_out else nullcontext() as written_cuts,
    ):
        write_rows(written, refused)
        with closing(parse_to_parts(pages, folder, processes, chosen, fast=fast)) as parsed:
            parts = list(_show_progress("parse", len(pages), parsed))
        for row, cuts in cut_pages(parts, chosen.boilerplate):
            write_rows(written, [row])
            if written_cuts:
                write_rows(written_cuts, cuts)
            kept += row["reason"] is None
            failed += row["reason"] == Reason.QUARANTINED
    for line in found.passed_over:
        click.echo(make_visible(line), err=True)
    failed += _report_missing(pages)
    total = len(pages) + len(refused)
    counted = f"{_count(total, 'page')}: {_count(kept, 'article')}, {total - kept} rejected"
    click.echo(make_visible(f"{counted}; in {describe_output(out)}"), err=True)
    return 3 if failed else 0


def _report_missing(pages: Iterable[Item | LoadedPage]) -> int:
    """Report the pages of standard input or the network that could not be had; return how many."""
    from flows.commands.stdin_and_address import LoadedPage

    missing = [page for page in pages if isinstance(page, LoadedPage) and page.content is None]
    for page in missing:
        click.echo(make_visible(f"{page.item.location}: {page.refused}: {page.detail}"), err=True)
    return len(missing)


def _explain(given: PageInputs, out: Path | None) -> int:
    from flows.commands.explain import explain_inputs, print_explanation, write_explanation

    if len(given.inputs) != 1:
        raise WrongUse(f"--explain takes one page, not {len(given.inputs)}")
    if out is not None:
        _check_output(out, given.paths)
    explanation = explain_inputs(given)
    if out is None:
        print_explanation(explanation)
    else:
        write_explanation(explanation, out)
        click.echo(make_visible(f"{explanation.verdict}; why is in {describe_output(out)}"), err=True)
    return 0


@click.command(
    epilog="""\b
Examples:
  storyfold copies articles.jsonl --out families.jsonl
  storyfold copies articles.jsonl --settings mine.toml --out families.jsonl
  storyfold parse saved/ --out a.jsonl.gz && storyfold copies a.jsonl.gz --out families.jsonl
  storyfold parse saved/ --out - | storyfold copies - --out - | jq .family_id"""
)
@articles_argument
@out_option
@settings_option
def copies(articles: Path, out: Path, settings: Path | None) -> None:
    """Who copied whom: every article's family, its role there and the family's original.

    Reads JSON lines (- is standard input) that need only `body` and one of `id`, `url`, `path`; what `storyfold
    parse` writes has more, which helps to tell who copied. Writes `id, family_id, role, original_id, share`:
    `original_id` is null if the original was not seen, `share` is how much of the article's text stands in the
    original (or, where that is unseen, in the member it shares most with).
    """
    start_quickly()
    from storyfold.copies.articles_in_file import group_articles
    from storyfold.copies.family_rows import make_family_rows
    from storyfold.output.article_rows import check_articles, read_articles

    _check_output(out, [articles])
    chosen = load_settings(settings)
    check_articles(articles)
    compile_kernels()
    read = read_articles(articles)
    grouped = _show_clock("copies", len(read), lambda: group_articles(read, chosen.copies))
    families = len(set(grouped.places.founders.tolist()))
    _write(out, make_family_rows(grouped), f"{_count(len(read), 'article')}, families: {families}")


@click.command(
    epilog="""\b
Examples:
  storyfold stories articles.jsonl --out stories.jsonl
  storyfold parse saved/ --out - | storyfold stories - --out -"""
)
@articles_argument
@out_option
@settings_option
def stories(articles: Path, out: Path, settings: Path | None) -> None:
    """Which articles tell the same story: a `story_id` for each.

    Reads what `storyfold copies` reads; titles and dates help. Copies vote once, as in a night. A live page or a
    digest, by its `kind` or title, is a story of its own; `mentions` has the ids of the stories that it tells of. Where
    a story takes up an earlier one weeks later (each month's report, each visit), `follows` names that one.
    """
    start_quickly()
    from storyfold.copies.articles_in_file import group_articles
    from storyfold.output.article_rows import check_articles, read_articles
    from storyfold.stories.articles_in_file import name_file_stories
    from storyfold.text.embeddings import load_model

    def group() -> FileStories:
        families = group_articles(read, chosen.copies, keep_words=False).make_columns()
        return name_file_stories(read, families, chosen.stories)

    _check_output(out, [articles])
    chosen = load_settings(settings)
    load_model(chosen.stories.embeddings)
    check_articles(articles)
    compile_kernels()
    read = read_articles(articles)
    told = _show_clock("stories", len(read), group)
    ids = read.columns["article_id"].to_pylist()
    rows = (
        {"id": name, "story_id": story}
        | ({"mentions": told.mentions[n]} if n in told.mentions else {})
        | ({"follows": told.follows[story]} if story in told.follows else {})
        for n, (name, story) in enumerate(zip(ids, told.story_ids, strict=True))
    )
    _write(out, rows, f"{_count(len(read), 'article')}, stories: {len(set(told.story_ids))}")


def _check_output(out: Path, inputs: Iterable[Path]) -> None:
    """Raise WrongUse for an output that cannot be written: its folder is not there, or it is one of the inputs."""
    check_output(out)
    if any(is_same_output(path, out) for path in inputs if path != STANDARD):
        raise WrongUse(f"--out {out} is the input itself; name another file")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _write(out: Path, rows: Iterable[dict[str, Any]], what: str) -> None:
    from storyfold.output.article_rows import open_row_writer, write_rows

    with open_row_writer(out) as written:
        write_rows(written, rows)
    click.echo(make_visible(f"{what}; in {describe_output(out)}"), err=True)


def _show_progress(what: str, total: int, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts as they come, with a bar on a terminal."""
    with click.progressbar(length=total, label=what, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for part in parts:
            yield part
            bar.update(part.counts.items_in)


def _show_clock(what: str, total: int, work: Callable[[], Result]) -> Result:
    """Run work that has no steps to count; on a terminal with a running clock."""
    if not sys.stderr.isatty():
        return work()
    from rich.console import Console

    with Console(stderr=True).status(f"{what}: {total} articles"):
        return work()
