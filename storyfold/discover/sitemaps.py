"""Find the articles that a sitemap (sitemaps.org) or its news extension names; indexes one level deep."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from storyfold.dates.claims import read_claims
from storyfold.discover.candidates import Candidate, Outcome, Refusal, make_printable, make_refusal
from storyfold.discover.character_references import mend_references
from storyfold.discover.list_requests import ListRequests
from storyfold.outcomes import Reason, Rejected
from storyfold.web.decoding import GZIP_MAGIC, inflate_gzip
from storyfold.web.messages import Response
from storyfold.web.urls import split_url

logger = logging.getLogger(__name__)

CHILDREN = 100  # sitemaps of one index that are requested: news sites keep a file for every past month for decades
VALUE_CHARACTERS = 4_096  # of one element's text; an address may have 2,048
ROOTS = ("urlset", "sitemapindex")
FIELDS = frozenset({"loc", "lastmod", "publication_date", "title"})


@dataclass(slots=True)
class Entry:
    """One `url` or `sitemap` element: the text of its elements by local name."""

    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sitemap:
    """A sitemap as read; `fault` says what ended it early."""

    is_index: bool
    entries: list[Entry]
    fault: str | None = None


def find_in_sitemap(address: str, list_requests: ListRequests, zone: str | None) -> Iterator[Outcome]:
    """Yield the pages of a sitemap, or of the sitemaps that an index names: the newest `CHILDREN` of them."""
    try:
        response, sitemap = _request_sitemap(address, list_requests)
    except Rejected as error:
        yield make_refusal(address, error)
        return
    if not sitemap.is_index:
        yield from _list_pages(response, sitemap, zone)
        return
    children = _sort_newest_first(sitemap.entries)
    if len(children) > CHILDREN:
        # No reject: the old months that such an index lists are no hole in the news of this run.
        logger.info("%s names %d sitemaps; the newest %d are asked for", address, len(children), CHILDREN)
    for entry in children[:CHILDREN]:
        yield from _find_in_child(entry, response, list_requests, zone)
    yield from _report_fault(response, sitemap)


def _find_in_child(entry: Entry, parent: Response, list_requests: ListRequests, zone: str | None) -> Iterator[Outcome]:
    loc = entry.values.get("loc", "")
    parts = split_url(loc, parent.final_url)
    if parts is None:
        yield Refusal(location=loc or parent.url, reason=Reason.BAD_URL, detail="a sitemap in the index")
        return
    address = parts.geturl()
    try:
        response, sitemap = _request_sitemap(address, list_requests)
        if sitemap.is_index:
            raise Rejected(Reason.UNREADABLE_INPUT, "an index within an index")
    except Rejected as error:
        yield make_refusal(address, error)
        return
    yield from _list_pages(response, sitemap, zone)


def _request_sitemap(address: str, list_requests: ListRequests) -> tuple[Response, Sitemap]:
    response = list_requests.send(address)
    try:
        content = response.content
        if content[:2] == GZIP_MAGIC:  # a .xml.gz file, sent as what it is
            content = inflate_gzip(content, list_requests.list_bytes)
        return response, read_sitemap(content)
    except Rejected as error:
        list_requests.mark_last_failed(error.reason)
        raise


def read_sitemap(content: bytes) -> Sitemap:
    """Read the entries in their order. Nothing outside the document is loaded and no entity is expanded.

    A fault in the XML costs the entry it is in; one that cannot be passed ends the sitemap.
    Raises Rejected UNREADABLE_INPUT if it is no sitemap.
    """
    entries: list[Entry] = []
    root = fault = None
    try:
        for event, element in _parse_events(mend_references(content)):
            name = _get_local_name(element.tag)
            if event == "end":
                _take_text(entries, name, element)
                continue
            root = root or name
            if root not in ROOTS:
                break
            if name in ("url", "sitemap"):
                entries.append(Entry())
    # lxml raises UnicodeDecodeError where it took bytes in that it cannot give out.
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        fault = f"unreadable after {len(entries)} entries: {str(error)[:200]}"
    if root not in ROOTS:
        raise Rejected(Reason.UNREADABLE_INPUT, f"no sitemap: its root is {(root or 'missing')[:80]}")
    return Sitemap(root == "sitemapindex", entries, fault)


def _parse_events(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    events: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    return events


def _take_text(entries: list[Entry], name: str, element: etree._Element) -> None:
    if entries and name in FIELDS and element.text:
        text = make_printable(" ".join(element.text[:VALUE_CHARACTERS].split()))
        entries[-1].values.setdefault(name, text)
    element.clear()  # the tree would otherwise grow with the file


def _report_fault(response: Response, sitemap: Sitemap) -> Iterator[Outcome]:
    if sitemap.fault is not None:
        yield Refusal(location=response.url, reason=Reason.UNREADABLE_INPUT, detail=sitemap.fault)


def _get_local_name(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _sort_newest_first(entries: list[Entry]) -> list[Entry]:
    """Sort by the day of the last change, the newest first; entries without one before all, as they may be new."""
    return sorted(entries, key=lambda entry: entry.values.get("lastmod", "9999")[:10], reverse=True)


def _list_pages(response: Response, sitemap: Sitemap, zone: str | None) -> Iterator[Outcome]:
    for number, entry in enumerate(sitemap.entries, 1):
        loc = entry.values.get("loc", "")
        parts = split_url(loc, response.final_url)
        if parts is None:
            yield Refusal(location=loc or response.url, reason=Reason.BAD_URL, detail=f"entry {number}")
            continue
        location = parts._replace(fragment="").geturl()
        date_texts = (
            ("sitemap", entry.values.get("publication_date")),
            ("modified-sitemap", entry.values.get("lastmod")),
        )
        yield Candidate(
            method="http",
            location=location,
            name=location,
            title=entry.values.get("title") or None,
            date_claims=read_claims(date_texts, zone),
        )
    yield from _report_fault(response, sitemap)
