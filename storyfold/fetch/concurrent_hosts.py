"""Request pages from many hosts at once, from each host one page at a time."""

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
# Pages in a row without a response (each requested three times) after which a host is left alone for the batch: a host
# that hangs costs half a minute a try.
MOST_FAILURES = 3


def group_by_host(urls: Sequence[str]) -> dict[str, list[str]]:
    """Return the addresses of each host in their order, each once; hosts with many first, as they take longest."""
    hosts: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        hosts.setdefault(make_host_key(url), []).append(url)
    return dict(sorted(hosts.items(), key=lambda host: (-len(host[1]), host[0])))


def request_concurrently(
    urls: Sequence[str], limit: int, send_request: SendRequest, journal: Journal, host_seconds: float
) -> None:
    """Request every address by `send_request`, which goes through `journal`: afterwards it responds from there.

    Addresses that no request was begun for within `host_seconds` of their host's first one are given up.
    A failure is the journal's to remember, and raised by it when the address is requested again. Any other error of
    a thread is raised here.
    """
    hosts = group_by_host(urls)
    if not hosts:
        return
    stop = threading.Event()
    with ThreadPoolExecutor(min(THREADS, len(hosts)), thread_name_prefix="fetch") as pool:
        futures = [
            pool.submit(_request_from_host, pages, limit, send_request, journal, host_seconds, stop)
            for pages in hosts.values()
        ]
        try:
            for done in as_completed(futures):
                done.result()
        except BaseException:
            stop.set()  # leaving the pool waits for its threads: each ends after the page it is at
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _request_from_host(
    urls: Sequence[str], limit: int, send_request: SendRequest, journal: Journal, seconds: float, stop: threading.Event
) -> None:
    failures = 0
    deadline = time.monotonic() + seconds
    for url in urls:
        if stop.is_set():
            return
        if failures >= MOST_FAILURES:
            journal.fail(url, Transient(f"not asked: the host gave no answer {MOST_FAILURES} times in a row before"))
            continue
        if time.monotonic() > deadline:
            journal.fail(url, Transient(f"not asked: the host's {seconds:g} seconds of this night were over"))
            continue
        try:
            send_request(url, limit)
        except Transient:
            failures += 1
        except Rejected:
            failures = 0
        else:
            failures = 0
