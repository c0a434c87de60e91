"""Audit the archives that a lake's rows name: whether they are there, and whether each page reads back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import duckdb

from storyfold.fetch.archive import find_archive_path, read_record
from storyfold.lake.audit import Finding, Look, make_finding
from storyfold.lake.lake import Lake, run_query
from storyfold.outcomes import Rejected
from storyfold.web.messages import ArchivePlace
from storyfold.web.record_bytes import describe_offset

# The most that any setting lets into an archive (`list_bytes`): what landed under a higher limit than today's must not
# be told as damaged.
MOST_BYTES = 1024**3
# Not of rejected inputs, which may name an archive that never was there; what parse rejected stands in `fetches` too.
_RECORDS = """
SELECT warc_file, warc_offset, content_sha256 FROM fetches WHERE warc_file IS NOT NULL AND content_sha256 IS NOT NULL
UNION
SELECT warc_file, warc_offset, content_sha256 FROM articles
"""
_FILES = f"SELECT DISTINCT warc_file FROM ({_RECORDS}) ORDER BY warc_file"  # noqa: S608 (constant text)
# In the order in which they lie, also below zero, where each is reached by inflating what stands before it.
_IN_ORDER = f"FROM ({_RECORDS}) ORDER BY warc_file, abs(warc_offset)"


def list_archive_checks(
    lake: Lake, *, with_bytes: bool, show_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[tuple[str, Look]]:
    """Yield the checks of a lake's archives, for `audit_lake`: that their files are there; `with_bytes` also all bytes.

    Reading every record back takes long, so `show_progress` is called after each with how many are done, and of how
    many. Records of archives that are gone are told with their file alone.
    """
    yield "archive-files", partial(_check_files, lake)
    if with_bytes:
        yield "archive-bytes", partial(_check_bytes, lake, show_progress)


def _check_files(lake: Lake, connection: duckdb.DuckDBPyConnection) -> Finding:
    missing = [name for (name,) in connection.execute(_FILES).fetchall() if not _is_there(lake, name)]
    return make_finding("archive-files", missing, "archives that `fetches` or `articles` name are not there")


def _is_there(lake: Lake, name: str) -> bool:
    try:
        return find_archive_path(name, lake.archive).is_file()
    except Rejected:
        return False


def _check_bytes(
    lake: Lake, show_progress: Callable[[int, int], None], connection: duckdb.DuckDBPyConnection
) -> Finding:
    records = run_query(connection, _IN_ORDER)
    wrong, there = [], cache(partial(_is_there, lake))
    rows = (row for batch in records.to_batches(max_chunksize=10_000) for row in batch.to_pylist())
    for done, row in enumerate(rows, start=1):
        place = (row["warc_file"], row["warc_offset"])
        if there(place[0]) and (fault := _find_record_fault(lake, place, row["content_sha256"])):
            wrong.append(f"{place[0]} {describe_offset(place[1])} ({fault})")
        show_progress(done, records.num_rows)
    return make_finding("archive-bytes", wrong, f"of {records.num_rows} archived pages do not read back as they were")


def _find_record_fault(lake: Lake, place: ArchivePlace, content_sha256: str) -> str | None:
    """Read a record back; return what is wrong with it, or None."""
    try:
        content = read_record(find_archive_path(place[0], lake.archive), place[1], MOST_BYTES)
    except Rejected as rejected:
        return rejected.detail or rejected.reason.value
    return None if content.sha256 == content_sha256 else "other bytes than before"
