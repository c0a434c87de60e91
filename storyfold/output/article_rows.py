"""Read and write articles as JSON lines: the one row that every file command writes and reads."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.identity.ids import hash_id
from storyfold.outcomes import Reason, WrongUse
from storyfold.output.destination import STANDARD, open_output
from storyfold.output.file_articles import FileArticles, join_blocks
from storyfold.output.plain_rows import count_lines
from storyfold.output.row_columns import Row, read_block
from storyfold.schemas import Article

KEYS = (
    "id",
    "path",
    "url",
    "canonical_url",
    "title",
    "authors",
    "agency",
    "published_at",
    "date_confidence",
    "date_reason",
    "language",
    "outlet",
    "kind",
    "body",
    "reason",
)
BLOCK_BYTES = 2**23  # of lines read at once: some thousand articles


def make_article_row(article: Article, path: str, reason: Reason | None) -> Row:
    """Make the row of one page, with exactly `KEYS`; `reason` is null for an article that is kept."""
    row = {key: getattr(article, key, None) for key in KEYS}
    row |= {
        "id": article.article_id,
        "path": path,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "reason": reason.value if reason else None,
    }
    return row


def read_articles(path: Path) -> FileArticles:
    """Read articles of a JSON-lines file, for grouping: `article_id` is the row's `id`, else of its url, else its path.

    The path `-` is standard input. Only `body` is needed; unknown keys are ignored. Of a plain file, a `url` that is
    only its `canonical_url` is what the page names and not where it stood. WrongUse names the line of the first row
    that cannot be used.
    """

    def find_fault(line: int, what: str) -> WrongUse:
        return WrongUse(f"{_describe_input(path)} line {line}: {what}")

    articles = join_blocks(read_block(lines, first, find_fault) for first, lines in _read_blocks(path))
    _refuse_same_id(path, articles.columns["article_id"])
    return articles


def _refuse_same_id(path: Path, ids: pa.ChunkedArray) -> None:
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    lines: dict[str, int] = {}
    for number, name in enumerate(ids.to_pylist(), 1):
        if name in lines:
            both = f"rows {lines[name]} and {number}"
            raise WrongUse(f"{_describe_input(path)}: {both} have the same id '{name}'; each row needs its own")
        lines[name] = number


def check_articles(path: Path) -> None:
    """Raise WrongUse for a file that cannot be opened, before anything else is begun."""
    if path != STANDARD:
        with _name_faults(path), path.open("rb"):
            pass


def _read_blocks(path: Path) -> Iterator[tuple[int, memoryview]]:
    """Yield the lines of a file in blocks of whole ones, each with the number of its first line.

    A block is overwritten by the next: memory that is new for each costs as much as the reading.
    """
    room, filled, first, is_end = bytearray(BLOCK_BYTES), 0, 1, False
    with _name_faults(path), _open_read(path) as opened:
        while not is_end:
            read = opened.readinto(memoryview(room)[filled:])
            filled, is_end = filled + read, read == 0
            end = filled if is_end else room.rfind(b"\n", filled - read, filled) + 1
            if end or (is_end and first == 1):  # an empty file is one block
                lines = memoryview(room)[:end].toreadonly()
                yield first, lines
                first += max(int(count_lines(np.frombuffer(lines, np.uint8))), 1)
                room[: filled - end] = room[end:filled]
                filled -= end
            elif filled == len(room):  # a line longer than this
                room = room + bytes(len(room))


@contextmanager
def _name_faults(path: Path) -> Iterator[None]:
    """Raise WrongUse that names the file where it cannot be read."""
    try:
        yield
    except FileNotFoundError:
        raise WrongUse(f"{path}: no such file; expected articles as `storyfold parse` writes them") from None
    except (OSError, EOFError) as error:
        raise WrongUse(f"{_describe_input(path)}: cannot be read: {error}") from None


@contextmanager
def _open_read(path: Path) -> Iterator[io.BufferedReader[Any]]:
    given = nullcontext(cast("io.BufferedReader", sys.stdin.buffer)) if path == STANDARD else path.open("rb")
    with given as opened:
        if opened.peek(2)[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=opened) as inflated, io.BufferedReader(inflated) as buffered:
                yield buffered
        else:
            yield opened


def _describe_input(path: Path) -> str:
    return "standard input" if path == STANDARD else str(path)


@contextmanager
def open_row_writer(path: Path) -> Iterator[IO[bytes]]:
    """Open the output for JSON lines that a path names (see `destination`), gzipped where the name ends in `.gz`."""
    with open_output(path) as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as compressed:
                yield compressed  # type: ignore[misc]
        else:
            yield raw


class OwnIds:
    """Give a row an id of its own where another row has its id: the same article from a second file."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def make_unique(self, row_id: str, path: str) -> str:
        """Return the id of a row, or a new one where another row had it."""
        own = hash_id(row_id, path) if row_id in self._given else row_id
        self._given.add(own)
        return own


def write_rows(out: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> None:
    """Append rows as JSON lines in UTF-8."""
    for row in rows:
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
