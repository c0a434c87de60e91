"""Declare what a batch of fetches is told of the lake: pages that are archived already, and earlier responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ContentHash, WarcFile, WarcOffset


@declare_table("archived_pages", "a page whose bytes the archive has", key=("location", "content_sha256"))
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    location: Annotated[str, "The file's path, or the address that was requested."]
    content_sha256: ContentHash
    warc_file: WarcFile
    warc_offset: WarcOffset


@declare_table("earlier_responses", "the last good response of an address, as the lake has it", key=("url",))
@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResponse:
    url: Annotated[str, "The address that was requested."]
    final_url: Annotated[str, "The address after redirects."]
    etag: Annotated[str | None, "The server's ETag, as sent."] = None
    last_modified: Annotated[str | None, "The server's Last-Modified, as sent."] = None
    content_sha256: ContentHash
    warc_file: WarcFile
    warc_offset: WarcOffset
