"""Send one request over HTTP, with limits on time, size and redirects.

What comes from the network is untrusted: nothing here waits longer or takes in more than the settings say. Every
request, each redirect as the first, passes the guard's spelling rules, robots.txt and the throttle of the host
(`Client._send`); every socket passes the guard (`connections.open_socket`).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
from urllib3.exceptions import HTTPError, LocationParseError

from storyfold.fetch.address_guard import AddressGuard
from storyfold.fetch.connections import Deadline, WatchedAdapter
from storyfold.fetch.content import OK_STATUSES
from storyfold.fetch.host_delays import HostDelays
from storyfold.fetch.journal import Journal
from storyfold.fetch.retry_after import LONGEST_WAIT, RestingHosts, read_retry_after
from storyfold.fetch.robots import Robots
from storyfold.fetch.throttle import HostThrottle
from storyfold.fetch.user_agent import list_agent_names, make_user_agent
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.settings.fetch import FetchSettings
from storyfold.web.decoding import decode
from storyfold.web.messages import (
    BusyResponse,
    ErrorResponse,
    Headers,
    LongRestResponse,
    Response,
    Validators,
    find_header,
)
from storyfold.web.urls import split_url

CHUNK = 64 * 1024  # bytes read at a time; the size is checked after each
MOST_HEADERS = 32 * 1024  # characters; an archived response is read back with `warc.HEAD_BYTES` for its whole head
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429})  # time-out, too early, too many: the statuses below 500 that a pause may mend
NOT_MODIFIED = 304
LONGEST_TARGET = 8_000  # characters of a redirect's address: what RFC 9110, 4.1, recommends to support
CONDITIONAL = frozenset({"If-None-Match", "If-Modified-Since"})
REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",  # what `web.decoding` can undo under a limit
}
# What the libraries raise for an address that cannot be requested; UnicodeError where a host has no IDNA form.
BAD_ADDRESS = (InvalidSchema, InvalidURL, MissingSchema, LocationParseError, UnicodeError)


def get_utc_now() -> datetime:
    """Return the time by the clock that the client reads unless it is given another."""
    return datetime.now(UTC)


class Client:
    """Sends requests over HTTP; a `SendConditionalRequest`. For any number of threads, one at a time to each host.

    No proxy, no .netrc, no settings from the environment: every request goes to its host directly.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], datetime] = get_utc_now,
        throttle: HostThrottle | None = None,
        robots_file: Path | None = None,
        resting_hosts: RestingHosts | None = None,
    ) -> None:
        """Use the throttle of all clients of this process; `robots_file` keeps the rules of a run's hosts.

        `resting_hosts` knows which hosts asked to be left alone for now.
        """
        self.settings = settings
        self.clock = clock
        self._throttle = throttle or HostThrottle()
        self._resting_hosts = resting_hosts or RestingHosts()
        self.host_delays = HostDelays(settings)
        self._headers = {"User-Agent": make_user_agent(settings.user_agent), **REQUEST_HEADERS}
        self._guard = AddressGuard(settings)
        # Not a Session: where it follows no redirect, it still reads the redirect's whole body into memory.
        self._adapter = WatchedAdapter(self._guard)
        self._robots_journal: Journal | None = None
        if robots_file is not None:  # `Robots` counts the tries, so the journal must let it try
            self._robots_journal = Journal(robots_file, self._send_for_robots, gives_up=False)
        names = list_agent_names(self._headers["User-Agent"])
        self._robots = Robots(self._robots_journal or self._send_for_robots, names)

    def __call__(self, url: str, limit: int, validators: Validators | None = None) -> Response:
        """Request an address and return the response, its content no longer than `limit` bytes.

        Raises Rejected: BAD_URL, REFUSED_ADDRESS, ROBOTS, ROBOTS_UNREACHABLE, TOO_LARGE, NOT_TEXT, UNREADABLE_INPUT,
        HTTP_ERROR (as ErrorResponse), NO_ANSWER while the host rests. Raises Transient: no connection, a broken or
        late response, 408, 425, 429 and 5xx (as BusyResponse, and as LongRestResponse where a host that asks for a
        long pause begins its rest).
        """
        return self._send(url, limit, validators, heed_robots=True)

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()
        if self._robots_journal is not None:
            self._robots_journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _send_for_robots(self, url: str, limit: int, validators: Validators | None = None) -> Response:
        return self._send(url, limit, validators, heed_robots=False)

    def _send(self, url: str, limit: int, validators: Validators | None, *, heed_robots: bool) -> Response:
        cookies = RequestsCookieJar()  # for this request only: some sites send a visitor round until one comes back
        request = _Request(url, limit, validators, cookies, self.settings.answer_seconds)
        address = url
        for _ in range(self.settings.redirects + 1):
            prepared = self._prepare(address, request)
            address_sent = str(prepared.url)
            self._resting_hosts.check(address_sent)
            delay = self.host_delays.get_delay(address_sent)
            if heed_robots:
                delay = max(delay, self._robots.check(address_sent))
            with self._throttle.hold_host(address_sent, delay):
                # Another thread may have learnt of a rest while this one waited.
                self._resting_hosts.check(address_sent)
                result = self._send_one(prepared, request)
            if isinstance(result, Response):
                return result
            status, address = result
        raise ErrorResponse(status, address, f"more than {self.settings.redirects} redirects")

    def _prepare(self, address: str, request: _Request) -> requests.PreparedRequest:
        """Make the request for an address: every one that is sent passes here, each redirect as the first."""
        if split_url(address) is None:
            raise Rejected(Reason.BAD_URL, f"not an http or https address: {address[:200]!r}")
        self._guard.check(address)
        with _translate_errors():
            prepared = requests.Request("GET", address, headers=self._headers, cookies=request.cookies).prepare()
        self._guard.check(str(prepared.url))  # as the library understands it
        if (validators := request.validators) is not None and validators.url == prepared.url:
            prepared.headers.update({"If-None-Match": validators.etag} if validators.etag else {})
            prepared.headers.update({"If-Modified-Since": validators.last_modified} if validators.last_modified else {})
        return prepared

    def _send_one(self, prepared: requests.PreparedRequest, request: _Request) -> Response | tuple[int, str]:
        """Send one request; return the response, or the status and target of a redirect."""
        started = time.monotonic()
        deadline = Deadline(request.seconds_left, self._adapter.current)
        with deadline, _translate_errors(deadline, self.settings.answer_seconds):
            response = self._adapter.send_once(prepared, self.settings.connect_seconds, self.settings.answer_seconds)
            try:
                extract_cookies_to_jar(request.cookies, prepared, response.raw)  # type: ignore[no-untyped-call]
                target = _find_redirect(response)
                if target is not None:
                    return response.status_code, target
                return self._make_response(request, response, deadline)
            finally:
                # Closed, not read to its end: the body of a redirect can have any size.
                if response.raw is not None and not response.raw.isclosed():
                    response.close()
                # Only the request counts, not the wait for the host.
                request.seconds_left = max(0.001, request.seconds_left - (time.monotonic() - started))

    def _make_response(self, request: _Request, response: requests.Response, deadline: Deadline) -> Response:
        final_url = str(response.url)
        headers = _read_headers(response)
        status = response.status_code
        if status in BUSY or status >= 500:
            retry_after = find_header(headers, "retry-after")
            pause = read_retry_after(retry_after, datetime.now(UTC))
            if pause > LONGEST_WAIT:
                self._resting_hosts.begin_rest(final_url, pause)
                raise LongRestResponse(status, final_url, retry_after)
            self._throttle.pause_host(final_url, pause)
            raise BusyResponse(status, final_url, retry_after)
        unchanged = status == NOT_MODIFIED and CONDITIONAL & set(response.request.headers)
        if status not in OK_STATUSES and not unchanged:
            raise ErrorResponse(status, final_url)
        payload = b"" if unchanged else _read_body(response, find_header(headers, "content-length"), request.limit)
        if deadline.passed:  # the end that was read may be that of the shut socket
            raise Transient(f"no complete answer within {self.settings.answer_seconds:g} seconds")
        return Response(
            url=request.url,
            final_url=final_url,
            status=status,
            status_text=response.reason or "",
            version="HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1",
            headers=headers,
            content=b"" if unchanged else decode(payload, find_header(headers, "content-encoding"), request.limit),
            payload=payload,
            seen_at=self.clock(),
        )


@dataclass(slots=True)
class _Request:
    """The values that stay the same over a request's redirects, and the time that is left for them."""

    url: str
    limit: int
    validators: Validators | None
    cookies: RequestsCookieJar
    seconds_left: float


@contextlib.contextmanager
def _translate_errors(deadline: Deadline | None = None, seconds: float = 0.0) -> Iterator[None]:
    """Raise what the libraries raise as one of our two kinds of failure."""
    try:
        yield
    # ValueError: what the standard library raises for a response that breaks rules it does not check for.
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        if deadline is not None and deadline.passed:
            raise Transient(f"no complete answer within {seconds:g} seconds") from error
        if isinstance(error, BAD_ADDRESS):
            raise Rejected(Reason.BAD_URL, _shorten_error(error)) from error
        raise Transient(_shorten_error(error)) from error


def _read_headers(response: requests.Response) -> Headers:
    """Return the header fields in their order; requests and urllib3 would put those of one name together."""
    received: Any = response.raw._original_response
    headers: Headers = tuple(received.msg.items())
    size = len(response.reason or "") + sum(len(name) + len(value) for name, value in headers)
    if size > MOST_HEADERS:
        raise Rejected(Reason.TOO_LARGE, f"{size} bytes of headers; the limit is {MOST_HEADERS}")
    return headers


def _read_body(response: requests.Response, length: str | None, limit: int) -> bytes:
    """Read the body as it comes, with its content encoding; no more than `limit` bytes, as undone it is no smaller."""
    if length is not None and length.isascii() and length.isdigit() and int(length[:18]) > limit:
        raise Rejected(Reason.TOO_LARGE, f"{length[:18]} bytes; the limit is {limit}")
    body = bytearray()
    # `read` and not `stream`: that would read a chunk's size from a line of any length.
    while piece := response.raw.read(CHUNK, decode_content=False):
        body += piece
        if len(body) > limit:
            raise Rejected(Reason.TOO_LARGE, f"more than {limit} bytes")
    return bytes(body)


def _find_redirect(response: requests.Response) -> str | None:
    """Return the address that a response redirects to; None if it is no redirect."""
    location = response.headers.get("location")
    if response.status_code not in REDIRECTS or not location:
        return None
    with contextlib.suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")  # headers come as Latin-1, addresses are UTF-8
    parts = split_url(location, str(response.url))
    if parts is None:
        raise ErrorResponse(
            response.status_code, str(response.url), f"a redirect that leads nowhere: {location[:200]!r}"
        )
    target = parts._replace(fragment="").geturl()
    if len(target) > LONGEST_TARGET:
        raise ErrorResponse(response.status_code, str(response.url), f"a redirect to {len(target)} characters")
    return target


def _shorten_error(error: Exception) -> str:
    """Return one line that names no object of ours, so that the same failure reads the same in every run."""
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    reason = getattr(cause, "reason", None)
    shown = reason if isinstance(reason, Exception) else cause
    text = " ".join(str(shown).split())
    return f"{type(shown).__name__}: {text.rpartition('>: ')[2] or text}"[:300]
