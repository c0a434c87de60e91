"""Fetch one batch of items: read or ask for each, keep its bytes, and give every item exactly one fate."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from storyfold.fetch.archive import ArchiveWriter, read_record
from storyfold.fetch.content import Content, check_text, guess_media_type, read_file
from storyfold.identity.ids import make_reject_id
from storyfold.outcomes import Rejected, StageCounts, Transient
from storyfold.schemas.pages import Fetch, Item, Page, Reject, get_seen_date
from storyfold.settings.sources import Limits
from storyfold.web.decoding import read_content_type
from storyfold.web.messages import ArchivePlace, Response, SendRequest, describe_failure


@dataclass(slots=True)
class Fetched:
    """What became of a batch: a page or a reject for each item, and a row of `fetches` for each."""

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
    store: ArchiveWriter,
    ask: SendRequest,
    limits: Limits,
    known: Mapping[tuple[str, str], ArchivePlace],
    now: datetime,
) -> Fetched:
    """Have the bytes of each item, in the items' order; nothing raises for bad input or a silent server.

    New bytes of files and addresses are kept in `store`, which the caller opens and closes; records of archives
    stay where they are. `known` maps (location, content_sha256) to where the same bytes of the same thing are kept
    already: they are not kept twice, as long as they can be read there. `ask` repeats or does not, as the caller
    wishes: a question that stays without an answer is a reject. The rows name no run: the caller knows it, and
    stamps them.
    """
    batch = _Batch(store, ask, limits, dict(known), now)
    for item in items:
        batch.add(item)
    return batch.result


@dataclass(slots=True)
class _Batch:
    store: ArchiveWriter
    ask: SendRequest
    limits: Limits
    known: dict[tuple[str, str], ArchivePlace]
    now: datetime
    result: Fetched = field(default_factory=Fetched)

    def add(self, item: Item) -> None:
        self.result.items_in += 1
        try:
            content, place = self._have(item)
        except (Rejected, Transient) as error:
            self._reject(item, error)
        else:
            self._keep(item, content, place)

    def _have(self, item: Item) -> tuple[Content, ArchivePlace]:
        """The item's bytes and where they are kept from now on."""
        if item.method == "archive":
            return read_item_content(item, self.limits), (item.location, item.offset or 0)
        if item.method == "file":
            content = read_item_content(item, self.limits)
            place = self._kept(item, content) or self._store_file(item, content)
            return content, self._known_now(item, content, place)
        answer = self.ask(item.location, self.limits.page_bytes)
        content = read_response_content(answer)
        check_text(content)
        place = answer.kept_at or self._kept(item, content) or (self.store.name, self.store.add_answer(answer))
        return content, self._known_now(item, content, place)

    def _known_now(self, item: Item, content: Content, place: ArchivePlace) -> ArchivePlace:
        """Two sources may name the same address: its bytes are kept once."""
        self.known[item.location, content.sha256] = place
        return place

    def _kept(self, item: Item, content: Content) -> ArchivePlace | None:
        place = self.known.get((item.location, content.sha256))
        if place is None or not self.store.holds(place, content.sha256, self.limits.page_bytes):
            return None
        return place

    def _store_file(self, item: Item, content: Content) -> ArchivePlace:
        return self.store.name, self.store.add_file(item.name, content.media_type, content.data, self.now)

    def _keep(self, item: Item, content: Content, place: ArchivePlace) -> None:
        page = make_page_row(item, content, place, self.now)
        self.result.pages.append(page)
        fetch = self._fetch(
            item,
            final_url=content.url,
            status=content.status,
            etag=content.etag,
            last_modified=content.last_modified,
            media_type=content.media_type,
        )
        same = {
            name: getattr(page, name) for name in ("bytes", "content_sha256", "warc_file", "warc_offset", "seen_at")
        }
        self.result.fetches.append(dataclasses.replace(fetch, **same))

    def _reject(self, item: Item, error: Rejected | Transient) -> None:
        reason, detail, status, final_url = describe_failure(error)
        row = self._fetch(item, reason=reason.value, status=status, final_url=final_url or None)
        self.result.fetches.append(row)
        self.result.rejects.append(
            Reject(
                reject_id=make_reject_id("fetch", item.source_id, item.location, item.offset, reason, None),
                seen_date=get_seen_date(self.now),
                stage="fetch",
                source_id=item.source_id,
                reason=reason.value,
                detail=detail,
                title=item.title,
                location=item.location,
                url=item.location if item.method == "http" else None,
                first_seen_at=self.now,
                warc_file=item.location if item.method == "archive" else None,
                warc_offset=item.offset,
            )
        )

    def _fetch(self, item: Item, **values: Any) -> Fetch:
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


def read_item_content(item: Item, limits: Limits) -> Content:
    """What a file or an archive's record holds. Raises Rejected where it cannot be read or is no text."""
    if item.method == "archive":
        content = read_record(Path(item.location), item.offset or 0, limits.page_bytes)
    else:
        data = read_file(Path(item.location), limits.page_bytes)
        content = Content(data=data, media_type=guess_media_type(item.name))
    check_text(content)
    return content


def make_page_row(item: Item, content: Content, place: ArchivePlace, now: datetime) -> Page:
    """The page that an item gave, its bytes kept at `place`."""
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
        warc_file=place[0],
        warc_offset=place[1],
    )


def read_response_content(answer: Response) -> Content:
    """The page in an answer."""
    media_type, charset = read_content_type(answer.header("content-type"))
    return Content(
        data=answer.content,
        url=answer.final_url,
        media_type=media_type,
        charset=charset,
        seen_at=answer.seen_at,
        status=answer.status,
        etag=answer.header("etag"),
        last_modified=answer.header("last-modified"),
    )
