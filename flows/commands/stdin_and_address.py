"""Read the page on standard input, and fetch the page at one address."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from storyfold.fetch.content import Content, check_text
from storyfold.fetch.fetch_batch import read_item_content, read_response_content
from storyfold.identity.ids import make_item_id
from storyfold.outcomes import Reason, Rejected, Transient, WrongUse
from storyfold.output.destination import STANDARD
from storyfold.schemas import Item
from storyfold.schemas.pages import Method
from storyfold.settings.fetch import FetchSettings
from storyfold.web.decoding import GZIP_MAGIC, inflate_gzip
from storyfold.web.messages import describe_failure
from storyfold.web.urls import split_url

SOURCE = "files"
ARCHIVE_START = b"WARC/"  # of an archive's first record (ISO 28500)


@dataclass(frozen=True, slots=True)
class LoadedPage:
    """Hold a page with its bytes, as there is no file to read them from; or why there are none."""

    item: Item
    content: Content | None
    refused: Reason | None = None
    detail: str = ""


def get_item(page: Item | LoadedPage) -> Item:
    """Return the item of a page, wherever its bytes are."""
    return page.item if isinstance(page, LoadedPage) else page


def read_content(page: Item | LoadedPage, page_bytes: int) -> Content:
    """Return the bytes of a page. Raises Rejected where there are none, or no text."""
    if isinstance(page, Item):
        return read_item_content(page, page_bytes)
    if page.content is None:
        raise Rejected(page.refused or Reason.NO_ANSWER, page.detail)
    return page.content


def read_standard_input(page_bytes: int) -> LoadedPage:
    """Read the one page on standard input, gzip undone; its bytes make its id, as it has neither name nor address."""
    data = sys.stdin.buffer.read(page_bytes + 1)
    location = str(STANDARD)
    try:
        if len(data) > page_bytes:
            raise Rejected(Reason.TOO_LARGE, f"more than {page_bytes} bytes")
        if data[:2] == GZIP_MAGIC:
            data = inflate_gzip(data, page_bytes)
        content = Content(data=data)
        if data.startswith(ARCHIVE_START):
            raise WrongUse("-: standard input is one page, and this is a web archive; name its file instead")
        check_text(content)
    except Rejected as error:
        return LoadedPage(_make_item("file", location, location), None, error.reason, error.detail)
    return LoadedPage(_make_item("file", location, content.sha256), content)


def fetch_page(address: str, settings: FetchSettings) -> LoadedPage:
    """Fetch the page at an address, once and as a night does: robots.txt, address guard and settings hold.

    The port that the address names is allowed. Nothing raises for a silent or refusing server.
    """
    from storyfold.fetch.client import Client

    parts = split_url(address)
    ports = (f"{parts.hostname}:{parts.port}",) if parts and parts.port is not None else ()
    item = _make_item("http", address, address)
    try:
        with Client(replace(settings, named=ports)) as client:
            content = read_response_content(client(address, settings.page_bytes))
        check_text(content)
    except (Rejected, Transient) as error:
        reason, detail, *_ = describe_failure(error)
        return LoadedPage(item, None, reason, detail)
    return LoadedPage(item, content)


def _make_item(method: Method, location: str, name: str) -> Item:
    key = make_item_id(SOURCE, method, name, None)
    return Item(item_id=key, source_id=SOURCE, method=method, location=location, name=name)
