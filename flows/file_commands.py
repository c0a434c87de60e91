"""Commands on files: no lake, no Prefect. Pages to articles, articles to families and stories, as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flows.kernel_steps import ready_kernels
from storyfold.outcomes import Reason, WrongUse

if TYPE_CHECKING:
    from storyfold.stories.tell import Told

Result = TypeVar("Result")

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write: JSON lines, gzipped if it ends in .gz.",
)
articles_argument = click.argument("articles", type=click.Path(path_type=Path, dir_okay=False))
processes_option = click.option(
    "--processes", type=click.IntRange(min=1), help="Worker processes.  [default: usable cores]"
)


@click.command(
    epilog="""\b
Examples:
  storyfold parse saved/ --out articles.jsonl
  storyfold parse a.html b.txt crawl.warc.gz --out articles.jsonl.gz
  storyfold parse --explain a.html
  storyfold parse --explain a.html --out why.html"""
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write: JSON lines, gzipped if it ends in .gz; with --explain an HTML page.",
)
@click.option(
    "--cuts",
    "cuts_out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file for the lines that other pages showed to be no part of a text: `id, position, text, reason`.",
)
@processes_option
@click.option("--fast", is_flag=True, help="Ask no second opinion on texts: quicker, a little less exact.")
@click.option(
    "--explain", is_flag=True, help="Of one page: which blocks were kept and cut and why, what each date weighs."
)
def parse(
    paths: tuple[Path, ...],
    out: Path | None,
    cuts_out: Path | None,
    processes: int | None,
    fast: bool,  # noqa: FBT001 (click gives a flag by name)
    explain: bool,  # noqa: FBT001
) -> int:
    """Read pages (.html, .txt, .gz, folders, WARC, WET and ARC archives) into articles, one row a page.

    Lines that an outlet repeats on its pages, and headlines of other pages given here, are cut from the texts; a date
    that an outlet puts on all its pages is not believed.
    A page that is no article gets its row too, with `reason`, `kind` and the best body found. A page that
    takes more than 30 seconds or 2 GB is quarantined, and the next one read. Exits with 3 if there is such a page, or
    an input that could not be read to its end.
    """
    from flows.parse_files import find_items, rows_of
    from storyfold.article_rows import OwnIds, write_rows, writing_rows
    from storyfold.parse.cross_page.rows import settle_rows

    if explain:
        return _explain(paths, out)
    if out is None:
        raise WrongUse(
            "--out is missing: the file to write, as --out articles.jsonl (or --explain, to look at one page)"
        )
    for file in filter(None, (out, cuts_out)):
        _checked_out(file, paths)
    if cuts_out and cuts_out.absolute() == out.absolute():
        raise WrongUse(f"--cuts {cuts_out} is the file of --out; name another")
    looked = find_items(paths)
    items, refused = looked.items, looked.refused
    ready_kernels()
    ids, kept, failed = OwnIds(), 0, len(refused)
    with writing_rows(out) as written, writing_rows(cuts_out) if cuts_out else nullcontext() as noted:
        write_rows(written, refused)
        read = map(ids.settled, _shown("parse", len(items), rows_of(items, processes, fast=fast)))
        for rows, cuts in settle_rows(read):
            write_rows(written, rows)
            if noted:
                write_rows(noted, cuts)
            kept += sum(row["reason"] is None for row in rows)
            failed += sum(row["reason"] == Reason.QUARANTINED for row in rows)
    for line in looked.passed:
        click.echo(line, err=True)
    total = len(items) + len(refused)
    click.echo(f"{_counted(total, 'page')}: {_counted(kept, 'article')}, {total - kept} rejected; in {out}", err=True)
    return 3 if failed else 0


def _explain(paths: Sequence[Path], out: Path | None) -> int:
    from flows.explain import explain_file, show, write_page

    if len(paths) != 1:
        raise WrongUse(f"--explain takes one page, not {len(paths)}")
    explanation = explain_file(paths[0])
    if out is None:
        show(explanation)
    else:
        _checked_out(out, paths)
        write_page(explanation, out)
        click.echo(f"{explanation.verdict}; why is in {out}", err=True)
    return 0


@click.command(
    epilog="""\b
Examples:
  storyfold copies articles.jsonl --out families.jsonl
  storyfold parse saved/ --out a.jsonl.gz && storyfold copies a.jsonl.gz --out families.jsonl"""
)
@articles_argument
@out_option
def copies(articles: Path, out: Path) -> None:
    """Who copied whom: every article's family, its role there and the family's original.

    Reads JSON lines that need only `body` and one of `id`, `url`, `path`; what `storyfold parse` writes has more,
    which helps to tell who copied. Writes `id, family_id, role, original_id, share`: `original_id` is null if the
    original was not seen, `share` is how much of the article's text stands in the original (or, where that is
    unseen, in the member it shares most with).
    """
    from storyfold.article_rows import read_articles
    from storyfold.copies.fold import fold_texts
    from storyfold.copies.rows import family_rows

    _checked_out(out, [articles])
    read = read_articles(articles)
    ready_kernels()
    folded = _waited("copies", len(read), lambda: fold_texts(read))
    families = len({place.family_id for place in folded.families})
    _write(out, list(family_rows(read, folded)), f"{_counted(len(read), 'article')}, families: {families}")


@click.command(
    epilog="""\b
Examples:
  storyfold stories articles.jsonl --out stories.jsonl"""
)
@articles_argument
@out_option
def stories(articles: Path, out: Path) -> None:
    """Which articles tell the same story: a `story_id` for each.

    Reads what `storyfold copies` reads; titles and dates help. Copies vote once, as in a night.
    """
    from storyfold.article_rows import UNKNOWN_SEEN, read_articles
    from storyfold.copies.fold import fold_texts
    from storyfold.stories.tell import NothingKnown, tell_stories

    def tell() -> Told:
        return tell_stories(read, fold_texts(read).families, NothingKnown(), UNKNOWN_SEEN.date())

    _checked_out(out, [articles])
    read = read_articles(articles)
    ready_kernels()
    told = _waited("stories", len(read), tell)
    story = {membership.article_id: membership.story_id for membership in told.memberships}
    rows = [{"id": a.article_id, "story_id": story[a.article_id]} for a in read]
    _write(out, rows, f"{_counted(len(read), 'article')}, stories: {len(set(story.values()))}")


def _checked_out(out: Path, inputs: Iterable[Path]) -> None:
    """A file that may be written: its folder is there, and it is none of the inputs."""
    if not out.absolute().parent.is_dir():
        raise WrongUse(f"--out {out}: there is no folder {out.parent}; make it first")
    if any(path.exists() and out.exists() and path.samefile(out) for path in inputs):
        raise WrongUse(f"--out {out} is the input itself; name another file")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _write(out: Path, rows: Sequence[dict[str, Any]], what: str) -> None:
    from storyfold.article_rows import write_rows, writing_rows

    with writing_rows(out) as written:
        write_rows(written, rows)
    click.echo(f"{what}; in {out}", err=True)


def _shown(what: str, total: int, chunks: Iterable[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """The chunks as they come, with a bar on a terminal."""
    with click.progressbar(length=total, label=what, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for rows in chunks:
            yield rows
            bar.update(len(rows))


def _waited(what: str, total: int, work: Callable[[], Result]) -> Result:
    """Work that has no steps to count: on a terminal, a clock that runs."""
    if not sys.stderr.isatty():
        return work()
    from rich.console import Console

    with Console(stderr=True).status(f"{what}: {total} articles"):
        return work()
