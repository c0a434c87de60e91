"""Many hosts at once, each host one page at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from storyfold.fetch.journal import Journal
from storyfold.outcomes import Rejected, Transient
from storyfold.web.messages import SendRequest
from storyfold.web.urls import make_host_key

# Threads of a batch: each mostly waits for its host, and what a page costs in processor time (some 3 ms) lets one
# core keep up with far more hosts than this at a page a second each.
THREADS = 16
# Pages in a row without an answer (each asked three times) after which a host is left alone for the batch: a host
# that hangs costs half a minute a try.
GIVE_UP = 3


def group_by_host(urls: Sequence[str]) -> dict[str, list[str]]:
    """The addresses of each host in their order, each once; hosts with many first, as they take longest."""
    hosts: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        hosts.setdefault(make_host_key(url), []).append(url)
    return dict(sorted(hosts.items(), key=lambda host: (-len(host[1]), host[0])))


def request_concurrently(
    urls: Sequence[str], limit: int, ask: SendRequest, journal: Journal, host_seconds: float
) -> None:
    """Ask for every address by `ask`, which asks through `journal`: afterwards it answers from there.

    Addresses that no question was begun for within `host_seconds` of their host's first one are given up.
    A failure is the journal's to remember, and raised by it when the address is asked for again. Any other error of
    a thread is raised here.
    """
    hosts = group_by_host(urls)
    if not hosts:
        return
    stop = threading.Event()
    with ThreadPoolExecutor(min(THREADS, len(hosts)), thread_name_prefix="fetch") as pool:
        asked = [
            pool.submit(_request_from_host, pages, limit, ask, journal, host_seconds, stop) for pages in hosts.values()
        ]
        try:
            for done in as_completed(asked):
                done.result()
        except BaseException:
            stop.set()  # leaving the pool waits for its threads: each ends after the page it is at
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _request_from_host(
    urls: Sequence[str], limit: int, ask: SendRequest, journal: Journal, seconds: float, stop: threading.Event
) -> None:
    silent = 0
    end = time.monotonic() + seconds
    for url in urls:
        if stop.is_set():
            return
        if silent >= GIVE_UP:
            journal.fail(url, Transient(f"not asked: the host gave no answer {GIVE_UP} times in a row before"))
            continue
        if time.monotonic() > end:
            journal.fail(url, Transient(f"not asked: the host's {seconds:g} seconds of this night were over"))
            continue
        try:
            ask(url, limit)
        except Transient:
            silent += 1
        except Rejected:
            silent = 0
        else:
            silent = 0
