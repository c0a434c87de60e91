"""Read and write articles as JSON lines: the one row that every file command writes and reads."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, cast

import orjson

from storyfold.identity.ids import hash_id
from storyfold.outcomes import Reason, WrongUse
from storyfold.output.destination import STANDARD, open_output
from storyfold.schemas import Article
from storyfold.schemas.pages import Confidence
from storyfold.web.urls import split_url
from storyfold.web.warc import is_archive

Row = dict[str, Any]
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
# Rows without a time at which they were seen all get this one: then the smallest id founds a group.
UNKNOWN_SEEN = datetime(1970, 1, 1, tzinfo=UTC)


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


def read_articles(path: Path) -> list[Article]:
    """Read articles of a JSON-lines file, for grouping: `article_id` is the row's `id`, else of its url, else its path.

    The path `-` is standard input. Only `body` is needed; unknown keys are ignored. Of a plain file, a `url` that is
    only its `canonical_url` is what the page names and not where it stood. WrongUse names the line of the first row
    that cannot be used.
    """
    articles = [_make_article(row, f"{_describe_input(path)} line {number}") for number, row in _read_rows(path)]
    lines: dict[str, int] = {}
    for number, article in enumerate(articles, 1):
        if article.article_id in lines:
            both = f"rows {lines[article.article_id]} and {number}"
            raise WrongUse(
                f"{_describe_input(path)}: {both} have the same id '{article.article_id}'; each row needs its own"
            )
        lines[article.article_id] = number
    return articles


def _read_rows(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        with _open_read(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield number, orjson.loads(line)
                    except orjson.JSONDecodeError as error:
                        raise WrongUse(
                            f"{_describe_input(path)} line {number}: not JSON ({error}); expected one object a line"
                        ) from None
    except FileNotFoundError:
        raise WrongUse(f"{path}: no such file; expected articles as `storyfold parse` writes them") from None
    except (OSError, EOFError) as error:
        raise WrongUse(f"{_describe_input(path)}: cannot be read: {error}") from None


@contextmanager
def _open_read(path: Path) -> Iterator[IO[bytes]]:
    given = nullcontext(cast("io.BufferedReader", sys.stdin.buffer)) if path == STANDARD else path.open("rb")
    with given as opened:
        if opened.peek(2)[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=opened) as inflated:
                yield io.BufferedReader(inflated)
        else:
            yield opened


def _describe_input(path: Path) -> str:
    return "standard input" if path == STANDARD else str(path)


def _make_article(row: Any, where: str) -> Article:
    if not isinstance(row, dict) or "body" not in row or not isinstance(row["body"], str | None):
        raise WrongUse(f"{where}: no text under the key 'body'; a row needs at least that")
    name = next((row[key] for key in ("id", "url", "path") if row.get(key) not in (None, "")), None)
    if name is None:
        raise WrongUse(f"{where}: none of the keys 'id', 'url' and 'path' to know the row by")
    seen = _read_instant(row.get("first_seen_at")) or UNKNOWN_SEEN
    published, confidence = _read_instant(row.get("published_at")), _read_confidence(row.get("date_confidence"))
    start, end = _make_interval(published, confidence)
    body = row["body"] or ""
    path, url, canonical = str(row.get("path") or ""), _read_text(row.get("url")), _read_text(row.get("canonical_url"))
    return Article(
        article_id=str(name),
        seen_date=seen.date(),
        source_id="",
        location=path,
        url=url or canonical,
        canonical_url=canonical,
        url_is_claim=canonical is not None and url in (None, canonical) and not _has_addresses(path),
        outlet=_read_text(row.get("outlet")),
        title=_read_text(row.get("title")),
        authors=tuple(str(a) for a in row["authors"]) if isinstance(row.get("authors"), list) else (),
        agency=_read_text(row.get("agency")),
        published_at=published,
        published_precision="second" if published else "none",
        date_confidence=confidence if published else "none",
        not_before=start,
        not_after=end,
        language=_read_text(row.get("language")),
        body=body,
        first_seen_at=seen,
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )


def _has_addresses(path: str) -> bool:
    """Return whether a page from this path has an address of its own: in an archive's record, or as the path itself."""
    return is_archive(path) or split_url(path) is not None


def _read_confidence(value: object) -> Confidence:
    """Read the confidence of a date; one without it is somebody's label, so believed; an unknown word is a doubt.

    Believed, but not confirmed: labels are often the day on which a page was saved.
    """
    if value in ("high", "medium", "low", "none"):
        return value
    return "medium" if value is None else "low"


def _make_interval(published: datetime | None, confidence: Confidence) -> tuple[datetime | None, datetime | None]:
    """Make the interval of a date: its day; where it is doubtful only the end (docs/architecture.md, Dates)."""
    if published is None:
        return None, None
    day = datetime.combine(published.date(), time(), UTC)
    return (day if confidence in ("high", "medium") else None), day + timedelta(days=1, microseconds=-1)


def _read_instant(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def _read_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


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
