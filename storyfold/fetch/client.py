"""The client: asks for one address over HTTP, with limits on time, size and redirects.

What comes from the network is untrusted: nothing here waits longer or takes in more than the limits say. Every
request, each redirect as the first, passes the guard's spelling rules, robots.txt and the host's turn (`Client._ask`);
every socket passes the guard (`connections.open_socket`).
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

from storyfold.fetch.address_guard import Guard
from storyfold.fetch.connections import Deadline, WatchedAdapter
from storyfold.fetch.content import OK_STATUSES
from storyfold.fetch.host_delays import HostDelays
from storyfold.fetch.journal import Journal
from storyfold.fetch.retry_after import LONGEST_WAIT, RestingHosts, read_retry_after
from storyfold.fetch.robots import Robots
from storyfold.fetch.throttle import HostThrottle
from storyfold.fetch.user_agent import list_agent_names, make_user_agent
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.settings.sources import Limits
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
MOST_HEADERS = 32 * 1024  # characters; an archived answer is read back with `warc.HEAD_BYTES` for its whole head
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429})  # time-out, too early, too many: the statuses below 500 that a pause may mend
NOT_MODIFIED = 304
LONGEST_TARGET = 8_000  # characters of a redirect's address: what RFC 9110, 4.1, asks everybody to support
CONDITIONAL = frozenset({"If-None-Match", "If-Modified-Since"})
REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",  # what `payloads` can undo under a limit
}
# An address that cannot be asked for, as the libraries say it; UnicodeError where a host has no IDNA form.
BAD_ADDRESS = (InvalidSchema, InvalidURL, MissingSchema, LocationParseError, UnicodeError)


def get_utc_now() -> datetime:
    """The clock that the client reads unless it is given another."""
    return datetime.now(UTC)


class Client:
    """Puts questions over HTTP; an `AskVersion`. For any number of threads, which wait for their turn at a host.

    No proxy, no .netrc, no settings from the environment: what is asked is asked directly.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], datetime] = get_utc_now,
        hosts: HostThrottle | None = None,
        robots_kept: Path | None = None,
        rests: RestingHosts | None = None,
    ) -> None:
        """`hosts` has the turns of all clients of this process; `robots_kept` is the file of the night's rules.

        `rests` knows which hosts are not to be asked for now.
        """
        self.limits = limits
        self.clock = clock
        self._hosts = hosts or HostThrottle()
        self._rests = rests or RestingHosts()
        self.pace = HostDelays(limits.network)
        self._headers = {"User-Agent": make_user_agent(limits.network.user_agent), **REQUEST_HEADERS}
        self._guard = Guard(limits.network)
        # Not a Session: where it follows no redirect, it still reads the redirect's whole body into memory.
        self._adapter = WatchedAdapter(self._guard)
        self._robots_journal: Journal | None = None
        if robots_kept is not None:  # `Robots` counts the tries, so the journal must let it try
            self._robots_journal = Journal(robots_kept, self._ask_for_robots, gives_up=False)
        names = list_agent_names(self._headers["User-Agent"])
        self._robots = Robots(self._robots_journal or self._ask_for_robots, names)

    def __call__(self, url: str, limit: int, validators: Validators | None = None) -> Response:
        """The answer to a question, its content no longer than `limit` bytes.

        Raises Rejected: BAD_URL, REFUSED_ADDRESS, ROBOTS, ROBOTS_UNREACHABLE, TOO_LARGE, NOT_TEXT, UNREADABLE_INPUT,
        HTTP_ERROR (as ErrorAnswer), NO_ANSWER while the host rests. Raises Transient: no connection, a broken or
        late answer, 408, 425, 429 and 5xx (as BusyAnswer, and as RestAnswer where a host that asks for a long pause
        begins its rest).
        """
        return self._ask(url, limit, validators, heed_robots=True)

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

    def _ask_for_robots(self, url: str, limit: int, validators: Validators | None = None) -> Response:
        return self._ask(url, limit, validators, heed_robots=False)

    def _ask(self, url: str, limit: int, validators: Validators | None, *, heed_robots: bool) -> Response:
        cookies = RequestsCookieJar()  # for this question only: some sites send a visitor round until one comes back
        question = _Request(url, limit, validators, cookies, self.limits.answer_seconds)
        address = url
        for _ in range(self.limits.redirects + 1):
            prepared = self._prepared(address, question)
            asked = str(prepared.url)
            self._rests.check(asked)
            delay = self.pace.at(asked)
            if heed_robots:
                delay = max(delay, self._robots.check(asked))
            with self._hosts.turn(asked, delay):
                self._rests.check(asked)  # another thread may have been told so while this one waited
                got = self._hop(prepared, question)
            if isinstance(got, Response):
                return got
            status, address = got
        raise ErrorResponse(status, address, f"more than {self.limits.redirects} redirects")

    def _prepared(self, address: str, question: _Request) -> requests.PreparedRequest:
        """The request for an address: every one that is asked passes here, each redirect as the first."""
        if split_url(address) is None:
            raise Rejected(Reason.BAD_URL, f"not an http or https address: {address[:200]!r}")
        self._guard.check(address)
        with _told():
            prepared = requests.Request("GET", address, headers=self._headers, cookies=question.cookies).prepare()
        self._guard.check(str(prepared.url))  # as the library understands it
        if (known := question.validators) is not None and known.url == prepared.url:
            prepared.headers.update({"If-None-Match": known.etag} if known.etag else {})
            prepared.headers.update({"If-Modified-Since": known.last_modified} if known.last_modified else {})
        return prepared

    def _hop(self, prepared: requests.PreparedRequest, question: _Request) -> Response | tuple[int, str]:
        """One request, and its answer or its status and where it sends us."""
        started = time.monotonic()
        with Deadline(question.seconds_left) as deadline, _told(deadline, self.limits.answer_seconds):
            response = self._adapter.hop(prepared, self.limits.connect_seconds, self.limits.answer_seconds)
            try:
                extract_cookies_to_jar(question.cookies, prepared, response.raw)  # type: ignore[no-untyped-call]
                target = _redirect(response)
                if target is not None:
                    return response.status_code, target
                return self._answer(question, response, deadline)
            finally:
                # Closed, not read to its end: the body of a redirect can have any size.
                if response.raw is not None and not response.raw.isclosed():
                    response.close()
                # Only asking counts, not the wait for a host's turn.
                question.seconds_left = max(0.001, question.seconds_left - (time.monotonic() - started))

    def _answer(self, question: _Request, response: requests.Response, deadline: Deadline) -> Response:
        final_url = str(response.url)
        headers = _headers(response)
        status = response.status_code
        if status in BUSY or status >= 500:
            retry_after = find_header(headers, "retry-after")
            pause = read_retry_after(retry_after, datetime.now(UTC))
            if pause > LONGEST_WAIT:
                self._rests.begin(final_url, pause)
                raise LongRestResponse(status, final_url, retry_after)
            self._hosts.rest(final_url, pause)
            raise BusyResponse(status, final_url, retry_after)
        unchanged = status == NOT_MODIFIED and CONDITIONAL & set(response.request.headers)
        if status not in OK_STATUSES and not unchanged:
            raise ErrorResponse(status, final_url)
        payload = b"" if unchanged else _read(response, find_header(headers, "content-length"), question.limit)
        if deadline.passed:  # the end that was read may be that of the shut socket
            raise Transient(f"no complete answer within {self.limits.answer_seconds:g} seconds")
        return Response(
            url=question.url,
            final_url=final_url,
            status=status,
            status_text=response.reason or "",
            version="HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1",
            headers=headers,
            content=b"" if unchanged else decode(payload, find_header(headers, "content-encoding"), question.limit),
            payload=payload,
            seen_at=self.clock(),
        )


@dataclass(slots=True)
class _Request:
    """What stays the same over a question's redirects, and the time that is left for them."""

    url: str
    limit: int
    validators: Validators | None
    cookies: RequestsCookieJar
    seconds_left: float


@contextlib.contextmanager
def _told(deadline: Deadline | None = None, seconds: float = 0.0) -> Iterator[None]:
    """What the libraries raise, told as one of our two kinds of failure."""
    try:
        yield
    # ValueError: what the standard library says to an answer that breaks rules it does not check for.
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        if deadline is not None and deadline.passed:
            raise Transient(f"no complete answer within {seconds:g} seconds") from error
        if isinstance(error, BAD_ADDRESS):
            raise Rejected(Reason.BAD_URL, _short(error)) from error
        raise Transient(_short(error)) from error


def _headers(response: requests.Response) -> Headers:
    """The header fields in their order; requests and urllib3 would put those of one name together."""
    received: Any = response.raw._original_response
    headers: Headers = tuple(received.msg.items())
    size = len(response.reason or "") + sum(len(name) + len(value) for name, value in headers)
    if size > MOST_HEADERS:
        raise Rejected(Reason.TOO_LARGE, f"{size} bytes of headers; the limit is {MOST_HEADERS}")
    return headers


def _read(response: requests.Response, length: str | None, limit: int) -> bytes:
    """The body as it comes, its content encoding left on; no more than `limit` bytes, as undone it is no smaller."""
    if length is not None and length.isascii() and length.isdigit() and int(length[:18]) > limit:
        raise Rejected(Reason.TOO_LARGE, f"{length[:18]} bytes; the limit is {limit}")
    body = bytearray()
    # `read` and not `stream`: that would read a chunk's size from a line of any length.
    while piece := response.raw.read(CHUNK, decode_content=False):
        body += piece
        if len(body) > limit:
            raise Rejected(Reason.TOO_LARGE, f"more than {limit} bytes")
    return bytes(body)


def _redirect(response: requests.Response) -> str | None:
    """Where an answer sends us; None if nowhere."""
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


def _short(error: Exception) -> str:
    """One line that names no object of ours, so that the same failure reads the same every night."""
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    reason = getattr(cause, "reason", None)
    shown = reason if isinstance(reason, Exception) else cause
    text = " ".join(str(shown).split())
    return f"{type(shown).__name__}: {text.rpartition('>: ')[2] or text}"[:300]
