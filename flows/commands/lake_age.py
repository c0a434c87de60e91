"""Say on standard error that another version made a lake, where a command that only reads it can go on all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyfold.output.visible import make_visible

if TYPE_CHECKING:
    from storyfold.lake.form import Differences


def tell_age(found: Differences, folder: Path) -> None:
    """Print a line where an older or a newer version made the lake; nothing where it is of this one."""
    if line := found.describe(folder):
        click.echo(make_visible(f"storyfold: {line}"), err=True)


@contextmanager
def explain_missing_names(found: Differences, folder: Path, *, reads_views: bool = False) -> Iterator[None]:
    """Turn DuckDB's error of a name that only another version's lake has into the line that says whose this one is.

    Any other error is the query's own, and stays. `reads_views` is whether the query names a view of this version.
    """
    import duckdb

    from storyfold.lake.form import NewerLake, OlderLake

    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        words = _read_first_sentence(error)
        if not _is_due_to_age(words, found, reads_views=reads_views):
            raise
        kind = NewerLake if found.unknown else OlderLake
        raise kind(f"{words}; {found.describe(folder)}") from error


def _is_due_to_age(words: str, found: Differences, *, reads_views: bool) -> bool:
    """Return whether a name that is not there may be another version's.

    What columns today's view has where the lake's is older, or reads an older one, is not known.
    """
    lacks = {name.rpartition(".")[2] for name in found.lacks}
    return bool(found.unknown or (reads_views and found.older_views) or lacks & set(re.findall(r"\w+", words)))


def _read_first_sentence(error: Exception) -> str:
    """Read what is wrong from an error of DuckDB: behind its kind, before its advice and the query."""
    words = str(error).partition("\n")[0]
    return re.split(r"!|\. ", re.sub(r"^\w+ Error: ", "", words), maxsplit=1)[0].rstrip(".!")
