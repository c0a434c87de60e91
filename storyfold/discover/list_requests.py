"""Request feeds and sitemaps, each request with its row in `fetches`."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storyfold.identity.ids import hash_id
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.schemas.pages import Fetch, get_seen_date
from storyfold.web.decoding import read_content_type
from storyfold.web.messages import Response, SendRequest, describe_failure
from storyfold.web.urls import make_canonical_url


@dataclass(slots=True)
class ListRequests:
    """The requests for one source's feeds and sitemaps in one run."""

    source_id: str
    send_request: SendRequest
    list_bytes: int
    now: datetime
    fetches: list[Fetch] = field(default_factory=list)
    requested: set[str] = field(default_factory=set)

    def send(self, address: str, most: int | None = None) -> Response:
        """Request an address and return the response, of at most `most` bytes and never more than the limit on lists.

        Raises Rejected where no response comes, and where the address was requested before in this run.
        """
        canonical = make_canonical_url(address)
        if canonical is None:
            raise Rejected(Reason.BAD_URL, "not an http or https address of at most 2,048 characters")
        if canonical in self.requested:
            raise Rejected(Reason.REPEATED_ITEM, "asked before in this night")
        self.requested.add(canonical)
        try:
            response = self.send_request(address, min(most or self.list_bytes, self.list_bytes))
        except (Rejected, Transient) as error:
            reason, detail, status, final_url = describe_failure(error)
            self.fetches.append(self._make_row(address, reason=reason.value, status=status, final_url=final_url))
            raise Rejected(reason, detail) from error
        self.fetches.append(self._make_response_row(address, response))
        return response

    def mark_last_failed(self, reason: Reason) -> None:
        """Put a reason into the row of the last request, whose response could not be used."""
        last = self.fetches.pop()
        self.fetches.append(dataclasses.replace(last, reason=reason.value))

    def _make_response_row(self, address: str, response: Response) -> Fetch:
        warc_file, warc_offset = response.archive_place or (None, None)
        return self._make_row(
            address,
            final_url=response.final_url,
            status=response.status,
            etag=response.find_header("etag"),
            last_modified=response.find_header("last-modified"),
            media_type=read_content_type(response.find_header("content-type"))[0],
            bytes=len(response.content),
            content_sha256=hashlib.sha256(response.content).hexdigest(),
            warc_file=warc_file,
            warc_offset=warc_offset,
            seen_at=response.seen_at,
        )

    def _make_row(self, address: str, **values: Any) -> Fetch:
        return Fetch(
            run_id="",
            attempt=0,
            run_date=get_seen_date(self.now),
            # Two sources may name the same feed: each requests it, and each request has its own row.
            fetch_id=hash_id("list", self.source_id, address),
            source_id=self.source_id,
            method="http",
            url=address,
            **{"seen_at": self.now, **values},
        )
