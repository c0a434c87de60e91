"""Query the lake's fetches: pages that are archived already, and earlier responses for conditional requests."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.lake.lake import Lake
from storyfold.schemas import ArchivedPage, EarlierResponse
from storyfold.schemas.columns import make_rows


def read_archived_pages(lake: Lake, locations: Sequence[str]) -> list[ArchivedPage]:
    """Return where the lake's archive has pages of these locations already; of each, and each hash, the last.

    Pages of an archive file that somebody took away are left out, so that they are stored anew.
    """
    if not locations:
        return []
    found = lake.read(
        """
        SELECT url AS location, content_sha256, warc_file, warc_offset FROM fetches
        WHERE warc_file IS NOT NULL AND method <> 'archive' AND url IN (SELECT unnest($1))
        QUALIFY row_number() OVER (
            PARTITION BY url, content_sha256 ORDER BY seen_at DESC, run_id DESC, attempt DESC, warc_file, warc_offset
        ) = 1
        """,
        [list(locations)],
    )
    files = found.column("warc_file").unique().to_pylist()
    present = {name for name in files if (lake.archive / name).exists()}
    return [page for page in make_rows(found, ArchivedPage) if page.warc_file in present]


def read_last_responses(lake: Lake, urls: Sequence[str]) -> list[EarlierResponse]:
    """Return the last good response of each of these addresses that the archive has."""
    if not urls:
        return []
    return _read_earlier(lake, "url IN (SELECT unnest($1))", list(urls))


def read_last_lists(lake: Lake, source_id: str) -> list[EarlierResponse]:
    """Return the last good responses of all feeds and sitemaps of a source, whatever addresses those lead to."""
    # An item's own id is a hash too; a list is known by the archive file, as discover writes files of its own.
    return _read_earlier(lake, "source_id = $1 AND contains(warc_file, '-discover-')", source_id)


def _read_earlier(lake: Lake, condition: str, value: object) -> list[EarlierResponse]:
    found = lake.read(
        f"""
        SELECT url, coalesce(final_url, url) AS final_url, etag, last_modified, content_sha256, warc_file, warc_offset
        FROM fetches
        WHERE method = 'http' AND reason IS NULL AND warc_file IS NOT NULL AND {condition}
        QUALIFY row_number() OVER (PARTITION BY url ORDER BY seen_at DESC, run_id DESC, attempt DESC, fetch_id) = 1
        """,  # noqa: S608 (one of the two conditions above)
        [value],
    )
    return make_rows(found, EarlierResponse)
