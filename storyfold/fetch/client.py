"""The client: asks for one address over HTTP, with limits on time, size and redirects.

What comes from the network is untrusted: nothing here waits longer or takes in more than the limits say.
Not yet here: guarding addresses, robots.txt, politeness, asking only for changes. Their places are
`connections.open_socket` (every socket) and `Client._hop` (every request).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema
from urllib3.exceptions import HTTPError, LocationParseError

from storyfold import __version__
from storyfold.addresses import split
from storyfold.answers import Answer, BusyAnswer, ErrorAnswer, Headers, header
from storyfold.fetch.connections import Deadline, WatchedAdapter
from storyfold.fetch.contents import OK_STATUSES
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.payloads import decode
from storyfold.settings import Limits

USER_AGENT = f"storyfold/{__version__}"
CHUNK = 64 * 1024  # bytes read at a time; the size is checked after each
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429})  # time-out, too early, too many: the statuses below 500 that a pause may mend
REQUEST_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",  # what the standard library can undo under a limit
}
# An address that cannot be asked for, as the libraries say it; UnicodeError where a host has no IDNA form.
BAD_ADDRESS = (InvalidHeader, InvalidSchema, InvalidURL, MissingSchema, LocationParseError, UnicodeError)


def utc_now() -> datetime:
    """The clock that the client reads unless it is given another."""
    return datetime.now(UTC)


class Client:
    """Puts questions over HTTP; an `Ask`. Keeps connections open, and nothing else from one question to the next.

    No proxy, no .netrc, no settings from the environment: what is asked is asked directly.
    """

    def __init__(self, limits: Limits, clock: Callable[[], datetime] = utc_now) -> None:
        self.limits = limits
        self.clock = clock
        # Not a Session: where it follows no redirect, it still reads the redirect's whole body into memory.
        self._adapter = WatchedAdapter()

    def __call__(self, url: str, limit: int) -> Answer:
        """The answer to a question, its content no longer than `limit` bytes.

        Raises Rejected: BAD_URL, TOO_LARGE, NOT_TEXT, UNREADABLE_INPUT, HTTP_ERROR (as ErrorAnswer). Raises
        Transient: no connection, a broken or late answer, 408, 425, 429 and 5xx (as BusyAnswer).
        """
        with Deadline(self.limits.answer_seconds) as deadline:
            try:
                return self._follow(url, limit, deadline)
            # ValueError: what the standard library says to an answer that breaks rules it does not check for.
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                if deadline.passed:
                    raise Transient(f"no complete answer within {deadline.seconds:g} seconds") from error
                if isinstance(error, BAD_ADDRESS):
                    raise Rejected(Reason.BAD_URL, _short(error)) from error
                raise Transient(_short(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _follow(self, url: str, limit: int, deadline: Deadline) -> Answer:
        cookies = RequestsCookieJar()  # for this question only: some sites send a visitor round until one comes back
        address = url
        for _ in range(self.limits.redirects + 1):
            response = self._hop(address, cookies)
            try:
                target = _redirect(response)
                if target is None:
                    return self._answer(url, response, limit, deadline)
            finally:
                # Closed, not read to its end: the body of a redirect can have any size.
                if response.raw is not None and not response.raw.isclosed():
                    response.close()
            address = target
        raise ErrorAnswer(response.status_code, address, f"more than {self.limits.redirects} redirects")

    def _hop(self, address: str, cookies: RequestsCookieJar) -> requests.Response:
        """One request: every address that is asked passes here, each redirect as the first."""
        if split(address) is None:
            raise Rejected(Reason.BAD_URL, f"not an http or https address: {address[:200]!r}")
        prepared = requests.Request("GET", address, headers=REQUEST_HEADERS, cookies=cookies).prepare()
        response = self._adapter.hop(prepared, self.limits.connect_seconds, self.limits.answer_seconds)
        extract_cookies_to_jar(cookies, prepared, response.raw)  # type: ignore[no-untyped-call]
        return response

    def _answer(self, url: str, response: requests.Response, limit: int, deadline: Deadline) -> Answer:
        final_url = str(response.url)
        headers: Headers = tuple(response.raw.headers.iteritems())
        status = response.status_code
        if status in BUSY or status >= 500:
            raise BusyAnswer(status, final_url, header(headers, "retry-after"))
        if status not in OK_STATUSES:
            raise ErrorAnswer(status, final_url)
        payload = _read(response, header(headers, "content-length"), limit)
        if deadline.passed:  # the end that was read may be that of the shut socket
            raise Transient(f"no complete answer within {deadline.seconds:g} seconds")
        return Answer(
            url=url,
            final_url=final_url,
            status=status,
            status_text=response.reason or "",
            headers=headers,
            content=decode(payload, header(headers, "content-encoding"), limit),
            payload=payload,
            seen_at=self.clock(),
        )


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
    parts = split(location, str(response.url))
    if parts is None:
        raise ErrorAnswer(response.status_code, str(response.url), f"a redirect that leads nowhere: {location[:200]!r}")
    return parts._replace(fragment="").geturl()


def _short(error: Exception) -> str:
    """One line that names no object of ours, so that the same failure reads the same every night."""
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    reason = getattr(cause, "reason", None)
    shown = reason if isinstance(reason, Exception) else cause
    text = " ".join(str(shown).split())
    return f"{type(shown).__name__}: {text.rpartition('>: ')[2] or text}"[:300]
