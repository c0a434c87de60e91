"""How a stage asks the network: it is handed an `Ask`, and gets an `Answer` or one of two kinds of failure.

Discover asks for feeds and lists, fetch for pages; neither knows who carries the question. So each can be run
against a real client, a client that repeats, or answers kept from an earlier night.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storyfold.outcomes import Reason, Rejected, Transient

Headers = tuple[tuple[str, str], ...]

ArchivePlace = tuple[str, int]
"""Where bytes are kept: the archive as rows name it, and the record's offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What an earlier answer said of its version, by which to ask only for a change (RFC 9110, 13.1)."""

    url: str  # the address that answered, after redirects: they mean something to that one alone
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A complete answer with status 200 or 203, or 304 where validators were sent.

    `content` is what the page says: transfer and content encodings undone, never longer than the limit asked
    for. `payload` is the same before its content encoding was undone, as it is kept in the archive. To 304 the
    client gives neither; `AskForChanges` then puts in the content of the earlier answer, and where it is kept.
    """

    url: str  # what was asked for
    final_url: str  # what answered, after redirects
    status: int
    status_text: str
    version: str = "HTTP/1.1"  # as the status line has it
    headers: Headers  # as received, in their order
    content: bytes
    payload: bytes
    seen_at: datetime
    kept_at: ArchivePlace | None = None  # where an archive holds this content already

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case."""
        return find_header(self.headers, name)


def find_header(headers: Headers, name: str) -> str | None:
    """The first value of a header, its name in any case; None where there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


class ErrorResponse(Rejected):
    """The server answered, and its answer is no page: an error status, or a redirect that leads nowhere."""

    def __init__(self, status: int, final_url: str, detail: str = "") -> None:
        super().__init__(Reason.HTTP_ERROR, detail or f"status {status}")
        self.status = status
        self.final_url = final_url

    def __reduce__(self) -> tuple[type[ErrorResponse], tuple[int, str, str]]:
        return type(self), (self.status, self.final_url, self.detail)


class BusyResponse(Transient):
    """The server answered that it cannot answer now (429, 5xx); `retry_after` is its Retry-After as sent."""

    def __init__(self, status: int, final_url: str, retry_after: str | None = None) -> None:
        super().__init__(status, final_url, retry_after)
        self.status = status
        self.final_url = final_url
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"status {self.status}" + (f", Retry-After {self.retry_after}" if self.retry_after else "")


class LongRestResponse(BusyResponse):
    """A busy server that asks to be left alone for longer than anyone waits: nothing is asked of it meanwhile."""


SendRequest = Callable[[str, int], Response]
"""Ask for an address, its decoded content no longer than so many bytes.

Raises Rejected (BAD_URL, REFUSED_ADDRESS, ROBOTS, ROBOTS_UNREACHABLE, TOO_LARGE, NOT_TEXT; ErrorAnswer for
HTTP_ERROR) where asking again would bring the same, and Transient (BusyAnswer for 429 and 5xx) where it might not.
"""

SendConditionalRequest = Callable[[str, int, Validators | None], Response]
"""The same, asking only for what is not the version that the validators name: then the answer has status 304."""


def describe_failure(error: Rejected | Transient) -> tuple[Reason, str, int | None, str | None]:
    """A failed question's reason, detail, HTTP status and final address, once it is given up."""
    if isinstance(error, ErrorResponse):
        return error.reason, error.detail, error.status, error.final_url
    if isinstance(error, BusyResponse):
        return Reason.HTTP_ERROR, str(error), error.status, error.final_url
    if isinstance(error, Rejected):
        return error.reason, error.detail, None, None
    return Reason.NO_ANSWER, str(error), None, None
