"""Fetch one batch of items: read or request each, store its bytes, and give every item exactly one fate."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from storyfold.fetch.archive import ArchiveWriter, read_record
from storyfold.fetch.content import Content, check_text, guess_media_type, read_file
from storyfold.outcomes import Reason, Rejected, StageCounts, Transient
from storyfold.run.rejects import make_reject
from storyfold.schemas.earlier_fetches import ArchivedPage
from storyfold.schemas.pages import Fetch, Item, Page, Reject, get_seen_date
from storyfold.web.decoding import read_content_type
from storyfold.web.messages import ArchivePlace, Response, SendRequest, describe_failure


@dataclass(slots=True)
class Fetched:
    """The rows of a batch: a page or a reject for each item, and a row of `fetches` for each."""

    pages: list[Page] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    items_in: int = 0

    @property
    def counts(self) -> StageCounts:
        """How many items entered, and what became of them."""
        return StageCounts("fetch", self.items_in, len(self.pages), Counter(r.reason for r in self.rejects))


def fetch_batch_items(
    items: Sequence[Item],
    writer: ArchiveWriter,
    send_request: SendRequest,
    page_bytes: int,
    archived: Iterable[ArchivedPage],
    now: datetime,
) -> Fetched:
    """Get the bytes of each item, in the items' order; nothing raises for bad input or a silent server.

    New bytes of files and addresses go to `writer`, which the caller opens and closes; records of archives stay
    where they are. `archived` are pages whose bytes lie in an archive already: the same bytes of the same thing are not
    stored twice, as long as they can be read there. `send_request` repeats or does not,
    as the caller wishes: a request that stays without a response is a reject. The rows name no run: the caller knows
    it, and fills it in.
    """
    stored = {(page.location, page.content_sha256): (page.warc_file, page.warc_offset) for page in archived}
    batch = _Batch(writer, send_request, page_bytes, stored, now)
    for item in items:
        batch.add(item)
    return batch.result


@dataclass(slots=True)
class _Batch:
    writer: ArchiveWriter
    send_request: SendRequest
    page_bytes: int
    stored: dict[tuple[str, str], ArchivePlace]
    now: datetime
    result: Fetched = field(default_factory=Fetched)

    def add(self, item: Item) -> None:
        self.result.items_in += 1
        try:
            content, archive_place = self._read_content(item)
        except (Rejected, Transient) as error:
            self._add_reject(item, error)
        else:
            self._add_page(item, content, archive_place)

    def _read_content(self, item: Item) -> tuple[Content, ArchivePlace]:
        """Return the item's bytes and their place in an archive."""
        if item.method == "archive":
            return read_item_content(item, self.page_bytes), (item.location, item.offset or 0)
        if item.method == "file":
            content = read_item_content(item, self.page_bytes)
            archive_place = self._find_stored(item, content) or self._store_file(item, content)
            return content, self._remember_place(item, content, archive_place)
        response = self.send_request(item.location, self.page_bytes)
        content = read_response_content(response)
        check_text(content)
        archive_place = (
            response.archive_place
            or self._find_stored(item, content)
            or (self.writer.name, self.writer.add_response(response))
        )
        return content, self._remember_place(item, content, archive_place)

    def _remember_place(self, item: Item, content: Content, archive_place: ArchivePlace) -> ArchivePlace:
        """Note where bytes lie: two sources may name the same address, and its bytes are stored once."""
        self.stored[item.location, content.sha256] = archive_place
        return archive_place

    def _find_stored(self, item: Item, content: Content) -> ArchivePlace | None:
        archive_place = self.stored.get((item.location, content.sha256))
        if archive_place is None or not self.writer.can_read_back(archive_place, content.sha256, self.page_bytes):
            return None
        return archive_place

    def _store_file(self, item: Item, content: Content) -> ArchivePlace:
        return self.writer.name, self.writer.add_file(item.name, content.media_type, content.data, self.now)

    def _add_page(self, item: Item, content: Content, archive_place: ArchivePlace) -> None:
        page = make_page_row(item, content, archive_place, self.now)
        self.result.pages.append(page)
        fetch = self._make_row(
            item,
            final_url=content.url,
            status=content.status,
            etag=content.etag,
            last_modified=content.last_modified,
            media_type=content.media_type,
        )
        copied = {
            name: getattr(page, name) for name in ("bytes", "content_sha256", "warc_file", "warc_offset", "seen_at")
        }
        self.result.fetches.append(dataclasses.replace(fetch, **copied))

    def _add_reject(self, item: Item, error: Rejected | Transient) -> None:
        reason, detail, status, final_url = describe_failure(error)
        row = self._make_row(item, reason=reason.value, status=status, final_url=final_url or None)
        self.result.fetches.append(row)
        self.result.rejects.append(reject_item(item, reason, detail, self.now))

    def _make_row(self, item: Item, **values: Any) -> Fetch:
        return Fetch(
            run_id="",
            attempt=0,
            run_date=get_seen_date(self.now),
            fetch_id=item.item_id,
            source_id=item.source_id,
            method=item.method,
            url=item.location,
            seen_at=self.now,
            **values,
        )


def reject_item(item: Item, reason: Reason, detail: str, now: datetime) -> Reject:
    """Return the row in `rejects` of an item that gave no page."""
    return make_reject(
        "fetch",
        reason,
        detail,
        source_id=item.source_id,
        location=item.location,
        offset=item.offset,
        seen_date=get_seen_date(now),
        first_seen_at=now,
        url=item.location if item.method == "http" else None,
        title=item.title,
        warc_file=item.location if item.method == "archive" else None,
        warc_offset=item.offset,
    )


def read_item_content(item: Item, page_bytes: int) -> Content:
    """Read the page in a file or an archive's record. Raises Rejected where it cannot be read or is no text."""
    if item.method == "archive":
        content = read_record(Path(item.location), item.offset or 0, page_bytes)
    else:
        data = read_file(Path(item.location), page_bytes)
        content = Content(data=data, media_type=guess_media_type(item.name))
    check_text(content)
    return content


def make_page_row(item: Item, content: Content, archive_place: ArchivePlace, now: datetime) -> Page:
    """Make the row of the page that an item gave, its bytes being at `archive_place`."""
    # An archive may claim any time; none can have been seen after now.
    seen_at = min(content.seen_at or now, now) if item.method == "archive" else content.seen_at
    return Page(
        item_id=item.item_id,
        source_id=item.source_id,
        outlet=item.outlet,
        language=item.language,
        zone=item.zone,
        location=item.location,
        name=item.name,
        url=content.url,
        media_type=content.media_type,
        charset=content.charset,
        title=item.title,
        date_claims=item.date_claims,
        seen_at=seen_at or now,
        bytes=len(content.data),
        content_sha256=content.sha256,
        warc_file=archive_place[0],
        warc_offset=archive_place[1],
    )


def read_response_content(response: Response) -> Content:
    """Return the page in a response."""
    media_type, charset = read_content_type(response.find_header("content-type"))
    return Content(
        data=response.content,
        url=response.final_url,
        media_type=media_type,
        charset=charset,
        seen_at=response.seen_at,
        status=response.status,
        etag=response.find_header("etag"),
        last_modified=response.find_header("last-modified"),
    )
