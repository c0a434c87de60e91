"""What the tasks of a night that ask the network share: one client, and what is known already."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from storyfold.fetch.client import Client
from storyfold.fetch.conditional import EarlierResponse
from storyfold.fetch.retry_after import RestingHosts
from storyfold.fetch.throttle import HostThrottle
from storyfold.lake.lake import Lake
from storyfold.run.attempt import Attempt
from storyfold.settings.sources import Limits
from storyfold.web.messages import ArchivePlace

RESTING = "resting-hosts.json"  # in the lake's work folder: it outlasts the night
_hosts = HostThrottle()  # of this process: a host's turn and pause hold over all stages, nights and lakes
_lock = threading.Lock()


@dataclass(slots=True)
class _Shared:
    client: Client
    users: int = 0


_clients: dict[tuple[str, str, int], _Shared] = {}


@contextmanager
def get_shared_client(attempt: Attempt, limits: Limits) -> Iterator[Client]:
    """The client of this attempt in this process: all its tasks use one, so a host sees one connection.

    Its connections are closed when no task uses it; the rules of robots.txt stay with the attempt's work.
    """
    key = (attempt.lake_folder, attempt.run_id, attempt.number)
    with _lock:
        if key not in _clients:
            kept, rests = attempt.work / "robots.asked", RestingHosts(attempt.lake.work / RESTING)
            _clients[key] = _Shared(Client(limits, attempt.now, _hosts, kept, rests))
        shared = _clients[key]
        shared.users += 1
    try:
        yield shared.client
    finally:
        with _lock:
            shared.users -= 1
            if not shared.users:
                del _clients[key]
                shared.client.close()


def read_kept_before(lake: Lake, locations: Sequence[str]) -> dict[tuple[str, str], ArchivePlace]:
    """Where the lake keeps bytes of these places already, by location and hash; the last place of each.

    An archive that somebody took away keeps nothing: its pages are kept anew.
    """
    if not locations:
        return {}
    found = lake.read(
        """
        SELECT url, content_sha256, warc_file, warc_offset FROM fetches
        WHERE warc_file IS NOT NULL AND method <> 'archive' AND url IN (SELECT unnest($1))
        QUALIFY row_number() OVER (
            PARTITION BY url, content_sha256 ORDER BY seen_at DESC, run_id DESC, attempt DESC, warc_file, warc_offset
        ) = 1
        """,
        [list(locations)],
    )
    there = _archives_there(lake, found.column("warc_file").unique().to_pylist())
    return {
        (row["url"], row["content_sha256"]): (row["warc_file"], row["warc_offset"])
        for row in found.to_pylist()
        if row["warc_file"] in there
    }


def _archives_there(lake: Lake, names: Sequence[str]) -> set[str]:
    return {name for name in names if (lake.archive / name).exists()}


def read_last_answers(lake: Lake, urls: Sequence[str]) -> dict[str, EarlierResponse]:
    """The last good answer of each of these addresses, where the lake keeps it."""
    return _earlier(lake, "url IN (SELECT unnest($1))", list(urls))


def read_last_lists(lake: Lake, source_id: str) -> dict[str, EarlierResponse]:
    """The last good answers of all feeds and sitemaps of a source, whatever addresses those lead to."""
    # An item's own id is a hash too; what tells a list is that discover kept it in an archive of its own.
    return _earlier(lake, "source_id = $1 AND contains(warc_file, '-discover-')", source_id)


def _earlier(lake: Lake, which: str, value: object) -> dict[str, EarlierResponse]:
    found = lake.read(
        f"""
        SELECT url, coalesce(final_url, url) AS final_url, etag, last_modified, content_sha256, warc_file, warc_offset
        FROM fetches
        WHERE method = 'http' AND reason IS NULL AND warc_file IS NOT NULL AND {which}
        QUALIFY row_number() OVER (PARTITION BY url ORDER BY seen_at DESC, run_id DESC, attempt DESC, fetch_id) = 1
        """,  # noqa: S608 (one of the two conditions above)
        [value],
    )
    return {
        row["url"]: EarlierResponse(
            final_url=row["final_url"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            content_sha256=row["content_sha256"],
            archive_place=(row["warc_file"], row["warc_offset"]),
        )
        for row in found.to_pylist()
    }
