"""Share one HTTP client among all tasks of a run in this process, so that a host sees one polite visitor."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storyfold.fetch.client import Client
from storyfold.fetch.retry_after import RestingHosts
from storyfold.fetch.throttle import HostThrottle
from storyfold.run.attempt import Attempt
from storyfold.settings.fetch import FetchSettings

RESTING_HOSTS_FILE = "resting-hosts.json"  # in the lake's work folder: it outlasts the run
_throttle = HostThrottle()  # of this process: a host's turn and pause hold over all stages, runs and lakes
_lock = threading.Lock()


@dataclass(slots=True)
class _SharedClient:
    client: Client
    users: int = 0


_clients: dict[tuple[str, str, int], _SharedClient] = {}


@contextmanager
def get_shared_client(attempt: Attempt, settings: FetchSettings) -> Iterator[Client]:
    """Give the client of this attempt in this process: all its tasks use one, so a host sees one connection.

    Its connections are closed when no task uses it; the rules of robots.txt stay in the attempt's work folder.
    """
    key = (attempt.lake_folder, attempt.run_id, attempt.number)
    with _lock:
        if key not in _clients:
            robots_file, resting = attempt.work / "robots.asked", RestingHosts(attempt.lake.work / RESTING_HOSTS_FILE)
            _clients[key] = _SharedClient(Client(settings, attempt.now, _throttle, robots_file, resting))
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
