"""Request only what changed: a response "not modified" brings back the bytes that an earlier run stored."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from storyfold.fetch.archive import ArchiveWriter, read_record
from storyfold.fetch.client import NOT_MODIFIED
from storyfold.fetch.content import Content
from storyfold.outcomes import Rejected
from storyfold.schemas import EarlierResponse
from storyfold.web.messages import Headers, Response, SendConditionalRequest, SendRequest, Validators

# What a header may hold (RFC 9110, 5.5), and no more of it than any server's ETag needs: one that a server would not
# take back (400, 431) would cost the page in every later run.
_SENDABLE = re.compile(r"[\x20-\x7e\x80-\xff]{1,1024}")
# Headers of the page that a 304 need not repeat (RFC 9110, 15.4.5), taken from the earlier response.
_REPLACED = frozenset({"content-type", "content-encoding", "content-length"})


def make_validators(earlier: EarlierResponse) -> Validators | None:
    """Make what to send along; None where the server gave no validators that can be sent."""
    etag, last_modified = _keep_sendable(earlier.etag), _keep_sendable(earlier.last_modified)
    if not (etag or last_modified):
        return None
    return Validators(url=earlier.final_url, etag=etag, last_modified=last_modified)


class ConditionalRequests:
    """A `SendRequest` that sends the validators known of each address; its responses say where they are stored."""

    def __init__(self, send_request: SendConditionalRequest, earlier: Iterable[EarlierResponse], archive: Path) -> None:
        """Hold the last good response of each address; their bytes lie below the folder `archive`."""
        self._send_request = send_request
        self._earlier = {response.url: response for response in earlier}
        self._archive = archive

    def __call__(self, url: str, limit: int) -> Response:
        """Return the response, with the content of the earlier one for status 304; raises what the request raises."""
        earlier = self._earlier.get(url)
        if earlier is None:
            return self._send_request(url, limit, None)
        place = (earlier.warc_file, earlier.warc_offset)
        response = self._send_request(url, limit, make_validators(earlier))
        if response.status == NOT_MODIFIED:
            content = self._read_earlier_content(earlier, limit)
            if content is None:  # its archive is gone or damaged: the page must come anew
                return self._send_request(url, limit, None)
            headers = _merge_headers(response, content, earlier)
            return dataclasses.replace(response, headers=headers, content=content.data, archive_place=place)
        is_same = hashlib.sha256(response.content).hexdigest() == earlier.content_sha256
        if is_same and self._read_earlier_content(earlier, limit) is not None:
            return dataclasses.replace(response, archive_place=place)
        return response

    def _read_earlier_content(self, earlier: EarlierResponse, limit: int) -> Content | None:
        try:
            content = read_record(self._archive / earlier.warc_file, earlier.warc_offset, limit)
        except Rejected:
            return None
        return content if content.sha256 == earlier.content_sha256 else None


class ArchivedResponses:
    """A `SendRequest` that puts each new response into an archive, and says where."""

    def __init__(self, send_request: SendRequest, writer: ArchiveWriter) -> None:
        self._send_request = send_request
        self._writer = writer

    def __call__(self, url: str, limit: int) -> Response:
        """Return the response, with its place in the archive; raises what the request raises."""
        response = self._send_request(url, limit)
        if response.archive_place is not None:
            return response
        return dataclasses.replace(response, archive_place=(self._writer.name, self._writer.add_response(response)))


def _keep_sendable(value: str | None) -> str | None:
    return value if value and _SENDABLE.fullmatch(value) else None


def _merge_headers(response: Response, content: Content, earlier: EarlierResponse) -> Headers:
    """Return the headers of a 304, with those of the earlier response that it need not repeat."""
    charset = f"; charset={content.charset}" if content.charset else ""
    repeated = {
        "Content-Type": f"{content.media_type}{charset}" if content.media_type else None,
        "ETag": None if response.find_header("etag") else earlier.etag,
        "Last-Modified": None if response.find_header("last-modified") else earlier.last_modified,
    }
    kept = tuple((name, value) for name, value in response.headers if name.lower() not in _REPLACED)
    return kept + tuple((name, value) for name, value in repeated.items() if value)
