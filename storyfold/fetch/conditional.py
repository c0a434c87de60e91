"""Asking only for what changed: an answer of "not modified" brings back the bytes of the earlier night."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storyfold.fetch.archive import ArchiveWriter, read_record
from storyfold.fetch.client import NOT_MODIFIED
from storyfold.fetch.content import Content
from storyfold.outcomes import Rejected
from storyfold.web.messages import ArchivePlace, Headers, Response, SendConditionalRequest, SendRequest, Validators

# What a header may say (RFC 9110, 5.5), and no more of it than any server's ETag needs: one that a server would not
# take back (400, 431) would cost the page on every later night.
_SENDABLE = re.compile(r"[\x20-\x7e\x80-\xff]{1,1024}")
# Headers of the page that a 304 need not repeat (RFC 9110, 15.4.5), taken from the earlier answer.
_REPLACED = frozenset({"content-type", "content-encoding", "content-length"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResponse:
    """The last good answer of an address, as the lake has it."""

    final_url: str
    etag: str | None
    last_modified: str | None
    content_sha256: str
    place: ArchivePlace

    @property
    def validators(self) -> Validators | None:
        """What to send; None where the server gave nothing to ask by."""
        etag, last_modified = _sendable(self.etag), _sendable(self.last_modified)
        if not (etag or last_modified):
            return None
        return Validators(url=self.final_url, etag=etag, last_modified=last_modified)


class ConditionalRequests:
    """An `Ask` that sends what is known of each address; its answers say where they are kept, if they are."""

    def __init__(
        self, ask: SendConditionalRequest, earlier: Callable[[str], EarlierResponse | None], archive: Path
    ) -> None:
        """`earlier` knows the last good answer of an address; its bytes lie below the folder `archive`."""
        self._ask = ask
        self._earlier = earlier
        self._archive = archive

    def __call__(self, url: str, limit: int) -> Response:
        """The answer, with the content of the earlier one for status 304; raises what asking raises."""
        earlier = self._earlier(url)
        if earlier is None:
            return self._ask(url, limit, None)
        answer = self._ask(url, limit, earlier.validators)
        if answer.status == NOT_MODIFIED:
            content = self._content(earlier, limit)
            if content is None:  # its archive is gone or damaged: the page must come anew
                return self._ask(url, limit, None)
            headers = _headers(answer, content, earlier)
            return dataclasses.replace(answer, headers=headers, content=content.data, kept_at=earlier.place)
        same = hashlib.sha256(answer.content).hexdigest() == earlier.content_sha256
        if same and self._content(earlier, limit) is not None:
            return dataclasses.replace(answer, kept_at=earlier.place)
        return answer

    def _content(self, earlier: EarlierResponse, limit: int) -> Content | None:
        try:
            content = read_record(self._archive / earlier.place[0], earlier.place[1], limit)
        except Rejected:
            return None
        return content if content.sha256 == earlier.content_sha256 else None


class ArchivedResponses:
    """An `Ask` that puts each new answer into an archive, and says where."""

    def __init__(self, ask: SendRequest, store: ArchiveWriter) -> None:
        self._ask = ask
        self._store = store

    def __call__(self, url: str, limit: int) -> Response:
        """The answer, with its place in the archive; raises what asking raises."""
        answer = self._ask(url, limit)
        if answer.kept_at is not None:
            return answer
        return dataclasses.replace(answer, kept_at=(self._store.name, self._store.add_answer(answer)))


def _sendable(value: str | None) -> str | None:
    return value if value and _SENDABLE.fullmatch(value) else None


def _headers(answer: Response, content: Content, earlier: EarlierResponse) -> Headers:
    """Those of the 304, with what it need not say again."""
    charset = f"; charset={content.charset}" if content.charset else ""
    said = {
        "Content-Type": f"{content.media_type}{charset}" if content.media_type else None,
        "ETag": None if answer.header("etag") else earlier.etag,
        "Last-Modified": None if answer.header("last-modified") else earlier.last_modified,
    }
    kept = tuple((name, value) for name, value in answer.headers if name.lower() not in _REPLACED)
    return kept + tuple((name, value) for name, value in said.items() if value)
