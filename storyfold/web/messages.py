"""Requests and responses: a stage is given a `SendRequest`, and gets a `Response` or one of two kinds of failure.

Discover requests feeds and lists, fetch pages; neither knows who sends the request. So each can be run against a
real client, a client that repeats, or responses stored by an earlier run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storyfold.outcomes import Reason, Rejected, Transient

Headers = tuple[tuple[str, str], ...]

ArchivePlace = tuple[str, int]
"""Where bytes lie in an archive: the archive as rows name it, and the record's offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The headers of an earlier response by which to request only a change (RFC 9110, 13.1)."""

    url: str  # the address that responded, after redirects: they mean something to that one alone
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A complete response with status 200 or 203, or 304 where validators were sent.

    `content` has transfer and content encodings undone, and is never longer than the limit of the request. `payload`
    is the same before its content encoding was undone, as it stands in the archive. For 304 the client gives neither;
    `ConditionalRequests` then puts in the content of the earlier response, and its place in the archive.
    """

    url: str  # what was requested
    final_url: str  # what responded, after redirects
    status: int
    status_text: str
    version: str = "HTTP/1.1"  # as the status line has it
    headers: Headers  # as received, in their order
    content: bytes
    payload: bytes
    seen_at: datetime
    archive_place: ArchivePlace | None = None  # where an archive holds this content already

    def find_header(self, name: str) -> str | None:
        """Return the first value of a header, its name in any case; None where there is none."""
        return find_header(self.headers, name)


def find_header(headers: Headers, name: str) -> str | None:
    """Return the first value of a header, its name in any case; None where there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


class ErrorResponse(Rejected):
    """A response that is no page: an error status, or a redirect that leads nowhere."""

    def __init__(self, status: int, final_url: str, detail: str = "") -> None:
        super().__init__(Reason.HTTP_ERROR, detail or f"status {status}")
        self.status = status
        self.final_url = final_url

    def __reduce__(self) -> tuple[type[ErrorResponse], tuple[int, str, str]]:
        return type(self), (self.status, self.final_url, self.detail)


class BusyResponse(Transient):
    """A response of a server that is busy (429, 5xx); `retry_after` is its Retry-After as sent."""

    def __init__(self, status: int, final_url: str, retry_after: str | None = None) -> None:
        super().__init__(status, final_url, retry_after)
        self.status = status
        self.final_url = final_url
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"status {self.status}" + (f", Retry-After {self.retry_after}" if self.retry_after else "")


class LongRestResponse(BusyResponse):
    """A response of a busy server that asks for a pause longer than a run waits: it gets no requests meanwhile."""


SendRequest = Callable[[str, int], Response]
"""Request an address, its decoded content no longer than so many bytes.

Raises Rejected (BAD_URL, REFUSED_ADDRESS, ROBOTS, ROBOTS_UNREACHABLE, TOO_LARGE, NOT_TEXT; ErrorResponse for
HTTP_ERROR) where another request would bring the same, and Transient (BusyResponse for 429 and 5xx) where it might not.
"""

SendConditionalRequest = Callable[[str, int, Validators | None], Response]
"""Request only what is not the version that the validators name: then the response has status 304."""


def describe_failure(error: Rejected | Transient) -> tuple[Reason, str, int | None, str | None]:
    """Return a failed request's reason, detail, HTTP status and final address, once it is given up."""
    if isinstance(error, ErrorResponse):
        return error.reason, error.detail, error.status, error.final_url
    if isinstance(error, BusyResponse):
        return Reason.HTTP_ERROR, str(error), error.status, error.final_url
    if isinstance(error, Rejected):
        return error.reason, error.detail, None, None
    return Reason.NO_ANSWER, str(error), None, None
