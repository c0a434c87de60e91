"""Questions that discover asks the network, each with its row in `fetches`."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storyfold.identity.ids import hash_id
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.schemas.pages import Fetch, get_seen_date
from storyfold.settings.sources import Limits
from storyfold.web.decoding import read_content_type
from storyfold.web.messages import Response, SendRequest, describe_failure
from storyfold.web.urls import make_canonical_url


@dataclass(slots=True)
class ListRequests:
    """One source's questions in one night."""

    source_id: str
    ask: SendRequest
    limits: Limits
    now: datetime
    fetches: list[Fetch] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def put(self, address: str, most: int | None = None) -> Response:
        """The answer to a question; Rejected where there is none, or where it was put before in this night.

        It has at most `most` bytes, and never more than the limit on lists.
        """
        known_by = make_canonical_url(address)
        if known_by is None:
            raise Rejected(Reason.BAD_URL, "not an http or https address of at most 2,048 characters")
        if known_by in self.asked:
            raise Rejected(Reason.REPEATED_ITEM, "asked before in this night")
        self.asked.add(known_by)
        try:
            answer = self.ask(address, min(most or self.limits.list_bytes, self.limits.list_bytes))
        except (Rejected, Transient) as error:
            reason, detail, status, final_url = describe_failure(error)
            self.fetches.append(self._fetch(address, reason=reason.value, status=status, final_url=final_url))
            raise Rejected(reason, detail) from error
        self.fetches.append(self._answered(address, answer))
        return answer

    def useless(self, reason: Reason) -> None:
        """Note that the last answer was not what was asked for."""
        last = self.fetches.pop()
        self.fetches.append(dataclasses.replace(last, reason=reason.value))

    def _answered(self, address: str, answer: Response) -> Fetch:
        warc_file, warc_offset = answer.kept_at or (None, None)
        return self._fetch(
            address,
            final_url=answer.final_url,
            status=answer.status,
            etag=answer.header("etag"),
            last_modified=answer.header("last-modified"),
            media_type=read_content_type(answer.header("content-type"))[0],
            bytes=len(answer.content),
            content_sha256=hashlib.sha256(answer.content).hexdigest(),
            warc_file=warc_file,
            warc_offset=warc_offset,
            seen_at=answer.seen_at,
        )

    def _fetch(self, address: str, **values: Any) -> Fetch:
        return Fetch(
            run_id="",
            attempt=0,
            run_date=get_seen_date(self.now),
            # Two sources may name the same feed: each asks for it, and each question has its own row.
            fetch_id=hash_id("list", self.source_id, address),
            source_id=self.source_id,
            method="http",
            url=address,
            **{"seen_at": self.now, **values},
        )
