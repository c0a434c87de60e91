"""Articles that a sitemap names (sitemaps.org), its news extension, and indexes of sitemaps one level deep."""

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

CHILDREN = 100  # sitemaps of one index that are asked for: news sites keep a file for every past month for decades
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


def find_in_sitemap(address: str, questions: ListRequests, zone: str | None) -> Iterator[Outcome]:
    """The pages of a sitemap, or of the sitemaps that an index names: the newest `CHILDREN` of them."""
    try:
        answer, sitemap = _ask(address, questions)
    except Rejected as error:
        yield make_refusal(address, error)
        return
    if not sitemap.is_index:
        yield from _pages(answer, sitemap, zone)
        return
    children = _newest(sitemap.entries)
    if len(children) > CHILDREN:
        # No reject: the old months that such an index lists are no hole in tonight's news.
        logger.info("%s names %d sitemaps; the newest %d are asked for", address, len(children), CHILDREN)
    for entry in children[:CHILDREN]:
        yield from _child(entry, answer, questions, zone)
    yield from _fault(answer, sitemap)


def _child(entry: Entry, parent: Response, questions: ListRequests, zone: str | None) -> Iterator[Outcome]:
    printed = entry.values.get("loc", "")
    parts = split_url(printed, parent.final_url)
    if parts is None:
        yield Refusal(location=printed or parent.url, reason=Reason.BAD_URL, detail="a sitemap in the index")
        return
    address = parts.geturl()
    try:
        answer, sitemap = _ask(address, questions)
        if sitemap.is_index:
            raise Rejected(Reason.UNREADABLE_INPUT, "an index within an index")
    except Rejected as error:
        yield make_refusal(address, error)
        return
    yield from _pages(answer, sitemap, zone)


def _ask(address: str, questions: ListRequests) -> tuple[Response, Sitemap]:
    answer = questions.put(address)
    try:
        content = answer.content
        if content[:2] == GZIP_MAGIC:  # a .xml.gz file, sent as what it is
            content = inflate_gzip(content, questions.limits.list_bytes)
        return answer, read_sitemap(content)
    except Rejected as error:
        questions.useless(error.reason)
        raise


def read_sitemap(content: bytes) -> Sitemap:
    """The entries in their order. Nothing outside the document is loaded and no entity is expanded.

    A fault in the XML costs the entry it is in; one that cannot be passed ends the sitemap.
    Raises Rejected UNREADABLE_INPUT if it is no sitemap.
    """
    entries: list[Entry] = []
    root = fault = None
    try:
        for event, element in _events(mend_references(content)):
            name = _local_name(element.tag)
            if event == "end":
                _take(entries, name, element)
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


def _events(content: bytes) -> Iterator[tuple[str, etree._Element]]:
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


def _take(entries: list[Entry], name: str, element: etree._Element) -> None:
    if entries and name in FIELDS and element.text:
        text = make_printable(" ".join(element.text[:VALUE_CHARACTERS].split()))
        entries[-1].values.setdefault(name, text)
    element.clear()  # the tree would otherwise grow with the file


def _fault(answer: Response, sitemap: Sitemap) -> Iterator[Outcome]:
    if sitemap.fault is not None:
        yield Refusal(location=answer.url, reason=Reason.UNREADABLE_INPUT, detail=sitemap.fault)


def _local_name(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _newest(entries: list[Entry]) -> list[Entry]:
    """By the day of their last change, the newest first; those that say nothing first of all, as they may be new."""
    return sorted(entries, key=lambda entry: entry.values.get("lastmod", "9999")[:10], reverse=True)


def _pages(answer: Response, sitemap: Sitemap, zone: str | None) -> Iterator[Outcome]:
    for number, entry in enumerate(sitemap.entries, 1):
        printed = entry.values.get("loc", "")
        parts = split_url(printed, answer.final_url)
        if parts is None:
            yield Refusal(location=printed or answer.url, reason=Reason.BAD_URL, detail=f"entry {number}")
            continue
        location = parts._replace(fragment="").geturl()
        said = (("sitemap", entry.values.get("publication_date")), ("modified-sitemap", entry.values.get("lastmod")))
        yield Candidate(
            method="http",
            location=location,
            name=location,
            title=entry.values.get("title") or None,
            date_claims=read_claims(said, zone),
        )
    yield from _fault(answer, sitemap)
